#include "content/pattern_syntax.hpp"

#include "content/position.hpp"

#include <fmt/format.h>
#include <unicode/uniset.h>
#include <unicode/utf8.h>
#include <algorithm>
#include <array>
#include <bitset>
#include <cctype>
#include <limits>
#include <memory>

namespace converge::content {
namespace {

constexpr int many = std::numeric_limits<int>::max();
constexpr int depth_max = 100;

// The characters one element of a pattern can match, or more.
struct ByteClass {
  std::bitset<128> ascii;
  std::vector<char32_t> others;  // beyond ASCII, when they are few
  bool any_other = false;        // any beyond ASCII
};

enum class PatternKind { characters, sequence, choice, repeat };

struct PatternNode {
  PatternKind kind = PatternKind::sequence;
  ByteClass characters;
  std::vector<PatternNode> children;
  int least = 1;  // of a repeat
  int most = 1;
};

struct PatternFlags {
  bool ignore_case = false;
  bool dot_all = false;
  bool multi_line = false;
};

constexpr std::size_t others_max = 16;

void add_code_point(ByteClass& to, char32_t c) {
  if (c < 128) {
    to.ascii.set(c);
  } else {
    to.others.push_back(c);
  }
}

void add_set(ByteClass& to, const icu::UnicodeSet& set) {
  for (std::int32_t i = 0; i < set.getRangeCount(); ++i) {
    const auto begin = static_cast<char32_t>(set.getRangeStart(i));
    const auto end = static_cast<char32_t>(set.getRangeEnd(i));
    for (char32_t c = begin; c <= std::min<char32_t>(end, 127); ++c) to.ascii.set(c);
    const char32_t first_other = std::max<char32_t>(begin, 128);
    if (end < first_other) continue;
    if (end - first_other >= others_max) to.any_other = true;
    for (char32_t c = first_other; !to.any_other && c <= end; ++c) to.others.push_back(c);
  }
  if (to.others.size() > others_max) to.any_other = true;
  if (to.any_other) to.others.clear();
}

ByteClass close_over_case(const ByteClass& of) {
  icu::UnicodeSet set;
  for (std::size_t c = 0; c < of.ascii.size(); ++c)
    if (of.ascii.test(c)) set.add(static_cast<UChar32>(c));
  for (const char32_t c : of.others) set.add(static_cast<UChar32>(c));
  set.closeOver(USET_CASE_INSENSITIVE);
  set.removeAllStrings();
  set.remove(U'\u212A').remove(U'\u017F');  // folds_into_ascii
  ByteClass closed{.ascii = {}, .others = {}, .any_other = of.any_other};
  add_set(closed, set);
  return closed;
}

ByteClass complement_of(const ByteClass& of) {
  return {.ascii = ~of.ascii, .others = {}, .any_other = true};
}

ByteClass everything() {
  return complement_of({});
}

// The class that ICU knows under this name, such as `\p{L}` or `[:alpha:]`, widened beyond ASCII.
ByteClass named_class(std::string_view name) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::UnicodeSet set(icu::UnicodeString::fromUTF8(fmt::format("[{}]", name)), status);
  if (U_FAILURE(status)) return everything();  // PCRE2 says what is wrong with it
  ByteClass result{.ascii = {}, .others = {}, .any_other = true};
  for (char32_t c = 0; c < 128; ++c)
    if (set.contains(static_cast<UChar32>(c))) result.ascii.set(c);
  return result;
}

std::optional<ByteClass> escape_class(char letter) {
  switch (letter) {
    case 'd': return named_class("\\p{Nd}");
    case 'w': return named_class("\\p{L}\\p{N}_");
    case 's': return named_class("\\p{White_Space}");
    case 'D': return complement_of(named_class("\\p{Nd}"));
    case 'W': return complement_of(named_class("\\p{L}\\p{N}_"));
    case 'S': return complement_of(named_class("\\p{White_Space}"));
    case 'h':
    case 'v': return named_class("\\p{White_Space}");
    case 'H':
    case 'V':
    case 'N': return everything();
    default: return std::nullopt;
  }
}

std::optional<int> fixed_length(const PatternNode& node, bool top_level) {
  switch (node.kind) {
    case PatternKind::characters: return 1;
    case PatternKind::repeat: {
      const auto inner = fixed_length(node.children[0], false);
      if (!inner || node.least != node.most) return std::nullopt;
      return *inner * node.least;
    }
    case PatternKind::sequence: {
      int length = 0;
      for (const PatternNode& child : node.children) {
        const auto inner = fixed_length(child, false);
        if (!inner) return std::nullopt;
        length += *inner;
      }
      return length;
    }
    case PatternKind::choice: break;
  }
  std::optional<int> length;
  for (const PatternNode& child : node.children) {
    const auto inner = fixed_length(child, false);
    if (!inner || (length && !top_level && *length != *inner)) return std::nullopt;
    length = inner;
  }
  return length;
}

// Recursive descent. Builds the tree for the prefilter and the text for PCRE2 in one pass.
class PatternReader {
 public:
  explicit PatternReader(std::string_view pattern) : pattern_(pattern) {}

