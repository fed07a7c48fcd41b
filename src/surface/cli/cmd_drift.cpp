#include "store/sql.hpp"
#include "surface/cli/command_tables.hpp"
#include "surface/cli/model_view.hpp"
#include "surface/cli/table_text.hpp"

#include <ostream>

namespace converge::surface {
namespace {

using store::params;
using store::RowSet;

Result<RowSet> load_newest(const OpenModel& open) {
  return open.db->transact([&](store::Tx& tx) {
    return tx.select(sql::drift_listed, params(open.spec->name, open.spec->name, open.as_of));
  });
}

std::string render_rows(const RowSet& rows) {
  return rows.rows.empty() ? "no comparison yet: a model needs a champion first\n" : render_table(rows);
}

Result<int> run_drift_report(Invocation& call) {
  TRY(const OpenModel open, open_model(call));
  TRY(const RowSet rows, load_newest(open));
  call.answer(render_rows(rows), [&] { return render_rows_json(rows); });
  return exit_ok;
}

// The decisions only, and exit status 1 when one of them is drift.
Result<int> run_drift_check(Invocation& call) {
  TRY(const OpenModel open, open_model(call));
  TRY(RowSet rows, load_newest(open));
  std::erase_if(rows.rows, [](const auto& row) { return render_value(row[3]) != "all"; });
  bool has_drift = false;
  for (const auto& row : rows.rows) has_drift = has_drift || render_value(row[6]) == "drift";
  call.answer(render_rows(rows), [&] { return render_rows_json(rows); });
  return has_drift ? exit_findings : exit_ok;
}

constexpr Option options[] = {{"MODEL", "", "Model of the desk, without .toml", true}};

constexpr Command table[] = {
    {"drift", "check", "Print the drift decisions of the newest tick (exit 1 on drift)", options, run_drift_check,
     AsOf::answers},
    {"drift", "report", "Print the newest comparison of every feature with its threshold", options, run_drift_report,
     AsOf::answers},
};

}  // namespace

std::span<const Command> drift_commands() {
  return table;
}

}  // namespace converge::surface
