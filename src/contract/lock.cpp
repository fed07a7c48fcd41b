#include "contract/lock.hpp"

#include "contract/embedded.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <map>

namespace converge::contract {
namespace {

constexpr std::string_view heading = "# contracts.lock: table and SHA-256 of its contract\n";

bool is_entry(const LockEntry& entry) {
  const bool is_hash = entry.hash.size() == 64 && entry.hash.find_first_not_of("0123456789abcdef") == std::string::npos;
  return !entry.table.empty() && is_hash;
}

}  // namespace

std::string render_lock(std::span<const Contract> contracts) {
  std::map<std::string_view, std::string_view> hashes;
  for (const Contract& contract : contracts) hashes[contract.table] = contract.hash;
  std::string text(heading);
  for (const auto& [table, hash] : hashes) text += fmt::format("{} {}\n", table, hash);
  return text;
}

Result<std::vector<LockEntry>> parse_lock(std::string_view text) {
  std::vector<LockEntry> entries;
  for (int line = 1; !text.empty(); ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view row = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (row.empty() || row.starts_with('#')) continue;
    const std::size_t space = std::min(row.find(' '), row.size());
    LockEntry entry{std::string(row.substr(0, space)), std::string(row.substr(std::min(space + 1, row.size())))};
    if (!is_entry(entry))
      return fail(Errc::invalid_input, fmt::format("contracts.lock:{}: '{}' is not a table and a hash", line, row));
    if (!entries.empty() && entries.back().table >= entry.table)
      return fail(Errc::invalid_input,
                  fmt::format("contracts.lock:{}: '{}' stands twice or out of order", line, entry.table));
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::vector<std::string> compare_lock(std::span<const LockEntry> lock, std::span<const Contract> contracts) {
  std::map<std::string_view, std::string> differences;
  for (const Contract& contract : contracts) {
    const auto locked = std::ranges::find(lock, contract.table, &LockEntry::table);
    if (locked == lock.end())
      differences[contract.table] = "its contract is not in contracts.lock";
    else if (locked->hash != contract.hash)
      differences[contract.table] = "its contract has changed since contracts.lock was written";
  }
  for (const LockEntry& entry : lock)
    if (std::ranges::find(contracts, entry.table, &Contract::table) == contracts.end())
      differences[entry.table] = "contracts.lock names it, and no contract does";
  std::vector<std::string> words;
  for (const auto& [table, difference] : differences) words.push_back(fmt::format("{}: {}", table, difference));
  return words;
}

std::vector<std::string> compare_system_lock() {
  const auto lock = parse_lock(embedded_lock());
  if (!lock) return {lock.error().message};
  return compare_lock(*lock, system_contracts());
}

}  // namespace converge::contract
