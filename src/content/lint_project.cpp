#include "content/lint_project.hpp"

#include "content/built_in_style.hpp"
#include "content/letter_case.hpp"
#include "wire/file.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <filesystem>
#include <mutex>
#include <set>

namespace converge::content {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view vale_style = "Vale";

// The rules that Vale has built in. Terms and Avoid are made of the vocabulary.
constexpr std::string_view vale_repetition =
    "extends: repetition\nmessage: \"'%s' is repeated!\"\nlevel: error\nscope: text\nignorecase: true\nalpha: true\n"
    "action: {name: edit, params: [truncate, ' ']}\ntokens: ['[^\\s.!?]+']\n";
constexpr std::string_view vale_spelling =
    "extends: spelling\nmessage: \"Did you really mean '%s'?\"\nlevel: error\nscope: text\n";

std::string style_of(std::string_view rule) {
  return std::string(rule.substr(0, rule.find('.')));
}

Result<RuleFile> parse_built_in(std::string_view yaml, std::string_view name) {
  return parse_rule_file(yaml, name, fmt::format("the built-in rule {}", name), find_rule_keys);
}

RuleFile make_terms_rule(const Vocabulary& vocabulary) {
  RuleFile rule{.name = "Vale.Terms",
                .where = "the vocabulary",
                .kind = "substitution",
                .message = "Use '%s' instead of '%s'.",
                .level = LintLevel::error};
  std::vector<TextPair> swap;
  std::set<std::string> seen;
  for (const std::string& term : vocabulary.accepted) {
    std::string key = to_lower(term);
    if (seen.insert(key).second) swap.emplace_back(std::move(key), term);
  }
  rule.values.emplace("swap", std::move(swap));
  rule.values.emplace("ignorecase", true);
  rule.values.emplace("vocab", false);
  return rule;
}

RuleFile make_avoid_rule(const Vocabulary& vocabulary) {
  RuleFile rule{.name = "Vale.Avoid",
                .where = "the vocabulary",
                .kind = "existence",
                .message = "Avoid using '%s'.",
                .level = LintLevel::error};
  rule.values.emplace("tokens", vocabulary.rejected);
  return rule;
}

bool is_hidden_folder(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.starts_with('.') || name.starts_with('_');
}

// *.yml below a style's folder, sorted: the same rules in the same order on every machine.
Result<std::vector<fs::path>> list_rule_files(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const bool is_folder = entry->is_directory(error);
    if (is_folder && is_hidden_folder(entry->path())) entry.disable_recursion_pending();
    const bool is_rule =
        !is_folder && entry->path().extension() == ".yml" && !entry->path().stem().string().ends_with(".test");
    if (is_rule) files.push_back(entry->path());
  }
  if (error) return fail(Errc::unavailable, fmt::format("list {}: {}", folder.string(), error.message()));
  std::ranges::sort(files);
  return files;
}

std::string rule_name(const std::string& style, const fs::path& folder, const fs::path& file) {
  std::string name = style;
  fs::path relative = fs::relative(file, folder);
  relative.replace_extension();
  for (const fs::path& part : relative) name += "." + part.string();
  return name;
}

}  // namespace

struct LintProject::KnownLintings {
  std::mutex lock;
  std::map<std::pair<std::vector<bool>, std::string>, std::shared_ptr<const FileLinting>> by_key;
};

// Gathers the rules that a configuration names.
struct LintProject::StyleLoader {
  const LintProject& project;
  const ValeIni& ini;
  std::vector<std::string> folders;  // of styles
  Vocabulary vocabulary;
  std::vector<RuleFile> rules;
  std::set<std::string, std::less<>> names;
  std::vector<std::string> notices;

  bool wants(std::string_view name) const {
    const auto names_it = [&](const RuleChoice& choice) {
      return choice.name == name || choice.name.starts_with(std::string(name) + ".");
    };
    return std::ranges::any_of(ini.sections, [&](const ValeSection& section) {
      const bool based = section.styles && std::ranges::find(*section.styles, name) != section.styles->end();
      return based || std::ranges::any_of(section.rules, names_it);
    });
  }

  std::vector<std::string> style_names() const {
    std::vector<std::string> styles;
    for (const ValeSection& section : ini.sections)
      for (const std::string& style : section.styles.value_or(std::vector<std::string>()))
        if (std::ranges::find(styles, style) == styles.end()) styles.push_back(style);
    return styles;
  }

