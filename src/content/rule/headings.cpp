// headings — the case of their words, and no mark at their end. Words whose spelling is their own (names that the guide
// lists, days and months, SPX, JavaScript, sp500_vol5) are left as they are.
#include "content/rules.hpp"
#include "content/segment.hpp"
#include "content/surrounding.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <array>
#include <cctype>

namespace converge::content::rule {
namespace {

constexpr std::array<std::string_view, 20> proper_names{
    "I",       "January",  "February", "March",  "April",   "May",       "June",     "July",   "August",   "September",
    "October", "November", "December", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
// Words that title case writes small, unless they come first or last.
constexpr std::array<std::string_view, 23> small_words{"a",   "an", "the", "and",  "but", "or",   "nor", "for",
                                                       "as",  "at", "by",  "from", "in",  "of",   "off", "on",
                                                       "per", "to", "up",  "via",  "vs",  "with", "is"};

struct HeadingWord {
  TextRange range;
  std::string_view text;
  bool opens = false;  // first of the heading, or behind a mark that begins anew
  bool closes = false;
};

bool is_upper(char c) {
  return std::isupper(static_cast<unsigned char>(c)) != 0;
}
bool is_lower(char c) {
  return std::islower(static_cast<unsigned char>(c)) != 0;
}

// ASCII words of letters only are judged: "Review", "review", not "SPX", "JavaScript", "vol5" or "Größe".
bool is_capitalised(std::string_view word) {
  return word.size() > 1 && is_upper(word[0]) && std::ranges::all_of(word.substr(1), is_lower);
}
bool is_small(std::string_view word) {
  return !word.empty() && std::ranges::all_of(word, is_lower);
}

// A word that belongs to an identifier, a path or a compound is not one to judge.
bool is_joined(std::string_view text, TextRange range) {
  constexpr std::string_view joints = "_.-/&@#$*'";
  const bool left = range.begin > 0 && joints.find(text[range.begin - 1]) != std::string_view::npos;
  const bool right = range.end + 1 < text.size() && joints.find(text[range.end]) != std::string_view::npos &&
                     text[range.end + 1] != ' ';
  return left || right;
}

std::vector<HeadingWord> read_words(std::string_view text) {
  std::vector<HeadingWord> words;
  std::size_t behind = 0;
  for (const TextRange range : find_words(text)) {
    const std::string_view gap = text.substr(behind, range.begin - behind);
    const bool opens = words.empty() || gap.find_first_of(":.?!(\"") != std::string_view::npos;
    words.push_back({.range = range, .text = text.substr(range.begin, range.size()), .opens = opens});
    behind = range.end;
  }
  if (!words.empty()) words.back().closes = true;
  return words;
}

bool breaks_sentence_case(const HeadingWord& word) {
  if (word.opens) return false;
  return is_capitalised(word.text) && std::ranges::find(proper_names, word.text) == proper_names.end();
}

bool breaks_title_case(const HeadingWord& word) {
  const bool may_be_small =
      !word.opens && !word.closes && std::ranges::find(small_words, word.text) != small_words.end();
  return is_small(word.text) && !may_be_small;
}

struct HeadingCase {
  std::string_view name;
  bool (*breaks)(const HeadingWord&);
  std::string_view advice;
};
constexpr HeadingCase cases[] = {
    {"sentence", breaks_sentence_case,
     "Headings are in sentence case: only the first word and names begin with a capital."},
    {"title", breaks_title_case, "Headings are in title case: every word but the small ones begins with a capital."},
};
const HeadingCase& require_case(const RuleSetting& setting) {
  return *std::ranges::find(cases, setting.word("case"), &HeadingCase::name);
}

// Byte ranges of `text` that hold one of the names, which are kept as they are.
std::vector<TextRange> find_names(std::string_view text, const std::vector<std::string>& names) {
  std::vector<TextRange> found;
  for (const std::string& name : names) {
    for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1))
      found.push_back({at, at + name.size()});
  }
  return found;
}

void check_case(const ProseBlock& block, const HeadingCase& wanted, const std::vector<std::string>& names,
                std::vector<RuleHit>& hits) {
  const std::vector<TextRange> kept = find_names(block.text, names);
  std::vector<HeadingWord> wrong;
  for (const HeadingWord& word : read_words(block.text)) {
    const bool is_name = std::ranges::any_of(
        kept, [&](TextRange name) { return name.begin <= word.range.begin && word.range.end <= name.end; });
    if (!is_name && !is_joined(block.text, word.range) && wanted.breaks(word)) wrong.push_back(word);
  }
  if (wrong.empty()) return;
  std::vector<std::string_view> words;
  for (const HeadingWord& word : wrong) words.push_back(word.text);
  hits.push_back({.range = block.source_of({wrong.front().range.begin, wrong.back().range.end}),
                  .message = fmt::format("heading not in {} case: {}", wanted.name, fmt::join(words, ", ")),
                  .fix = std::nullopt});
}

void check_end(const ProseBlock& block, std::vector<RuleHit>& hits) {
  constexpr std::string_view end_marks = ".,:;";
  const std::size_t last = block.text.size() - 1;
  const bool is_ellipsis = block.text.ends_with("..");
  if (end_marks.find(block.text[last]) == std::string_view::npos || is_ellipsis) return;
  if (beside_left(block, last) != Beside::word) return;
  const TextRange mark{last, last + 1};
  std::optional<LintFix> fix;
  if (block.maps_whole(mark))
    fix = LintFix{.range = block.source_of(mark), .replacement = "", .safety = FixSafety::safe};
  hits.push_back({.range = block.source_of(mark),
                  .message = fmt::format("heading ends in '{}'; leave it out", block.text[last]),
                  .fix = std::move(fix)});
}

Result<RuleCheck> compile_headings(const RuleSetting& setting) {
  return RuleCheck(
      [wanted = require_case(setting), names = setting.texts("names")](const Prose& prose, std::vector<RuleHit>& hits) {
        for (const ProseBlock& block : prose.blocks) {
          if (block.kind != BlockKind::heading || block.text.empty()) continue;
          check_case(block, wanted, names, hits);
          check_end(block, hits);
        }
      });
}

std::string render_headings(const RuleSetting& setting) {
  std::string advice = fmt::format("{} No full stop, comma or colon at their end.", require_case(setting).advice);
  const std::vector<std::string>& names = setting.texts("names");
  if (!names.empty()) advice += fmt::format(" These names keep their capitals: {}.", fmt::join(names, ", "));
  return advice;
}

}  // namespace

StyleRule headings() {
  return {.name = "headings",
          .settings = {{.name = "case", .kind = SettingKind::word, .required = true, .words = {"sentence", "title"}},
                       {.name = "names", .kind = SettingKind::texts}},
          .compile = compile_headings,
          .render_advice = render_headings};
}

}  // namespace converge::content::rule
