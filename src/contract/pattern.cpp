#include "contract/pattern.hpp"

#include "contract/sql_text.hpp"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <fmt/format.h>
#include <pcre2.h>
#include <algorithm>

namespace converge::contract {
namespace {

constexpr int repeat_limit = 1000;
constexpr std::uint32_t match_limit = 100'000;
constexpr std::string_view special = "^$.|?*+()[]{}\\";

bool is_printable(char c) {
  return c >= ' ' && c <= '~';
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_unbounded(const std::vector<PatternPart>& parts) {
  return std::ranges::any_of(parts, [](const PatternPart& part) {
    return part.repeat_max < 0 || std::ranges::any_of(part.choices, is_unbounded);
  });
}

class PatternParser {
 public:
  explicit PatternParser(std::string_view text) : text_(text) {}

  Result<std::vector<PatternPart>> parse() {
    if (!std::ranges::all_of(text_, is_printable)) return refuse("only printable ASCII may stand here");
    if (!take('^')) return refuse("it must begin with ^");
    TRY(std::vector<PatternPart> parts, parse_sequence());
    if (!take('$') || at_ != text_.size())
      return refuse("only letters, classes, groups and quantifiers may stand between ^ and $");
    return parts;
  }

 private:
  tl::unexpected<Error> refuse(std::string_view why) const {
    return fail(Errc::invalid_input, fmt::format("pattern '{}', at character {}: {}", text_, at_ + 1, why));
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }

  Result<std::vector<PatternPart>> parse_sequence() {
    std::vector<PatternPart> parts;
    while (at_ < text_.size() && peek() != '$' && peek() != ')' && peek() != '|') {
      TRY(PatternPart part, parse_part());
      TRY_VOID(parse_quantifier(part));
      const bool nested = part.repeat_max < 0 && std::ranges::any_of(part.choices, is_unbounded);
      if (nested) return refuse("a repetition without end may not hold another one");
      parts.push_back(std::move(part));
    }
    return parts;
  }

  Result<PatternPart> parse_part() {
    if (take('(')) return parse_group();
    if (take('[')) return parse_class();
    TRY(const char letter, parse_letter(special));
    return PatternPart{.letters = std::string(1, letter), .choices = {}};
  }

  Result<PatternPart> parse_group() {
    if (take('?') && !take(':')) return refuse("of the groups that begin with ? only (?: is allowed");
    PatternPart part;
    do {
      TRY(std::vector<PatternPart> choice, parse_sequence());
      if (choice.empty()) return refuse("an alternative is empty");
      part.choices.push_back(std::move(choice));
    } while (take('|'));
    if (!take(')')) return refuse("')' is missing");
    return part;
  }

  // A letter, or \ and a punctuation mark. `reserved` are the marks that need the \.
  Result<char> parse_letter(std::string_view reserved) {
    if (take('\\')) {
      if (!is_printable(peek()) || is_word(peek())) return refuse("\\ may stand before a punctuation mark only");
    } else if (peek() == '\0' || reserved.find(peek()) != std::string_view::npos) {
      return refuse("this mark is not in the subset; a literal one needs \\ before it");
    }
    return text_[at_++];
  }

  Result<PatternPart> parse_class() {
    const bool negated = take('^');
    std::string members;
    while (peek() != ']') {
      const char first = peek();
      TRY(const char low, parse_letter("[\\^&~|\""));
      if (peek() == first && !is_word(first))
        return refuse("a doubled mark means something else to one of the servers");
      const bool is_range = peek() == '-' && at_ + 1 < text_.size() && text_[at_ + 1] != ']';
      if (!is_range) {
        members.push_back(low);
        continue;
      }
      ++at_;
      TRY(const char high, parse_letter("[\\^&~|\"-"));
      if (high < low) return refuse("the range runs backwards");
      for (int c = low; c <= high; ++c) members.push_back(static_cast<char>(c));
    }
    ++at_;
    std::string letters;
    for (char c = ' '; c <= '~'; ++c)
      if ((members.find(c) != std::string::npos) != negated) letters.push_back(c);
    if (members.empty() || letters.empty()) return refuse("the class is empty");
    return PatternPart{.letters = std::move(letters), .choices = {}};
  }

  int parse_count() {
    int count = -1;
    while (peek() >= '0' && peek() <= '9' && count <= repeat_limit)
      count = std::max(count, 0) * 10 + (text_[at_++] - '0');
    return count;
  }

  Result<void> parse_quantifier(PatternPart& part) {
    const auto set = [&](int low, int high) {
      part.repeat_min = low;
      part.repeat_max = high;
    };
    if (take('?'))
      set(0, 1);
    else if (take('*'))
      set(0, -1);
    else if (take('+'))
      set(1, -1);
    else if (take('{')) {
      const int low = parse_count();
      const bool open = take(',');
      const int high = open ? parse_count() : low;
      const bool shaped =
          low >= 0 && low <= repeat_limit && high <= repeat_limit && (high < 0 || high >= low) && take('}');
      if (!shaped) return refuse("a quantifier reads {n}, {n,} or {n,m}, with numbers up to 1000");
      set(low, high);
    } else {
      return {};
    }
    if (std::string_view("?*+{").find(peek()) != std::string_view::npos && peek() != '\0')
      return refuse("a quantifier may not follow another");
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// One per thread: it only says where the last match was, which nobody asks.
struct MatchScratch {
  pcre2_match_data* match = pcre2_match_data_create(1, nullptr);
  pcre2_match_context* context = pcre2_match_context_create(nullptr);

  MatchScratch() { pcre2_set_match_limit(context, match_limit); }
  MatchScratch(const MatchScratch&) = delete;
  MatchScratch& operator=(const MatchScratch&) = delete;
  ~MatchScratch() {
    pcre2_match_data_free(match);
    pcre2_match_context_free(context);
  }
};

}  // namespace

Result<std::vector<PatternPart>> parse_pattern(std::string_view pattern) {
  return PatternParser(pattern).parse();
}

std::string render_sql_pattern(std::string_view pattern) {
  return quote_text(std::string(pattern.substr(0, pattern.size() - 1)) + "\\z");
}

Result<PatternMatcher> PatternMatcher::compile(std::string_view pattern) {
  TRY_VOID(parse_pattern(pattern));
  int code = 0;
  std::size_t offset = 0;
  const auto* text = reinterpret_cast<PCRE2_SPTR>(pattern.data());
  pcre2_code* compiled = pcre2_compile(text, pattern.size(), PCRE2_UTF | PCRE2_DOLLAR_ENDONLY, &code, &offset, nullptr);
  if (compiled == nullptr)
    return fail(Errc::invalid_input,
                fmt::format("pattern '{}', at character {}: PCRE2 refuses it", pattern, offset + 1));
  pcre2_jit_compile(compiled, PCRE2_JIT_COMPLETE);
  return PatternMatcher(std::shared_ptr<const void>(compiled, [](pcre2_code* held) { pcre2_code_free(held); }));
}

PatternVerdict PatternMatcher::judge(std::string_view text) const {
  thread_local const MatchScratch scratch;
  const auto* code = static_cast<const pcre2_code*>(code_.get());
  const auto* subject = reinterpret_cast<PCRE2_SPTR>(text.data());
  const int found = pcre2_match(code, subject, text.size(), 0, PCRE2_NO_UTF_CHECK, scratch.match, scratch.context);
  if (found >= 0) return PatternVerdict::matches;
  return found == PCRE2_ERROR_NOMATCH ? PatternVerdict::differs : PatternVerdict::gave_up;
}

}  // namespace converge::contract
