// contract/markdown.hpp — the contracts as a page to read: docs/schema.md.
#pragma once
#include "contract/contract.hpp"

#include <span>

namespace converge::contract {

// One section per table, in the order given: its purpose, its columns with type and rules, its keys, indexes and checks.
std::string render_schema_markdown(std::span<const Contract> contracts);

}  // namespace converge::contract
