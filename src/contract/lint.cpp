#include "contract/lint.hpp"

#include "contract/ddl.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <set>

namespace converge::contract {
namespace {

constexpr std::size_t name_length_max = 64;
constexpr std::int64_t key_bytes_max = 3072;    // InnoDB, DYNAMIC rows
constexpr std::int64_t row_bytes_max = 65'535;  // without what lies outside of the row; the servers refuse more
constexpr std::int64_t bytes_per_character = 4;
constexpr std::int64_t bytes_per_other = 12;  // no other type of ours needs more
constexpr std::array<std::string_view, 4> price_names{"open", "high", "low", "close"};
constexpr std::array<std::string_view, 5> money_words{"price", "amount", "cost", "fee", "cash"};

bool is_money(std::string_view name) {
  if (std::ranges::find(price_names, name) != price_names.end()) return true;
  return std::ranges::any_of(money_words, [&](std::string_view word) {
    return name == word || (name.ends_with(word) && name[name.size() - word.size() - 1] == '_');
  });
}

// Bytes that the column takes in an index; nothing for a text that lies outside of the row.
std::optional<std::int64_t> key_bytes(const Column& column) {
  const ColumnSql sql = compute_column_sql(column);
  if (sql.charset.empty()) return bytes_per_other;
  const std::size_t open = sql.type.find('(');
  if (open == std::string::npos) return std::nullopt;
  return std::stoll(sql.type.substr(open + 1)) * (sql.charset == "ascii" ? 1 : bytes_per_character);
}

// Bytes that the column can take of the row itself: a text outside of it leaves its length and a pointer.
std::int64_t row_bytes(const Column& column) {
  constexpr std::int64_t outside = 12;
  constexpr std::int64_t decimal_max = 20;
  if (column.type == ColumnType::decimal) return decimal_max;
  const auto bytes = key_bytes(column);
  return bytes ? *bytes + 2 : outside;
}

struct Lint {
  std::span<const Contract> contracts;
  std::vector<ContractFinding> findings = {};

  void add(std::string_view rule, const Contract& contract, std::string message) {
    findings.push_back({std::string(rule), contract.table, std::move(message)});
  }

  void check_names() {
    std::set<std::string> tables;
    std::set<std::string> checks;
    for (const Contract& contract : contracts) {
      if (!tables.insert(contract.table).second)
        add("table_twice", contract,
            fmt::format("table '{}' is there already; give this one another title", contract.table));
      for (const LiveCheck& check : render_checks(contract)) {
        if (check.name.size() > name_length_max)
          add("name_too_long", contract, check.name + " has more than 64 characters");
        if (!checks.insert(check.name).second)
          add("check_name_taken", contract, check.name + " names two checks of the database");
      }
    }
    for (const Contract& contract : contracts)
      if (!contract.latest_view.empty() && !tables.insert(contract.latest_view).second)
        add("view_name_taken", contract, contract.latest_view + " is the name of a table or another view");
  }

  void check_foreign_key_names() {
    std::set<std::string> names;
    for (const Contract& contract : contracts)
      for (const ForeignKey& key : contract.foreign_keys)
        if (!names.insert(key.name).second)
          add("foreign_key_name_taken", contract, key.name + " names two foreign keys of the database");
  }

  void check_row(const Contract& contract) {
    std::int64_t bytes = 0;
    for (const Column& column : contract.columns) bytes += row_bytes(column);
    if (bytes > row_bytes_max)
      add("row_too_long", contract, fmt::format("its columns need up to {} bytes of {}", bytes, row_bytes_max));
  }

  // Both servers take 'a' and 'a ' for one key, and two spellings of an accent for two: only what has a shape can be a key.
  void check_key_text(const Contract& contract, std::string_view key, const std::vector<std::string>& columns) {
    for (const std::string& name : columns) {
      const Column& column = *contract.find_column(name);
      const bool is_shaped = !column.pattern.empty() || !column.format.empty() || !column.enum_values.empty();
      if (column.type == ColumnType::text && !is_shaped)
        add("key_without_pattern", contract, fmt::format("{}: {} needs a pattern, a format or an enum", key, name));
    }
  }

  void check_columns(const Contract& contract) {
    for (const Column& column : contract.columns)
      if (column.type == ColumnType::number && is_money(column.name))
        add("money_not_decimal", contract, column.name + " is money and needs x-decimal: a double cannot hold a tenth");
  }

  void check_key(const Contract& contract, std::string_view key, const std::vector<std::string>& columns) {
    std::int64_t bytes = 0;
    for (const std::string& name : columns) {
      const auto size = key_bytes(*contract.find_column(name));
      if (!size) add("key_on_text", contract, fmt::format("{}: {} is too long to be indexed", key, name));
      bytes += size.value_or(0);
    }
    if (bytes > key_bytes_max)
      add("key_too_long", contract, fmt::format("{} needs {} bytes of {}", key, bytes, key_bytes_max));
  }

  void check_foreign_key(const Contract& contract, const ForeignKey& key) {
    const auto parent = std::ranges::find(contracts, key.parent_table, &Contract::table);
    if (parent == contracts.end())
      return add("parent_missing", contract, fmt::format("{}: no contract '{}'", key.name, key.parent_table));
    const bool is_unique =
        parent->primary_key == key.parent_columns || std::ranges::any_of(parent->indexes, [&](const Index& index) {
          return index.unique && index.columns == key.parent_columns;
        });
    if (!is_unique)
      return add("parent_not_unique", contract,
                 fmt::format("{}: its parent columns are no key of {}", key.name, parent->table));
    for (std::size_t i = 0; i < key.columns.size(); ++i) {
      const ColumnSql child_type = compute_column_sql(*contract.find_column(key.columns[i]));
      const ColumnSql parent_type = compute_column_sql(*parent->find_column(key.parent_columns[i]));
      if (child_type.type != parent_type.type || child_type.collation != parent_type.collation)
        add("parent_type", contract,
            fmt::format("{}: {} and its parent have different types", key.name, key.columns[i]));
    }
  }
};

}  // namespace

std::vector<ContractFinding> lint_contracts(std::span<const Contract> contracts) {
  Lint lint{contracts};
  lint.check_names();
  lint.check_foreign_key_names();
  for (const Contract& contract : contracts) {
    lint.check_columns(contract);
    lint.check_row(contract);
    lint.check_key(contract, "PRIMARY", contract.primary_key);
    lint.check_key_text(contract, "PRIMARY", contract.primary_key);
    for (const Index& index : contract.indexes) {
      lint.check_key(contract, index.name, index.columns);
      if (index.unique) lint.check_key_text(contract, index.name, index.columns);
    }
    for (const ForeignKey& key : contract.foreign_keys) lint.check_foreign_key(contract, key);
  }
  return std::move(lint.findings);
}

}  // namespace converge::contract
