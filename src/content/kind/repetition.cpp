// repetition — the same word twice, one behind the other, in one sentence.
#include "content/kind.hpp"
#include "content/segment.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>
#include <algorithm>

namespace converge::content::kind {
namespace {

bool is_all_letters(std::string_view text) {
  for (std::int32_t at = 0; at < static_cast<std::int32_t>(text.size());) {
    UChar32 c = 0;
    U8_NEXT(reinterpret_cast<const std::uint8_t*>(text.data()), at, static_cast<std::int32_t>(text.size()), c);
    if (!u_isalpha(c)) return false;
  }
  return true;
}

bool is_same(std::string_view a, std::string_view b, bool ignore_case) {
  if (a == b) return true;
  if (!ignore_case || a.empty() || b.empty()) return false;
  const auto fold = [](std::string_view text) {
    return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())))
        .foldCase();
  };
  // A letter and its other case may differ in length, but not in whether both are ASCII.
  const auto is_ascii = [](unsigned char c) { return c < 0x80; };
  if (std::ranges::all_of(a, is_ascii) && std::ranges::all_of(b, is_ascii))
    return std::ranges::equal(a, b,
                              [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
  return fold(a) == fold(b);
}

Result<KindRule> compile_repetition(const RuleFile& rule, KindSetup& setup) {
  const bool ignore_case = rule.flag("ignorecase");
  auto pattern = Pattern::compile(fmt::format("({})", fmt::join(rule.texts("tokens"), "|")),
                                  ignore_case ? PatternCase::ignored : PatternCase::exact);
  if (!pattern) return rule.complain(pattern.error().message);
  TRY(auto exceptions, compile_exceptions(rule, setup, rule.flag("vocab", true)));
  const bool alpha = rule.flag("alpha");
  const auto most = static_cast<int>(rule.number("max"));

  return KindRule{.sees_every_passage = true,
                  .check = [rule, ignore_case, alpha, most, pattern = std::move(*pattern),
                            exceptions = std::move(exceptions)](const KindInput& input, std::vector<KindHit>& hits) {
                    for (std::size_t i = 0; i < input.passages.size(); ++i) {
                      const std::string_view text = input.passages[i].text;
                      TextRange before;
                      std::string_view word_before;
                      int count = 0;
                      for (const TextRange range : pattern.find_all(text, input.scratch)) {
                        const std::string_view word = trim_blanks(text.substr(range.begin, range.size()));
                        const bool repeats = !word.empty() && is_same(word, word_before, ignore_case) &&
                                             (!alpha || is_all_letters(word));
                        if (repeats && ++count > most) {
                          const TextRange both{before.begin, range.end};
                          const std::string_view match = text.substr(both.begin, both.size());
                          const bool is_one_sentence = find_sentences(match).size() == 1;
                          if (is_one_sentence && !exceptions.matches(match, input.scratch) &&
                              !exceptions.covers(text, both, input.scratch)) {
                            KindHit hit = make_kind_hit(rule, i, both, match, input.scratch);
                            const std::string repeated(word);
                            hit.message = format_rule_message(rule.message, {&repeated, 1});
                            hits.push_back(std::move(hit));
                            count = 0;
                          }
                        }
                        before = range;
                        word_before = word;
                      }
                    }
                  }};
}

}  // namespace

RuleKind repetition() {
  return {.name = "repetition",
          .keys = {{"tokens", RuleKeyKind::texts, true},
                   {"max", RuleKeyKind::number},
                   {"ignorecase", RuleKeyKind::flag},
                   {"alpha", RuleKeyKind::flag},
                   {"vocab", RuleKeyKind::flag},
                   {"exceptions", RuleKeyKind::texts}},
          .compile = compile_repetition};
}

}  // namespace converge::content::kind
