// content/rule.hpp — what a style rule is: a name, the settings it takes, a check, and a sentence of advice.
//
// One rule is one file in content/rule/ and one row of the table in rules.cpp. Nothing registers itself. From its row come
// the keys that style/guide.yaml may hold for it, the linter's findings, and its line in the text an assistant is prompted
// with. Pure.
//
// AGENTS.md has the recipe for another one.
#pragma once
#include "base/result.hpp"
#include "content/position.hpp"
#include "content/prose.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace converge::content {

enum class LintLevel { suggestion, warning, error };

std::string_view lint_level_name(LintLevel level);
std::optional<LintLevel> parse_lint_level(std::string_view name);

// safe: the meaning cannot change, applied without asking. suggest: a person decides.
enum class FixSafety { safe, suggest };

struct LintFix {
  TextRange range;  // in the file
  std::string replacement;
  FixSafety safety = FixSafety::suggest;
};

// What a check found: where in the file, what is wrong and what to write instead, and how to mend it where that is known.
struct RuleHit {
  TextRange range;
  std::string message;
  std::optional<LintFix> fix;
};

// A phrase to avoid and what to write in its place; `instead` is empty where it is best left out.
struct PhraseSwap {
  std::string phrase;
  std::string instead;
};

using SettingValue = std::variant<std::int64_t, std::string, std::vector<std::string>, std::vector<PhraseSwap>>;

// The form in which a setting is written in style/guide.yaml: a whole number, one of the words that its rule knows, a list of
// texts, or a map of phrases.
enum class SettingKind { count, word, texts, swaps };

struct SettingSpec {
  std::string_view name;
  SettingKind kind;
  bool required = false;
  std::vector<std::string_view> words = {};  // of a word
};

// A rule as one style guide switches it on.
struct RuleSetting {
  std::string rule;
  LintLevel level = LintLevel::error;
  std::map<std::string, SettingValue, std::less<>> values;

  std::int64_t count(std::string_view name) const;                     // 0 when not set
  const std::string& word(std::string_view name) const;                // empty when not set
  const std::vector<std::string>& texts(std::string_view name) const;  // empty when not set
  const std::vector<PhraseSwap>& swaps(std::string_view name) const;   // empty when not set
};

using RuleCheck = std::function<void(const Prose& prose, std::vector<RuleHit>& hits)>;

struct StyleRule {
  std::string_view name;
  std::vector<SettingSpec> settings;
  // Prepares the check for one guide; patterns are compiled here, once. errors: invalid_input for a value that cannot work
  Result<RuleCheck> (*compile)(const RuleSetting&);
  // One or two sentences that tell a writer what the rule wants.
  std::string (*render_advice)(const RuleSetting&);
};

}  // namespace converge::content
