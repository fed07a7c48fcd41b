#include "contract/diff.hpp"

#include "contract/ddl.hpp"
#include "contract/normalise.hpp"
#include "contract/sql_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <array>
#include <cstdio>

namespace converge::contract {
namespace {

constexpr std::array<std::string_view, 8> kind_words{"missing",   "extra",   "type",      "nullability",
                                                     "collation", "default", "attribute", "definition"};
constexpr std::array<std::string_view, 7> part_words{"table", "view",        "column", "index",
                                                     "check", "foreign key", "trigger"};

std::string_view or_none(const std::string& text) {
  return text.empty() ? std::string_view("none") : std::string_view(text);
}

std::string describe(const LiveIndex& index) {
  return fmt::format("{}({})", index.unique ? "unique " : "", fmt::join(index.columns, ", "));
}

std::string describe(const LiveCheck& check) {
  return check.is_enforced ? check.clause : check.clause + " (not enforced)";
}

std::string describe(const LiveForeignKey& key) {
  return fmt::format("({}) references {} ({}) on update {} on delete {}", fmt::join(key.columns, ", "),
                     key.parent_table, fmt::join(key.parent_columns, ", "), key.update_rule, key.delete_rule);
}

std::string describe(const LiveColumn& column) {
  return column.sql_type;
}

// Collects differences of one table.
struct Comparison {
  std::string table;
  std::vector<Difference> differences = {};

  void add(DifferenceKind kind, DifferencePart part, const std::string& name, std::string expected, std::string found) {
    differences.push_back({kind, part, table, name, std::move(expected), std::move(found)});
  }

  void add_unless_equal(DifferenceKind kind, DifferencePart part, const std::string& name, const std::string& expected,
                        const std::string& found) {
    if (expected != found) add(kind, part, name, expected, found);
  }

  void compare_parts(DifferencePart, const LiveColumn& expected, const LiveColumn& live) {
    constexpr auto column = DifferencePart::column;
    const auto nullability = [](const LiveColumn& c) { return std::string(c.nullable ? "null" : "not null"); };
    add_unless_equal(DifferenceKind::type, column, live.name, expected.sql_type, live.sql_type);
    add_unless_equal(DifferenceKind::nullability, column, live.name, nullability(expected), nullability(live));
    add_unless_equal(DifferenceKind::collation, column, live.name, expected.collation, live.collation);
    add_unless_equal(DifferenceKind::default_value, column, live.name, expected.default_text, live.default_text);
    add_unless_equal(DifferenceKind::attribute, column, live.name, expected.extra, live.extra);
  }

  template <class Part>
  void compare_parts(DifferencePart part, const Part& expected, const Part& live) {
    add_unless_equal(DifferenceKind::definition, part, live.name, describe(expected), describe(live));
  }

