#include "content/scope.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <utility>

namespace converge::content {
namespace {

constexpr std::array<std::pair<std::string_view, PassageKind>, 8> kinds_by_name{{
    {"paragraph", PassageKind::paragraph},
    {"sentence", PassageKind::sentence},
    {"raw", PassageKind::raw},
    {"summary", PassageKind::summary},
    {"link", PassageKind::span},
    {"strong", PassageKind::span},
    {"emphasis", PassageKind::span},
    {"code", PassageKind::span},
}};

std::vector<std::string> split_trimmed(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    std::string_view part = text.substr(0, end);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    parts.emplace_back(part);
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// Whether the dotted scope has this name among its own.
bool holds_name(std::string_view scope, std::string_view name) {
  for (std::size_t at = scope.find(name); at != std::string_view::npos; at = scope.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if ((at == 0 || scope[at - 1] == '.') && (end == scope.size() || scope[end] == '.')) return true;
  }
  return false;
}

}  // namespace

Result<RuleScope> RuleScope::parse(std::span<const std::string> entries) {
  RuleScope scope;
  for (const std::string& text : entries) {
    Entry entry;
    for (std::string part_text : split_trimmed(text, '&')) {
      Part part;
      part.negated = part_text.starts_with('~');
      if (part.negated) part_text.erase(0, 1);
      part.names = split_trimmed(part_text, '.');
      for (const std::string& name : part.names) {
        if (name.empty() || name.find(' ') != std::string::npos)
          return fail(Errc::invalid_input, fmt::format("the scope '{}' is not names joined by '.', '&' and '~'", text));
        const auto* found = std::ranges::find(kinds_by_name, name, &std::pair<std::string_view, PassageKind>::first);
        if (found != kinds_by_name.end() && !part.negated) entry.kind = found->second;
      }
      entry.parts.push_back(std::move(part));
    }
    scope.entries_.push_back(std::move(entry));
  }
  return scope;
}

bool RuleScope::matches(PassageKind kind, std::string_view scope) const {
  return std::ranges::any_of(entries_, [&](const Entry& entry) {
    return entry.kind == kind && std::ranges::all_of(entry.parts, [&](const Part& part) {
             const bool holds_all =
                 std::ranges::all_of(part.names, [&](const std::string& name) { return holds_name(scope, name); });
             return holds_all != part.negated;
           });
  });
}

bool RuleScope::asks_for(PassageKind kind) const {
  return std::ranges::find(entries_, kind, &Entry::kind) != entries_.end();
}

}  // namespace converge::content
