#include "surface/desk_lock.hpp"

#include "contract/lock.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace converge::surface {
namespace {

namespace fs = std::filesystem;

fs::path lock_file(const Desk& desk) {
  return desk.root / "contracts" / "contracts.lock";
}

}  // namespace

Result<std::vector<std::string>> find_lock_differences(const Desk& desk) {
  std::vector<std::string> differences = contract::compare_system_lock();
  std::string text;
  if (fs::exists(lock_file(desk))) {
    TRY(text, load_text(lock_file(desk)));
  }
  TRY(const auto lock, with_context(contract::parse_lock(text), "contracts"));
  std::ranges::move(contract::compare_lock(lock, desk.contracts), std::back_inserter(differences));
  return differences;
}

Result<void> write_lock(const Desk& desk) {
  const fs::path file = lock_file(desk);
  if (desk.contracts.empty() && !fs::exists(file)) return {};
  std::ofstream out(file, std::ios::binary);
  out << contract::render_lock(desk.contracts);
  out.close();
  if (!out) return fail(Errc::unavailable, "file " + file.string() + " cannot be written");
  return {};
}

}  // namespace converge::surface
