// contract/lock.hpp — contracts.lock: which contract each table had when it was last reviewed.
//
// Pure. One line per table, by name: "bar 9f2c...". A contract that changes without its line is found by a test and by
// `converge schema verify`.
#pragma once
#include "contract/contract.hpp"

#include <span>

namespace converge::contract {

struct LockEntry {
  std::string table;
  std::string hash;  // Contract::hash

  bool operator==(const LockEntry&) const = default;
};

std::string render_lock(std::span<const Contract> contracts);

// errors: invalid_input with the line that is not "table hash", or stands out of order
Result<std::vector<LockEntry>> parse_lock(std::string_view text);

// What differs, in words, by table: "bar: its contract has changed since contracts.lock was written". Empty when all agree.
std::vector<std::string> compare_lock(std::span<const LockEntry> lock, std::span<const Contract> contracts);

}  // namespace converge::contract
