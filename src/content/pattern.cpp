#define PCRE2_CODE_UNIT_WIDTH 8
#include "content/pattern.hpp"

#include "content/pattern_syntax.hpp"

#include <fmt/format.h>
#include <pcre2.h>
#include <unicode/utf8.h>
#include <array>
#include <mutex>

namespace converge::content {
namespace {

constexpr std::uint32_t match_limit = 1'000'000;
constexpr std::uint32_t heap_limit_kib = 20'000;
constexpr std::size_t jit_stack_bytes_max = 1 << 20;
constexpr std::uint32_t groups_max = 128;
constexpr std::size_t lookbehind_bytes_max = 4096;

const std::uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

std::string error_text(int code) {
  std::array<PCRE2_UCHAR, 256> buffer{};
  pcre2_get_error_message(code, buffer.data(), buffer.size());
  return reinterpret_cast<const char*>(buffer.data());
}

template <auto release>
struct PcreRelease {
  template <class T>
  void operator()(T* held) const {
    release(held);
  }
};
using CodePointer = std::unique_ptr<pcre2_code, PcreRelease<pcre2_code_free>>;
using MatchMemoryPointer = std::unique_ptr<pcre2_match_data, PcreRelease<pcre2_match_data_free>>;
using MatchContextPointer = std::unique_ptr<pcre2_match_context, PcreRelease<pcre2_match_context_free>>;
using JitStackPointer = std::unique_ptr<pcre2_jit_stack, PcreRelease<pcre2_jit_stack_free>>;

Result<CodePointer> compile_code(const std::string& text) {
  int error = 0;
  PCRE2_SIZE error_at = 0;
  CodePointer code(pcre2_compile(bytes_of(text), text.size(), PCRE2_UTF | PCRE2_UCP, &error, &error_at, nullptr));
  if (!code)
    return fail(Errc::invalid_input, fmt::format("{} at byte {} of the pattern {}", error_text(error), error_at, text));
  return code;
}

// Where the bytes of at most `most` before `at` begin, at a character.
std::size_t window_begin(std::string_view text, std::size_t at, std::size_t most) {
  std::size_t begin = at > most ? at - most : 0;
  while (begin > 0 && begin < at && U8_IS_TRAIL(static_cast<unsigned char>(text[begin]))) ++begin;
  return begin;
}

}  // namespace

struct PatternScratch::Memory {
  MatchMemoryPointer match{pcre2_match_data_create(groups_max, nullptr)};
  MatchMemoryPointer lookbehind_match{pcre2_match_data_create(1, nullptr)};
  JitStackPointer stack{pcre2_jit_stack_create(32 * 1024, jit_stack_bytes_max, nullptr)};
  MatchContextPointer limits{pcre2_match_context_create(nullptr)};

  Memory() {
    pcre2_set_match_limit(limits.get(), match_limit);
    pcre2_set_heap_limit(limits.get(), heap_limit_kib);
    pcre2_jit_stack_assign(limits.get(), nullptr, stack.get());
  }
};

PatternScratch::PatternScratch() : memory_(std::make_shared<Memory>()) {}

struct Pattern::Code {
  struct Lookbehind {
    CodePointer code;
    bool negative = false;
  };
  CodePointer code;
  std::vector<Lookbehind> lookbehinds;
  std::optional<std::string> prefilter;
  bool has_groups = false;
  mutable std::once_flag translated;

  void translate() const {
    std::call_once(translated, [&] {
      pcre2_jit_compile(code.get(), PCRE2_JIT_COMPLETE);
      for (const Lookbehind& lookbehind : lookbehinds) pcre2_jit_compile(lookbehind.code.get(), PCRE2_JIT_COMPLETE);
    });
  }

  struct CalloutFrame {
    const Code* code;
    pcre2_match_data* match;
  };

