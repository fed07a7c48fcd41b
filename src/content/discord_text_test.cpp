#include "content/discord_text.hpp"

#include "content/text_table.hpp"
#include "fixture/golden.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace converge::content {
namespace {

constexpr const char* zwsp = "\u200B";

DiscordText render(std::string_view markdown) {
  return render_discord_text(parse_block_tree(markdown).value());
}

std::string notes_of(const DiscordText& text) {
  std::string notes;
  for (const TextNote& note : text.notes) notes += render_note(note) + '\n';
  return notes;
}

TEST(DiscordText, ShowsEveryConstruct) {
  std::ifstream file(CONVERGE_SOURCE_DIR "/tests/golden/publish/sample.md");
  std::ostringstream source;
  source << file.rdbuf();
  const DiscordText text = render(source.str());
  fixture::expect_golden("tests/golden/publish/sample.discord.md", text.text + "\n");
  fixture::expect_golden("tests/golden/publish/sample.discord.notes", notes_of(text));
}

TEST(DiscordText, BringsEachConstructIntoTheDialect) {
  const std::string z = zwsp;
  struct Case {
    const char* name;
    const char* markdown;
    std::string text;
    const char* notes;
  };
  const Case cases[] = {
      {"heading", "### a *b*", "### a *b*", ""},
      {"low heading", "#### a **b** c", "**a b c**", "line 1: a heading of level 4 became bold text\n"},
      {"underscores are bold, not underlined", "__a__ _b_", "**a** *b*", ""},
      {"bold and italic", "***a***", "***a***", ""},
      {"styles that meet", "**a***b*", "**a**" + z + "*b*", ""},
      {"style over a hard break", "**a\\\nb**", "**a**\n**b**", ""},
      {"lines are joined", "a\nb", "a b", ""},
      {"two lines after a hard break", "a\\\n\\# b", "a\n\\# b", ""},
      {"link", "[a *b*](https://x.y/(z))", "[a *b*](https://x.y/%28z%29)", ""},
      {"relative link", "[a](b.md)", "a", "line 1: a link that leads to no web address became text: b.md\n"},
      {"script link", "[a](javascript:x)", "a",
       "line 1: a link that leads to no web address became text: javascript:x\n"},
      {"link title", "[a](https://x.y \"t\")", "[a](https://x.y)", "line 1: the title of a link is left out: t\n"},
      {"link dressed as another", "[https://good.org](https://evil.org)", "https\\://good.org <https://evil.org>",
       "line 1: a link whose text is another address shows its own: https://evil.org\n"},
      {"link without text", "[](https://x.y)", "<https://x.y>", ""},
      {"bare link", "https://x.y/a_b.", "<https://x.y/a_b>.", ""},
      {"mail", "<a_b@x.org>", "a\\_b@x.org", ""},
      {"image", "![a](https://x.y/z.png)", "[a](https://x.y/z.png)",
       "line 1: an image became a link: https://x.y/z.png\n"},
      {"image without text", "![](https://x.y)", "<https://x.y>", "an image became a link: https://x.y\n"},
      {"local image", "![a](z.png)", "a", "line 1: an image became its text: z.png\n"},
      {"code", "`` a`b ``", "``a`b``", ""},
      {"code that ends with a backtick", "`` a` ``", "`` a` ``", ""},
      {"fence", "~~~ python x\na\n\nb\n~~~", "```python\na\n\nb\n```",
       "line 2: the words behind a fence are left out:  x\n"},
      {"fence with a strange language", "```a:b\nx\n```", "```\nx\n```",
       "line 2: the words behind a fence are left out: a:b\n"},
      {"fence in a fence", "````\n```\na\n```\n````", "```\n`" + z + "``\na\n`" + z + "``" + z + "\n```",
       "line 2: backticks inside of a code block are kept apart by a zero-width space\n"},
      {"empty fence", "```\n```", "", "a code block without code is left out\n"},
      {"indented code", "    a", "```\na\n```", ""},
      {"list", "* a\n* b\n  * c", "- a\n- b\n  - c", ""},
      {"ordered list keeps its numbers", "3. a\n1. b\n   - c", "3. a\n4. b\n   - c", ""},
      {"fence in a list is flush", "1. a\n   ```\n   b\n   ```\n2. c", "1. a\n```\nb\n```\n2. c", ""},
      {"tasks", "- [x] a\n- [ ] b", "- \u2611 a\n- \u2610 b",
       "line 1: a task became a list item with a box\nline 2: a task became a list item with a box\n"},
      {"quote", "> a\n>\n> - b", "> a\n> \n> - b", ""},
      {"quote in a quote", "> a\n> > b", "> a\n> \n> b", "line 2: a quote inside of a quote became part of it\n"},
      {"fence in a quote", "> ```\n> a\n> ```", "> ```\n> a\n> ```", ""},
      {"alert", "> [!TIP]\n> a", "> **Tip**\n> a", ""},
      {"table", "|a|bb|\n|---|--:|\n|ccc|d|", "```\na    bb\n---  --\nccc   d\n```",
       "line 1: a table became a code block\n"},
      {"rule", "a\n\n---", "a\n\n\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500",
       "a rule is drawn with box characters\n"},
      {"HTML", "a <b>c</b>", "a c", "line 1: HTML is left out: <b>\nline 1: HTML is left out: </b>\n"},
  };
  for (const Case& c : cases) {
    const DiscordText text = render(c.markdown);
    EXPECT_EQ(text.text, c.text) << c.name;
    EXPECT_EQ(notes_of(text), c.notes) << c.name;
  }
}

// Each of these is active in Discord when it is sent as it stands.
TEST(DiscordText, TextNeverBecomesMarkup) {
  const std::string z = zwsp;
  struct Case {
    const char* markdown;
    std::string text;
  };
  const Case cases[] = {
      {"@everyone and @here", "@" + z + "everyone and @" + z + "here"},
      {"&lt;@123> &lt;@!123> &lt;@&amp;4>", "\\<@" + z + "123\\> \\<@" + z + "!123\\> \\<@" + z + "&4\\>"},
      {"&lt;#1> &lt;:n:1> &lt;a:n:1> &lt;t:1:R> &lt;/x:1>", "\\<#1\\> \\<:n:1\\> \\<a:n:1\\> \\<t:1:R\\> \\</x:1\\>"},
      {"||a||", "\\|\\|a\\|\\|"},
      {"\\_\\_a\\_\\_ \\*b\\* \\~\\~c\\~\\~", "\\_\\_a\\_\\_ \\*b\\* \\~\\~c\\~\\~"},
      {"\\`a\\`", "\\`a\\`"},
      {"\\[a\\](https://x.y)", "\\[a\\](<https://x.y>)"},
      {"\\# a", "\\# a"},
      {"-# a", "\\-# a"},
      {"\\- a", "\\- a"},
      {"1\\. a", "1\\. a"},
      {"\\> a", "\\> a"},
      {"&#62;&#62;&#62; a", "\\>\\>\\> a"},
      {"C:\\dir", "C:\\\\dir"},
  };
  for (const Case& c : cases) EXPECT_EQ(render(c.markdown).text, c.text) << c.markdown;
}

TEST(TextTable, MeasuresWhatAFixedWidthFontShows) {
  EXPECT_EQ(measure_columns("abc"), 3U);
  EXPECT_EQ(measure_columns("e\u0301"), 1U);
  EXPECT_EQ(measure_columns("\u65E5\u672C"), 4U);
  EXPECT_EQ(measure_columns("\U0001F468\u200D\U0001F469\u200D\U0001F467"), 2U);
}

}  // namespace
}  // namespace converge::content