  template <class Part>
  void compare_lists(DifferencePart part, const std::vector<Part>& expected, const std::vector<Part>& live) {
    for (const Part& wanted : expected) {
      const auto found = std::ranges::find(live, wanted.name, &Part::name);
      if (found == live.end())
        add(DifferenceKind::missing, part, wanted.name, describe(wanted), "");
      else
        compare_parts(part, wanted, *found);
    }
    for (const Part& found : live)
      if (std::ranges::find(expected, found.name, &Part::name) == expected.end())
        add(DifferenceKind::extra, part, found.name, "", describe(found));
  }
};

LiveColumn make_expected_column(const Column& column) {
  ColumnSql sql = compute_column_sql(column);
  return {.name = column.name,
          .sql_type = std::move(sql.type),
          .nullable = column.nullable,
          .charset = std::move(sql.charset),
          .collation = std::move(sql.collation),
          .default_text = "",
          .extra = ""};
}

// Whether every value of `live` is a value of `wanted`, unchanged.
bool is_widening(const std::string& live, const std::string& wanted) {
  int live_size = 0;
  int wanted_size = 0;
  if (std::sscanf(live.c_str(), "varchar(%d)", &live_size) == 1) {
    const bool to_text = wanted == "text" || wanted == "mediumtext" || wanted == "longtext";
    return to_text || (std::sscanf(wanted.c_str(), "varchar(%d)", &wanted_size) == 1 && wanted_size >= live_size);
  }
  int live_scale = 0;
  int wanted_scale = 0;
  if (std::sscanf(live.c_str(), "decimal(%d,%d)", &live_size, &live_scale) == 2 &&
      std::sscanf(wanted.c_str(), "decimal(%d,%d)", &wanted_size, &wanted_scale) == 2)
    return wanted_scale >= live_scale && wanted_size - wanted_scale >= live_size - live_scale;
  constexpr std::array<std::string_view, 5> integers{"tinyint(1)", "smallint", "mediumint", "int", "bigint"};
  constexpr std::array<std::string_view, 3> texts{"text", "mediumtext", "longtext"};
  const auto grows = [&](const auto& sizes) {
    const auto from = std::ranges::find(sizes, live);
    const auto to = std::ranges::find(sizes, wanted);
    return from != sizes.end() && to != sizes.end() && from <= to;
  };
  return grows(integers) || grows(texts);
}

std::string charset_of(const std::string& collation) {
  return collation.substr(0, collation.find('_'));
}

bool is_safe(const Contract& contract, const Difference& difference) {
  const bool in_column = difference.part == DifferencePart::column;
  switch (difference.kind) {
    case DifferenceKind::missing: return !in_column || contract.find_column(difference.name)->nullable;
    case DifferenceKind::extra:
      return difference.part == DifferencePart::index ? difference.name != "PRIMARY"
                                                      : difference.part == DifferencePart::check;
    case DifferenceKind::type: return is_widening(difference.found, difference.expected);
    case DifferenceKind::collation: return in_column && charset_of(difference.found) == charset_of(difference.expected);
    case DifferenceKind::nullability:
    case DifferenceKind::default_value: return true;
    case DifferenceKind::attribute: return false;
    case DifferenceKind::definition:
      return difference.part == DifferencePart::check ||
             (difference.part == DifferencePart::index && difference.name != "PRIMARY");
  }
  return false;
}

// The clauses of one ALTER TABLE, in the order in which both servers can carry them out.
struct Clauses {
  const Contract& contract;
  std::vector<std::string> drops = {};
  std::vector<std::string> columns = {};
  std::vector<std::string> adds = {};

  void add(const Difference& difference) {
    const bool is_drop = difference.kind == DifferenceKind::extra || difference.kind == DifferenceKind::definition;
    const bool is_add = difference.kind != DifferenceKind::extra;
    const std::string name = quote_name(difference.name);
    if (difference.part == DifferencePart::column) return add_column(difference);
    if (is_drop && difference.part == DifferencePart::check) drops.push_back("DROP CONSTRAINT " + name);
    if (is_drop && difference.part == DifferencePart::index) drops.push_back("DROP INDEX " + name);
    if (is_add) adds.push_back("ADD " + render_part(difference));
  }

  void add_column(const Difference& difference) {
    const auto column = std::ranges::find(contract.columns, difference.name, &Column::name);
    std::string clause = "MODIFY COLUMN " + render_column(*column);
    if (difference.kind == DifferenceKind::missing) {
      const std::string place =
          column == contract.columns.begin() ? " FIRST" : " AFTER " + quote_name(std::prev(column)->name);
      clause = "ADD COLUMN " + render_column(*column) + place;
    }
    if (std::ranges::find(columns, clause) == columns.end()) columns.push_back(std::move(clause));
  }

  std::string render_part(const Difference& difference) const {
    if (difference.part == DifferencePart::index)
      return render_index(*std::ranges::find(contract.indexes, difference.name, &Index::name));
    if (difference.part == DifferencePart::foreign_key)
      return render_foreign_key(*std::ranges::find(contract.foreign_keys, difference.name, &ForeignKey::name));
    const std::vector<LiveCheck> checks = render_checks(contract);
    return render_check(*std::ranges::find(checks, difference.name, &LiveCheck::name));
  }

