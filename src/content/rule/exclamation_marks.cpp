// exclamation_marks — excitement in place of a fact. A mark counts only behind a word: `!=`, `[!NOTE]` and code are none.
#include "content/rules.hpp"
#include "content/surrounding.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>

namespace converge::content::rule {
namespace {

constexpr std::string_view marks = "!?";

// Whether the word before the mark, with the mark, is one of those that are spelled so ("Yahoo!").
bool is_allowed(std::string_view text, TextRange run, const std::vector<std::string>& allowed) {
  const std::string_view until = text.substr(0, run.end);
  return std::ranges::any_of(allowed, [&](const std::string& word) { return until.ends_with(word); });
}

// A new sentence begins behind the mark, or none does: a full stop can stand there.
bool ends_sentence(const ProseBlock& block, std::size_t at) {
  const Beside right = beside_right(block, at);
  if (right == Beside::edge || right == Beside::line_break) return true;
  if (right != Beside::blank) return false;
  const std::size_t next = block.text.find_first_not_of(" \t", at);
  return next != std::string::npos &&
         std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZ").find(block.text[next]) != std::string_view::npos;
}

std::optional<LintFix> make_fix(const ProseBlock& block, TextRange run) {
  if (!block.maps_whole(run)) return std::nullopt;
  const bool asks = block.text.substr(run.begin, run.size()).find('?') != std::string::npos;
  const bool is_sentence = block.kind == BlockKind::paragraph || block.kind == BlockKind::list_item;
  return LintFix{.range = block.source_of(run),
                 .replacement = asks          ? "?"
                                : is_sentence ? "."
                                              : "",
                 .safety = ends_sentence(block, run.end) ? FixSafety::safe : FixSafety::suggest};
}

Result<RuleCheck> compile_exclamation_marks(const RuleSetting& setting) {
  return RuleCheck([count_max = setting.count("count_max"), allowed = setting.texts("allow")](
                       const Prose& prose, std::vector<RuleHit>& hits) {
    std::int64_t count = 0;
    for (const ProseBlock& block : prose.blocks) {
      const std::string_view text = block.text;
      for (std::size_t at = text.find_first_of(marks); at < text.size(); at = text.find_first_of(marks, at)) {
        const TextRange run{at, std::min(text.find_first_not_of(marks, at), text.size())};
        at = run.end;
        const bool exclaims = text.substr(run.begin, run.size()).find('!') != std::string_view::npos;
        if (!exclaims || beside_left(block, run.begin) != Beside::word || beside_right(block, run.end) == Beside::word)
          continue;
        if (is_allowed(text, run, allowed) || ++count <= count_max) continue;
        hits.push_back({.range = block.source_of(run),
                        .message = "exclamation mark; end the sentence with a full stop",
                        .fix = make_fix(block, run)});
      }
    }
  });
}

std::string render_exclamation_marks(const RuleSetting& setting) {
  std::string advice = setting.count("count_max") == 0
                           ? std::string("No exclamation marks.")
                           : fmt::format("At most {} exclamation marks in one text.", setting.count("count_max"));
  const std::vector<std::string>& allowed = setting.texts("allow");
  if (!allowed.empty())
    advice += fmt::format(" Names that are spelled with one keep it: {}.", fmt::join(allowed, ", "));
  return advice;
}

}  // namespace

StyleRule exclamation_marks() {
  return {
      .name = "exclamation_marks",
      .settings = {{.name = "count_max", .kind = SettingKind::count}, {.name = "allow", .kind = SettingKind::texts}},
      .compile = compile_exclamation_marks,
      .render_advice = render_exclamation_marks};
}

}  // namespace converge::content::rule
