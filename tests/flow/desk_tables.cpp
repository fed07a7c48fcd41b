#include "flow/desk_tables.hpp"

#include "store/export_table.hpp"
#include "store/private_server.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <stdexcept>

namespace converge::flow {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t shown_before = 80, shown_max = 300;

template <class T>
T require(Result<T> result, const std::string& doing) {
  if (!result) throw std::runtime_error(doing + ": " + render_error(result.error()));
  return *std::move(result);
}

bool contains(const std::vector<std::string>& all, std::string_view one) {
  return std::ranges::find(all, one) != all.end();
}

// Cuts the next line off the front.
std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return line;
}

}  // namespace

const std::optional<std::string>& Table::cell(const Row& row, std::string_view column) const {
  const auto found = std::ranges::find(contract->columns, column, &contract::Column::name);
  if (found == contract->columns.end()) throw std::runtime_error(fmt::format("{} has no {}", contract->table, column));
  return row.at(static_cast<std::size_t>(found - contract->columns.begin()));
}

Tables load_tables(const ReplayDesk& desk) {
  const std::string where = desk.root().string();
  const auto server =
      require(store::PrivateServer::ensure({.state_dir = desk.state_dir(), .desk_id = fixture::sample_desk_id}),
              "start " + where);
  auto connection = require(store::Connection::open(server.connect_options()), "connect to " + where);
  Tables tables;
  for (const contract::Contract& contract : contract::system_contracts()) {
    Table& table = tables[contract.table];
    table.contract = &contract;
    const store::TextRowFn add_row = [&](std::span<const store::TextCell> cells) -> Result<void> {
      table.rows.emplace_back(cells.begin(), cells.end());
      return {};
    };
    require(store::export_table(connection, contract, add_row), "read " + contract.table);
  }
  return tables;
}

std::string render_domain(const Table& table, const Comparison& comparison) {
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < table.contract->columns.size(); ++i) {
    const contract::Column& column = table.contract->columns[i];
    if (!column.is_volatile && !contains(comparison.without_columns, table.contract->table + "." + column.name))
      kept.push_back(i);
  }
  std::string text;
  std::vector<store::TextCell> cells(kept.size());
  for (const Row& row : table.rows) {
    if (comparison.has_row && !comparison.has_row(table, row)) continue;
    for (std::size_t i = 0; i < kept.size(); ++i)
      cells[i] = row[kept[i]] ? store::TextCell(*row[kept[i]]) : std::nullopt;
    text += store::render_csv_record(cells);
  }
  return text;
}

std::string describe_difference(std::string_view left, std::string_view right) {
  if (left == right) return {};
  for (std::size_t number = 1;; ++number) {
    const std::string_view a = take_line(left), b = take_line(right);
    if (a != b) {
      const auto at = static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
      const std::size_t from = at < shown_before ? 0 : at - shown_before;
      return fmt::format("line {}, column {}: '{}' against '{}'", number, at + 1, a.substr(from, shown_max),
                         b.substr(std::min(from, b.size()), shown_max));
    }
    if (left.empty() && right.empty()) return fmt::format("line {}: only one ends its last line", number);
  }
}

Faults compare_tables(const Tables& left, const Tables& right, const Comparison& comparison) {
  Faults faults;
  for (const auto& [name, table] : left) {
    if (contains(comparison.without_tables, name)) continue;
    const std::string difference =
        describe_difference(render_domain(table, comparison), render_domain(right.at(name), comparison));
    if (!difference.empty()) faults.push_back(fmt::format("table {} differs, {}", name, difference));
  }
  return faults;
}

std::map<std::string, std::string> load_files(const fs::path& folder) {
  std::map<std::string, std::string> files;
  if (!fs::exists(folder)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) files[fs::relative(entry.path(), folder).string()] = fixture::read_text(entry.path());
  return files;
}

Faults compare_files(const fs::path& left, const fs::path& right) {
  const auto ours = load_files(left), theirs = load_files(right);
  Faults faults;
  for (const auto& [path, text] : ours) {
    const auto found = theirs.find(path);
    if (found == theirs.end())
      faults.push_back(fmt::format("{} has no {}", right.string(), path));
    else if (found->second != text)
      faults.push_back(fmt::format("{} differs, {}", path, describe_difference(text, found->second)));
  }
  for (const auto& [path, text] : theirs)
    if (!ours.contains(path))
      faults.push_back(fmt::format("{} has {} and {} does not", right.string(), path, left.string()));
  return faults;
}

}  // namespace converge::flow
