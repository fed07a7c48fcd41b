#include "content/rule.hpp"

#include <algorithm>
#include <array>

namespace converge::content {
namespace {

constexpr std::array<std::string_view, 3> level_names{"suggestion", "warning", "error"};

template <class T>
const T& find_setting(const RuleSetting& setting, std::string_view name) {
  static const T absent{};
  const auto found = setting.values.find(name);
  return found == setting.values.end() ? absent : std::get<T>(found->second);
}

}  // namespace

std::string_view lint_level_name(LintLevel level) {
  return level_names.at(static_cast<std::size_t>(level));
}

std::optional<LintLevel> parse_lint_level(std::string_view name) {
  const auto* found = std::ranges::find(level_names, name);
  if (found == level_names.end()) return std::nullopt;
  return static_cast<LintLevel>(found - level_names.begin());
}

std::int64_t RuleSetting::count(std::string_view name) const {
  return find_setting<std::int64_t>(*this, name);
}
const std::string& RuleSetting::word(std::string_view name) const {
  return find_setting<std::string>(*this, name);
}
const std::vector<std::string>& RuleSetting::texts(std::string_view name) const {
  return find_setting<std::vector<std::string>>(*this, name);
}
const std::vector<PhraseSwap>& RuleSetting::swaps(std::string_view name) const {
  return find_setting<std::vector<PhraseSwap>>(*this, name);
}

}  // namespace converge::content
