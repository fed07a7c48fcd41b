#include "surface/cli/command_tables.hpp"
#include "surface/cli/query_answer.hpp"
#include "surface/cli/session.hpp"
#include "surface/cli/table_text.hpp"
#include "surface/named_query.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <ostream>

namespace converge::surface {
namespace {

constexpr std::int64_t rows_max_default = 1000;

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
  TRY(const auto limit, call.arguments.find_count("--limit"));
  TRY(const auto rows, answer_query(call, call.arguments.require("NAME"), limit.value_or(rows_max_default)));
  call.answer(render_table(rows), [&] { return render_rows_json(rows); });
  return exit_ok;
}

constexpr Option run_options[] = {
    {"NAME", "", "Query of the desk, without .sql", true},
    {"--param", "NAME=VALUE", "Value of a parameter", false, true},
    {"--limit", "ROWS", "At most so many rows (default 1000)"},
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
