#include "content/kind.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace converge::content {
namespace {

bool is_blank_byte(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0;
}

std::string trim_with(std::string_view match, std::string_view cut_set, bool left, bool right) {
  const auto is_cut = [&](char c) {
    return cut_set.empty() ? is_blank_byte(c) : cut_set.find(c) != std::string_view::npos;
  };
  while (left && !match.empty() && is_cut(match.front())) match.remove_prefix(1);
  while (right && !match.empty() && is_cut(match.back())) match.remove_suffix(1);
  return std::string(match);
}

std::string replace_pattern(std::string_view match, std::string_view pattern, std::string_view replacement,
                            PatternScratch& scratch) {
  const auto compiled = Pattern::compile(pattern);
  return compiled ? compiled->substitute(match, replacement, scratch) : std::string(match);
}

// The edits of Vale's `edit` action, by name; params[0] is the name.
std::optional<std::string> apply_edit(const std::vector<std::string>& params, std::string_view match,
                                      PatternScratch& scratch) {
  const auto param = [&](std::size_t i) {
    return i < params.size() ? std::string_view(params[i]) : std::string_view();
  };
  const std::string_view edit = param(0);
  if (edit == "regex" && params.size() == 3) return replace_pattern(match, param(1), param(2), scratch);
  if (edit == "trim") return trim_with(match, param(1), true, true);
  if (edit == "trim_left" || edit == "ltrim") return trim_with(match, param(1), true, false);
  if (edit == "trim_right" || edit == "rtrim") return trim_with(match, param(1), false, true);
  if (edit == "truncate") return std::string(match.substr(0, match.find(param(1))));
  if (edit == "remove" || edit == "replace") {
    std::string out(match);
    const std::string_view old = param(1);
    for (std::size_t at = old.empty() ? std::string::npos : out.find(old); at != std::string::npos;
         at = out.find(old, at + param(2).size()))
      out.replace(at, old.size(), edit == "replace" ? param(2) : "");
    return out;
  }
  if (edit == "split") {
    std::size_t index = 0;
    const std::string_view number = param(2);
    std::from_chars(number.data(), number.data() + number.size(), index);
    std::string_view rest = match;
    for (; index > 0; --index) {
      const std::size_t end = param(1).empty() ? std::string_view::npos : rest.find(param(1));
      if (end == std::string_view::npos) return std::nullopt;
      rest.remove_prefix(end + param(1).size());
    }
    return std::string(rest.substr(0, rest.find(param(1))));
  }
  return std::nullopt;
}

}  // namespace

std::span<const RuleKind> rule_kinds() {
  static const std::array table{kind::capitalization(), kind::conditional(), kind::consistency(), kind::existence(),
                                kind::metric(),         kind::occurrence(),  kind::readability(), kind::repetition(),
                                kind::script(),         kind::sequence(),    kind::spelling(),    kind::substitution()};
  return table;
}

const RuleKind* find_rule_kind(std::string_view name) {
  const auto found = std::ranges::find(rule_kinds(), name, &RuleKind::name);
  return found == rule_kinds().end() ? nullptr : &*found;
}

const std::vector<RuleKey>* find_rule_keys(std::string_view kind) {
  const RuleKind* found = find_rule_kind(kind);
  return found == nullptr ? nullptr : &found->keys;
}

std::string format_rule_message(std::string_view message, std::span<const std::string> words) {
  std::string out;
  std::size_t next = 0;
  for (std::size_t at = 0; at < message.size(); ++at) {
    if (message[at] != '%' || at + 1 == message.size()) {
      out += message[at];
      continue;
    }
    ++at;
    if (message[at] == '%') {
      out += '%';
      continue;
    }
    if (message[at] == '[') {
      const std::size_t close = message.find(']', at);
      std::size_t number = 0;
      if (close != std::string_view::npos) std::from_chars(message.data() + at + 1, message.data() + close, number);
      if (number > 0 && close + 1 < message.size()) {
        next = number - 1;
        at = close + 1;
      }
    }
    const bool is_verb = std::string_view("sdvq").find(message[at]) != std::string_view::npos;
    if (!is_verb) {
      out += '%';
      out += message[at];
    } else if (next < words.size()) {
      out += words[next++];
    }
  }
  // One line, and no runs of blanks: a report has one finding a line.
  std::ranges::replace(out, '\n', ' ');
  const auto rest = std::ranges::unique(out, [](char a, char b) { return a == ' ' && b == ' '; });
  out.erase(rest.begin(), rest.end());
  return out;
}

std::vector<std::string> apply_rule_action(const RuleAction& action, std::string_view match, PatternScratch& scratch) {
  if (action.name == "replace") return action.params;
  if (action.name == "remove") return {""};
  if (action.name == "edit") {
    if (auto edited = apply_edit(action.params, match, scratch)) return {std::move(*edited)};
  }
  return {};
}

KindHit make_kind_hit(const RuleFile& rule, std::size_t passage, TextRange range, std::string_view match,
                      PatternScratch& scratch) {
  KindHit hit{.passage = passage,
              .range = range,
              .message = {},
              .replacements = apply_rule_action(rule.action, match, scratch)};
  hit.has_replacement = !hit.replacements.empty();
  std::string fixed(match);
  if (hit.replacements.size() == 1) fixed = hit.replacements[0];
  if (hit.replacements.size() > 1) fixed = join_quoted(hit.replacements);
  const std::array<std::string, 2> words{std::string(match), fixed};
  hit.message = format_rule_message(rule.message, std::span(words).first(rule.action.name.empty() ? 1 : 2));
  return hit;
}

std::string join_quoted(std::span<const std::string> words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool is_last = i + 1 == words.size();
    if (i > 0) out += words.size() > 2 ? ", " : " ";
    if (i > 0 && is_last) out += "or ";
    out += fmt::format("'{}'", words[i]);
  }
  return out;
}

std::string capitalize_first(std::string_view text) {
  std::string out(text);
  if (!out.empty()) out[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(out[0])));
  return out;
}

std::string_view trim_blanks(std::string_view text) {
  while (!text.empty() && is_blank_byte(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank_byte(text.back())) text.remove_suffix(1);
  return text;
}

Result<ExceptionList> compile_exceptions(const RuleFile& rule, const KindSetup& setup, bool with_vocabulary) {
  std::vector<std::string> terms = rule.texts("exceptions");
  if (with_vocabulary) terms.insert(terms.end(), setup.vocabulary.accepted.begin(), setup.vocabulary.accepted.end());
  auto list = ExceptionList::compile(std::move(terms));
  if (!list) return rule.complain("exceptions: " + list.error().message);
  return list;
}

}  // namespace converge::content