  // Whether any section can run the rule: one that none can is not compiled.
  bool is_enabled_somewhere(const std::string& name) const {
    const std::string style = style_of(name);
    bool off_everywhere = false;
    for (const ValeSection& section : ini.sections) {
      const bool based = section.styles && std::ranges::find(*section.styles, style) != section.styles->end();
      std::optional<bool> choice;
      for (const RuleChoice& one : section.rules)
        if (one.name == name || one.name == style) choice = one.enabled;
      if (choice.value_or(false)) return true;
      if (section.glob == "*" && choice && !*choice) off_everywhere = true;
      if (based && !choice && !off_everywhere) return true;
    }
    return false;
  }

  void add(RuleFile rule) {
    if (!names.insert(rule.name).second || !is_enabled_somewhere(rule.name)) return;
    rule.level = project.level_of(rule.name, rule.level);
    rules.push_back(std::move(rule));
  }

  Result<void> add_file(const fs::path& path, const std::string& name) {
    if (!is_enabled_somewhere(name)) return {};
    TRY(const std::string yaml, read_file(path.string()));
    TRY(auto rule, parse_rule_file(yaml, name, path.string(), find_rule_keys));
    add(std::move(rule));
    return {};
  }

  Result<void> add_vocabularies() {
    for (const std::string& name : ini.vocabularies) {
      bool found = false;
      for (const std::string& folder : folders) {
        for (const std::string_view below : {"config/vocabularies", "Vocab"}) {
          const fs::path place = fs::path(folder) / below / name;
          std::error_code error;
          if (found || !fs::is_directory(place, error)) continue;
          found = true;
          TRY_VOID(add_words(place / "accept.txt", vocabulary.accepted));
          TRY_VOID(add_words(place / "reject.txt", vocabulary.rejected));
        }
      }
      if (!found)
        return fail(Errc::not_found, fmt::format("{}: no vocabulary '{}' below StylesPath (config/vocabularies/{})",
                                                 ini.where, name, name));
    }
    return {};
  }

  Result<void> add_words(const fs::path& path, std::vector<std::string>& words) {
    std::error_code error;
    if (!fs::exists(path, error)) return {};
    TRY(const std::string text, read_file(path.string()));
    for (std::string& word : parse_word_list(text)) words.push_back(std::move(word));
    return {};
  }

  Result<void> add_built_in() {
    if (wants(built_in_style_name)) {
      TRY(auto own, load_built_in_rules());
      for (RuleFile& rule : own) add(std::move(rule));
    }
    if (!wants(vale_style)) return {};
    TRY(auto repetition, parse_built_in(vale_repetition, "Vale.Repetition"));
    add(std::move(repetition));
    TRY(auto spelling, parse_built_in(vale_spelling, "Vale.Spelling"));
    add(std::move(spelling));
    if (!vocabulary.accepted.empty()) add(make_terms_rule(vocabulary));
    if (!vocabulary.rejected.empty()) add(make_avoid_rule(vocabulary));
    return {};
  }

  static bool is_built_in(std::string_view style) { return style == vale_style || style == built_in_style_name; }

  Result<void> add_styles() {
    for (const std::string& style : style_names()) {
      if (is_built_in(style)) continue;
      bool found = false;
      for (const std::string& folder : folders) {
        const fs::path place = fs::path(folder) / style;
        std::error_code error;
        if (!fs::is_directory(place, error)) continue;
        found = true;
        TRY(const auto files, list_rule_files(place));
        for (const fs::path& file : files) TRY_VOID(add_file(file, rule_name(style, place, file)));
      }
      if (!found) return fail(Errc::not_found, fmt::format("{}: no style '{}' below StylesPath", ini.where, style));
    }
    return {};
  }

  // Rules that are switched on by name, without their style.
  Result<void> add_single_rules() {
    for (const ValeSection& section : ini.sections) {
      for (const RuleChoice& choice : section.rules) {
        const std::string style = style_of(choice.name);
        if (style == choice.name || is_built_in(style) || names.contains(choice.name)) continue;
        std::string below = choice.name;
        std::ranges::replace(below, '.', '/');
        bool found = false;
        for (const std::string& folder : folders) {
          const fs::path path = fs::path(folder) / (below + ".yml");
          std::error_code error;
          if (!fs::exists(path, error)) continue;
          found = true;
          TRY_VOID(add_file(path, choice.name));
        }
        if (!found && choice.enabled)
          notices.push_back(fmt::format("{}:{}: there is no rule {}", ini.where, choice.line, choice.name));
      }
    }
    return {};
  }
};