  Result<PatternNode> read_all(PatternFlags flags) {
    TRY(auto node, read_choice(flags));
    if (at_ < pattern_.size()) return complain("an unmatched ')'");
    return node;
  }

  PatternText take(PatternNode tree);

 private:
  tl::unexpected<Error> complain(std::string_view what) const {
    return fail(Errc::invalid_input, fmt::format("{} at byte {} of the pattern {}", what, at_ + 1, pattern_));
  }

  bool ends() const { return at_ >= pattern_.size(); }
  char peek() const { return pattern_[at_]; }
  bool sees(std::string_view text) const { return pattern_.substr(at_).starts_with(text); }
  void copy(std::size_t bytes) {
    out_ += pattern_.substr(at_, bytes);
    at_ += bytes;
  }

  Result<PatternNode> read_choice(PatternFlags flags) {
    if (++depth_ > depth_max) return complain("groups nested too deep");
    PatternNode choice{.kind = PatternKind::choice};
    while (true) {
      TRY(auto branch, read_sequence(flags));
      choice.children.push_back(std::move(branch));
      if (ends() || peek() != '|') break;
      copy(1);
    }
    --depth_;
    if (choice.children.size() == 1) return std::move(choice.children[0]);
    return choice;
  }

  Result<PatternNode> read_sequence(PatternFlags& flags) {
    PatternNode sequence;
    while (!ends() && peek() != '|' && peek() != ')') {
      TRY(auto element, read_element(flags));
      if (!element) continue;
      read_repeat(*element);
      sequence.children.push_back(std::move(*element));
    }
    return sequence;
  }

  // Nothing for an assertion or a setting.
  Result<std::optional<PatternNode>> read_element(PatternFlags& flags) {
    const char c = peek();
    if (c == '(') return read_group(flags);
    if (c == '[') return read_class(flags);
    if (c == '\\') return read_escape(flags);
    if (c == '^' || c == '$') {
      copy(1);
      skip_repeat();
      return std::optional<PatternNode>();
    }
    if (c == '.') {
      copy(1);
      ByteClass dot = everything();
      if (!flags.dot_all) dot.ascii.reset('\n');
      return of_class(std::move(dot));
    }
    std::int32_t next = static_cast<std::int32_t>(at_);
    UChar32 code = 0;
    U8_NEXT(reinterpret_cast<const std::uint8_t*>(pattern_.data()), next, static_cast<std::int32_t>(pattern_.size()),
            code);
    copy(static_cast<std::size_t>(next) - at_);
    return literal(static_cast<char32_t>(code), flags);
  }

  static std::optional<PatternNode> of_class(ByteClass characters) {
    return PatternNode{.kind = PatternKind::characters, .characters = std::move(characters), .children = {}};
  }

