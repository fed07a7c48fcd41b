// content/style_prompt.hpp — the style guide in words: for a writer, for an assistant, and as a page to read. Pure.
#pragma once
#include "content/style_guide.hpp"

#include <optional>
#include <string>
#include <vector>

namespace converge::content {

struct StylePrompt {
  std::string text;
  std::vector<std::string> rules_left_out;     // for its length, most important first
  std::vector<std::string> examples_left_out;  // the rules whose examples are missing
};

// The guide as Markdown instructions: voice, tone, one line per rule, examples; of the targets only the guide's own one. The
// text itself passes the guide. With `chars_max` (Unicode code points) the examples of the least important rules are left out
// first, then the least important rules, and the text ends by naming them.
// errors: invalid_input when not even voice and the first rule fit, saying how many characters those need
Result<StylePrompt> render_style_prompt(const StyleGuide& guide, std::optional<std::int64_t> chars_max = std::nullopt);

// The whole guide as a Markdown page: what the prompt says, a table of the rules, and what differs for each target.
std::string render_style_page(const StyleGuide& guide);

}  // namespace converge::content
