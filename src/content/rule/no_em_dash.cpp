// no_em_dash — the dash that strings clauses together, in all its spellings: U+2014 and its longer kin, their entities, and
// two or three hyphens between words. Options (`--all`), numeric ranges (`3--5`) and tickers (`BRK--B`) are not dashes.
#include "content/rules.hpp"
#include "content/surrounding.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace converge::content::rule {
namespace {

constexpr std::array<std::string_view, 4> long_dashes{"\u2014", "\u2015", "\u2E3A", "\u2E3B"};

std::size_t long_dash_size(std::string_view text) {
  const auto* dash = std::ranges::find_if(long_dashes, [&](std::string_view d) { return text.starts_with(d); });
  return dash == long_dashes.end() ? 0 : dash->size();
}

// The run of long dashes, or of hyphens, that begins at `at`; empty when none does.
TextRange read_dash_run(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (const std::size_t size = long_dash_size(text.substr(end))) end += size;
  if (end == at) end = std::min(text.find_first_not_of('-', at), text.size());
  return {at, end};
}

bool is_token_byte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

bool is_ticker(std::string_view token) {
  return !token.empty() && std::ranges::none_of(token, [](unsigned char c) { return std::islower(c) != 0; });
}

bool joins_tickers(std::string_view text, TextRange run) {
  std::size_t begin = run.begin;
  while (begin > 0 && is_token_byte(text[begin - 1])) --begin;
  std::size_t end = run.end;
  while (end < text.size() && is_token_byte(text[end])) ++end;
  return is_ticker(text.substr(begin, run.begin - begin)) && is_ticker(text.substr(run.end, end - run.end));
}

bool is_gap(Beside beside) {
  return beside == Beside::blank || beside == Beside::line_break;
}

// Whether hyphens stand for a dash: the same distance from both words, or at the end of a line.
bool hyphens_are_dash(const ProseBlock& block, TextRange run) {
  if (run.size() != 2 && run.size() != 3) return false;
  if (!block.maps_whole(run)) return false;
  const Beside left = beside_left(block, run.begin);
  const Beside right = beside_right(block, run.end);
  const bool spaced =
      is_gap(left) && is_gap(right) && !std::string_view(block.text).substr(run.end + 1).starts_with('-');
  const bool joined = left == Beside::word && (right == Beside::word || right == Beside::line_break);
  const bool between_digits = is_digit_left(block, run.begin) && is_digit_right(block, run.end);
  return spaced || (joined && !between_digits && !joins_tickers(block.text, run));
}

// `- **Term** — what it means`: nothing but one styled term stands before the dash in a list item.
bool separates_term(const ProseBlock& block, TextRange gap) {
  if (block.kind != BlockKind::list_item || gap.begin == 0) return false;
  const auto before = std::ranges::subrange(
      block.pieces.begin(),
      std::ranges::find_if(block.pieces, [&](const Piece& piece) { return piece.text.end > gap.begin; }));
  return !before.empty() && before.back().text.end == gap.begin &&
         std::ranges::all_of(before, [](const Piece& piece) { return piece.styled; });
}

std::optional<LintFix> make_fix(const ProseBlock& block, TextRange dash) {
  const TextRange gap{dash.begin - count_blanks_before(block, dash), dash.end + count_blanks_after(block, dash)};
  const Beside left = beside_left(block, gap.begin);
  const Beside right = beside_right(block, gap.end);
  const auto replace_gap = [&](std::string text, FixSafety safety) {
    return LintFix{.range = block.source_of(gap), .replacement = std::move(text), .safety = safety};
  };
  if (is_digit_left(block, gap.begin) && is_digit_right(block, gap.end))
    return replace_gap("\u2013", FixSafety::suggest);
  if (left != Beside::word || right == Beside::edge || right == Beside::punctuation) return std::nullopt;
  if (separates_term(block, gap)) return replace_gap(right == Beside::word ? ": " : ":", FixSafety::safe);
  const FixSafety safety = block.kind == BlockKind::table_cell ? FixSafety::suggest : FixSafety::safe;
  return replace_gap(right == Beside::word ? ", " : ",", safety);
}

void find_em_dashes(const Prose& prose, std::vector<RuleHit>& hits) {
  for (const ProseBlock& block : prose.blocks) {
    const std::string_view text = block.text;
    for (std::size_t at = 0; at < text.size();) {
      const TextRange run = read_dash_run(text, at);
      const bool is_long = run.size() > 0 && text[run.begin] != '-';
      if (is_long || hyphens_are_dash(block, run)) {
        hits.push_back({.range = block.source_of(run),
                        .message = is_long ? "em dash; write a comma, a colon or a new sentence"
                                           : "hyphens for an em dash; write a comma, a colon or a new sentence",
                        .fix = make_fix(block, run)});
      }
      at = std::max(run.end, at + 1);
    }
  }
}

Result<RuleCheck> compile_no_em_dash(const RuleSetting&) {
  return RuleCheck(find_em_dashes);
}

std::string render_no_em_dash(const RuleSetting&) {
  return "No em dash, in any spelling. Write a comma, a colon, or a new sentence.";
}

}  // namespace

StyleRule no_em_dash() {
  return {.name = "no_em_dash", .settings = {}, .compile = compile_no_em_dash, .render_advice = render_no_em_dash};
}

}  // namespace converge::content::rule
