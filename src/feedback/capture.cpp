#include "feedback/capture.hpp"

#include "base/hash.hpp"

#include <unicode/uchar.h>
#include <unicode/utf8.h>
#include <algorithm>
#include <cstdio>

namespace converge::feedback {
namespace {

constexpr std::size_t channel_length_max = 32;
constexpr std::size_t subject_length_max = 128;
constexpr std::size_t author_length_max = 64;
constexpr std::size_t label_length_max = 32;
constexpr std::size_t comment_length_max = 2000;
constexpr std::size_t key_length_max = 128;

constexpr UChar32 emoji_presentation = 0xFE0F;

bool is_invisible(UChar32 c) {
  if (c == '\n' || c == emoji_presentation) return false;
  constexpr std::uint32_t unseen =
      U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CO_MASK | U_GC_CS_MASK | U_GC_ZL_MASK | U_GC_ZP_MASK;
  return (U_GET_GC_MASK(c) & unseen) != 0 || u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

// The code point at `i`, which moves behind it; negative when the bytes are not UTF-8.
UChar32 next_code_point(std::string_view text, std::int32_t& i) {
  UChar32 c = 0;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"  // ICU's macro
#pragma GCC diagnostic ignored "-Wsign-conversion"
  U8_NEXT(text.data(), i, static_cast<std::int32_t>(text.size()), c);
#pragma GCC diagnostic pop
  return c;
}

bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

// Code points of valid UTF-8.
std::size_t count_code_points(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char byte) { return !is_continuation(byte); }));
}

std::string trim_lines(std::string_view text) {
  std::string trimmed;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r')
      trimmed += text[i];
    else if (i + 1 == text.size() || text[i + 1] != '\n')
      trimmed += '\n';
  }
  constexpr std::string_view space = " \t\n";
  const auto begin = trimmed.find_first_not_of(space);
  if (begin == std::string::npos) return "";
  return trimmed.substr(begin, trimmed.find_last_not_of(space) - begin + 1);
}

Result<void> normalise_text(std::string& text, std::string_view field, std::size_t length_max) {
  auto escaped = escape_invisible(trim_lines(text));
  if (!escaped) return fail(Errc::invalid_input, "feedback " + std::string(field) + ": " + escaped.error().message);
  text = *std::move(escaped);
  if (count_code_points(text) > length_max)
    return fail(Errc::invalid_input,
                "feedback " + std::string(field) + ": longer than " + std::to_string(length_max) + " characters");
  return {};
}

Result<void> normalise_text(std::optional<std::string>& text, std::string_view field, std::size_t length_max) {
  if (!text) return {};
  TRY_VOID(normalise_text(*text, field, length_max));
  if (text->empty()) text.reset();
  return {};
}

bool is_ascii_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

Result<void> check_identifier(std::string_view text, std::string_view field, std::size_t length_max) {
  const auto is_allowed = [](char c) {
    return is_ascii_word(c) || std::string_view(".:/-").find(c) != std::string_view::npos;
  };
  if (text.empty() || text.size() > length_max || !is_ascii_word(text.front()) ||
      !std::ranges::all_of(text, is_allowed))
    return fail(Errc::invalid_input, "feedback " + std::string(field) + ": needs 1 to " + std::to_string(length_max) +
                                         " of A-Z a-z 0-9 _ . : / -, the first a letter, digit or _");
  return {};
}

std::string derive_key(const FeedbackItem& item) {
  Sha256Stream hash;
  const auto add = [&](const std::optional<std::string>& field) {
    hash.add(field ? std::to_string(field->size()) + ":" + *field : "-");
    hash.add("\n");
  };
  add(item.subject);
  add(item.author);
  add(item.rating ? std::optional(std::to_string(*item.rating)) : std::nullopt);
  add(item.label);
  add(item.comment);
  return hash.finish_hex();
}

}  // namespace

Result<std::string> escape_invisible(std::string_view text) {
  std::string escaped;
  for (std::int32_t i = 0; static_cast<std::size_t>(i) < text.size();) {
    const std::int32_t begin = i;
    const UChar32 c = next_code_point(text, i);
    if (c < 0) return fail(Errc::invalid_input, "not UTF-8 at byte " + std::to_string(begin));
    if (is_invisible(c)) {
      char shown[16];
      std::snprintf(shown, sizeof shown, "<U+%04X>", static_cast<unsigned>(c));
      escaped += shown;
    } else {
      escaped += text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(i - begin));
    }
  }
  return escaped;
}

Result<FeedbackItem> normalise_feedback(FeedbackItem item) {
  TRY_VOID(check_identifier(item.channel, "channel", channel_length_max));
  TRY_VOID(check_identifier(item.subject, "subject", subject_length_max));
  TRY_VOID(normalise_text(item.author, "author", author_length_max));
  TRY_VOID(normalise_text(item.label, "label", label_length_max));
  TRY_VOID(normalise_text(item.comment, "comment", comment_length_max));
  if (item.author.empty()) return fail(Errc::invalid_input, "feedback author: empty");
  if (item.rating && (*item.rating < -1 || *item.rating > 1))
    return fail(Errc::invalid_input, "feedback rating: " + std::to_string(*item.rating) + " is not -1, 0 or 1");
  if (!item.rating && !item.label && !item.comment)
    return fail(Errc::invalid_input, "feedback on " + item.subject + ": give a rating, a label or a comment");

  if (item.idempotency_key && !std::ranges::all_of(*item.idempotency_key, [](char c) { return c > ' ' && c <= '~'; }))
    return fail(Errc::invalid_input, "feedback key: needs printable ASCII without spaces");
  if (item.idempotency_key && item.idempotency_key->empty()) item.idempotency_key.reset();
  item.idempotency_key = item.channel + "/" + (item.idempotency_key ? *item.idempotency_key : derive_key(item));
  if (item.idempotency_key->size() > key_length_max)
    return fail(Errc::invalid_input,
                "feedback key: longer than " + std::to_string(key_length_max) + " characters with the channel");
  return item;
}

}  // namespace converge::feedback
