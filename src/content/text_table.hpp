// content/text_table.hpp — a table of a document as lines of text, for targets that have none. Pure.
#pragma once
#include "content/block_tree.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace converge::content {

// Columns that a fixed-width font gives to a text: wide East Asian characters and emoji take two (Unicode UAX 11).
std::size_t measure_columns(std::string_view text);

// The words of the table's cells in columns two blanks apart, aligned as the table says; the second line is a rule of
// hyphens. Lines have no blanks at their ends. `table` is a TreeNode of kind table.
std::vector<std::string> render_text_table(const TreeNode& table);

}  // namespace converge::content
