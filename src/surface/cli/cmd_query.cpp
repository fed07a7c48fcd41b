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

constexpr std::int64_t seconds_max_limit = 250;  // the connection waits no longer for an answer (ConnectOptions)

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
  QueryLimits limits;
  TRY(const auto rows_max, call.arguments.find_count("--limit"));
  TRY(const auto seconds_max, call.arguments.find_count("--seconds-max"));
  if (seconds_max && (*seconds_max < 1 || *seconds_max > seconds_max_limit))
    return fail(Errc::invalid_input, fmt::format("--seconds-max is from 1 to {}", seconds_max_limit));
  if (rows_max) limits.rows_max = *rows_max;
  if (seconds_max) limits.time_max = std::chrono::seconds(*seconds_max);
  TRY(const auto rows, answer_query(call, call.arguments.require("NAME"), limits));
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
