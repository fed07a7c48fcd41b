#include "contract/lock.hpp"
#include "store/schema.hpp"
#include "store/sql.hpp"
#include "surface/cli/command_tables.hpp"
#include "surface/cli/session.hpp"
#include "surface/cli/table_text.hpp"
#include "surface/desk_lock.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <ostream>

namespace converge::surface {
namespace {

Json render_steps_json(std::span<const store::SchemaStep> steps) {
  JsonArray array;
  for (const store::SchemaStep& step : steps)
    array.push_back(JsonObject{{"table", step.table}, {"reason", step.reason}, {"statement", step.statement}});
  return array;
}

std::string render_steps(std::span<const store::SchemaStep> steps) {
  std::string text;
  for (const store::SchemaStep& step : steps)
    text += fmt::format("-- {}: {}\n{};\n\n", step.table, step.reason, step.statement);
  return text.empty() ? "nothing to do: the live schema is what the contracts say\n" : text;
}

Result<int> run_schema_plan(Invocation& call) {
  TRY(const Desk* desk, call.session.desk());
  TRY(store::Db * db, call.session.db_as_it_is());
  TRY(store::Connection connection, db->open_connection());
  TRY(const store::LiveSchema live, store::load_live_schema(connection));
  TRY(const auto steps, store::plan_schema(desk->all_contracts(), live));
  call.answer(render_steps(steps), [&] { return render_steps_json(steps); });
  return steps.empty() ? exit_ok : exit_findings;
}

Result<int> run_schema_apply(Invocation& call) {
  TRY(const Desk* desk, call.session.desk());
  TRY(store::Db * db, call.session.db_as_it_is());
  if (const auto unpinned = contract::compare_system_lock(); !unpinned.empty())
    return fail(Errc::contract_violation,
                "this program was built from contracts that nobody reviewed: " + unpinned.front());
  TRY(const store::MigrationReport report, store::run_migration(*db, desk->all_contracts()));
  TRY_VOID(write_lock(*desk));
  call.answer(render_steps(report.steps), [&] {
    return Json(JsonObject{{"steps", render_steps_json(report.steps)}, {"recovered", report.recovered}});
  });
  return exit_ok;
}

Result<int> run_schema_verify(Invocation& call) {
  TRY(const Desk* desk, call.session.desk());
  TRY(store::Db * db, call.session.db_as_it_is());
  TRY(store::Connection connection, db->open_connection());
  TRY(auto differences, store::verify_schema(connection, desk->all_contracts()));
  TRY(const auto unpinned, find_lock_differences(*desk));
  differences.insert(differences.end(), unpinned.begin(), unpinned.end());
  std::string text;
  for (const std::string& difference : differences) text += difference + "\n";
  if (differences.empty()) text = fmt::format("{} tables are what their contracts say\n", desk->all_contracts().size());
  call.answer(text, [&] {
    return Json(JsonObject{{"differences", JsonArray(differences.begin(), differences.end())}});
  });
  return differences.empty() ? exit_ok : exit_findings;
}

Result<int> run_schema_history(Invocation& call) {
  TRY(store::Db * db, call.session.db_as_it_is());
  TRY(const auto rows,
      db->transact([&](store::Tx& tx) { return tx.select(sql::schema_history, store::params(call.horizon())); }));
  call.answer(render_table(rows), [&] { return render_rows_json(rows); });
  return exit_ok;
}

constexpr Command table[] = {
    {"schema",
     "plan",
     "Show the statements that would bring the database to the contracts (exit 1 when there are any)",
     {},
     run_schema_plan},
    {"schema",
     "apply",
     "Run them, each behind its committed intent; goes on where a killed run stopped",
     {},
     run_schema_apply},
    {"schema",
     "verify",
     "Compare the live schema with the contracts (exit 1 and the differences)",
     {},
     run_schema_verify},
    {"schema", "history", "Show the journal of schema changes", {}, run_schema_history, AsOf::answers},
};

}  // namespace

std::span<const Command> schema_commands() {
  return table;
}

}  // namespace converge::surface
