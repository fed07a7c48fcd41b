// content/vale_ini.hpp — a project's `.vale.ini`, as Vale's users have it: which styles apply to which files, and how.
//
//   StylesPath = styles            [*.md]
//   MinAlertLevel = warning        BasedOnStyles = Google, Converge
//   Vocab = Product                Google.Passive = NO
//   IgnoredScopes = code, tt       TokenIgnores = (\$\w+\$)
//
// Keys above the first section hold for all files; `[*]` is the section that every file falls back to. Pure.
#pragma once
#include "base/result.hpp"
#include "content/rule.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace converge::content {

// What a file says of one rule, or of all rules of a style.
struct RuleChoice {
  std::string name;  // "Style.Rule", or "Style"
  bool enabled = true;
  std::optional<LintLevel> level;
  int line = 0;
};

struct ValeSection {
  std::string glob;  // "*" for the one that all files fall back to
  int line = 0;
  std::optional<std::vector<std::string>> styles;  // BasedOnStyles
  std::vector<RuleChoice> rules;
  std::vector<std::string> token_ignores;  // patterns
  std::vector<std::string> block_ignores;
};

struct ValeIni {
  std::string where;
  std::vector<std::string> styles_paths;  // relative to the file's folder
  LintLevel level_min = LintLevel::suggestion;
  std::vector<std::string> vocabularies;
  std::vector<std::string> ignored_scopes;  // empty: Vale's own
  std::vector<std::string> skipped_scopes;
  std::string word_template;
  std::map<std::string, std::string, std::less<>> formats;  // an extension read as another one
  std::vector<ValeSection> sections;
  std::vector<std::string> notices;  // what was read and has no effect here
};

// errors: invalid_input as "file:line: what"
Result<ValeIni> parse_vale_ini(std::string_view text, std::string_view where);

}  // namespace converge::content
