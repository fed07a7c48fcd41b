#include "content/rules.hpp"

#include <algorithm>
#include <array>

namespace converge::content {

std::span<const StyleRule> rules() {
  static const std::array table{
      rule::banned_phrases(),  rule::exclamation_marks(), rule::headings(),        rule::no_em_dash(),
      rule::no_emoji(),        rule::numbers(),           rule::oxford_comma(),    rule::paragraph_length(),
      rule::preferred_terms(), rule::reading_grade(),     rule::sentence_length(), rule::tickers(),
  };
  return table;
}

const StyleRule* find_rule(std::string_view name) {
  const auto found = std::ranges::find(rules(), name, &StyleRule::name);
  return found == rules().end() ? nullptr : &*found;
}

}  // namespace converge::content
