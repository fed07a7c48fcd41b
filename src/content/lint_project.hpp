// content/lint_project.hpp — a project's linting set-up, loaded: its `.vale.ini`, styles, vocabularies, and which rules run where.
//
// Reads files. Built-in styles need none: `Vale` (Vale.Spelling, Vale.Repetition, Vale.Terms, Vale.Avoid) and `Converge`, our own
// rules against the tells of machine prose (style/*.yml).
#pragma once
#include "content/path_glob.hpp"
#include "content/rule_set.hpp"
#include "content/vale_ini.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace converge::content {

// What one file is linted with.
struct FileLinting {
  bool is_wanted = true;      // false: no section names the file
  std::vector<bool> enabled;  // by rule
  std::vector<std::string> styles;
  std::map<std::string, bool, std::less<>> choices;  // rules and styles that are switched by name
  // Whether a rule outside of the rule set is wanted.
  bool wants(std::string_view rule) const;
  DocumentSetup document;  // without the ignored ranges
  std::vector<const Pattern*> ignores;
};

class LintProject {
 public:
  // errors: invalid_input (file:line: what), not_found (a style, a vocabulary), those of read_file
  static Result<LintProject> load(const std::string& ini_path, const PrefilterSetup& prefilter);

  // The built-in style alone, for every file. errors: unavailable when the prefilter cannot run
  static Result<LintProject> built_in(const PrefilterSetup& prefilter);

  const RuleSet& rules() const { return rules_; }
  // Whether any file is linted with the style.
  bool names_style(std::string_view style) const;
  // The level that the configuration gives a rule, else `otherwise`.
  LintLevel level_of(std::string_view rule, LintLevel otherwise) const;
  LintLevel level_min() const { return ini_.level_min; }
  // What the user should know: rules that are not run, keys without effect.
  const std::vector<std::string>& notices() const { return notices_; }
  // Of files below a folder: Markdown; plain text when a section names it; formats that are read as one of the two.
  std::vector<std::string> extensions() const;

  // Kept by which sections name the path, and by its extension; threads may ask.
  std::shared_ptr<const FileLinting> linting_of(std::string_view path) const;

 private:
  struct Section {
    std::optional<PathGlob> glob;  // absent: every file
    std::vector<Pattern> ignores;
  };
  struct StyleLoader;

  static Result<LintProject> make(ValeIni ini, const PrefilterSetup& prefilter);
  FileLinting make_linting(const std::vector<bool>& applying, const std::string& extension) const;
  bool applies(std::size_t section, std::string_view path) const;

  ValeIni ini_;
  std::string folder_;  // of the .vale.ini
  std::vector<Section> sections_;
  RuleSet rules_;
  std::vector<std::string> notices_;
  struct KnownLintings;
  std::shared_ptr<KnownLintings> known_;
};

// The .vale.ini in the folder or the nearest one above it, under any of the names that Vale knows.
std::optional<std::string> find_vale_ini(const std::string& folder);

// The rules of the built-in style `Converge`. errors: none that a build with passing tests can show
Result<std::vector<RuleFile>> load_built_in_rules();

}  // namespace converge::content
