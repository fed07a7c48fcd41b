// content/code_text.hpp — text shown as it is in Markdown: code spans and fences that hold any text. Pure.
#pragma once
#include <string>
#include <string_view>

namespace converge::content {

// `text` between as many backquotes as it needs. Line ends become spaces.
std::string render_code_span(std::string_view text);

// "  - Not: `text`" as one item below a list item; a text of several lines as a fenced block in it.
std::string render_quoted(std::string_view label, std::string_view text);

// `|` as `\|`: what a cell of a table may hold, inside of code too.
std::string escape_table_bars(std::string_view text);

}  // namespace converge::content
