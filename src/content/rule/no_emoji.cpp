// no_emoji — pictures among the words. Whole graphemes: a joined family or a flag is one emoji, a digit or (c) is none.
#include "content/rules.hpp"
#include "content/segment.hpp"
#include "content/surrounding.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace converge::content::rule {
namespace {

bool is_blank(std::string_view grapheme) {
  return grapheme == " " || grapheme == "\t";
}

// Emoji that follow one another, with the blanks between them, count as one.
std::vector<TextRange> find_emoji_runs(const ProseBlock& block, const std::vector<std::string>& allowed) {
  std::vector<TextRange> runs;
  bool only_blanks_since = false;
  for (const TextRange grapheme : find_graphemes(block.text)) {
    const std::string_view text = std::string_view(block.text).substr(grapheme.begin, grapheme.size());
    if (is_emoji(text) && std::ranges::find(allowed, text) == allowed.end()) {
      const bool extends = only_blanks_since && block.maps_whole({runs.back().begin, grapheme.end});
      if (extends) runs.back().end = grapheme.end;
      if (!extends) runs.push_back(grapheme);
      only_blanks_since = true;
    } else {
      only_blanks_since = only_blanks_since && is_blank(text);
    }
  }
  return runs;
}

bool is_border(Beside beside) {
  return beside == Beside::edge || beside == Beside::line_break;
}

std::optional<LintFix> make_fix(const ProseBlock& block, TextRange run) {
  const Beside left = beside_left(block, run.begin);
  const Beside right = beside_right(block, run.end);
  if (is_border(left) && (is_border(right) || right == Beside::punctuation)) return std::nullopt;
  if (!block.maps_whole(run)) return std::nullopt;
  const bool parts_words = left == Beside::word && right == Beside::word;
  if (parts_words) return LintFix{.range = block.source_of(run), .replacement = " ", .safety = FixSafety::suggest};

  TextRange taken = run;
  const bool opens_line = is_border(left) || left == Beside::blank;
  if (opens_line) taken.end += count_blanks_after(block, run);
  if (taken.end == run.end && right != Beside::word) taken.begin -= count_blanks_before(block, run);
  return LintFix{.range = block.source_of(taken), .replacement = "", .safety = FixSafety::safe};
}

Result<RuleCheck> compile_no_emoji(const RuleSetting& setting) {
  return RuleCheck([allowed = setting.texts("allow")](const Prose& prose, std::vector<RuleHit>& hits) {
    for (const ProseBlock& block : prose.blocks) {
      for (const TextRange run : find_emoji_runs(block, allowed)) {
        hits.push_back({.range = block.source_of(run),
                        .message = fmt::format("emoji {}; say it in words or leave it out",
                                               block.text.substr(run.begin, run.size())),
                        .fix = make_fix(block, run)});
      }
    }
  });
}

std::string render_no_emoji(const RuleSetting& setting) {
  const std::vector<std::string>& allowed = setting.texts("allow");
  if (allowed.empty()) return "No emoji.";
  return fmt::format("No emoji but these: {}.", fmt::join(allowed, " "));
}

}  // namespace

StyleRule no_emoji() {
  return {.name = "no_emoji",
          .settings = {{.name = "allow", .kind = SettingKind::texts}},
          .compile = compile_no_emoji,
          .render_advice = render_no_emoji};
}

}  // namespace converge::content::rule
