// content/segment.hpp — where graphemes, words and sentences begin and end in a text (Unicode UAX 29, by ICU, root locale).
#pragma once
#include "content/position.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace converge::content {

// What a reader takes for one character: a flag, a family emoji and a letter with its accents are one each.
std::vector<TextRange> find_graphemes(std::string_view text);

// Sentences without the white space around them; blank ones are left out.
std::vector<TextRange> find_sentences(std::string_view text);

// Words and numbers, without what stands between them.
std::vector<TextRange> find_words(std::string_view text);

// Words and numbers; inline code (a run of `*`) counts as one word.
std::int64_t count_words(std::string_view text);

// Whether a reader sees the grapheme as a picture: by its default presentation, its variation selector, or as part of a
// flag, keycap or joined sequence. Digits, `#`, `*` and signs such as the copyright sign alone are text.
bool is_emoji(std::string_view grapheme);

}  // namespace converge::content
