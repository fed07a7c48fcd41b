#include "content/style_guide.hpp"

#include "base/hash.hpp"
#include "base/utf8.hpp"
#include "content/lint.hpp"
#include "content/rules.hpp"
#include "content/yaml.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <iterator>
#include <optional>

namespace converge::content {
namespace {

Result<SettingValue> read_count_value(const SettingSpec&, const YamlNode& node, std::string_view where) {
  TRY(const auto count, read_count(node, where));
  return SettingValue(count);
}

Result<SettingValue> read_word_value(const SettingSpec& spec, const YamlNode& node, std::string_view where) {
  TRY(auto word, read_text(node, where));
  if (std::ranges::find(spec.words, word) == spec.words.end())
    return fail_yaml(node, where, fmt::format("'{}' is not known here; write {}", word, fmt::join(spec.words, " or ")));
  return SettingValue(std::move(word));
}

Result<SettingValue> read_texts_value(const SettingSpec&, const YamlNode& node, std::string_view where) {
  TRY(auto texts, read_texts(node, where));
  return SettingValue(std::move(texts));
}

Result<SettingValue> read_swaps_value(const SettingSpec&, const YamlNode& node, std::string_view where) {
  if (node.kind != YamlKind::map) return fail_yaml(node, where, "expected `phrase: what to write instead` lines here");
  std::vector<PhraseSwap> swaps;
  for (const YamlMember& member : node.members) {
    const bool is_text = member.value.kind == YamlKind::scalar || member.value.kind == YamlKind::null;
    if (!is_text) return fail_yaml(member.value, where, "expected a text, or nothing");
    swaps.push_back({.phrase = member.key, .instead = member.value.text});
  }
  return SettingValue(std::move(swaps));
}

struct SettingReader {
  SettingKind kind;
  Result<SettingValue> (*read)(const SettingSpec&, const YamlNode&, std::string_view where);
};
constexpr SettingReader setting_readers[] = {
    {SettingKind::count, read_count_value},
    {SettingKind::word, read_word_value},
    {SettingKind::texts, read_texts_value},
    {SettingKind::swaps, read_swaps_value},
};

Result<LintLevel> read_level(const YamlNode& node, std::string_view where) {
  const auto level = parse_lint_level(node.text);
  if (!level)
    return fail_yaml(node, where, fmt::format("'{}' is not a level; write error, warning or suggestion", node.text));
  return *level;
}

Result<const StyleRule*> require_rule(const YamlMember& member, std::string_view where) {
  const StyleRule* rule = find_rule(member.key);
  if (rule != nullptr) return rule;
  std::vector<std::string_view> names;
  for (const StyleRule& known : rules()) names.push_back(known.name);
  return fail_yaml(member.value, where,
                   fmt::format("unknown rule '{}'; known: {}", member.key, fmt::join(names, ", ")));
}

// Reads what is written for one rule over `setting`, which is what held before; nothing may be left to be required then.
Result<RuleSetting> read_rule(const StyleRule& rule, const YamlNode& node, std::optional<RuleSetting> before,
                              std::string_view where) {
  std::vector<std::string_view> keys{"level"};
  for (const SettingSpec& spec : rule.settings) keys.push_back(spec.name);
  TRY_VOID(refuse_unknown_keys(node, keys, where));

  RuleSetting setting = before.value_or(RuleSetting{.rule = std::string(rule.name)});
  if (!before) TRY_VOID(require_key(node, "level", where));
  if (const YamlNode* level = node.find("level")) {
    TRY(setting.level, read_level(*level, where));
  }
  for (const SettingSpec& spec : rule.settings) {
    const YamlNode* value = node.find(spec.name);
    if (value == nullptr && spec.required && !setting.values.contains(spec.name))
      return fail_yaml(node, where, fmt::format("rule {} needs '{}'", rule.name, spec.name));
    if (value == nullptr) continue;
    const auto* reader = std::ranges::find(setting_readers, spec.kind, &SettingReader::kind);
    TRY(auto read, reader->read(spec, *value, where));
    setting.values.insert_or_assign(std::string(spec.name), std::move(read));
  }
  TRY_VOID(with_context(rule.compile(setting), fmt::format("{}:{}: rule {}", where, node.line, rule.name)));
  return setting;
}

Result<std::vector<RuleSetting>> read_rules(const YamlNode& node, std::string_view where) {
  if (node.kind != YamlKind::map || node.members.empty()) return fail_yaml(node, where, "expected at least one rule");
  std::vector<RuleSetting> settings;
  for (const YamlMember& member : node.members) {
    TRY(const StyleRule* rule, require_rule(member, where));
    TRY(auto setting, read_rule(*rule, member.value, std::nullopt, where));
    settings.push_back(std::move(setting));
  }
  return settings;
}

bool is_on(const std::vector<RuleSetting>& rules, std::string_view rule) {
  return std::ranges::find(rules, rule, &RuleSetting::rule) != rules.end();
}

Result<StyleExample> read_example(const YamlNode& node, const std::vector<RuleSetting>& rules, std::string_view where) {
  constexpr std::string_view keys[] = {"rule", "bad", "good"};
  TRY_VOID(refuse_unknown_keys(node, keys, where));
  StyleExample example{.line = node.line};
  std::string* const fields[] = {&example.rule, &example.bad, &example.good};
  for (std::size_t i = 0; i < std::size(keys); ++i) {
    TRY(const YamlNode* value, require_key(node, keys[i], where));
    TRY(*fields[i], read_text(*value, where));
  }
  if (!is_on(rules, example.rule))
    return fail_yaml(node, where,
                     fmt::format("example of rule '{}', which this guide does not switch on", example.rule));
  return example;
}

Result<std::vector<StyleExample>> read_examples(const YamlNode& node, const std::vector<RuleSetting>& rules,
                                                std::string_view where) {
  if (node.kind != YamlKind::list) return fail_yaml(node, where, "expected a list of examples");
  std::vector<StyleExample> examples;
  for (const YamlNode& item : node.items) {
    TRY(auto example, read_example(item, rules, where));
    examples.push_back(std::move(example));
  }
  return examples;
}

// Puts the rules of a target in the place of those that hold everywhere.
std::vector<RuleSetting> merge_rules(const std::vector<RuleSetting>& everywhere, const StyleTarget& target) {
  std::vector<RuleSetting> merged;
  for (const RuleSetting& setting : everywhere) {
    if (std::ranges::find(target.rules_off, setting.rule) != target.rules_off.end()) continue;
    const auto own = std::ranges::find(target.rules, setting.rule, &RuleSetting::rule);
    merged.push_back(own == target.rules.end() ? setting : *own);
  }
  std::ranges::copy_if(target.rules, std::back_inserter(merged),
                       [&](const RuleSetting& setting) { return !is_on(everywhere, setting.rule); });
  return merged;
}

Result<void> read_target_rule(const YamlMember& member, const std::vector<RuleSetting>& everywhere, StyleTarget& target,
                              std::string_view where) {
  TRY(const StyleRule* rule, require_rule(member, where));
  const auto before = std::ranges::find(everywhere, rule->name, &RuleSetting::rule);
  if (member.value.text == "off") {
    if (before == everywhere.end())
      return fail_yaml(member.value, where, fmt::format("rule {} is not on, so it cannot be switched off", rule->name));
    target.rules_off.push_back(member.key);
    return {};
  }
  const auto held = before == everywhere.end() ? std::nullopt : std::optional(*before);
  TRY(auto setting, read_rule(*rule, member.value, held, where));
  target.rules.push_back(std::move(setting));
  return {};
}

Result<StyleTarget> read_target(const YamlMember& member, const std::vector<RuleSetting>& everywhere,
                                std::string_view where) {
  const YamlNode& node = member.value;
  constexpr std::string_view keys[] = {"voice", "tone", "rules", "examples"};
  TRY_VOID(refuse_unknown_keys(node, keys, where));
  StyleTarget target{.name = member.key};
  if (const YamlNode* voice = node.find("voice")) {
    TRY(target.voice, read_texts(*voice, where));
  }
  if (const YamlNode* tone = node.find("tone")) {
    TRY(target.tone, read_texts(*tone, where));
  }
  if (const YamlNode* rules_node = node.find("rules")) {
    if (rules_node->kind != YamlKind::map) return fail_yaml(*rules_node, where, "expected `rule: settings` lines here");
    for (const YamlMember& rule : rules_node->members) TRY_VOID(read_target_rule(rule, everywhere, target, where));
  }
  if (const YamlNode* examples = node.find("examples")) {
    TRY(target.examples, read_examples(*examples, merge_rules(everywhere, target), where));
  }
  return target;
}

Result<std::vector<StyleTarget>> read_targets(const YamlNode& node, const std::vector<RuleSetting>& everywhere,
                                              std::string_view where) {
  if (node.kind != YamlKind::map) return fail_yaml(node, where, "expected `target:` lines here");
  std::vector<StyleTarget> targets;
  for (const YamlMember& member : node.members) {
    TRY(auto target, read_target(member, everywhere, where));
    targets.push_back(std::move(target));
  }
  return targets;
}

void append(std::vector<std::string>& lines, const std::vector<std::string>& more) {
  lines.insert(lines.end(), more.begin(), more.end());
}

bool changes(const StyleTarget& target, std::string_view rule) {
  return is_on(target.rules, rule) || std::ranges::find(target.rules_off, rule) != target.rules_off.end();
}

std::string first_words(std::string_view text) {
  return clip_code_points(text, 40);
}

Result<void> check_examples(const StyleGuide& guide, const std::vector<StyleExample>& examples,
                            std::vector<StyleFault>& faults) {
  const std::string place = guide.target.empty() ? std::string() : fmt::format(" for {}", guide.target);
  TRY(const Linter linter, Linter::compile(guide));
  for (const StyleExample& example : examples) {
    TRY(const auto bad, linter.lint(example.bad));
    if (std::ranges::find(bad, example.rule, &LintFinding::rule) == bad.end())
      faults.push_back({example.line, fmt::format("{}{}: the bad example passes: {}", example.rule, place,
                                                  first_words(example.bad))});
    TRY(const auto good, linter.lint(example.good));
    if (!good.empty())
      faults.push_back({example.line, fmt::format("{}{}: the good example is found fault with by {}: {}", example.rule,
                                                  place, good.front().rule, good.front().message)});
  }
  return {};
}

}  // namespace

Result<StyleGuide> parse_style_guide(std::string_view text, std::string_view where) {
  TRY(const YamlNode root, parse_yaml(text, where));
  constexpr std::string_view keys[] = {"name", "voice", "tone", "rules", "examples", "targets"};
  TRY_VOID(refuse_unknown_keys(root, keys, where));

  StyleGuide guide;
  guide.hash = compute_sha256_hex(text);
  TRY(const YamlNode* name, require_key(root, "name", where));
  TRY(guide.name, read_text(*name, where));
  TRY(const YamlNode* voice, require_key(root, "voice", where));
  TRY(guide.voice, read_texts(*voice, where));
  if (const YamlNode* tone = root.find("tone")) {
    TRY(guide.tone, read_texts(*tone, where));
  }
  TRY(const YamlNode* rules_node, require_key(root, "rules", where));
  TRY(guide.rules, read_rules(*rules_node, where));
  if (const YamlNode* examples = root.find("examples")) {
    TRY(guide.examples, read_examples(*examples, guide.rules, where));
  }
  if (const YamlNode* targets = root.find("targets")) {
    TRY(guide.targets, read_targets(*targets, guide.rules, where));
  }
  return guide;
}

StyleGuide StyleGuide::for_target(std::string_view target_name) const {
  StyleGuide guide = *this;
  guide.target = target_name;
  guide.targets.clear();
  const auto own = std::ranges::find(targets, target_name, &StyleTarget::name);
  if (own == targets.end()) return guide;
  append(guide.voice, own->voice);
  append(guide.tone, own->tone);
  guide.rules = merge_rules(rules, *own);
  std::erase_if(guide.examples, [&](const StyleExample& example) { return changes(*own, example.rule); });
  guide.examples.insert(guide.examples.end(), own->examples.begin(), own->examples.end());
  return guide;
}

Result<std::vector<StyleFault>> check_style_examples(const StyleGuide& guide) {
  std::vector<StyleFault> faults;
  TRY_VOID(check_examples(guide, guide.examples, faults));
  for (const StyleTarget& target : guide.targets) {
    const StyleGuide own = guide.for_target(target.name);
    TRY_VOID(check_examples(own, own.examples, faults));
  }
  std::ranges::stable_sort(faults, {}, &StyleFault::line);
  return faults;
}

}  // namespace converge::content
