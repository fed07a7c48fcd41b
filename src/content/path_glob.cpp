#include "content/path_glob.hpp"

#include <fmt/format.h>
#include <cctype>
#include <string>

namespace converge::content {

Result<PathGlob> PathGlob::compile(std::string_view text) {
  PathGlob glob;
  std::string_view rest = text;
  glob.negated_ = rest.starts_with('!');
  if (glob.negated_) rest.remove_prefix(1);
  std::string pattern = "\\A(?:";
  int braces = 0;
  for (std::size_t at = 0; at < rest.size(); ++at) {
    const char c = rest[at];
    if (c == '*') {
      while (at + 1 < rest.size() && rest[at + 1] == '*') ++at;
      pattern += "(?s:.*)";
    } else if (c == '?') {
      pattern += "(?s:.)";
    } else if (c == '{') {
      ++braces;
      pattern += "(?:";
    } else if (c == '}' && braces > 0) {
      --braces;
      pattern += ')';
    } else if (c == ',' && braces > 0) {
      pattern += '|';
    } else if (c == '[') {
      const std::size_t close = rest.find(']', at + 2);
      if (close == std::string_view::npos)
        return fail(Errc::invalid_input, fmt::format("the glob {} has a '[' without its ']'", text));
      const bool negates = rest[at + 1] == '!' || rest[at + 1] == '^';
      pattern += fmt::format("[{}{}]", negates ? "^" : "",
                             rest.substr(at + 1 + (negates ? 1 : 0), close - at - 1 - (negates ? 1 : 0)));
      at = close;
    } else if (c == '\\' && at + 1 < rest.size()) {
      pattern += fmt::format("\\{}", rest[++at]);
    } else {
      const bool is_plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || static_cast<unsigned char>(c) >= 0x80;
      if (!is_plain) pattern += '\\';
      pattern += c;
    }
  }
  if (braces > 0) return fail(Errc::invalid_input, fmt::format("the glob {} has a '{{' without its '}}'", text));
  TRY(glob.pattern_, with_context(Pattern::compile(pattern + ")\\z"), fmt::format("the glob {}", text)));
  return glob;
}

bool PathGlob::matches(std::string_view path) const {
  if (!is_utf8(path)) return false;
  thread_local PatternScratch scratch;
  return pattern_.matches(path, scratch) != negated_;
}

}  // namespace converge::content
