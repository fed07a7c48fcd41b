#include "base/hash.hpp"
#include "contract/normalise.hpp"
#include "store/schema.hpp"
#include "store/sql.hpp"

#include <algorithm>

namespace converge::store {
namespace {

// Cells of an answer by column name. information_schema answers with texts and numbers; NULL reads as "".
class NamedRow {
 public:
  NamedRow(const RowSet& set, const std::vector<Value>& row) : set_(set), row_(row) {}

  std::string text(std::string_view column) const {
    const auto& value = cell(column);
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    return "";
  }
  bool is_null(std::string_view column) const { return std::holds_alternative<std::monostate>(cell(column)); }

 private:
  const Value& cell(std::string_view column) const {
    const auto at = std::ranges::find(set_.columns, column) - set_.columns.begin();
    return row_.at(static_cast<std::size_t>(at));
  }

  const RowSet& set_;
  const std::vector<Value>& row_;
};

template <class Add>  // void(contract::LiveTable&, const NamedRow&)
Result<void> load_each(Connection& connection, const Statement& statement, LiveSchema& live, Add&& add) {
  TRY(const auto set, connection.select(statement));
  for (const auto& values : set.rows) {
    const NamedRow row(set, values);
    // A table made since the first look has no entry yet: it is not part of this look.
    const auto table = live.find(row.text("table_name"));
    if (table != live.end()) add(table->second, row);
  }
  return {};
}

// The entry of that name at the end of the list, made if it is not there: rows come ordered by name.
template <class Named>
Named& entry(std::vector<Named>& list, std::string name) {
  if (list.empty() || list.back().name != name) list.emplace_back().name = std::move(name);
  return list.back();
}

void add_column(contract::LiveTable& table, const NamedRow& row) {
  auto& column = table.columns.emplace_back();
  column.name = row.text("column_name");
  column.sql_type = row.text("column_type");
  column.nullable = row.text("is_nullable") == "YES";
  column.charset = row.text("character_set_name");
  column.collation = row.text("collation_name");
  column.default_text = row.text("column_default");
  column.extra = row.text("extra");
}

void add_index_column(contract::LiveTable& table, const NamedRow& row) {
  auto& index = entry(table.indexes, row.text("index_name"));
  index.unique = row.text("non_unique") == "0";
  const auto prefix = row.is_null("sub_part") ? "" : "(" + row.text("sub_part") + ")";
  index.columns.push_back(row.text("column_name") + prefix);
}

void add_check(contract::LiveTable& table, const NamedRow& row) {
  table.checks.push_back({row.text("constraint_name"), row.text("check_clause"), row.text("enforced") != "NO"});
}

void add_trigger(contract::LiveTable& table, const NamedRow& row) {
  table.triggers.push_back(row.text("trigger_name"));
}

void add_foreign_key_column(contract::LiveTable& table, const NamedRow& row) {
  auto& key = entry(table.foreign_keys, row.text("constraint_name"));
  key.columns.push_back(row.text("column_name"));
  key.parent_table = row.text("referenced_table_name");
  key.parent_columns.push_back(row.text("referenced_column_name"));
  key.update_rule = row.text("update_rule");
  key.delete_rule = row.text("delete_rule");
}

// Texts with their ends marked, so that no two lists of texts run together into the same bytes.
class FingerprintHash {
 public:
  void add(std::string_view text) {
    stream_.add(text);
    stream_.add(std::string_view("\0", 1));
  }
  void add(const std::vector<std::string>& texts) {
    add(std::to_string(texts.size()));
    for (const auto& text : texts) add(std::string_view(text));
  }
  std::string finish_hex() { return stream_.finish_hex(); }

 private:
  Sha256Stream stream_;
};

}  // namespace

Result<LiveSchema> load_live_schema(Connection& connection) {
  LiveSchema live;
  TRY(const auto tables, connection.select(sql::schema_tables));
  for (const auto& values : tables.rows) {
    const NamedRow row(tables, values);
    auto& table = live[row.text("table_name")];
    table.name = row.text("table_name");
    table.engine = row.text("engine");
    table.collation = row.text("table_collation");
    table.is_view = row.text("table_type") == "VIEW";
  }
  TRY_VOID(load_each(connection, sql::schema_columns, live, add_column));
  TRY_VOID(load_each(connection, sql::schema_indexes, live, add_index_column));
  TRY_VOID(load_each(connection, sql::schema_checks, live, add_check));
  TRY_VOID(load_each(connection, sql::schema_foreign_keys, live, add_foreign_key_column));
  TRY_VOID(load_each(connection, sql::schema_triggers, live, add_trigger));
  const ServerFlavor flavor = connection.server().flavor;
  TRY_VOID(load_each(connection, sql::schema_views, live, [&](contract::LiveTable& view, const NamedRow& row) {
    view.query = contract::normalise_view_query(row.text("view_definition"), row.text("table_schema"), flavor);
  }));
  for (auto& [name, table] : live) table = contract::normalise_live_table(table, flavor);
  return live;
}

std::string compute_fingerprint(const contract::LiveTable& table) {
  auto columns = table.columns;
  std::ranges::sort(columns, {}, &contract::LiveColumn::name);
  FingerprintHash hash;
  hash.add({table.name, table.engine, table.collation, table.is_view ? "view" : "table", table.query});
  for (const auto& column : columns)
    hash.add({"column", column.name, column.sql_type, column.nullable ? "null" : "not null", column.collation,
              column.default_text, column.extra});
  for (const auto& index : table.indexes) {
    hash.add({index.unique ? "unique" : "index", index.name});
    hash.add(index.columns);
  }
  for (const auto& check : table.checks)
    hash.add({"check", check.name, check.clause, check.is_enforced ? "enforced" : "not enforced"});
  for (const auto& trigger : table.triggers) hash.add({"trigger", trigger});
  for (const auto& key : table.foreign_keys) {
    hash.add({"foreign key", key.name, key.parent_table, key.update_rule, key.delete_rule});
    hash.add(key.columns);
    hash.add(key.parent_columns);
  }
  return hash.finish_hex();
}

std::string compute_fingerprint(const LiveSchema& live, const std::string& table) {
  const auto found = live.find(table);
  return found == live.end() ? compute_sha256_hex("") : compute_fingerprint(found->second);
}

}  // namespace converge::store
