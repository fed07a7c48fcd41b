#include "store/export_table.hpp"
#include "surface/cli/command_tables.hpp"
#include "surface/cli/session.hpp"

#include <algorithm>
#include <array>
#include <ostream>

namespace converge::surface {
namespace {

using contract::Contract;
using store::TextCell;

// Columns that say when a row came to be known, the first that a table has.
constexpr std::array<std::string_view, 12> known_columns{"known_at",     "created_at", "opened_at", "proposed_at",
                                                         "predicted_at", "matured_at", "set_at",    "decided_at",
                                                         "planned_at",   "tick_at",    "acted_at",  "begun_at"};

// Place of that column. errors: invalid_input for a table without one
Result<std::size_t> find_known_column(const Contract& contract) {
  for (const std::string_view name : known_columns) {
    const auto found = std::ranges::find(contract.columns, name, &contract::Column::name);
    if (found != contract.columns.end()) return static_cast<std::size_t>(found - contract.columns.begin());
  }
  return fail(Errc::invalid_input,
              "--as-of: the rows of table " + contract.table + " do not say when they became known; leave --as-of out");
}

// Whether a row was known by `as_of`.
Result<bool> is_known(const TextCell& known_at, Instant as_of) {
  if (!known_at) return false;
  TRY(const Instant at, parse_instant(*known_at));
  return at <= as_of;
}

Result<int> run_export(Invocation& call) {
  TRY(const Desk* desk, call.session.desk());
  TRY(const Contract* contract, desk->find_contract(call.arguments.require("TABLE")));
  TRY(const Format format, read_format(call, Format::csv));
  std::size_t known_column = 0;
  if (call.as_of) {
    TRY(known_column, find_known_column(*contract));
  }
  TRY(store::Db * db, call.session.db());
  TRY(store::Connection connection, db->open_connection());

  const bool is_csv = format == Format::csv;
  std::size_t row_count = 0;
  call.out << (is_csv ? store::render_csv_header(*contract) : std::string("["));
  TRY_VOID(store::export_table(connection, *contract, [&](std::span<const TextCell> cells) -> Result<void> {
    if (call.as_of) {
      TRY(const bool known, is_known(cells[known_column], *call.as_of));
      if (!known) return {};
    }
    if (is_csv)
      call.out << store::render_csv_record(cells);
    else
      call.out << (row_count > 0 ? ",\n" : "\n") << store::render_json_record(*contract, cells);
    ++row_count;
    if (!call.out) return fail(Errc::unavailable, "export: standard output was closed, or is full");
    return {};
  }));
  if (!is_csv) call.out << "\n]\n";
  return exit_ok;
}

constexpr Option options[] = {
    {"TABLE", "", "Table of the system or of the desk", true},
    {"--format", "csv|json", "RFC 4180 or one JSON array (default csv)"},
};

constexpr Command table[] = {{"export", "", "Write a table in key order; with --as-of the rows known by then", options,
                              run_export, AsOf::answers}};

}  // namespace

std::span<const Command> export_commands() {
  return table;
}

}  // namespace converge::surface
