// content/discord_text.hpp — a document in the dialect of Markdown that Discord shows. Pure.
//
// Discord knows headings 1 to 3, lists, quotes of one level, fences, masked links, bold, italics and strikethrough. What it
// does not know is brought into that and noted. Text of the document never becomes markup or a mention: every active
// character is escaped, and `@everyone`, `@here` and `<@...>` are broken by a zero-width space as well.
// The dialect's rules are those of Discord's clients, which read an escape as backslash and any sign.
#pragma once
#include "content/block_tree.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace converge::content {

struct DiscordText {
  std::string text;  // blocks a blank line apart, no line feed at the end
  std::vector<TextNote> notes;
};

DiscordText render_discord_text(const BlockTree& tree);

}  // namespace converge::content
