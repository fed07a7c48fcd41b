// content/rules.hpp — the table of all style rules.
#pragma once
#include "content/rule.hpp"

#include <span>
#include <string_view>

namespace converge::content {

namespace rule {
StyleRule banned_phrases();
StyleRule exclamation_marks();
StyleRule headings();
StyleRule no_em_dash();
StyleRule no_emoji();
StyleRule numbers();
StyleRule oxford_comma();
StyleRule paragraph_length();
StyleRule preferred_terms();
StyleRule reading_grade();
StyleRule sentence_length();
StyleRule tickers();
}  // namespace rule

// All rules, by name.
std::span<const StyleRule> rules();
const StyleRule* find_rule(std::string_view name);

}  // namespace converge::content
