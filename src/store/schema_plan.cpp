#include "contract/ddl.hpp"
#include "contract/diff.hpp"
#include "store/schema.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>

namespace converge::store {
namespace {

using Contracts = std::span<const contract::Contract>;
using Differences = std::vector<contract::Difference>;

// What is compared when a table is missing: a description without columns.
const contract::LiveTable nothing;

const contract::LiveTable& find_live(const LiveSchema& live, const std::string& name) {
  const auto found = live.find(name);
  return found == live.end() ? nothing : found->second;
}

std::vector<std::string> render_all(const Differences& differences) {
  std::vector<std::string> words;
  std::ranges::transform(differences, std::back_inserter(words), contract::render_difference);
  return words;
}

void append(std::vector<std::string>& words, const Differences& differences) {
  std::ranges::move(render_all(differences), std::back_inserter(words));
}

std::vector<contract::LiveTable> make_expected(Contracts contracts) {
  std::vector<contract::LiveTable> expected;
  for (const auto& table : contracts) {
    expected.push_back(contract::make_expected_table(table));
    if (!table.latest_view.empty()) expected.push_back(contract::make_expected_view(table));
  }
  return expected;
}

std::optional<SchemaStep> plan_table(const contract::Contract& table, const LiveSchema& live,
                                     std::vector<std::string>& unsafe) {
  const auto after = compute_fingerprint(contract::make_expected_table(table));
  if (!live.contains(table.table))
    return SchemaStep{table.table, contract::render_create_table(table), "make the table", after};
  const auto& found = find_live(live, table.table);
  const auto plan = contract::plan_alter(table, found);
  append(unsafe, plan.unsafe);
  if (plan.statement.empty()) return std::nullopt;
  const auto differences = render_all(contract::compare_table(table, found));
  return SchemaStep{table.table, plan.statement, fmt::format("{}", fmt::join(differences, "; ")), after};
}

// A view holds no rows: it is made again whenever it differs.
std::optional<SchemaStep> plan_view(const contract::Contract& table, const LiveSchema& live) {
  if (table.latest_view.empty()) return std::nullopt;
  const auto expected = contract::make_expected_view(table);
  const auto after = compute_fingerprint(expected);
  if (!live.contains(table.latest_view))
    return SchemaStep{table.latest_view, contract::render_create_view(table), "make the view", after};
  const auto differences = render_all(contract::compare_tables(expected, find_live(live, table.latest_view)));
  if (differences.empty()) return std::nullopt;
  return SchemaStep{table.latest_view, contract::render_replace_view(table),
                    fmt::format("{}", fmt::join(differences, "; ")), after};
}

}  // namespace

std::vector<std::string> compute_schema_differences(Contracts contracts, const LiveSchema& live) {
  std::vector<std::string> words;
  for (const auto& expected : make_expected(contracts))
    append(words, contract::compare_tables(expected, find_live(live, expected.name)));
  return words;
}

std::vector<std::string> compute_schema_changes(Contracts contracts, const LiveSchema& live) {
  std::vector<std::string> words;
  for (const auto& expected : make_expected(contracts))
    if (live.contains(expected.name)) append(words, contract::compare_tables(expected, find_live(live, expected.name)));
  return words;
}

Result<std::vector<SchemaStep>> plan_schema(Contracts contracts, const LiveSchema& live) {
  std::vector<SchemaStep> steps;
  std::vector<std::string> unsafe;
  for (const auto& table : contracts) {
    auto step = plan_table(table, live, unsafe);
    auto view = plan_view(table, live);
    if (step) steps.push_back(*std::move(step));
    if (view) steps.push_back(*std::move(view));
  }
  if (unsafe.empty()) return steps;
  return fail(
      Errc::contract_violation,
      fmt::format("{} difference(s) cannot be mended without a decision: {}; change the table by hand, or the contract",
                  unsafe.size(), fmt::join(unsafe, "; ")));
}

}  // namespace converge::store
