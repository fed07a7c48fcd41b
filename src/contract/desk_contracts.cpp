#include "contract/desk_contracts.hpp"

#include "contract/lint.hpp"
#include "contract/order.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace converge::contract {

Result<std::vector<Contract>> arrange_desk_contracts(std::vector<Contract> own) {
  std::vector<Contract> all = system_contracts();
  std::ranges::move(own, std::back_inserter(all));
  std::string faults;
  for (const ContractFinding& finding : lint_contracts(all))
    faults += fmt::format("{}contracts/{}.schema.json: {}: {}", faults.empty() ? "" : "; ", finding.table, finding.rule,
                          finding.message);
  if (!faults.empty()) return fail(Errc::invalid_input, faults);
  TRY(auto ordered, order_by_foreign_key(std::move(all)));
  std::erase_if(ordered, [](const Contract& one) {
    return std::ranges::find(system_contracts(), one.table, &Contract::table) != system_contracts().end();
  });
  return ordered;
}

}  // namespace converge::contract