  static std::optional<PatternNode> literal(char32_t code, const PatternFlags& flags) {
    ByteClass one;
    add_code_point(one, code);
    return of_class(flags.ignore_case ? close_over_case(one) : one);
  }

  std::optional<PatternNode> opaque() {
    opaque_ = true;
    return PatternNode{};
  }

  Result<std::optional<PatternNode>> read_escape(const PatternFlags& flags) {
    if (at_ + 1 >= pattern_.size()) return complain("a backslash at the end");
    const char letter = pattern_[at_ + 1];
    if (const auto characters = escape_class(letter)) {
      copy(2);
      return of_class(*characters);
    }
    if (letter == 'p' || letter == 'P') {
      ByteClass property = read_property();
      return of_class(std::move(property));
    }
    if (std::string_view("bBAzZG").find(letter) != std::string_view::npos) {
      copy(2);
      skip_repeat();
      return std::optional<PatternNode>();
    }
    const bool refers = (letter >= '1' && letter <= '9') || letter == 'k' || letter == 'g';
    if (refers || std::string_view("RXCQEK").find(letter) != std::string_view::npos) {
      copy(2);
      return opaque();
    }
    TRY(const char32_t code, read_character_escape());
    return literal(code, flags);
  }

  // `\p{..}`, `\P{..}`, `\pL`
  ByteClass read_property() {
    const bool negated = pattern_[at_ + 1] == 'P';
    const std::size_t close = pattern_.find('}', at_);
    const bool braced = at_ + 2 < pattern_.size() && pattern_[at_ + 2] == '{' && close != std::string_view::npos;
    const std::string_view name =
        braced ? pattern_.substr(at_ + 3, close - at_ - 3) : pattern_.substr(std::min(at_ + 2, pattern_.size()), 1);
    const ByteClass property = named_class(fmt::format("\\p{{{}}}", name));
    copy(braced ? close + 1 - at_ : std::min<std::size_t>(3, pattern_.size() - at_));
    return negated ? complement_of(property) : property;
  }

  // One character that is written as an escape: `\n`, `\x2D`, `\x{2014}`, `\u2014`, `\.`
  Result<char32_t> read_character_escape() {
    constexpr std::string_view letters = "ntrfvae";
    constexpr std::string_view codes = "\n\t\r\f\v\a\x1B";
    const char letter = pattern_[at_ + 1];
    if (letter == 'u' || letter == 'x') return read_hexadecimal(letter);
    const auto named = letters.find(letter);
    if (named != std::string_view::npos) {
      copy(2);
      return static_cast<char32_t>(codes[named]);
    }
    std::int32_t next = static_cast<std::int32_t>(at_ + 1);
    UChar32 code = 0;
    U8_NEXT(reinterpret_cast<const std::uint8_t*>(pattern_.data()), next, static_cast<std::int32_t>(pattern_.size()),
            code);
    copy(static_cast<std::size_t>(next) - at_);
    return static_cast<char32_t>(code);
  }

  Result<char32_t> read_hexadecimal(char letter) {
    std::size_t begin = at_ + 2;
    std::size_t end = begin;
    const bool braced = begin < pattern_.size() && pattern_[begin] == '{';
    if (braced) {
      end = pattern_.find('}', ++begin);
      if (end == std::string_view::npos) return complain("an escape without its '}'");
    } else {
      const std::size_t most = letter == 'u' ? 4 : 2;
      while (end < pattern_.size() && end - begin < most &&
             std::isxdigit(static_cast<unsigned char>(pattern_[end])) != 0)
        ++end;
      if (letter == 'u' && end - begin != most) return complain("\\u needs four hexadecimal digits");
    }
    char32_t code = 0;
    for (std::size_t i = begin; i < end; ++i) {
      const char digit = static_cast<char>(std::tolower(static_cast<unsigned char>(pattern_[i])));
      if (std::isxdigit(static_cast<unsigned char>(digit)) == 0 || code > 0x10FFFF)
        return complain("an escape that is no hexadecimal number");
      code = code * 16 + static_cast<char32_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
    }
    out_ += fmt::format("\\x{{{:X}}}", static_cast<std::uint32_t>(code));
    at_ = braced ? end + 1 : end;
    return code;
  }

