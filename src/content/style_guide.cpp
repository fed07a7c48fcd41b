#include "content/style_guide.hpp"

#include "base/hash.hpp"
#include "content/rules.hpp"
#include "content/yaml.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>

namespace converge::content {
namespace {

Result<SettingValue> read_count_value(const YamlNode& node, std::string_view where) {
  TRY(const auto count, read_count(node, where));
  return SettingValue(count);
}

Result<SettingValue> read_texts_value(const YamlNode& node, std::string_view where) {
  TRY(auto texts, read_texts(node, where));
  return SettingValue(std::move(texts));
}

Result<SettingValue> read_swaps_value(const YamlNode& node, std::string_view where) {
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
  Result<SettingValue> (*read)(const YamlNode&, std::string_view where);
};
constexpr SettingReader setting_readers[] = {
    {SettingKind::count, read_count_value},
    {SettingKind::texts, read_texts_value},
    {SettingKind::swaps, read_swaps_value},
};

Result<LintLevel> read_level(const YamlNode& node, std::string_view where) {
  const auto level = parse_lint_level(node.text);
  if (!level)
    return fail_yaml(node, where, fmt::format("'{}' is not a level; write error, warning or suggestion", node.text));
  return *level;
}

Result<RuleSetting> read_rule(const YamlMember& member, std::string_view where) {
  const YamlNode& node = member.value;
  const StyleRule* rule = find_rule(member.key);
  if (rule == nullptr) {
    std::vector<std::string_view> names;
    for (const StyleRule& known : rules()) names.push_back(known.name);
    return fail_yaml(node, where, fmt::format("unknown rule '{}'; known: {}", member.key, fmt::join(names, ", ")));
  }
  std::vector<std::string_view> keys{"level"};
  for (const SettingSpec& spec : rule->settings) keys.push_back(spec.name);
  TRY_VOID(refuse_unknown_keys(node, keys, where));

  RuleSetting setting{.rule = member.key, .level = LintLevel::error, .values = {}};
  TRY(const YamlNode* level, require_key(node, "level", where));
  TRY(setting.level, read_level(*level, where));
  for (const SettingSpec& spec : rule->settings) {
    const YamlNode* value = node.find(spec.name);
    if (value == nullptr && spec.required)
      return fail_yaml(node, where, fmt::format("rule {} needs '{}'", rule->name, spec.name));
    if (value == nullptr) continue;
    const auto* reader = std::ranges::find(setting_readers, spec.kind, &SettingReader::kind);
    TRY(auto read, reader->read(*value, where));
    setting.values.emplace(spec.name, std::move(read));
  }
  TRY_VOID(with_context(rule->compile(setting), fmt::format("{}:{}: rule {}", where, node.line, rule->name)));
  return setting;
}

Result<std::vector<RuleSetting>> read_rules(const YamlNode& node, std::string_view where) {
  if (node.kind != YamlKind::map || node.members.empty()) return fail_yaml(node, where, "expected at least one rule");
  std::vector<RuleSetting> settings;
  for (const YamlMember& member : node.members) {
    TRY(auto setting, read_rule(member, where));
    settings.push_back(std::move(setting));
  }
  return settings;
}

Result<StyleExample> read_example(const YamlNode& node, const StyleGuide& guide, std::string_view where) {
  constexpr std::string_view keys[] = {"rule", "bad", "good"};
  TRY_VOID(refuse_unknown_keys(node, keys, where));
  StyleExample example;
  std::string* const fields[] = {&example.rule, &example.bad, &example.good};
  for (std::size_t i = 0; i < std::size(keys); ++i) {
    TRY(const YamlNode* value, require_key(node, keys[i], where));
    TRY(*fields[i], read_text(*value, where));
  }
  if (std::ranges::find(guide.rules, example.rule, &RuleSetting::rule) == guide.rules.end())
    return fail_yaml(node, where,
                     fmt::format("example of rule '{}', which this guide does not switch on", example.rule));
  return example;
}

Result<std::vector<StyleExample>> read_examples(const YamlNode& node, const StyleGuide& guide, std::string_view where) {
  if (node.kind != YamlKind::list) return fail_yaml(node, where, "expected a list of examples");
  std::vector<StyleExample> examples;
  for (const YamlNode& item : node.items) {
    TRY(auto example, read_example(item, guide, where));
    examples.push_back(std::move(example));
  }
  return examples;
}

// How strongly each level is put to a writer.
constexpr std::string_view level_words[] = {"Prefer", "Should", "Must"};

}  // namespace

Result<StyleGuide> parse_style_guide(std::string_view text, std::string_view where) {
  TRY(const YamlNode root, parse_yaml(text, where));
  constexpr std::string_view keys[] = {"name", "voice", "rules", "examples"};
  TRY_VOID(refuse_unknown_keys(root, keys, where));

  StyleGuide guide;
  guide.hash = compute_sha256_hex(text);
  TRY(const YamlNode* name, require_key(root, "name", where));
  TRY(guide.name, read_text(*name, where));
  TRY(const YamlNode* voice, require_key(root, "voice", where));
  TRY(guide.voice, read_texts(*voice, where));
  TRY(const YamlNode* rules_node, require_key(root, "rules", where));
  TRY(guide.rules, read_rules(*rules_node, where));
  if (const YamlNode* examples = root.find("examples")) {
    TRY(guide.examples, read_examples(*examples, guide, where));
  }
  return guide;
}

std::string render_style_prompt(const StyleGuide& guide) {
  std::string prompt = fmt::format("# Style: {}\n\n## Voice\n\n", guide.name);
  for (const std::string& line : guide.voice) prompt += fmt::format("- {}\n", line);
  prompt += "\n## Rules\n\n";
  for (const RuleSetting& setting : guide.rules) {
    const std::string_view strength = level_words[static_cast<std::size_t>(setting.level)];
    prompt += fmt::format("- {} ({}): {}\n", strength, setting.rule, find_rule(setting.rule)->render_advice(setting));
  }
  if (guide.examples.empty()) return prompt;
  prompt += "\n## Examples\n\n";
  for (const StyleExample& example : guide.examples)
    prompt += fmt::format("- {}\n  - Not: `{}`\n  - But: `{}`\n", example.rule, example.bad, example.good);
  return prompt;
}

}  // namespace converge::content
