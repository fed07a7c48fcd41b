// banned_phrases — hype and filler that the guide lists, with what to write instead.
#include "content/phrase_matcher.hpp"
#include "content/rules.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace converge::content::rule {
namespace {

std::string render_message(std::string_view found, const PhraseSwap& swap) {
  if (swap.instead.empty()) return fmt::format("'{}' says nothing; leave it out or give the fact", found);
  return fmt::format("'{}'; write '{}'", found, swap.instead);
}

std::optional<LintFix> make_fix(const ProseBlock& block, TextRange range, const PhraseSwap& swap) {
  if (swap.instead.empty() || !block.maps_whole(range)) return std::nullopt;
  return LintFix{.range = block.source_of(range), .replacement = swap.instead, .safety = FixSafety::suggest};
}

Result<RuleCheck> compile_banned_phrases(const RuleSetting& setting) {
  std::vector<std::string> phrases;
  for (const PhraseSwap& swap : setting.swaps("phrases")) phrases.push_back(swap.phrase);
  TRY(auto matcher, PhraseMatcher::compile(phrases));
  return RuleCheck(
      [matcher = std::move(matcher), swaps = setting.swaps("phrases")](const Prose& prose, std::vector<RuleHit>& hits) {
        for (const ProseBlock& block : prose.blocks) {
          for (const PhraseMatch& match : matcher.find_all(block.text)) {
            const PhraseSwap& swap = swaps[match.phrase];
            std::string found = block.text.substr(match.range.begin, match.range.size());
            std::ranges::replace(found, '\n', ' ');
            hits.push_back({.range = block.source_of(match.range),
                            .message = render_message(found, swap),
                            .fix = make_fix(block, match.range, swap)});
          }
        }
      });
}

std::string render_banned_phrases(const RuleSetting& setting) {
  std::string list;
  for (const PhraseSwap& swap : setting.swaps("phrases")) {
    if (!list.empty()) list += "; ";
    list += swap.instead.empty() ? fmt::format("`{}`", swap.phrase)
                                 : fmt::format("`{}` (write `{}`)", swap.phrase, swap.instead);
  }
  return fmt::format("Never write: {}.", list);
}

}  // namespace

StyleRule banned_phrases() {
  return {.name = "banned_phrases",
          .settings = {{.name = "phrases", .kind = SettingKind::swaps, .required = true}},
          .compile = compile_banned_phrases,
          .render_advice = render_banned_phrases};
}

}  // namespace converge::content::rule