  Result<std::optional<PatternNode>> read_class(const PatternFlags& flags) {
    copy(1);
    const bool negated = !ends() && peek() == '^';
    if (negated) copy(1);
    ByteClass characters;
    std::optional<char32_t> range_from;
    bool is_first = true;
    while (!ends() && (peek() != ']' || is_first)) {
      is_first = false;
      if (sees("[:")) {
        const std::size_t close = pattern_.find(":]", at_ + 2);
        if (close != std::string_view::npos) {
          merge(characters, named_class(fmt::format("[{}]", pattern_.substr(at_, close + 2 - at_))));
          copy(close + 2 - at_);
          range_from.reset();
          continue;
        }
      }
      TRY(const auto code, read_class_member(characters));
      if (!code) {
        range_from.reset();
        continue;
      }
      const bool opens_range = sees("-") && at_ + 1 < pattern_.size() && pattern_[at_ + 1] != ']';
      if (range_from) {
        add_range(characters, *range_from, *code);
        range_from.reset();
      } else if (opens_range) {
        copy(1);
        range_from = code;
      } else {
        add_code_point(characters, *code);
      }
    }
    if (ends()) return complain("a '[' without its ']'");
    copy(1);
    if (range_from) {
      add_code_point(characters, *range_from);
      characters.ascii.set('-');
    }
    if (characters.others.size() > others_max) {
      characters.any_other = true;
      characters.others.clear();
    }
    if (negated) return of_class(complement_of(characters));
    return of_class(flags.ignore_case ? close_over_case(characters) : characters);
  }

  // A character, or nothing when a whole class was added.
  Result<std::optional<char32_t>> read_class_member(ByteClass& to) {
    if (peek() == '\\') {
      if (at_ + 1 >= pattern_.size()) return complain("a backslash at the end");
      const char letter = pattern_[at_ + 1];
      if (const auto characters = escape_class(letter)) {
        copy(2);
        merge(to, *characters);
        return std::optional<char32_t>();
      }
      if (letter == 'p' || letter == 'P') {
        merge(to, read_property());
        return std::optional<char32_t>();
      }
      if (letter == 'b') {
        copy(2);
        return std::optional<char32_t>(U'\b');
      }
      TRY(const char32_t code, read_character_escape());
      return std::optional<char32_t>(code);
    }
    std::int32_t next = static_cast<std::int32_t>(at_);
    UChar32 code = 0;
    U8_NEXT(reinterpret_cast<const std::uint8_t*>(pattern_.data()), next, static_cast<std::int32_t>(pattern_.size()),
            code);
    copy(static_cast<std::size_t>(next) - at_);
    return std::optional<char32_t>(static_cast<char32_t>(code));
  }

  static void merge(ByteClass& to, const ByteClass& from) {
    to.ascii |= from.ascii;
    to.any_other = to.any_other || from.any_other;
    to.others.insert(to.others.end(), from.others.begin(), from.others.end());
  }

  static void add_range(ByteClass& to, char32_t begin, char32_t end) {
    if (begin > end) return;  // PCRE2 says so
    add_set(to, icu::UnicodeSet(static_cast<UChar32>(begin), static_cast<UChar32>(end)));
  }

