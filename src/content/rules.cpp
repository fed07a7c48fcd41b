#include "content/rules.hpp"

#include <algorithm>
#include <array>

namespace converge::content {

std::span<const StyleRule> rules() {
  static const std::array table{
      rule::banned_phrases(),
      rule::no_em_dash(),
      rule::no_emoji(),
      rule::sentence_length(),
  };
  return table;
}

const StyleRule* find_rule(std::string_view name) {
  const auto found = std::ranges::find(rules(), name, &StyleRule::name);
  return found == rules().end() ? nullptr : &*found;
}

}  // namespace converge::content
