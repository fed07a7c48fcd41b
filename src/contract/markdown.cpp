#include "contract/markdown.hpp"

#include "contract/ddl.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>

namespace converge::contract {
namespace {

std::string escape_cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped.push_back('\\');
    escaped.push_back(c);
  }
  return escaped;
}

std::string render_rules(const Contract& contract, const Column& column) {
  std::vector<std::string> rules;
  if (std::ranges::find(contract.primary_key, column.name) != contract.primary_key.end()) rules.emplace_back("key");
  if (column.nullable) rules.emplace_back("may be null");
  if (!column.format.empty()) rules.push_back(column.format);
  if (!column.enum_values.empty()) rules.push_back(fmt::format("one of {}", fmt::join(column.enum_values, ", ")));
  if (column.length_min > 0) rules.push_back(fmt::format("at least {} characters", column.length_min));
  if (column.length_max) rules.push_back(fmt::format("at most {} characters", *column.length_max));
  if (!column.pattern.empty()) rules.push_back(fmt::format("`{}`", column.pattern));
  if (column.minimum) rules.push_back(">= " + column.minimum->to_string());
  if (column.exclusive_minimum) rules.push_back("> " + column.exclusive_minimum->to_string());
  if (column.maximum) rules.push_back("<= " + column.maximum->to_string());
  if (column.is_volatile) rules.emplace_back("volatile");
  return fmt::format("{}", fmt::join(rules, "; "));
}

std::string render_table(const Contract& contract) {
  std::string text = fmt::format("## {}\n\n{}\n\n| column | type | rules | meaning |\n|---|---|---|---|\n",
                                 contract.table, contract.description);
  for (const Column& column : contract.columns)
    text += fmt::format("| `{}` | {} | {} | {} |\n", column.name, compute_column_sql(column).type,
                        escape_cell(render_rules(contract, column)), escape_cell(column.description));
  text += fmt::format("\n- Primary key: {}\n", fmt::join(contract.primary_key, ", "));
  for (const Index& index : contract.indexes)
    text += fmt::format("- {} `{}`: {}\n", index.unique ? "Unique index" : "Index", index.name,
                        fmt::join(index.columns, ", "));
  for (const ForeignKey& key : contract.foreign_keys)
    text += fmt::format("- Foreign key `{}`: {} -> {} ({})\n", key.name, fmt::join(key.columns, ", "), key.parent_table,
                        fmt::join(key.parent_columns, ", "));
  for (const Check& check : contract.checks) text += fmt::format("- Check `{}`: `{}`\n", check.name, check.rule);
  if (!contract.latest_view.empty())
    text += fmt::format("- View `{}`: the highest revision of each key\n", contract.latest_view);
  return text + "\n";
}

}  // namespace

std::string render_schema_markdown(std::span<const Contract> contracts) {
  std::string text =
      "# Schema\n\n"
      "Written from `contracts/*.schema.json` by `make golden`. Parents stand before the tables that point at them.\n"
      "Columns marked volatile hold wall-clock, attempt, lease or worker facts; all others are reproducible to the "
      "byte.\n\n";
  for (const Contract& contract : contracts) text += render_table(contract);
  text.pop_back();
  return text;
}

}  // namespace converge::contract