  // `(`: a group that captures or not, an assertion, a setting, a comment.
  Result<std::optional<PatternNode>> read_group(PatternFlags& flags) {
    constexpr std::array<std::string_view, 4> assertions{"(?=", "(?!", "(?<=", "(?<!"};
    const auto* assertion = std::ranges::find_if(assertions, [&](std::string_view opening) { return sees(opening); });
    if (assertion != assertions.end()) {
      const bool looks_behind = assertion->size() == 4;
      return read_assertion(*assertion, looks_behind, flags);
    }
    if (sees("(*")) return complain("a verb of PCRE2, which the dialect of rule packages does not have,");
    if (sees("(?#")) {
      const std::size_t close = pattern_.find(')', at_);
      if (close == std::string_view::npos) return complain("a comment without its ')'");
      at_ = close + 1;
      return std::optional<PatternNode>();
    }
    PatternFlags inner = flags;
    if (sees("(?>") || sees("(?:")) {
      copy(3);
    } else if (sees("(?P<") || sees("(?<") || sees("(?'")) {
      const char close_mark = sees("(?'") ? '\'' : '>';
      const std::size_t close = pattern_.find(close_mark, at_ + 3);
      if (close == std::string_view::npos) return complain("a group whose name does not end");
      copy(close + 1 - at_);
      has_groups_ = true;
    } else if (sees("(?")) {
      const std::size_t begin = at_ + 2;
      std::size_t end = begin;
      while (end < pattern_.size() &&
             (std::isalpha(static_cast<unsigned char>(pattern_[end])) != 0 || pattern_[end] == '-'))
        ++end;
      const bool is_setting = end < pattern_.size() && end > begin && (pattern_[end] == ')' || pattern_[end] == ':');
      if (!is_setting) {  // a condition, a recursion
        copy(2);
        opaque_ = true;
      } else {
        set_flags(inner, pattern_.substr(begin, end - begin));
        const bool reaches_on = pattern_[end] == ')';
        copy(end + 1 - at_);
        if (reaches_on) {
          flags = inner;
          return std::optional<PatternNode>();
        }
      }
    } else {
      copy(1);
      has_groups_ = true;
    }
    TRY(auto node, read_choice(inner));
    if (ends()) return complain("a '(' without its ')'");
    copy(1);
    return std::optional<PatternNode>(std::move(node));
  }

  void set_flags(PatternFlags& flags, std::string_view letters) {
    bool on = true;
    for (const char letter : letters) {
      if (letter == '-') on = false;
      if (letter == 'i') flags.ignore_case = on;
      if (letter == 's') flags.dot_all = on;
      if (letter == 'm') flags.multi_line = on;
      if (letter == 'x') opaque_ = true;
    }
  }

  Result<std::optional<PatternNode>> read_assertion(std::string_view opening, bool looks_behind,
                                                    const PatternFlags& flags) {
    const std::size_t out_begin = out_.size();
    const bool had_groups = std::exchange(has_groups_, false);
    const bool was_opaque = std::exchange(opaque_, false);
    copy(opening.size());
    const std::size_t inner_begin = out_.size();
    TRY(auto node, read_choice(flags));
    if (ends()) return complain("a '(' without its ')'");
    const std::string inner = out_.substr(inner_begin);
    copy(1);
    const bool is_fixed = !opaque_ && fixed_length(node, true).has_value();
    if (looks_behind && !is_fixed) {
      if (has_groups_ || inner.find("(?C") != std::string::npos)
        return complain("a group or another lookbehind inside a lookbehind without a fixed length");
      const std::string settings =
          fmt::format("(?{}{}{})", flags.ignore_case ? "i" : "", flags.dot_all ? "s" : "", flags.multi_line ? "m" : "");
      lookbehinds_.push_back({.pcre2 = fmt::format("{}(?:{})\\z", settings == "(?)" ? "" : settings, inner),
                              .negative = opening == "(?<!"});
      out_.resize(out_begin);
      out_ += fmt::format("(?C{})", lookbehinds_.size());
      if (lookbehinds_.size() > 200) return complain("too many lookbehinds");
    }
    has_groups_ = has_groups_ || had_groups;
    opaque_ = was_opaque;  // an assertion is dropped from the prefilter, whatever it holds
    skip_repeat();
    return std::optional<PatternNode>();
  }

  struct RepeatCount {
    std::size_t size = 0;  // 0: none stands here
    int least = 1;
    int most = 1;
  };

