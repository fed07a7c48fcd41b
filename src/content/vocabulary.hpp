// content/vocabulary.hpp — the words a project accepts and rejects: `config/vocabularies/<name>/accept.txt` and `reject.txt`.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace converge::content {

struct Vocabulary {
  std::vector<std::string> accepted;  // words, or patterns for them
  std::vector<std::string> rejected;
};

// One word a line; blank lines and those that begin with "# " are passed over.
std::vector<std::string> parse_word_list(std::string_view text);

}  // namespace converge::content
