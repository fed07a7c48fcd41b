#include "store/export_table.hpp"

#include "base/time.hpp"
#include "contract/dml.hpp"
#include "wire/json.hpp"

#include <fmt/format.h>
#include <charconv>

namespace converge::store {

namespace {

using contract::ColumnType;

// The contract's form of a cell in the servers' form.
Result<std::string> render_raw(const contract::Column& column, std::string_view cell) {
  switch (column.type) {
    case ColumnType::instant: {
      TRY(const Instant at, parse_sql_instant(cell));
      return render_instant(at);
    }
    case ColumnType::boolean:
      if (cell != "0" && cell != "1") return fail(Errc::contract_violation, fmt::format("'{}' is no boolean", cell));
      return std::string(cell == "1" ? "true" : "false");
    case ColumnType::number: {
      double number = 0;
      const auto read = std::from_chars(cell.data(), cell.data() + cell.size(), number);
      if (read.ec != std::errc{} || read.ptr != cell.data() + cell.size())
        return fail(Errc::contract_violation, fmt::format("'{}' is no number", cell));
      return render_double(number);
    }
    case ColumnType::text:
    case ColumnType::integer:
    case ColumnType::decimal:
    case ColumnType::date:
    case ColumnType::json: break;
  }
  return std::string(cell);
}

bool needs_quotes(std::string_view text) {
  return text.empty() || text.find_first_of("\",\r\n") != text.npos;
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace

Result<std::int64_t> export_table(Connection& connection, const contract::Contract& contract, const TextRowFn& row) {
  const std::string text = contract::render_select_all(contract);
  std::int64_t count = 0;
  std::vector<std::string> texts(contract.columns.size());
  std::vector<TextCell> cells(contract.columns.size());
  TRY_VOID(connection.stream({contract.table, text}, [&](std::span<const TextCell> fetched) -> Result<void> {
    for (std::size_t i = 0; i < fetched.size(); ++i) {
      cells[i].reset();
      if (!fetched[i]) continue;
      TRY(texts[i],
          with_context(render_raw(contract.columns[i], *fetched[i]), contract.table + "." + contract.columns[i].name));
      cells[i] = texts[i];
    }
    ++count;
    return row(cells);
  }));
  return count;
}

std::string render_csv_header(const contract::Contract& contract) {
  std::string out;
  for (const contract::Column& column : contract.columns) out += (out.empty() ? "" : ",") + column.name;
  return out + "\n";
}

std::string render_csv_record(std::span<const TextCell> cells) {
  std::string out;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out += ',';
    if (!cells[i]) continue;
    if (needs_quotes(*cells[i]))
      append_quoted(out, *cells[i]);
    else
      out += *cells[i];
  }
  return out + "\n";
}

std::string render_json_record(const contract::Contract& contract, std::span<const TextCell> cells) {
  std::string out = "{";
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const contract::Column& column = contract.columns[i];
    const bool is_text =
        column.type == ColumnType::text || column.type == ColumnType::instant || column.type == ColumnType::date;
    if (i > 0) out += ',';
    out += render_json(Json(column.name)) + ":";
    if (!cells[i])
      out += "null";
    else if (is_text)
      out += render_json(Json(*cells[i]));
    else
      out += *cells[i];
  }
  return out + "}";
}

}  // namespace converge::store
