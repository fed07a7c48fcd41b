// content/surrounding.hpp — what stands beside a place in a block's text: the question every punctuation fix asks.
#pragma once
#include "content/prose.hpp"

#include <cstddef>

namespace converge::content {

enum class Beside {
  edge,         // the block begins or ends here
  line_break,   // a soft or a hard one
  blank,        // a space
  word,         // a letter, a digit, code, a link, or the quote or bracket that belongs to them
  punctuation,  // a mark that ends or joins a clause, or a bracket or quote that faces the place
};

Beside beside_left(const ProseBlock& block, std::size_t at);
Beside beside_right(const ProseBlock& block, std::size_t at);

// How many blanks before or after the range follow on from it in the file too, so that one edit can take them along.
std::size_t count_blanks_before(const ProseBlock& block, TextRange range);
std::size_t count_blanks_after(const ProseBlock& block, TextRange range);

bool is_digit_left(const ProseBlock& block, std::size_t at);
bool is_digit_right(const ProseBlock& block, std::size_t at);

}  // namespace converge::content
