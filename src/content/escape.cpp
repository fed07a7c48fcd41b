#include "content/escape.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <cctype>

namespace converge::content {
namespace {

struct TargetEscape {
  std::string_view target;
  Escape escape;
};
constexpr TargetEscape target_escapes[] = {
    {"discord", escape_discord},
    {"docs", escape_markdown},
    {"notion", escape_markdown},
};

constexpr std::string_view zero_width_space = "\u200B";

// Characters that can begin a construct anywhere in a line.
constexpr std::string_view inline_marks = "\\`*[]<>&|~{}$";
// Characters that can begin a block when they come first.
constexpr std::string_view block_marks = "+-=:";

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

bool is_word_byte(char c) {
  return static_cast<unsigned char>(c) >= 0x80 || std::isalnum(static_cast<unsigned char>(c)) != 0;
}

// White space folded to single spaces, none at the ends.
std::string fold_blanks(std::string_view text) {
  std::string folded;
  bool gap = false;
  for (const char c : text) {
    if (c == ' ' || (c >= '\t' && c <= '\r')) {
      gap = !folded.empty();
    } else if (!is_control(c)) {
      if (gap) folded += ' ';
      gap = false;
      folded += c;
    }
  }
  return folded;
}

// "1." or "12)" at the very start would begin a numbered list.
bool ends_list_number(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  return !before.empty() && before.find_first_not_of("0123456789") == std::string_view::npos;
}

bool starts_bare_link(std::string_view text, std::size_t at) {
  if (text[at] == ':') return text.substr(at).starts_with("://");
  if (text[at] == '.') return at >= 3 && (text.substr(at - 3, 3) == "www" || text.substr(at - 3, 3) == "WWW");
  return text[at] == '@';
}

bool needs_escape(std::string_view text, std::size_t at) {
  const char c = text[at];
  if (inline_marks.find(c) != std::string_view::npos) return true;
  if (at == 0 && block_marks.find(c) != std::string_view::npos)
    return at + 1 == text.size() || !is_word_byte(text[at + 1]);
  // A heading may be closed as well as opened by it.
  if (c == '#') return at == 0 || text[at - 1] == ' ';
  if (c == '_') return at == 0 || at + 1 == text.size() || !is_word_byte(text[at - 1]) || !is_word_byte(text[at + 1]);
  if ((c == '.' || c == ')') && ends_list_number(text, at)) return at + 1 == text.size() || text[at + 1] == ' ';
  if (c == '!' && at + 1 == text.size()) return true;
  return starts_bare_link(text, at);
}

}  // namespace

std::string escape_none(std::string_view text) {
  return std::string(text);
}

std::string escape_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string escape_markdown(std::string_view text) {
  const std::string folded = fold_blanks(text);
  std::string out;
  for (std::size_t at = 0; at < folded.size(); ++at) {
    if (needs_escape(folded, at)) out += '\\';
    out += folded[at];
  }
  return out;
}

std::string escape_discord(std::string_view text) {
  const std::string plain = escape_markdown(text);
  std::string out;
  for (std::size_t at = 0; at < plain.size(); ++at) {
    const std::string_view rest = std::string_view(plain).substr(at);
    out += plain[at];
    if (rest.starts_with("@everyone") || rest.starts_with("@here")) out += zero_width_space;
  }
  return out;
}

Result<Escape> find_target_escape(std::string_view target) {
  const auto* row = std::ranges::find(target_escapes, target, &TargetEscape::target);
  if (row != std::end(target_escapes)) return row->escape;
  std::vector<std::string_view> names;
  for (const TargetEscape& known : target_escapes) names.push_back(known.target);
  return fail(Errc::invalid_input, fmt::format("no target '{}'; known: {}", target, fmt::join(names, ", ")));
}

std::string render_slug(std::string_view text) {
  std::string slug;
  for (const char c : text) {
    if (is_word_byte(c)) {
      slug += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (!slug.empty() && slug.back() != '-') {
      slug += '-';
    }
  }
  if (slug.ends_with('-')) slug.pop_back();
  return slug;
}

}  // namespace converge::content
