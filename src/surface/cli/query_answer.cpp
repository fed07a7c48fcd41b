#include "surface/cli/query_answer.hpp"

#include "surface/cli/session.hpp"

#include <algorithm>
#include <map>

namespace converge::surface {
namespace {

const std::string as_of_parameter = "as_of";

}  // namespace

Result<store::RowSet> answer_query(const Invocation& call, const std::string& name, const QueryLimits& limits) {
  TRY(const Desk* desk, call.session.desk());
  const auto found = std::ranges::find(desk->queries, name, &NamedQuery::name);
  if (found == desk->queries.end())
    return fail(Errc::not_found, "query '" + name + "' is not in queries/; 'converge query list' shows them");
  TRY(const QueryText query, parse_query(found->text, "queries/" + name + ".sql"));
  std::map<std::string, std::string> values;
  for (const std::string& pair : call.arguments.list("--param")) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos)
      return fail(Errc::invalid_input, "--param is written NAME=VALUE, not '" + pair + "'");
    values[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  const bool asks_as_of = std::ranges::find(query.parameters, as_of_parameter) != query.parameters.end();
  if (call.as_of && !asks_as_of)
    return fail(Errc::invalid_input,
                "--as-of: query '" + name + "' does not ask for it; compare with :as_of in queries/" + name + ".sql");
  if (asks_as_of && (call.as_of || !values.contains(as_of_parameter)))
    values[as_of_parameter] = render_sql_instant(call.horizon());
  TRY(store::Db * db, call.session.db());
  return run_query(db->options(), name, query, values, limits);
}

}  // namespace converge::surface
