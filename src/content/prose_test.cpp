#include "content/prose.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace converge::content {
namespace {

std::string render_blocks(std::string_view markdown) {
  const Prose prose = parse_prose(markdown).value();
  std::string out;
  for (const ProseBlock& block : prose.blocks) out += (out.empty() ? "" : "|") + block.text;
  return out;
}

TEST(Prose, HoldsTheWordsAndNothingElse) {
  struct Case {
    const char* name;
    const char* markdown;
    const char* blocks;
  };
  const Case cases[] = {
      {"emphasis inside a word", "ja**va**script", "javascript"},
      {"soft break", "one\n  two", "one\ntwo"},
      {"hard break", "one  \ntwo\\\nthree", "one\ntwo\nthree"},
      {"CRLF", "one\r\ntwo\r\n\r\nthree", "one\ntwo|three"},
      {"escape", "a\\*b", "a*b"},
      {"entity", "a &amp; b &#8212; &mdash; &copy;", "a & b \u2014 \u2014 \u00A9"},
      {"code span", "run `a -- b` now", "run ****** now"},
      {"fence", "```\ncode\n```\ntext", "text"},
      {"indented code", "    code\n\ntext", "text"},
      {"link text, not its target or title", "[see this](https://a.b/c \"title\")", "see this"},
      {"image: the alternative text", "![a chart](x.png)", "a chart"},
      {"reference link", "[text][label]\n\n[label]: /url", "text"},
      {"autolink", "see <https://a.b/c> now", "see ************* now"},
      {"bare link", "see https://a.b/c now", "see ************* now"},
      {"bare mail", "ask a@b.com now", "ask ******* now"},
      {"inline HTML", "a <b title=\"x\">c</b>", "a c"},
      {"HTML block and comment", "<div>\nx\n</div>\n\n<!-- y -->\n\nz", "z"},
      {"heading", "# One #\nTwo\n===", "One|Two"},
      {"list", "- one\n- two\n\n  three\n  - four", "one|two|three|four"},
      {"task list", "- [x] done", "done"},
      {"table", "| a | b |\n|---|---|\n| c | d \\| e |", "a|b|c|d | e"},
      {"quote", "> one\n> two\nthree", "one\ntwo\nthree"},
      {"front matter", "---\ntitle: x\n---\ntext", "text"},
      {"front matter after a byte order mark", "\xEF\xBB\xBF---\ntitle: x\n---\ntext", "text"},
      {"a rule is not front matter", "text\n\n---\n\nmore", "text|more"},
      {"template tag, shortcode, handle", "a {{b}} :c: @d 10:30:15", "a ***** *** ** 10:30:15"},
      {"template tag over markup and lines", "a {{! *b* `c`\nd &mdash; [e](f) }} g", "a ****************** g"},
      {"two template tags", "{{a}} b {{{c}}}", "***** b ******}"},
      {"a template tag that is not closed", "a {{b", "a {{b"},
      {"formula", "so $a -- b$ and $$ c -- d $$ hold", "so ******** and ************ hold"},
      {"formula over markup", "$a *b* `c`$ d", "******* d"},
      {"money is no formula", "from $5 to $6, or $5--$6, US$5 -- A$6", "from $5 to $6, or $5--$6, US$5 -- A$6"},
      {"a blank inside is no formula", "a$ -- b$ or $c -- $", "a$ -- b$ or $c -- $"},
      {"escaped dollars", "\\$a -- b\\$ and $c\\$d$", "$a -- b$ and *****"},
      {"dollars without end", "$$a -- b", "$$a -- b"},
      {"inline comment", "a <!-- b --> c", "a  c"},
      {"inline comment that holds hyphens", "a <!-- b -- c --> d", "a *************** d"},
      {"reference definition with a title", "[a]\n\n[a]: /u \"t -- t\"", "a"},
      {"code span that holds a backtick", "a `` b ` c -- d `` e", "a ********** e"},
      {"processing instruction, declaration, CDATA", "a <?b -- c?> <!D e> <![CDATA[f -- g]]> h", "a    h"},
      {"nothing", "", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(render_blocks(c.markdown), c.blocks);
  }
}

TEST(Prose, KnowsWhereEachPieceStandsInTheFile) {
  const std::string markdown = "\xEF\xBB\xBF---\nt: x\n---\n> a **b** &mdash; c\n> d\\*e `f` https://g.h\n";
  const Prose prose = parse_prose(markdown).value();
  ASSERT_EQ(prose.blocks.size(), 1U);
  std::vector<std::string> sources;
  for (const Piece& piece : prose.blocks[0].pieces)
    sources.push_back(markdown.substr(piece.source.begin, piece.source.size()));
  EXPECT_THAT(sources,
              testing::ElementsAre("a ", "b", " ", "&mdash;", " c", "\n> ", "d", "*e ", "f", " ", "https://g.h"));
}

TEST(Prose, SaysWhetherARangeIsOneRunOfTheFile) {
  const ProseBlock block =
      parse_prose("one **two** three &amp; `four`").value().blocks.at(0);  // "one two three & ****"
  EXPECT_TRUE(block.maps_whole({0, 3}));
  EXPECT_FALSE(block.maps_whole({0, 5}));    // across `**`
  EXPECT_TRUE(block.maps_whole({8, 15}));    // words and a whole entity
  EXPECT_FALSE(block.maps_whole({14, 18}));  // into code
  EXPECT_FALSE(block.maps_whole({3, 3}));
  EXPECT_EQ(block.source_of({4, 7}), (TextRange{6, 9}));
  EXPECT_EQ(block.source_of({8, 15}), (TextRange{12, 23}));
}

TEST(Prose, OutlineChangesWithEverythingButWords) {
  struct Case {
    const char* name;
    const char* before;
    const char* after;
    bool same;
  };
  const Case cases[] = {
      {"words", "a **b** [c](/d)", "x **y** [z](/d)", true},
      {"an entity for a character", "a &mdash; b", "a, b", true},
      {"URL", "[c](/d)", "[c](/e)", false},
      {"title", "[c](/d \"t\")", "[c](/d \"u\")", false},
      {"bare link", "https://a.b", "https://a.c", false},
      {"code", "`a`", "`b`", false},
      {"fence", "```x\na\n```", "```y\na\n```", false},
      {"HTML", "<b>a</b>", "<i>a</i>", false},
      {"line break", "a\nb", "a b", false},
      {"emptied emphasis", "a **b**", "a ****", false},
      {"emptied cell", "|a|b|\n|---|---|\n|c|d|", "|a|b|\n|---|---|\n|c||", false},
      {"list start", "1. a", "2. a", false},
      {"tightness", "- a\n- b", "- a\n\n- b", false},
      {"task", "- [ ] a", "- [x] a", false},
      {"heading level", "# a", "## a", false},
      {"reference that no longer resolves", "[a b]\n\n[a b]: /c", "[a, b]\n\n[a b]: /c", false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(parse_prose(c.before).value().outline == parse_prose(c.after).value().outline, c.same);
  }
}

TEST(Position, CountsCodePointsAndEveryKindOfLine) {
  const std::string text = "\xEF\xBB\xBF\u00E9a\r\nb\rc\n\U0001F680d";
  PositionCursor cursor(text);
  EXPECT_EQ(cursor.advance_to(text.find('a')), (TextPosition{1, 2}));
  EXPECT_EQ(cursor.advance_to(text.find('b')), (TextPosition{2, 1}));
  EXPECT_EQ(cursor.advance_to(text.find('c')), (TextPosition{3, 1}));
  EXPECT_EQ(cursor.advance_to(text.find('d')), (TextPosition{4, 2}));
}

TEST(Utf8, IsCheckedByteByByte) {
  EXPECT_TRUE(is_utf8("caf\u00E9 \U0001F680"));
  EXPECT_FALSE(is_utf8("caf\xE9"));
  EXPECT_FALSE(is_utf8("\xED\xA0\x80"));  // a surrogate
  EXPECT_FALSE(is_utf8("\xC0\xAF"));      // overlong
}

}  // namespace
}  // namespace converge::content
