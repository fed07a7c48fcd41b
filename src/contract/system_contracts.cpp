#include "contract/contract.hpp"
#include "contract/embedded.hpp"
#include "contract/order.hpp"

#include <algorithm>
#include <stdexcept>

namespace converge::contract {
namespace {

// The files are part of the program, so a fault in one of them is a bug and not an input.
std::vector<Contract> load_system_contracts() {
  std::vector<Contract> contracts;
  for (const EmbeddedContract& embedded : embedded_contracts()) {
    auto loaded = load_contract(embedded.text, embedded.file);
    if (!loaded) throw std::logic_error(loaded.error().message);
    contracts.push_back(*std::move(loaded));
  }
  auto ordered = order_by_foreign_key(std::move(contracts));
  if (!ordered) throw std::logic_error(ordered.error().message);
  return *std::move(ordered);
}

}  // namespace

const std::vector<Contract>& system_contracts() {
  static const std::vector<Contract> contracts = load_system_contracts();
  return contracts;
}

const Contract& system_contract(std::string_view table) {
  const auto found = std::ranges::find(system_contracts(), table, &Contract::table);
  if (found == system_contracts().end()) throw std::logic_error("no system contract '" + std::string(table) + "'");
  return *found;
}

}  // namespace converge::contract