Result<LintProject> LintProject::load(const std::string& ini_path, const PrefilterSetup& prefilter) {
  TRY(const std::string text, read_file(ini_path));
  TRY(auto ini, parse_vale_ini(text, ini_path));
  return make(std::move(ini), prefilter);
}

Result<LintProject> LintProject::built_in(const PrefilterSetup& prefilter) {
  const std::string text = fmt::format("[*]\nBasedOnStyles = {}\n", built_in_style_name);
  TRY(auto ini, parse_vale_ini(text, "the built-in style"));
  return make(std::move(ini), prefilter);
}

Result<LintProject> LintProject::make(ValeIni ini, const PrefilterSetup& prefilter) {
  LintProject project;
  project.known_ = std::make_shared<KnownLintings>();
  project.ini_ = std::move(ini);
  const std::string& ini_path = project.ini_.where;
  project.folder_ = fs::absolute(ini_path).parent_path().lexically_normal().string();
  StyleLoader loader{.project = project,
                     .ini = project.ini_,
                     .folders = {},
                     .vocabulary = {},
                     .rules = {},
                     .names = {},
                     .notices = project.ini_.notices};
  for (const std::string& path : project.ini_.styles_paths) {
    const std::string folder = (fs::path(project.folder_) / path).lexically_normal().string();
    std::error_code error;
    if (!fs::is_directory(folder, error))
      return fail(Errc::not_found, fmt::format("{}: StylesPath {} is not a folder", ini_path, folder));
    loader.folders.push_back(folder);
  }
  TRY_VOID(loader.add_vocabularies());
  TRY_VOID(loader.add_built_in());
  TRY_VOID(loader.add_styles());
  TRY_VOID(loader.add_single_rules());

  for (const ValeSection& section : project.ini_.sections) {
    Section compiled;
    if (section.glob != "*") {
      auto glob = PathGlob::compile(section.glob);
      if (!glob)
        return fail(Errc::invalid_input, fmt::format("{}:{}: {}", ini_path, section.line, glob.error().message));
      compiled.glob = std::move(*glob);
    }
    for (const auto* patterns : {&section.block_ignores, &section.token_ignores}) {
      for (const std::string& pattern : *patterns) {
        auto ignore = Pattern::compile(pattern);
        if (!ignore)
          return fail(Errc::invalid_input,
                      fmt::format("{}:{}: what to ignore: {}", ini_path, section.line, ignore.error().message));
        compiled.ignores.push_back(std::move(*ignore));
      }
    }
    project.sections_.push_back(std::move(compiled));
  }

  RuleSetSetup setup{
      .vocabulary = std::move(loader.vocabulary), .style_folders = loader.folders, .prefilter = prefilter};
  const std::string& word_template = project.ini_.word_template;
  if (const std::size_t place = word_template.find("%s"); place != std::string::npos) {
    setup.word_before = word_template.substr(0, place);
    setup.word_after = word_template.substr(place + 2);
  }
  TRY(project.rules_, RuleSet::compile(std::move(loader.rules), setup));
  project.notices_ = std::move(loader.notices);
  for (const std::string& rule : project.rules_.not_run()) project.notices_.push_back("not run: " + rule);
  return project;
}

bool LintProject::applies(std::size_t section, std::string_view path) const {
  const auto& glob = sections_[section].glob;
  if (!glob) return true;
  const std::string relative = fs::absolute(fs::path(path)).lexically_normal().lexically_relative(folder_).string();
  return glob->matches(relative.starts_with("..") ? path : std::string_view(relative));
}

std::shared_ptr<const FileLinting> LintProject::linting_of(std::string_view path) const {
  std::pair<std::vector<bool>, std::string> key;
  for (std::size_t i = 0; i < sections_.size(); ++i) key.first.push_back(applies(i, path));
  key.second = fs::path(path).extension().string();
  const std::scoped_lock lock(known_->lock);
  auto& known = known_->by_key[key];
  if (!known) known = std::make_shared<const FileLinting>(make_linting(key.first, key.second));
  return known;
}

