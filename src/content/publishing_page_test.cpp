// docs/publishing.md, written from what the code does with one example of each construct, and from its tables of limits.
#include "content/discord_message.hpp"
#include "content/discord_text.hpp"
#include "content/notion_blocks.hpp"
#include "fixture/golden.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace converge::content {
namespace {

struct Construct {
  const char* name;
  const char* markdown;
};
constexpr Construct constructs[] = {
    {"heading, level 1 to 3", "## Title"},
    {"heading, level 4 to 6", "#### Title"},
    {"strong, emphasis, strikethrough", "**a** __b__ *c* ~~d~~"},
    {"inline code", "`a`"},
    {"link", "[text](https://example.org)"},
    {"bare link", "https://example.org"},
    {"link that is not of the web", "[text](other.md)"},
    {"image", "![text](https://example.org/a.png)"},
    {"mention, emoji, timestamp, spoiler", "@everyone <@1> <:a:1> <t:1:R> ||a||"},
    {"bullet list", "- a\n  - b"},
    {"ordered list", "3. a\n4. b"},
    {"task", "- [x] a"},
    {"quote", "> a"},
    {"alert", "> [!WARNING]\n> a"},
    {"code block", "```python\na\n```"},
    {"table", "| a | b |\n|---|--:|\n| 1 | 2 |"},
    {"rule", "---"},
    {"HTML", "a <b>c</b>"},
};

std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "<br>";
    } else if (c == '|' || c == '<' || c == '&') {
      out += c == '|' ? "&#124;" : c == '<' ? "&lt;" : "&amp;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string code_cell(std::string_view text) {
  std::string marked = "<code>" + cell(text) + "</code>";
  for (const auto& [sign, entity] :
       {std::pair{"*", "&#42;"}, {"_", "&#95;"}, {"`", "&#96;"}, {"~", "&#126;"}, {"[", "&#91;"}})
    for (std::size_t at = marked.find(sign); at != std::string::npos; at = marked.find(sign, at))
      marked.replace(at, 1, entity);
  for (std::size_t at = marked.find("https:"); at != std::string::npos; at = marked.find("https:", at + 1))
    marked.replace(at + 5, 1, "&#58;");
  return marked;
}

std::string block_types(std::span<const NotionBlock> blocks) {
  std::string types;
  for (const NotionBlock& block : blocks) {
    types += (types.empty() ? "" : ", ") + fmt::format("`{}`", block.type);
    if (!block.children.empty()) types += fmt::format(" ({})", block_types(block.children));
  }
  return types;
}

std::string notes(std::span<const TextNote> from) {
  std::string text;
  for (const TextNote& note : from) text += (text.empty() ? "" : "; ") + cell(note.says);
  return text;
}

std::string limit_rows(std::string_view target, std::span<const TargetLimit> limits) {
  std::string rows;
  for (const TargetLimit& limit : limits)
    rows += fmt::format("| {} | {} | {} {} |\n", target, limit.name, limit.max, limit.unit);
  return rows;
}

TEST(PublishingPage, SaysWhatBecomesOfEachConstruct) {
  std::string page =
      "# What becomes of a text\n\nWritten by `make golden` (src/content/publishing_page_test.cpp) from what the code "
      "does; do "
      "not edit.\n\nThe text of an item is Markdown: CommonMark with GitHub's tables, tasks, strikethrough, bare links "
      "and "
      "alerts. It is read once into a tree\n(`src/content/block_tree.hpp`), and each target is written from that tree. "
      "Where a "
      "target cannot show something, a note says so.\n\n| construct | Markdown | Discord | Notion blocks | notes |\n"
      "|---|---|---|---|---|\n";
  for (const Construct& construct : constructs) {
    const BlockTree tree = parse_block_tree(construct.markdown).value();
    const DiscordText discord = render_discord_text(tree);
    const NotionDocument notion = make_notion_blocks(tree);
    EXPECT_EQ(discord.text.find("@everyone"), std::string::npos) << construct.name;
    std::string says = notes(discord.notes);
    const std::string notion_says = notes(notion.notes);
    if (!says.empty() && says != notion_says) says = "Discord: " + says;
    if (!notion_says.empty() && says != notion_says)
      says += fmt::format("{}Notion: {}", says.empty() ? "" : "; ", notion_says);
    page += fmt::format("| {} | {} | {} | {} | {} |\n", construct.name, code_cell(construct.markdown),
                        code_cell(discord.text), block_types(notion.blocks), says);
  }
  page +=
      "\nThe zero-width space in `@everyone` is not seen. Every Discord message has `allowed_mentions: {\"parse\": "
      "[]}`: "
      "nobody is pinged, whatever the text holds.\n\n## Limits, checked before anything is sent\n\n| target | of | "
      "limit |\n"
      "|---|---|---|\n";
  page += limit_rows("Discord", discord_limits()) + limit_rows("Notion", notion_limits());
  page +=
      "\nA longer text for Discord becomes several messages (`src/content/splitter.hpp`): cut between blocks, else "
      "list items, "
      "lines, sentences, words, graphemes.\nFences, tables, links, code, mentions and styles that fit into one message "
      "are "
      "never cut; longer ones are closed and opened again.\nFor Notion, a longer text becomes more rich texts, then "
      "more blocks, "
      "then more requests (`src/content/notion_blocks.hpp`).\n`build/release/splitter_proof` holds a million random "
      "documents to "
      "it (`make prove`).\n";
  fixture::expect_golden("docs/publishing.md", page);
}

}  // namespace
}  // namespace converge::content
