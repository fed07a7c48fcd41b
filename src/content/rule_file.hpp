// content/rule_file.hpp — one rule of a package as its author wrote it: a YAML file, read strictly.
//
// The keys that every rule has are fields; those of its kind are found by name in the types that the kind declares. A key
// that nobody declares, and a value of the wrong type, are refused with file and line. Pure.
#pragma once
#include "content/rule.hpp"
#include "content/scope.hpp"
#include "content/yaml.hpp"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace converge::content {

// What an editor is told to offer: replace, remove, edit, convert or suggest, with what it needs.
struct RuleAction {
  std::string name;
  std::vector<std::string> params;
};

enum class RuleKeyKind { flag, number, text, texts, pairs, unread };

struct RuleKey {
  std::string_view name;
  RuleKeyKind kind;
  bool required = false;
};

using TextPair = std::pair<std::string, std::string>;
using RuleKeyValue = std::variant<bool, double, std::string, std::vector<std::string>, std::vector<TextPair>>;

struct RuleFile {
  std::string name;   // "Google.AMPM"
  std::string where;  // the file, for errors
  std::string kind;   // `extends`
  std::string message;
  std::string link;
  LintLevel level = LintLevel::warning;
  std::vector<std::string> scopes;  // empty: not written
  int limit = 0;                    // findings in one file; 0: any number
  RuleAction action;
  std::map<std::string, RuleKeyValue, std::less<>> values;
  int line = 1;

  bool flag(std::string_view key, bool otherwise = false) const;
  double number(std::string_view key, double otherwise = 0) const;
  const std::string& text(std::string_view key) const;                // empty when not set
  const std::vector<std::string>& texts(std::string_view key) const;  // empty when not set
  const std::vector<TextPair>& pairs(std::string_view key) const;     // empty when not set

  // An invalid_input that names file, rule and what is wrong.
  tl::unexpected<Error> complain(std::string_view what) const;
};

// The keys of a kind by its name; nullptr for a kind that does not exist.
using FindRuleKeys = const std::vector<RuleKey>* (*)(std::string_view kind);

// errors: invalid_input as "file:line: what"
Result<RuleFile> parse_rule_file(std::string_view yaml, std::string_view name, std::string_view where,
                                 FindRuleKeys find_keys);

}  // namespace converge::content
