#include "contract/order.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace converge::contract {
namespace {

bool contains(const std::vector<Contract>& contracts, std::string_view table) {
  return std::ranges::find(contracts, table, &Contract::table) != contracts.end();
}

}  // namespace

Result<std::vector<Contract>> order_by_foreign_key(std::vector<Contract> contracts) {
  std::ranges::sort(contracts, {}, &Contract::table);
  for (const Contract& contract : contracts)
    for (const ForeignKey& key : contract.foreign_keys)
      if (!contains(contracts, key.parent_table))
        return fail(Errc::invalid_input, fmt::format("{}: {} points at '{}', which no contract describes",
                                                     contract.table, key.name, key.parent_table));
  std::vector<Contract> ordered;
  while (!contracts.empty()) {
    const auto is_ready = [&](const Contract& contract) {
      return std::ranges::all_of(contract.foreign_keys, [&](const ForeignKey& key) {
        return key.parent_table == contract.table || contains(ordered, key.parent_table);
      });
    };
    const auto ready = std::ranges::find_if(contracts, is_ready);
    if (ready == contracts.end())
      return fail(Errc::invalid_input, fmt::format("{}: its foreign keys lead back to it", contracts.front().table));
    ordered.push_back(std::move(*ready));
    contracts.erase(ready);
  }
  return ordered;
}

}  // namespace converge::contract
