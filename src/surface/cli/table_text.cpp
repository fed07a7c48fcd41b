#include "surface/cli/table_text.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace converge::surface {
namespace {

using store::Value;

bool is_number(const Value& value) {
  return std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value) ||
         std::holds_alternative<Decimal>(value);
}

Json to_json(const Value& value) {
  if (std::holds_alternative<std::monostate>(value)) return nullptr;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  if (const auto* number = std::get_if<double>(&value)) return *number;
  return Json(boost::json::string(render_value(value)));
}

// Code points, which is what a terminal's columns are closest to.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

std::string render_value(const Value& value) {
  struct Visitor {
    std::string operator()(std::monostate) const { return ""; }
    std::string operator()(std::int64_t v) const { return std::to_string(v); }
    std::string operator()(double v) const { return render_double(v); }
    std::string operator()(const std::string& v) const { return v; }
    std::string operator()(Instant v) const { return render_instant(v); }
    std::string operator()(Date v) const { return render_date(v); }
    std::string operator()(const Decimal& v) const { return v.to_string(); }
  };
  return std::visit(Visitor{}, value);
}

std::string render_table(const store::RowSet& rows) {
  std::vector<std::size_t> widths;
  for (const std::string& column : rows.columns) widths.push_back(width_of(column));
  std::vector<std::vector<std::string>> cells;
  for (const auto& row : rows.rows) {
    auto& line = cells.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) {
      line.push_back(render_value(row[i]));
      widths[i] = std::max(widths[i], width_of(line.back()));
    }
  }
  std::string out;
  const auto append = [&](const std::string& text, std::size_t column, bool right) {
    const std::string pad(widths[column] - width_of(text), ' ');
    out += (column > 0 ? "  " : "") + (right ? pad + text : text + pad);
  };
  const auto end_line = [&] {
    while (out.ends_with(' ')) out.pop_back();
    out += "\n";
  };
  for (std::size_t i = 0; i < rows.columns.size(); ++i) append(rows.columns[i], i, false);
  end_line();
  for (std::size_t r = 0; r < cells.size(); ++r) {
    for (std::size_t i = 0; i < cells[r].size(); ++i) append(cells[r][i], i, is_number(rows.rows[r][i]));
    end_line();
  }
  return out;
}

Json render_rows_json(const store::RowSet& rows) {
  JsonArray array;
  for (const auto& row : rows.rows) {
    JsonObject object;
    for (std::size_t i = 0; i < row.size(); ++i) object[rows.columns[i]] = to_json(row[i]);
    array.push_back(std::move(object));
  }
  return array;
}

}  // namespace converge::surface