FileLinting LintProject::make_linting(const std::vector<bool>& applying, const std::string& file_extension) const {
  FileLinting linting;
  std::map<std::string, bool, std::less<>> choices;
  std::vector<std::string> base;
  bool is_named = false;
  // `[*]` first, whatever its place: every other section is more than it.
  for (const bool global : {true, false}) {
    for (std::size_t i = 0; i < sections_.size(); ++i) {
      const ValeSection& section = ini_.sections[i];
      if ((section.glob == "*") != global || !applying[i]) continue;
      is_named = true;
      if (section.styles) base = *section.styles;
      for (const RuleChoice& choice : section.rules) choices[choice.name] = choice.enabled;
      for (const Pattern& ignore : sections_[i].ignores) linting.ignores.push_back(&ignore);
    }
  }
  linting.is_wanted = is_named;
  linting.styles = std::move(base);
  linting.choices = std::move(choices);
  for (std::size_t rule = 0; rule < rules_.size(); ++rule)
    linting.enabled.push_back(linting.wants(rules_.file(rule).name) && rules_.file(rule).level >= ini_.level_min);
  std::string extension = file_extension;
  const auto format = ini_.formats.find(extension.empty() ? extension : extension.substr(1));
  if (format != ini_.formats.end()) extension = "." + format->second;
  linting.document.front_matter = true;
  linting.document.extension = extension.empty() ? ".md" : extension;
  if (!ini_.ignored_scopes.empty()) linting.document.selection.masked = ini_.ignored_scopes;
  if (!ini_.skipped_scopes.empty()) linting.document.selection.skipped = ini_.skipped_scopes;
  return linting;
}

bool FileLinting::wants(std::string_view rule) const {
  const std::string style = style_of(rule);
  if (const auto choice = choices.find(rule); choice != choices.end()) return choice->second;
  if (const auto choice = choices.find(style); choice != choices.end()) return choice->second;
  return std::ranges::find(styles, style) != styles.end();
}

bool LintProject::names_style(std::string_view style) const {
  return std::ranges::any_of(ini_.sections, [&](const ValeSection& section) {
    const bool based = section.styles && std::ranges::find(*section.styles, style) != section.styles->end();
    return based || std::ranges::any_of(section.rules, [&](const RuleChoice& choice) {
             return choice.enabled && style_of(choice.name) == style;
           });
  });
}

std::vector<std::string> LintProject::extensions() const {
  std::vector<std::string> extensions{".md", ".markdown"};
  if (std::ranges::any_of(ini_.sections,
                          [](const ValeSection& section) { return section.glob.find("txt") != std::string::npos; }))
    extensions.emplace_back(".txt");
  for (const auto& [extension, format] : ini_.formats)
    if (format == "md" || format == "markdown" || format == "txt") extensions.push_back("." + extension);
  return extensions;
}

LintLevel LintProject::level_of(std::string_view rule, LintLevel otherwise) const {
  LintLevel level = otherwise;
  for (const std::string_view name : {rule.substr(0, rule.find('.')), rule})
    for (const ValeSection& section : ini_.sections)
      for (const RuleChoice& choice : section.rules)
        if (choice.name == name && choice.level) level = *choice.level;
  return level;
}

std::optional<std::string> find_vale_ini(const std::string& folder) {
  constexpr std::array<std::string_view, 5> names{".vale.ini", "_vale.ini", "vale.ini", ".vale", "_vale"};
  for (fs::path place = fs::absolute(folder).lexically_normal();; place = place.parent_path()) {
    for (const std::string_view name : names) {
      std::error_code error;
      if (fs::is_regular_file(place / name, error)) return (place / name).string();
    }
    if (place == place.parent_path()) return std::nullopt;
  }
}

Result<std::vector<RuleFile>> load_built_in_rules() {
  std::vector<RuleFile> rules;
  for (const BuiltInRule& rule : built_in_rules()) {
    TRY(auto file, parse_built_in(rule.yaml, fmt::format("{}.{}", built_in_style_name, rule.name)));
    rules.push_back(std::move(file));
  }
  return rules;
}

}  // namespace converge::content