  // Answers a lookbehind without a fixed length: does it match a text that ends here?
  static int look_behind(pcre2_callout_block* at, void* user) {
    const auto& frame = *static_cast<const CalloutFrame*>(user);
    const Lookbehind& lookbehind = frame.code->lookbehinds.at(at->callout_number - 1);
    const std::string_view before(reinterpret_cast<const char*>(at->subject), at->current_position);
    const std::size_t begin = window_begin(before, before.size(), lookbehind_bytes_max);
    const int found =
        pcre2_match(lookbehind.code.get(), at->subject, before.size(), begin, PCRE2_NO_UTF_CHECK, frame.match, nullptr);
    if (found < 0 && found != PCRE2_ERROR_NOMATCH) return found;
    return (found >= 0) == lookbehind.negative ? 1 : 0;
  }
};

Pattern::Pattern() = default;

Result<Pattern> Pattern::compile(std::string_view pattern, PatternCase letters) {
  TRY(PatternText text, read_pattern(pattern, letters == PatternCase::ignored));
  auto code = std::make_shared<Code>();
  TRY(code->code, compile_code(text.pcre2));
  for (const LookbehindText& lookbehind : text.lookbehinds) {
    TRY(auto behind, compile_code(lookbehind.pcre2));
    code->lookbehinds.push_back({.code = std::move(behind), .negative = lookbehind.negative});
  }
  code->prefilter = std::move(text.prefilter);
  code->has_groups = text.has_groups;
  Pattern compiled;
  compiled.code_ = std::move(code);
  return compiled;
}

bool Pattern::search(std::string_view text, std::size_t from, PatternScratch& scratch) const {
  if (!code_ || from > text.size()) return false;
  code_->translate();
  PatternScratch::Memory& memory = *scratch.memory_;
  Code::CalloutFrame frame{.code = code_.get(), .match = memory.lookbehind_match.get()};
  pcre2_set_callout(memory.limits.get(), code_->lookbehinds.empty() ? nullptr : Code::look_behind, &frame);
  const int found = pcre2_match(code_->code.get(), bytes_of(text), text.size(), from, PCRE2_NO_UTF_CHECK,
                                memory.match.get(), memory.limits.get());
  if (found < 0 && found != PCRE2_ERROR_NOMATCH) scratch.exhausted = true;
  return found >= 0;
}

std::optional<TextRange> Pattern::find(std::string_view text, std::size_t from, PatternScratch& scratch) const {
  if (!search(text, from, scratch)) return std::nullopt;
  const PCRE2_SIZE* range = pcre2_get_ovector_pointer(scratch.memory_->match.get());
  return TextRange{range[0], range[1]};
}

std::optional<PatternMatch> Pattern::find_groups(std::string_view text, std::size_t from,
                                                 PatternScratch& scratch) const {
  if (!search(text, from, scratch)) return std::nullopt;
  std::uint32_t count = 0;
  pcre2_pattern_info(code_->code.get(), PCRE2_INFO_CAPTURECOUNT, &count);
  const PCRE2_SIZE* ranges = pcre2_get_ovector_pointer(scratch.memory_->match.get());
  PatternMatch match{.range = {ranges[0], ranges[1]}, .groups = {}};
  for (std::size_t i = 0; i <= std::min(count, groups_max - 1); ++i) {
    const bool took_part = ranges[2 * i] != PCRE2_UNSET;
    match.groups.push_back(took_part ? std::optional(TextRange{ranges[2 * i], ranges[2 * i + 1]}) : std::nullopt);
  }
  return match;
}

std::vector<TextRange> Pattern::find_all(std::string_view text, PatternScratch& scratch) const {
  std::vector<TextRange> found;
  std::size_t at = 0;
  while (const auto match = find(text, at, scratch)) {
    found.push_back(*match);
    at = match->size() > 0 ? match->end : next_character(text, match->end);
    if (at > text.size()) break;
  }
  return found;
}

std::string Pattern::substitute(std::string_view text, std::string_view replacement, PatternScratch& scratch) const {
  if (!code_) return std::string(text);
  std::string out(text.size() + replacement.size() * 4 + 256, '\0');
  for (int attempt = 0; attempt < 2; ++attempt) {
    PCRE2_SIZE size = out.size();
    const int replaced = pcre2_substitute(code_->code.get(), bytes_of(text), text.size(), 0,
                                          PCRE2_SUBSTITUTE_GLOBAL | PCRE2_SUBSTITUTE_UNSET_EMPTY |
                                              PCRE2_SUBSTITUTE_UNKNOWN_UNSET | PCRE2_SUBSTITUTE_OVERFLOW_LENGTH,
                                          scratch.memory_->match.get(), nullptr, bytes_of(replacement),
                                          replacement.size(), reinterpret_cast<PCRE2_UCHAR*>(out.data()), &size);
    if (replaced == PCRE2_ERROR_NOMEMORY) {
      out.resize(size);
      continue;
    }
    if (replaced < 0) return std::string(text);
    out.resize(size);
    return out;
  }
  return std::string(text);
}

bool Pattern::has_groups() const {
  return code_ && code_->has_groups;
}

const std::optional<std::string>& Pattern::prefilter() const {
  static const std::optional<std::string> none;
  return code_ ? code_->prefilter : none;
}

std::size_t next_character(std::string_view text, std::size_t at) {
  ++at;
  while (at < text.size() && U8_IS_TRAIL(static_cast<unsigned char>(text[at]))) ++at;
  return at;
}

}  // namespace converge::content
