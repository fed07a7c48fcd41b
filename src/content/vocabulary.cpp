#include "content/vocabulary.hpp"

#include <algorithm>
#include <cctype>

namespace converge::content {

std::vector<std::string> parse_word_list(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    while (!line.empty() && std::isspace(static_cast<unsigned char>(line.front())) != 0) line.remove_prefix(1);
    while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back())) != 0) line.remove_suffix(1);
    if (!line.empty() && !line.starts_with("# ")) words.emplace_back(line);
  }
  return words;
}

}  // namespace converge::content
