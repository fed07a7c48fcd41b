#include "content/style_block.hpp"

#include "base/rng.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <array>

namespace converge::content {
namespace {

StyleGuide make_guide(const std::string& hash = "0123456789abcdef") {
  return {.name = "Small", .hash = hash};
}

const std::string prompt = "# Style\n\n- Plain.\n";
const std::string begin_line =
    "<!-- converge style begin: Small, version 0123456789ab; made by `converge style install`, edit the guide instead "
    "-->";
const std::string end_line = "<!-- converge style end -->";
const std::string block = begin_line + "\n# Style\n\n- Plain.\n" + end_line;

std::string with_crlf(std::string text) {
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 2)) text.insert(at, "\r");
  return text;
}

std::string install(std::string_view file, const std::string& hash = "0123456789abcdef") {
  const auto installed = install_style_block(file, prompt, make_guide(hash), "AGENTS.md");
  return installed ? *installed : "error: " + installed.error().message;
}

TEST(StyleBlock, IsAddedAtTheEndWithTheLineEndsOfTheFile) {
  struct Case {
    const char* name;
    std::string file;
    std::string expected;
  };
  const Case cases[] = {
      {"empty", "", block + "\n"},
      {"text", "Mine.\n", "Mine.\n\n" + block + "\n"},
      {"no last line end", "Mine.", "Mine.\n\n" + block},
      {"CRLF", "Mine.\r\nToo.\r\n", "Mine.\r\nToo.\r\n\r\n" + with_crlf(block) + "\r\n"},
      {"byte order mark", "\xEF\xBB\xBFMine.\n", "\xEF\xBB\xBFMine.\n\n" + block + "\n"},
      {"only a byte order mark", "\xEF\xBB\xBF", "\xEF\xBB\xBF" + block + "\n"},
      {"front matter", "---\nalwaysApply: true\n---\n", "---\nalwaysApply: true\n---\n\n" + block + "\n"},
      {"words about the marker", "Our `<!-- converge style end -->` ends it.\n",
       "Our `<!-- converge style end -->` ends it.\n\n" + block + "\n"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(install(c.file), c.expected);
    EXPECT_EQ(install(install(c.file)), c.expected);
    EXPECT_EQ(remove_style_block(c.expected, "AGENTS.md").value(), c.file);
    EXPECT_EQ(remove_style_block(c.file, "AGENTS.md").value(), c.file);
  }
}

TEST(StyleBlock, ChangesNothingOutsideOfItsMarkers) {
  const std::string old_block = "  <!-- converge style begin: an older one -->\t\nOld.\n<!-- converge style end -->  ";
  struct Case {
    const char* name;
    std::string before;
    std::string after;
  };
  const Case cases[] = {
      {"in the middle", "# A  \n\n\ttext\n", "\n\n## B\n\nlast"},
      {"at the start", "", "tail\n"},
      {"behind a byte order mark", "\xEF\xBB\xBF", "tail"},
      {"without an empty line", "a\n", "b"},
      {"at the end without a line end", "a\n", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string line_end = c.after.empty() ? "" : "\n";
    const std::string updated = install(c.before + old_block + line_end + c.after);
    EXPECT_EQ(updated, c.before + block + line_end + c.after);
    EXPECT_EQ(install(updated), updated);
    EXPECT_NE(install(updated, "fedcba9876543210"), updated);
    EXPECT_EQ(install(install(updated, "fedcba9876543210")), updated);
  }
}

TEST(StyleBlock, GivesAnyFileBackAsItWas) {
  constexpr std::array<std::string_view, 12> parts{"\n",  "\r\n",  "\r",     "a",          " ",    "\t",
                                                   "# b", "---\n", "\u00E9", "<!-- c -->", "\n\n", "\r\n\r\n"};
  Rng rng(7);
  for (int round = 0; round < 5'000; ++round) {
    std::string file = rng.below(8) == 0 ? "\xEF\xBB\xBF" : "";
    const std::uint64_t count = rng.below(7);
    for (std::uint64_t i = 0; i < count; ++i) file += parts[rng.below(parts.size())];
    SCOPED_TRACE(testing::PrintToString(file));
    const std::string installed = install(file);
    ASSERT_THAT(installed, testing::StartsWith(file));
    ASSERT_EQ(install(installed), installed);
    ASSERT_EQ(install(install(installed, "fedcba9876543210")), installed);
    ASSERT_EQ(remove_style_block(installed, "AGENTS.md").value(), file);
  }
}

TEST(StyleBlock, RefusesADamagedBlockWithItsLine) {
  const std::string begins = "<!-- converge style begin: x -->\n";
  const std::string ends = "<!-- converge style end -->\n";
  struct Case {
    const char* name;
    std::string file;
    const char* message;
  };
  const Case cases[] = {
      {"no end", "a\n" + begins + "b\n", "AGENTS.md:2: the style block begins here but does not end"},
      {"no beginning", "a\n\n" + ends, "AGENTS.md:3: the style block ends here but does not begin"},
      {"wrong order", ends + begins, "AGENTS.md:1: the style block ends here but does not begin"},
      {"two beginnings", begins + begins + ends, "AGENTS.md:2: the style block begins a second time"},
      {"two blocks", begins + ends + begins + ends, "AGENTS.md:3: the style block begins a second time"},
      {"two ends", begins + ends + ends, "AGENTS.md:3: the style block ends a second time"},
      {"not UTF-8", "caf\xE9\n", "AGENTS.md: is not UTF-8 text"},
      {"UTF-16", std::string("a\0b\0", 4), "AGENTS.md: is not UTF-8 text"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_THAT(install(c.file), testing::StartsWith("error: " + std::string(c.message)));
    const auto removed = remove_style_block(c.file, "AGENTS.md");
    ASSERT_FALSE(removed);
    EXPECT_EQ(removed.error().code, Errc::invalid_input);
  }
}

TEST(StyleBlock, BeginsARuleFileOfAnEditorWithFrontMatter) {
  EXPECT_THAT(make_style_file(".cursor/rules/style.mdc"), testing::HasSubstr("alwaysApply: true\n---\n"));
  EXPECT_EQ(make_style_file("CLAUDE.md"), "");
}

}  // namespace
}  // namespace converge::content
