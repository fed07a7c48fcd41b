#include "content/block_tree.hpp"

#include "content/entity.hpp"
#include "content/text_size.hpp"
#include "fixture/golden.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace converge::content {
namespace {

TEST(BlockTree, HoldsEveryConstructInOrder) {
  std::ifstream file(CONVERGE_SOURCE_DIR "/tests/golden/publish/sample.md");
  std::ostringstream text;
  text << file.rdbuf();
  const auto tree = parse_block_tree(text.str());
  ASSERT_TRUE(tree) << tree.error().message;
  fixture::expect_golden("tests/golden/publish/sample.outline", render_outline(*tree));
}

TEST(BlockTree, ReadsEachConstruct) {
  struct Case {
    const char* name;
    const char* markdown;
    const char* outline;
  };
  const Case cases[] = {
      {"nothing", "", ""},
      {"front matter is not text", "---\na: b\n---\nx", "paragraph @4 [text 'x']\n"},
      {"byte order mark is not text", "\xEF\xBB\xBFx", "paragraph @1 [text 'x']\n"},
      {"setext heading", "a\n===", "heading 1 @1 [text 'a']\n"},
      {"underscores make strong text, never underline", "__a__", "paragraph @1 [strong [text 'a']]\n"},
      {"emphasis that md4c ends in a bare link without beginning it", "(http://.p*g*",
       "paragraph @1 [text '('] [autolink 'http://.p*g' -> http://.p*g]\n"},
      {"link that shows its target", "[a](a)", "paragraph @1 [link -> a [text 'a']]\n"},
      {"no address without a scheme", "<:n:1>", "paragraph @1 [text '<:n:1>']\n"},
      {"entities", "a &mdash; &#x1F600; &zzz;", "paragraph @1 [text 'a \u2014 \U0001F600 &zzz;']\n"},
      {"entity in a link", "[a](/b?c&amp;d)", "paragraph @1 [link -> /b?c&d [text 'a']]\n"},
      {"bare link", "www.a.org", "paragraph @1 [autolink 'www.a.org' -> http://www.a.org]\n"},
      {"bare address", "<a@b.org>", "paragraph @1 [autolink 'a@b.org' -> mailto:a@b.org]\n"},
      {"image in a link", "[![a *b*](c \"t\")](d)", "paragraph @1 [link -> d [image 'a b' -> c \"t\"]]\n"},
      {"code span over two lines", "`a\nb`", "paragraph @1 [code 'a b']\n"},
      {"break tag", "a<br/>b", "paragraph @1 [text 'a'] [hard_break] [text 'b']\n"},
      {"tight item has a paragraph", "- a", "bullet_list @1\n  item @1\n    paragraph @1 [text 'a']\n"},
      {"tight item before a list", "- a\n  1. b",
       "bullet_list @1\n  item @1\n    paragraph @1 [text 'a']\n    ordered_list from 1 @2\n      item @2\n        "
       "paragraph @2 "
       "[text 'b']\n"},
      {"list that starts late", "7. a", "ordered_list from 7 @1\n  item @1\n    paragraph @1 [text 'a']\n"},
      {"alert", "> [!Warning]\n> a", "quote warning @1\n  paragraph @1 [text 'a']\n"},
      {"alert without text", "> [!TIP]", "quote tip @1\n"},
      {"no alert in the middle of a line", "> [!NOTE] a", "quote @1\n  paragraph @1 [text '[!NOTE] a']\n"},
      {"no alert of that name", "> [!FUN]\n> a", "quote @1\n  paragraph @1 [text '[!FUN]'] [soft_break] [text 'a']\n"},
      {"fence", "~~~~ py x\n```\n\na\n~~~~", "code (py x) 6 bytes @2\n"},
      {"indented code", "    a\n\n    b", "code 4 bytes @1\n"},
      {"HTML block", "<div>\na\n</div>\n\nb",
       "paragraph @5 [text 'b']\nnote line 3: an HTML block is left out: <div>...\n"},
      {"HTML inside of a line", "a <b>c</b>",
       "paragraph @1 [text 'a c']\nnote line 1: HTML is left out: <b>\nnote line 1: HTML is left out: </b>\n"},
      {"comment", "<!-- a -->", "note line 1: an HTML comment is left out: <!-- a -->\n"},
      {"paragraph of HTML alone is none", "<b></b>",
       "note line 1: HTML is left out: <b>\nnote line 1: HTML is left out: </b>\n"},
  };
  for (const Case& c : cases) {
    const auto tree = parse_block_tree(c.markdown);
    ASSERT_TRUE(tree) << c.name << ": " << tree.error().message;
    EXPECT_EQ(render_outline(*tree), c.outline) << c.name;
  }
}

TEST(BlockTree, RefusesWhatItCannotHold) {
  std::string quotes, emphasis;
  for (int i = 0; i < 100; ++i) quotes += "> ";
  for (int i = 0; i < 100; ++i) emphasis += "*a **b ";
  for (int i = 0; i < 100; ++i) emphasis += "** *";
  struct Case {
    const char* name;
    std::string markdown;
    const char* says;
  };
  const Case cases[] = {
      {"not UTF-8", "a\xFF", "not UTF-8"},
      {"half a character", "\xE2\x82", "not UTF-8"},
      {"surrogate", "\xED\xA0\x80", "not UTF-8"},
      {"quotes too deep", "a\n\n" + quotes + "b", "nested deeper than 48"},
  };
  for (const Case& c : cases) {
    const auto tree = parse_block_tree(c.markdown);
    ASSERT_FALSE(tree) << c.name;
    EXPECT_EQ(tree.error().code, Errc::invalid_input) << c.name;
    EXPECT_THAT(tree.error().message, testing::HasSubstr(c.says)) << c.name;
  }
}

TEST(Entity, DecodesNumbersAndCommonNames) {
  struct Case {
    const char* entity;
    const char* text;
  };
  const Case cases[] = {
      {"&amp;", "&"},         {"&#65;", "A"},           {"&#x1F600;", "\U0001F600"},  {"&#0;", "\uFFFD"},
      {"&#xD800;", "\uFFFD"}, {"&#1114112;", "\uFFFD"}, {"&#99999999999;", "\uFFFD"}, {"&nonsense;", "&nonsense;"}};
  for (const Case& c : cases) EXPECT_EQ(decode_entity(c.entity), c.text) << c.entity;
}

// The lengths are those of JavaScript's `[...text].length` and `text.length`.
TEST(TextSize, CountsAsEachTargetDoes) {
  struct Case {
    const char* text;
    TextSize size;
  };
  const Case cases[] = {{"", {0, 0}},
                        {"abc", {3, 3}},
                        {"\u00E9", {1, 1}},
                        {"e\u0301", {2, 2}},
                        {"\u20AC", {1, 1}},
                        {"\U0001F600", {1, 2}},
                        {"\U0001F1E9\U0001F1EA", {2, 4}},
                        {"\U0001F468\u200D\U0001F469\u200D\U0001F467", {5, 8}}};
  for (const Case& c : cases) EXPECT_EQ(measure_size(c.text), c.size) << c.text;
}

}  // namespace
}  // namespace converge::content
