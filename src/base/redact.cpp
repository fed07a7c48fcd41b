#include "base/redact.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace converge {
namespace {

constexpr std::array<std::string_view, 7> secret_names{"token",  "password", "passwd", "pwd",
                                                       "secret", "api_key",  "apikey"};
constexpr std::string_view authorization = "authorization";
constexpr std::string_view space = " \t";
constexpr std::size_t name_reach = 40;  // how far before its sign a name is looked for

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '.' || c == '~';
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_unreserved(c))
      encoded += c;
    else
      encoded.append({'%', hex[byte / 16], hex[byte % 16]});
  }
  return encoded;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

bool is_port(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// The end of what may hold user and password. Beyond the first slash only where a colon stands before it that begins no port:
// there a password holds the slash.
std::size_t find_authority_end(std::string_view text, std::size_t begin) {
  constexpr std::string_view text_end = " \t\n\"'<>";
  const std::size_t end = std::min(text.find_first_of("/?# \t\n\"'<>", begin), text.size());
  const std::string_view authority = text.substr(begin, end - begin);
  const std::size_t colon = authority.find(':');
  const bool has_password = colon != std::string_view::npos && !is_port(authority.substr(colon + 1));
  if (!has_password || authority.find('@') != std::string_view::npos) return end;
  return std::min(text.find_first_of(text_end, begin), text.size());
}

void redact_user_part(std::string& text) {
  constexpr std::string_view scheme_end = "://";
  for (std::size_t at = text.find(scheme_end); at != std::string::npos; at = text.find(scheme_end, at + 1)) {
    const std::size_t begin = at + scheme_end.size();
    const std::size_t end = find_authority_end(text, begin);
    const std::size_t user_end = text.substr(0, end).rfind('@');
    if (user_end != std::string::npos && user_end >= begin) text.replace(begin, user_end - begin, redacted);
  }
}

bool ends_with(std::string_view lower, std::size_t end, std::string_view name) {
  return end >= name.size() && lower.substr(end - name.size(), name.size()) == name;
}

// The value that begins at `begin`: up to the matching quote, or up to what cannot be part of an unquoted one.
std::size_t find_value_end(std::string_view text, std::size_t begin, char quote) {
  for (std::size_t i = begin; i < text.size(); ++i) {
    if (quote != 0 && text[i] == '\\')
      ++i;
    else if (quote != 0 ? text[i] == quote : std::string_view(" \t\n&;,\"')]}").find(text[i]) != std::string_view::npos)
      return i;
  }
  return text.size();
}

// A value that is to be hidden: behind `name=`, `"name":` or `Authorization:`, whose sign stands at `sign`.
void redact_value(std::string& text, std::size_t sign) {
  std::string lower = text.substr(sign - std::min(sign, name_reach), std::min(sign, name_reach));
  std::ranges::transform(lower, lower.begin(), to_lower);
  const bool is_quoted_name = !lower.empty() && (lower.back() == '"' || lower.back() == '\'');
  const std::size_t name_end = lower.find_last_not_of(is_quoted_name ? "\"'" : space) + 1;
  const bool is_header = text[sign] == ':' && ends_with(lower, name_end, authorization);
  const bool is_secret = std::ranges::any_of(secret_names, [&](auto name) { return ends_with(lower, name_end, name); });
  // A colon alone is prose: "token: not found".
  if (!is_header && !(is_secret && (text[sign] == '=' || is_quoted_name))) return;

  std::size_t begin = std::min(text.find_first_not_of(space, sign + 1), text.size());
  const char quote = begin < text.size() && (text[begin] == '"' || text[begin] == '\'') ? text[begin] : '\0';
  if (quote != 0) ++begin;
  if (std::string_view(text).substr(begin).starts_with(redacted)) return;
  const std::size_t line_end = std::min(text.find_first_of("\n\"'", begin), text.size());
  const std::size_t end = is_header && quote == 0 ? line_end : find_value_end(text, begin, quote);
  if (end > begin) text.replace(begin, end - begin, redacted);
}

}  // namespace

std::string redact(std::string_view text, std::span<const std::string> secrets) {
  std::string safe(text);
  // The longest first, so that a secret inside another leaves no rest of it behind.
  std::vector<std::string_view> by_length;
  for (const std::string& secret : secrets)
    if (secret.size() >= secret_length_min) by_length.emplace_back(secret);
  std::ranges::stable_sort(by_length, std::ranges::greater(), &std::string_view::size);
  for (const std::string_view secret : by_length) {
    replace_all(safe, secret, redacted);
    replace_all(safe, percent_encode(secret), redacted);
  }
  redact_user_part(safe);
  for (std::size_t at = safe.find_first_of("=:"); at != std::string::npos; at = safe.find_first_of("=:", at + 1))
    redact_value(safe, at);
  return safe;
}

}  // namespace converge
