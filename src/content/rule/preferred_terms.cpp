// preferred_terms — one spelling for one thing: "e-mail" is "email", "javascript" is "JavaScript". A term that differs only
// in its capitals is mended; another word is a suggestion.
#include "content/phrase_matcher.hpp"
#include "content/rules.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cctype>

namespace converge::content::rule {
namespace {

bool is_lower(char c) {
  return std::islower(static_cast<unsigned char>(c)) != 0;
}
char to_upper(char c) {
  return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
}

bool differs_in_case_only(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, to_upper, to_upper);
}

// The preferred term as it is written in that place: a term of small letters takes over the capitals of what it replaces.
std::string fit_case(std::string_view term, std::string_view found) {
  std::string fitted(term);
  const bool is_plain = std::ranges::none_of(term, [](unsigned char c) { return std::isupper(c) != 0; });
  if (!is_plain || found.empty() || is_lower(found[0])) return fitted;
  const bool shouts = found.size() > 1 && std::ranges::none_of(found, is_lower);
  std::transform(fitted.begin(), shouts ? fitted.end() : fitted.begin() + 1, fitted.begin(), to_upper);
  return fitted;
}

Result<RuleCheck> compile_preferred_terms(const RuleSetting& setting) {
  std::vector<std::string> phrases;
  for (const PhraseSwap& swap : setting.swaps("terms")) {
    if (swap.instead.empty())
      return fail(Errc::invalid_input, fmt::format("term '{}' has no preferred one", swap.phrase));
    phrases.push_back(swap.phrase);
  }
  TRY(auto matcher, PhraseMatcher::compile(phrases));
  return RuleCheck(
      [matcher = std::move(matcher), swaps = setting.swaps("terms")](const Prose& prose, std::vector<RuleHit>& hits) {
        for (const ProseBlock& block : prose.blocks) {
          for (const PhraseMatch& match : matcher.find_all(block.text)) {
            std::string found = block.text.substr(match.range.begin, match.range.size());
            std::ranges::replace(found, '\n', ' ');
            const std::string wanted = fit_case(swaps[match.phrase].instead, found);
            if (found == wanted) continue;
            const TextRange range = block.source_of(match.range);
            std::optional<LintFix> fix;
            if (block.maps_whole(match.range))
              fix = LintFix{.range = range,
                            .replacement = wanted,
                            .safety = differs_in_case_only(found, wanted) ? FixSafety::safe : FixSafety::suggest};
            hits.push_back(
                {.range = range, .message = fmt::format("'{}'; write '{}'", found, wanted), .fix = std::move(fix)});
          }
        }
      });
}

std::string render_preferred_terms(const RuleSetting& setting) {
  std::string list;
  for (const PhraseSwap& swap : setting.swaps("terms"))
    list += fmt::format("{}`{}`, not `{}`", list.empty() ? "" : "; ", swap.instead, swap.phrase);
  return fmt::format("Write {}.", list);
}

}  // namespace

StyleRule preferred_terms() {
  return {.name = "preferred_terms",
          .settings = {{.name = "terms", .kind = SettingKind::swaps, .required = true}},
          .compile = compile_preferred_terms,
          .render_advice = render_preferred_terms};
}

}  // namespace converge::content::rule
