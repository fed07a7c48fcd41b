// content/built_in_style.hpp — the style `Converge`: our own rules against the tells of machine prose, as data.
//
// One rule is one file in content/style/, embedded at build time. Each has a fixture in tests/fixture/style with what it must
// find and what it must leave alone.
#pragma once
#include <span>
#include <string_view>

namespace converge::content {

struct BuiltInRule {
  std::string_view name;  // "Hype"
  std::string_view yaml;
};

inline constexpr std::string_view built_in_style_name = "Converge";

// By name.
std::span<const BuiltInRule> built_in_rules();

}  // namespace converge::content
