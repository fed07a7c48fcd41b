// content/item_text.hpp — a text as its author hands it in: Markdown, with what is to become of it in YAML front matter.
//
//   ---
//   title: Weekly outlook              left out: the first heading is the title
//   targets: [docs]                    left out: none yet; `content schedule --target` names them later
//   path: 2026-12-01-weekly-outlook    below a target; left out: the title as a slug. ".md" is added
//   subject: week:2026-49              what it is about, kind:id; left out: text:<slug of the title>
//   ---
//   The text. Without one it is a concept.
//
// Pure.
#pragma once
#include "content/draft.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace converge::content {

// The template of items that were written by hand.
inline constexpr std::string_view text_template = "text";

struct ItemText {
  std::string title;
  std::string subject;
  std::string path;                                 // below a target
  std::optional<std::vector<std::string>> targets;  // nothing: not said
  std::string markdown;                             // with its heading; empty for a concept
};

// `where` names the file. errors: invalid_input as "file:line: what"
Result<ItemText> parse_item_text(std::string_view text, std::string_view where);

// Linted and mended; a concept stays as it is. errors: those of fix_text
Result<Draft> make_text_draft(const Linter& linter, const ItemText& text);

}  // namespace converge::content