  RepeatCount peek_repeat() const {
    if (ends()) return {};
    switch (peek()) {
      case '*': return {1, 0, many};
      case '+': return {1, 1, many};
      case '?': return {1, 0, 1};
      case '{': break;
      default: return {};
    }
    std::size_t at = at_ + 1;
    const auto number = [&]() -> std::optional<int> {
      const std::size_t begin = at;
      int value = 0;
      while (at < pattern_.size() && std::isdigit(static_cast<unsigned char>(pattern_[at])) != 0 && at - begin < 6)
        value = value * 10 + (pattern_[at++] - '0');
      return at > begin ? std::optional<int>(value) : std::nullopt;
    };
    const auto least = number();
    if (!least || at >= pattern_.size()) return {};
    std::optional<int> most = least;
    if (pattern_[at] == ',') {
      ++at;
      most = number();
      if (!most) most = many;
    }
    if (at >= pattern_.size() || pattern_[at] != '}') return {};
    return {at + 1 - at_, *least, *most};
  }

  void skip_repeat() {
    const RepeatCount count = peek_repeat();
    if (count.size > 0) copy_repeat(count);
  }

  void copy_repeat(const RepeatCount& count) {
    copy(count.size);
    if (!ends() && (peek() == '?' || peek() == '+')) copy(1);
  }

  void read_repeat(PatternNode& element) {
    for (RepeatCount count = peek_repeat(); count.size > 0; count = peek_repeat()) {
      copy_repeat(count);
      PatternNode repeat{
          .kind = PatternKind::repeat, .characters = {}, .children = {}, .least = count.least, .most = count.most};
      repeat.children.push_back(std::move(element));
      element = std::move(repeat);
    }
  }

