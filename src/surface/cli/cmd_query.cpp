#include "surface/cli/command_tables.hpp"
#include "surface/cli/session.hpp"
#include "surface/cli/table_text.hpp"
#include "surface/named_query.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <ostream>

namespace converge::surface {
namespace {

constexpr std::int64_t seconds_max_limit = 250;  // the connection waits no longer for an answer (ConnectOptions)
// Filled from --as-of, or with the end of time.
const std::string as_of_parameter = "as_of";

Result<int> run_query_list(Invocation& call) {
  TRY(const Desk* desk, call.session.desk());
  std::string text;
  JsonArray document;
  for (const NamedQuery& query : desk->queries) {
    TRY(const QueryText parsed, parse_query(query.text, "queries/" + query.name + ".sql"));
    text += fmt::format("{}  {}\n", query.name, fmt::join(parsed.parameters, " "));
    document.push_back(JsonObject{{"name", query.name},
                                  {"parameters", JsonArray(parsed.parameters.begin(), parsed.parameters.end())}});
  }
  call.answer(text, [&] { return Json(document); });
  return exit_ok;
}

Result<int> run_query_run(Invocation& call) {
  TRY(const Desk* desk, call.session.desk());
  const std::string& name = call.arguments.require("NAME");
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
  QueryLimits limits;
  TRY(const auto rows_max, call.arguments.find_count("--limit"));
  TRY(const auto seconds_max, call.arguments.find_count("--seconds-max"));
  if (seconds_max && (*seconds_max < 1 || *seconds_max > seconds_max_limit))
    return fail(Errc::invalid_input, fmt::format("--seconds-max is from 1 to {}", seconds_max_limit));
  if (rows_max) limits.rows_max = *rows_max;
  if (seconds_max) limits.time_max = std::chrono::seconds(*seconds_max);
  TRY(store::Db * db, call.session.db());
  TRY(const auto rows, run_query(db->options(), name, query, values, limits));
  call.answer(render_table(rows), [&] { return render_rows_json(rows); });
  return exit_ok;
}

constexpr Option run_options[] = {
    {"NAME", "", "Query of the desk, without .sql", true},
    {"--param", "NAME=VALUE", "Value of a parameter", false, true},
    {"--limit", "ROWS", "At most so many rows (default 1000)"},
    {"--seconds-max", "N", "End it when it takes longer (default 60)"},
};

constexpr Command table[] = {
    {"query", "list", "List the desk's named queries and their parameters", {}, run_query_list},
    {"query", "run", "Run a named query, read-only", run_options, run_query_run, AsOf::answers},
};

}  // namespace

std::span<const Command> query_commands() {
  return table;
}

}  // namespace converge::surface
