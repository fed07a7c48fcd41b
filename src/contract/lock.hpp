// contract/lock.hpp — contracts.lock: which contract each table had when it was last reviewed.
//
// Pure. One line per table, by name: "bar 9f2c...". There are two: the program's own (`make golden`, built in) and one beside
// the contracts of a desk (`converge schema apply`). A contract that changes without its line is found by `schema verify`; for
// the program's own also by a test and before `schema apply`. What was run on a server is in the journal, table schema_step:
// each statement with its hash, and the fingerprint of the table before and after it.
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

// The same for the system's contracts and the lock that this program was built with.
std::vector<std::string> compare_system_lock();

}  // namespace converge::contract
