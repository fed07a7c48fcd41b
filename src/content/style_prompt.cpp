#include "content/style_prompt.hpp"

#include "base/utf8.hpp"
#include "content/code_text.hpp"
#include "content/rules.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>

namespace converge::content {
namespace {

// How strongly each level is put to a writer.
constexpr std::string_view level_words[] = {"Prefer", "Should", "Must"};

std::string render_rule(const RuleSetting& setting) {
  const std::string_view strength = level_words[static_cast<std::size_t>(setting.level)];
  return fmt::format("- {} ({}): {}\n", strength, setting.rule, find_rule(setting.rule)->render_advice(setting));
}

std::string render_example(const StyleExample& example) {
  return fmt::format("- {}\n{}{}", example.rule, render_quoted("Not", example.bad), render_quoted("But", example.good));
}

std::string render_list(std::string_view heading, const std::vector<std::string>& lines) {
  if (lines.empty()) return {};
  return fmt::format("\n## {}\n\n- {}\n", heading, fmt::join(lines, "\n- "));
}

std::string render_head(const StyleGuide& guide) {
  const std::string target = guide.target.empty() ? std::string() : fmt::format(", for {}", guide.target);
  return fmt::format("# Style: {}{}\n{}{}", guide.name, target, render_list("Voice", guide.voice),
                     render_list("Tone", guide.tone));
}

// In the order of their rules, so that the least important stand last.
std::vector<StyleExample> sort_examples(const StyleGuide& guide) {
  std::vector<StyleExample> sorted;
  for (const RuleSetting& setting : guide.rules)
    std::ranges::copy_if(guide.examples, std::back_inserter(sorted),
                         [&](const StyleExample& example) { return example.rule == setting.rule; });
  return sorted;
}

std::string render_left_out(const StylePrompt& prompt) {
  std::vector<std::string> kinds;
  if (!prompt.rules_left_out.empty())
    kinds.push_back(fmt::format("the rules {}", fmt::join(prompt.rules_left_out, ", ")));
  if (!prompt.examples_left_out.empty())
    kinds.push_back(fmt::format("the examples of {}", fmt::join(prompt.examples_left_out, ", ")));
  if (kinds.empty()) return {};
  return fmt::format("\nLeft out here for length: {}.\n", fmt::join(kinds, "; "));
}

// The prompt with its first rules and first examples only.
StylePrompt render_first(const StyleGuide& guide, const std::vector<StyleExample>& examples, std::size_t rule_count,
                         std::size_t example_count) {
  StylePrompt prompt{.text = render_head(guide) + "\n## Rules\n\n"};
  for (std::size_t i = 0; i < guide.rules.size(); ++i) {
    if (i < rule_count) prompt.text += render_rule(guide.rules[i]);
    if (i >= rule_count) prompt.rules_left_out.push_back(guide.rules[i].rule);
  }
  if (example_count > 0) prompt.text += "\n## Examples\n\n";
  for (std::size_t i = 0; i < examples.size(); ++i) {
    if (i < example_count) prompt.text += render_example(examples[i]);
    const bool is_named = std::ranges::find(prompt.rules_left_out, examples[i].rule) != prompt.rules_left_out.end() ||
                          (!prompt.examples_left_out.empty() && prompt.examples_left_out.back() == examples[i].rule);
    if (i >= example_count && !is_named) prompt.examples_left_out.push_back(examples[i].rule);
  }
  prompt.text += render_left_out(prompt);
  return prompt;
}

std::string render_rule_table(const std::vector<RuleSetting>& rules) {
  std::string table = "| Rule | Level | What it asks for |\n|------|-------|------------------|\n";
  for (const RuleSetting& setting : rules)
    table += fmt::format("| {} | {} | {} |\n", setting.rule, lint_level_name(setting.level),
                         escape_table_bars(find_rule(setting.rule)->render_advice(setting)));
  return table;
}

std::string render_target(const StyleTarget& target) {
  std::string text = fmt::format("\n## For {}\n", target.name);
  std::vector<std::string> voice = target.voice;
  voice.insert(voice.end(), target.tone.begin(), target.tone.end());
  if (!voice.empty()) text += fmt::format("\n- {}\n", fmt::join(voice, "\n- "));
  if (!target.rules_off.empty()) text += fmt::format("\nNot asked for there: {}.\n", fmt::join(target.rules_off, ", "));
  if (!target.rules.empty()) text += "\n" + render_rule_table(target.rules);
  if (!target.examples.empty()) text += "\n";
  for (const StyleExample& example : target.examples) text += render_example(example);
  return text;
}

}  // namespace

Result<StylePrompt> render_style_prompt(const StyleGuide& guide, std::optional<std::int64_t> chars_max) {
  const std::vector<StyleExample> examples = sort_examples(guide);
  std::size_t rule_count = guide.rules.size();
  std::size_t example_count = examples.size();
  while (true) {
    StylePrompt prompt = render_first(guide, examples, rule_count, example_count);
    const auto length = static_cast<std::int64_t>(count_code_points(prompt.text));
    if (!chars_max || length <= *chars_max) return prompt;
    if (rule_count == 1 && example_count == 0)
      return fail(Errc::invalid_input,
                  fmt::format("{} characters are too few for this guide: voice and its first rule need {}", *chars_max,
                              length));
    --(example_count > 0 ? example_count : rule_count);
  }
}

std::string render_style_page(const StyleGuide& guide) {
  std::string page = fmt::format(
      "{}\nVersion {}. Rules stand in order of importance; a text with a finding of level error is not published.\n",
      render_head(guide), guide.version());
  page += "\n## Rules\n\n" + render_rule_table(guide.rules);
  if (!guide.examples.empty()) page += "\n## Examples\n\n";
  for (const StyleExample& example : sort_examples(guide)) page += render_example(example);
  for (const StyleTarget& target : guide.targets) page += render_target(target);
  return page;
}

}  // namespace converge::content
