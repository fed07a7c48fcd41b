#include "content/code_text.hpp"

#include "content/prose.hpp"

#include <gtest/gtest.h>

namespace converge::content {
namespace {

TEST(CodeSpan, TakesAsManyBackquotesAsItNeeds) {
  EXPECT_EQ(render_code_span("a"), "`a`");
  EXPECT_EQ(render_code_span("a`b"), "``a`b``");
  EXPECT_EQ(render_code_span("`a``"), "``` `a`` ```");
  EXPECT_EQ(render_code_span("a\nb"), "`a b`");
}

TEST(Quoted, IsAFenceForSeveralLines) {
  EXPECT_EQ(render_quoted("Not", "a b\n"), "  - Not: `a b`\n");
  EXPECT_EQ(render_quoted("But", "# A\n\n```\nb\n```"),
            "  - But:\n\n    ````markdown\n    # A\n\n    ```\n    b\n    ```\n    ````\n\n");
}

// md4c is the oracle: whatever the text is, none of its words are prose.
TEST(Quoted, HidesAnyTextFromTheLinter) {
  for (const char* text : {"a*b*", "`", "```\nx\n```", "> q\n- l\n\n# h", "~~~\nx", "<b>x</b>", "a\n\n\nb"}) {
    const std::string shown = std::string("- rule\n") + render_quoted("Not", text) + "- next\n";
    const Prose prose = parse_prose(shown).value();
    std::size_t blocks = 0;
    for (const ProseBlock& block : prose.blocks) blocks += block.kind == BlockKind::list_item ? 1 : 0;
    EXPECT_EQ(blocks, 3U) << shown;
    EXPECT_EQ(prose.blocks.size(), 3U) << shown;
  }
}

TEST(TableBars, AreEscaped) {
  EXPECT_EQ(escape_table_bars("a|b"), "a\\|b");
}

}  // namespace
}  // namespace converge::content