  std::string_view pattern_;
  std::size_t at_ = 0;
  std::string out_;
  std::vector<LookbehindText> lookbehinds_;
  bool has_groups_ = false;
  bool opaque_ = false;
  int depth_ = 0;
};

// Cuts what may be missing off one end: a match of the whole holds a match of what is left.
void trim_end(PatternNode& node, bool at_front) {
  if (node.kind == PatternKind::choice) {
    for (PatternNode& child : node.children) trim_end(child, at_front);
    return;
  }
  if (node.kind == PatternKind::repeat) {
    if (node.least == 0) {
      node = PatternNode{};
    } else {
      node.most = node.least;
      if (node.least == 1) {
        PatternNode inner = std::move(node.children[0]);
        node = std::move(inner);
        trim_end(node, at_front);
      }
    }
    return;
  }
  if (node.kind != PatternKind::sequence) return;
  std::vector<PatternNode>& children = node.children;
  while (!children.empty()) {
    PatternNode& last = at_front ? children.front() : children.back();
    trim_end(last, at_front);
    const bool is_empty = last.kind == PatternKind::sequence && last.children.empty();
    if (!is_empty) return;
    children.erase(at_front ? children.begin() : children.end() - 1);
  }
}

// How often English prose shows a character, in thousandths of all. A pattern that most texts match is no filter.
double share_of(const ByteClass& characters) {
  constexpr std::array<int, 26> letters{65, 12, 22, 32, 103, 18, 16, 49, 55, 1,  6, 33, 20,
                                        57, 62, 15, 1,  48,  51, 73, 23, 8,  19, 1, 16, 1};
  double share = characters.any_other ? 0.02 : 0.001 * static_cast<double>(characters.others.size());
  for (std::size_t c = 0; c < 128; ++c) {
    if (!characters.ascii.test(c)) continue;
    const bool is_lower = c >= 'a' && c <= 'z';
    share += c == ' ' ? 0.17 : is_lower ? letters.at(c - 'a') / 1000.0 : 0.002;
  }
  return std::min(share, 1.0);
}

double share_of(const PatternNode& node) {
  double share = 1;
  switch (node.kind) {
    case PatternKind::characters: return share_of(node.characters);
    case PatternKind::repeat:
      for (int i = 0; i < std::min(node.least, 8); ++i) share *= share_of(node.children[0]);
      return share;
    case PatternKind::sequence:
      for (const PatternNode& child : node.children) share *= share_of(child);
      return share;
    case PatternKind::choice: break;
  }
  share = 0;
  for (const PatternNode& child : node.children) share += share_of(child);
  return std::min(share, 1.0);
}

void render_byte(std::string& out, unsigned byte) {
  const bool plain = std::isalnum(static_cast<int>(byte)) != 0 && byte < 128;
  out += plain ? std::string(1, static_cast<char>(byte)) : fmt::format("\\x{:02x}", byte);
}

void render_class(std::string& out, const ByteClass& characters) {
  const bool has_others = characters.any_other || !characters.others.empty();
  if (has_others) out += "(?:";
  std::string separator;
  if (characters.ascii.count() == 1) {
    for (unsigned c = 0; c < 128; ++c)
      if (characters.ascii.test(c)) render_byte(out, c);
    separator = "|";
  } else if (characters.ascii.any()) {
    out += '[';
    for (unsigned c = 0; c < 128; ++c)
      if (characters.ascii.test(c)) render_byte(out, c);
    out += ']';
    separator = "|";
  }
  if (characters.any_other) {
    out += separator + "[\\xc2-\\xf4][\\x80-\\xbf]{1,3}";
  } else {
    for (const char32_t c : characters.others) {
      out += std::exchange(separator, "|");
      std::array<std::uint8_t, U8_MAX_LENGTH> bytes{};
      std::int32_t size = 0;
      U8_APPEND_UNSAFE(bytes.data(), size, static_cast<std::uint32_t>(c));
      for (std::int32_t i = 0; i < size; ++i) render_byte(out, bytes.at(static_cast<std::size_t>(i)));
    }
  }
  if (has_others) out += ')';
}

void render_node(std::string& out, const PatternNode& node) {
  constexpr int repeats_max = 8;
  switch (node.kind) {
    case PatternKind::characters: render_class(out, node.characters); return;
    case PatternKind::sequence:
      for (const PatternNode& child : node.children) render_node(out, child);
      return;
    case PatternKind::choice:
      out += "(?:";
      for (std::size_t i = 0; i < node.children.size(); ++i) {
        if (i > 0) out += '|';
        render_node(out, node.children[i]);
      }
      out += ')';
      return;
    case PatternKind::repeat: break;
  }
  std::string inner;
  render_node(inner, node.children[0]);
  if (inner.empty()) return;
  const int least = std::min(node.least, repeats_max);
  out += fmt::format("(?:{})", inner);
  if (node.most > repeats_max) {
    out += fmt::format("{{{},}}", least);
  } else {
    out += fmt::format("{{{},{}}}", least, node.most);
  }
}

PatternText PatternReader::take(PatternNode tree) {
  PatternText text{.pcre2 = std::move(out_),
                   .lookbehinds = std::move(lookbehinds_),
                   .has_groups = has_groups_,
                   .prefilter = std::nullopt};
  if (opaque_) return text;
  trim_end(tree, true);
  trim_end(tree, false);
  constexpr double share_max = 0.02;
  if (share_of(tree) > share_max) return text;
  std::string rendered;
  render_node(rendered, tree);
  text.prefilter = std::move(rendered);
  return text;
}

}  // namespace

Result<PatternText> read_pattern(std::string_view pattern, bool ignore_case) {
  if (!is_utf8(pattern)) return fail(Errc::invalid_input, "a pattern that is not UTF-8");
  PatternReader reader(pattern);
  TRY(auto tree, reader.read_all({.ignore_case = ignore_case}));
  PatternText text = reader.take(std::move(tree));
  if (ignore_case) text.pcre2.insert(0, "(?i)");
  return text;
}

bool folds_into_ascii(std::string_view text) {
  return text.find("\xE2\x84\xAA") != std::string_view::npos || text.find("\xC5\xBF") != std::string_view::npos;
}

}  // namespace converge::content