  std::string render() const {
    std::vector<std::string> all = drops;
    all.insert(all.end(), columns.begin(), columns.end());
    all.insert(all.end(), adds.begin(), adds.end());
    if (all.empty()) return "";
    return fmt::format("ALTER TABLE {}\n  {}", quote_name(contract.table), fmt::join(all, ",\n  "));
  }
};

}  // namespace

std::string render_difference(const Difference& difference) {
  const std::string subject = difference.name.empty() ? difference.table : difference.table + "." + difference.name;
  const std::string_view part = part_words[static_cast<std::size_t>(difference.part)];
  if (difference.kind == DifferenceKind::missing) return fmt::format("{}: {} is missing", subject, part);
  if (difference.kind == DifferenceKind::extra) return fmt::format("{}: {} is in no contract", subject, part);
  const bool reads_otherwise = difference.kind == DifferenceKind::definition;
  return fmt::format("{}: {} {} expected, {} found", subject,
                     reads_otherwise ? part : kind_words[static_cast<std::size_t>(difference.kind)],
                     or_none(difference.expected), or_none(difference.found));
}

LiveTable make_expected_table(const Contract& contract) {
  LiveTable table{.name = contract.table,
                  .engine = "innodb",
                  .collation = "utf8mb4_bin",
                  .query = {},
                  .columns = {},
                  .indexes = {},
                  .checks = {},
                  .foreign_keys = {},
                  .triggers = {}};
  for (const Column& column : contract.columns) table.columns.push_back(make_expected_column(column));
  table.indexes.push_back({"PRIMARY", contract.primary_key, true});
  for (const Index& index : contract.indexes) table.indexes.push_back({index.name, index.columns, index.unique});
  table.checks = render_checks(contract);
  for (const ForeignKey& key : contract.foreign_keys)
    table.foreign_keys.push_back({key.name, key.columns, key.parent_table, key.parent_columns, "restrict", "restrict"});
  return normalise_live_table(std::move(table), ServerFlavor::mariadb);
}

LiveTable make_expected_view(const Contract& contract) {
  LiveTable view{.name = contract.latest_view,
                 .engine = "",
                 .collation = "",
                 .is_view = true,
                 .query = normalise_view_query(render_view_query(contract), "", ServerFlavor::mysql),
                 .columns = {},
                 .indexes = {},
                 .checks = {},
                 .foreign_keys = {},
                 .triggers = {}};
  for (const Column& column : contract.columns) view.columns.push_back(make_expected_column(column));
  return view;
}

std::vector<Difference> compare_tables(const LiveTable& expected, const LiveTable& live) {
  const DifferencePart whole = expected.is_view ? DifferencePart::view : DifferencePart::table;
  Comparison comparison{expected.name};
  if (live.columns.empty()) {
    comparison.add(DifferenceKind::missing, whole, "", "", "");
    return std::move(comparison.differences);
  }
  const auto kind = [](const LiveTable& table) { return std::string(table.is_view ? "a view" : "a table"); };
  comparison.add_unless_equal(DifferenceKind::definition, whole, "", kind(expected), kind(live));
  comparison.add_unless_equal(DifferenceKind::definition, whole, "", expected.engine, live.engine);
  comparison.add_unless_equal(DifferenceKind::collation, whole, "", expected.collation, live.collation);
  if (expected.query != live.query)
    comparison.add(DifferenceKind::definition, whole, "", "the query of its contract", live.query);
  comparison.compare_lists(DifferencePart::column, expected.columns, live.columns);
  comparison.compare_lists(DifferencePart::index, expected.indexes, live.indexes);
  comparison.compare_lists(DifferencePart::check, expected.checks, live.checks);
  comparison.compare_lists(DifferencePart::foreign_key, expected.foreign_keys, live.foreign_keys);
  for (const std::string& trigger : live.triggers)
    comparison.add(DifferenceKind::extra, DifferencePart::trigger, trigger, "", trigger);
  return std::move(comparison.differences);
}

AlterPlan plan_alter(const Contract& contract, const LiveTable& live) {
  AlterPlan plan;
  Clauses clauses{contract};
  const std::vector<Difference> differences = compare_table(contract, live);
  std::vector<std::string> unsafe_columns;
  for (const Difference& difference : differences) {
    const bool whole = difference.part == DifferencePart::table || difference.part == DifferencePart::view;
    if (whole || !is_safe(contract, difference)) {
      plan.unsafe.push_back(difference);
      unsafe_columns.push_back(difference.name);
    }
  }
  // MODIFY COLUMN sets all of a column at once, so one unsafe difference keeps the others of that column from being mended.
  for (const Difference& difference : differences)
    if (std::ranges::find(unsafe_columns, difference.name) == unsafe_columns.end()) clauses.add(difference);
  plan.statement = clauses.render();
  return plan;
}

}  // namespace converge::contract
