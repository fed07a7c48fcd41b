#include "contract/dml.hpp"
#include "surface/cli/command_tables.hpp"
#include "surface/cli/session.hpp"
#include "surface/cli/table_text.hpp"
#include "wire/json.hpp"

#include <boost/json/string.hpp>
#include <ostream>

namespace converge::surface {
namespace {

using contract::Column;
using contract::ColumnType;
using contract::Contract;
using store::Cell;

// A cell in its contract's own form: instants in RFC 3339, booleans as words, decimals as they stand.
std::string render_cell(const Column& column, const Cell& cell) {
  const store::Value value = store::make_value(cell);
  if (column.type != ColumnType::boolean) return render_value(value);
  const auto* flag = std::get_if<std::int64_t>(&value);
  return flag == nullptr ? "" : *flag != 0 ? "true" : "false";
}

std::string render_csv_row(const Contract& contract, std::span<const Cell> cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line.push_back(',');
    line += render_csv_field(render_cell(contract.columns[i], cells[i]));
  }
  return line + "\n";
}

// Numbers are written as they stand, so that no digit of a decimal is lost; JSON columns are values, not texts.
std::string render_json_cell(const Column& column, const Cell& cell) {
  if (std::holds_alternative<std::monostate>(cell)) return "null";
  const std::string text = render_cell(column, cell);
  switch (column.type) {
    case ColumnType::integer:
    case ColumnType::number:
    case ColumnType::decimal:
    case ColumnType::boolean:
    case ColumnType::json: return text;
    default: return render_json(Json(boost::json::string(text)));
  }
}

std::string render_json_row(const Contract& contract, std::span<const Cell> cells) {
  std::string line = "{";
  for (std::size_t i = 0; i < cells.size(); ++i)
    line += (i > 0 ? ",\"" : "\"") + contract.columns[i].name + "\":" + render_json_cell(contract.columns[i], cells[i]);
  return line + "}";
}

Result<int> run_export(Invocation& call) {
  TRY(const Desk* desk, call.session.desk());
  TRY(const Contract* contract, desk->find_contract(call.arguments.require("TABLE")));
  const std::string format = call.json ? "json" : call.arguments.find("--format").value_or("csv");
  if (format != "csv" && format != "json")
    return fail(Errc::invalid_input, "--format is csv or json, not '" + format + "'");
  const bool is_csv = format == "csv";
  TRY(store::Db * db, call.session.db());
  TRY(store::Connection connection, db->open_connection());
  const std::string statement = contract::render_select_all(*contract);

  std::size_t row_count = 0;
  const auto columns = [&](std::span<const std::string_view> names) -> Result<void> {
    std::string header;
    for (const std::string_view name : names) header += (header.empty() ? "" : ",") + render_csv_field(name);
    call.out << (is_csv ? header + "\n" : std::string("["));
    return {};
  };
  const auto row = [&](std::span<const Cell> cells) -> Result<void> {
    if (is_csv)
      call.out << render_csv_row(*contract, cells);
    else
      call.out << (row_count > 0 ? ",\n" : "\n") << render_json_row(*contract, cells);
    ++row_count;
    return {};
  };
  TRY_VOID(connection.select_each({"export", statement}, {}, columns, row));
  if (!is_csv) call.out << "\n]\n";
  return exit_ok;
}

constexpr Option options[] = {
    {"TABLE", "", "Table of the system or of the desk", true},
    {"--format", "csv|json", "RFC 4180 or one JSON array (default csv)"},
};

constexpr Command table[] = {
    {"export", "", "Write a table in key order, checked against its contract", options, run_export}};

}  // namespace

std::span<const Command> export_commands() {
  return table;
}

}  // namespace converge::surface
