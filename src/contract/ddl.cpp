#include "contract/ddl.hpp"

#include "contract/pattern.hpp"
#include "contract/rule.hpp"
#include "contract/sql_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <array>
#include <stdexcept>

namespace converge::contract {
namespace {

constexpr std::string_view ulid_pattern = "^[0-7][0-9A-HJKMNP-TV-Z]{25}$";
constexpr std::string_view sha256_pattern = "^[0-9a-f]{64}$";

// Beyond this a text leaves the row: 65,535 bytes is all that the VARCHARs of one row may have together.
constexpr std::int64_t varchar_length_max = 1000;
constexpr std::int64_t bytes_per_character = 4;
constexpr std::int64_t text_bytes_max = 65'535;
constexpr std::int64_t mediumtext_bytes_max = 16'777'215;

struct PlainType {
  ColumnType column;
  std::string_view type;
};

constexpr std::array plain_types = std::to_array<PlainType>({
    {ColumnType::integer, "bigint"},
    {ColumnType::number, "double"},
    {ColumnType::boolean, "tinyint(1)"},
    {ColumnType::instant, "datetime(6)"},
    {ColumnType::date, "date"},
});

ColumnSql ascii(std::string type) {
  return {std::move(type), "ascii", "ascii_bin"};
}

ColumnSql unicode(std::string type) {
  return {std::move(type), "utf8mb4", "utf8mb4_bin"};
}

ColumnSql compute_text_sql(const Column& column) {
  if (column.format == "ulid") return ascii("char(26)");
  if (column.format == "sha256") return ascii("char(64)");
  if (!column.enum_values.empty()) {
    const auto longest = std::ranges::max(column.enum_values, {}, &std::string::size).size();
    return ascii(fmt::format("varchar({})", longest));
  }
  const std::int64_t length = *column.length_max;
  if (length <= varchar_length_max) return unicode(fmt::format("varchar({})", length));
  const std::int64_t bytes = length * bytes_per_character;
  return unicode(bytes <= text_bytes_max ? "text" : bytes <= mediumtext_bytes_max ? "mediumtext" : "longtext");
}

void append_text_conditions(const Column& column, std::vector<std::string>& conditions) {
  const std::string name = quote_name(column.name);
  if (column.format == "ulid") conditions.push_back(name + " REGEXP " + render_sql_pattern(ulid_pattern));
  if (column.format == "sha256") conditions.push_back(name + " REGEXP " + render_sql_pattern(sha256_pattern));
  if (!column.enum_values.empty()) {
    std::vector<std::string> words;
    for (const std::string& word : column.enum_values) words.push_back(quote_text(word));
    conditions.push_back(fmt::format("{} IN ({})", name, fmt::join(words, ", ")));
  }
  if (column.length_min > 0) conditions.push_back(fmt::format("CHAR_LENGTH({}) >= {}", name, column.length_min));
  if (column.length_max.value_or(0) > varchar_length_max)
    conditions.push_back(fmt::format("CHAR_LENGTH({}) <= {}", name, *column.length_max));
  if (!column.pattern.empty()) conditions.push_back(name + " REGEXP " + render_sql_pattern(column.pattern));
}

std::vector<std::string> render_column_conditions(const Column& column) {
  const std::string name = quote_name(column.name);
  std::vector<std::string> conditions;
  if (column.type == ColumnType::text) append_text_conditions(column, conditions);
  if (column.type == ColumnType::boolean) conditions.push_back(name + " IN (0, 1)");
  if (column.type == ColumnType::json) {
    conditions.push_back("JSON_VALID(" + name + ")");
    conditions.push_back(name + " LIKE '{%'");
  }
  if (column.minimum) conditions.push_back(name + " >= " + column.minimum->to_string());
  if (column.exclusive_minimum) conditions.push_back(name + " > " + column.exclusive_minimum->to_string());
  if (column.maximum) conditions.push_back(name + " <= " + column.maximum->to_string());
  return conditions;
}

}  // namespace

ColumnSql compute_column_sql(const Column& column) {
  if (column.type == ColumnType::text) return compute_text_sql(column);
  if (column.type == ColumnType::json) return unicode("longtext");
  if (column.type == ColumnType::decimal)
    return {fmt::format("decimal({},{})", column.precision, column.scale), "", ""};
  return {std::string(std::ranges::find(plain_types, column.type, &PlainType::column)->type), "", ""};
}

std::vector<LiveCheck> render_checks(const Contract& contract) {
  std::vector<LiveCheck> checks;
  for (const Column& column : contract.columns) {
    const std::vector<std::string> conditions = render_column_conditions(column);
    if (conditions.empty()) continue;
    checks.push_back({"ck_" + contract.table + "__" + column.name, fmt::format("{}", fmt::join(conditions, " AND "))});
  }
  for (const Check& check : contract.checks) {
    const auto rule = Rule::compile(check.rule, contract);
    if (!rule) throw std::logic_error("a loaded contract holds a rule that does not compile: " + rule.error().message);
    checks.push_back({check.name, rule->render_sql()});
  }
  return checks;
}

std::string render_column(const Column& column) {
  const ColumnSql sql = compute_column_sql(column);
  const std::string text =
      sql.charset.empty() ? "" : fmt::format(" CHARACTER SET {} COLLATE {}", sql.charset, sql.collation);
  return fmt::format("{} {}{} {}", quote_name(column.name), sql.type, text, column.nullable ? "NULL" : "NOT NULL");
}

std::string render_check(const LiveCheck& check) {
  return fmt::format("CONSTRAINT {} CHECK ({})", quote_name(check.name), check.clause);
}

std::string render_index(const Index& index) {
  return fmt::format("{}KEY {} ({})", index.unique ? "UNIQUE " : "", quote_name(index.name),
                     quote_names(index.columns));
}

std::string render_foreign_key(const ForeignKey& key) {
  return fmt::format("CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {} ({})", quote_name(key.name),
                     quote_names(key.columns), quote_name(key.parent_table), quote_names(key.parent_columns));
}

std::string render_create_table(const Contract& contract) {
  std::vector<std::string> lines;
  for (const Column& column : contract.columns) lines.push_back(render_column(column));
  lines.push_back(fmt::format("PRIMARY KEY ({})", quote_names(contract.primary_key)));
  for (const Index& index : contract.indexes) lines.push_back(render_index(index));
  for (const ForeignKey& key : contract.foreign_keys) lines.push_back(render_foreign_key(key));
  for (const LiveCheck& check : render_checks(contract)) lines.push_back(render_check(check));
  return fmt::format("CREATE TABLE {} (\n  {}\n) ENGINE=InnoDB DEFAULT CHARACTER SET=utf8mb4 COLLATE=utf8mb4_bin",
                     quote_name(contract.table), fmt::join(lines, ",\n  "));
}

std::string render_view_query(const Contract& contract) {
  std::vector<std::string> columns;
  for (const Column& column : contract.columns)
    columns.push_back(fmt::format("`shown`.{0} AS {0}", quote_name(column.name)));
  std::string same_key;
  for (const std::string& name : contract.primary_key)
    if (name != "revision") same_key += fmt::format("`later`.{0} = `shown`.{0} AND ", quote_name(name));
  return fmt::format(
      "SELECT {0}\n"
      "FROM {1} AS `shown`\n"
      "WHERE NOT EXISTS (SELECT 1 FROM {1} AS `later` WHERE {2}`later`.`revision` > `shown`.`revision`)",
      fmt::join(columns, ", "), quote_name(contract.table), same_key);
}

namespace {

std::string render_view(std::string_view verb, const Contract& contract) {
  return fmt::format("{} {} AS\n{}", verb, quote_name(contract.latest_view), render_view_query(contract));
}

}  // namespace

std::string render_create_view(const Contract& contract) {
  return render_view("CREATE VIEW", contract);
}

std::string render_replace_view(const Contract& contract) {
  return render_view("CREATE OR REPLACE VIEW", contract);
}

}  // namespace converge::contract
