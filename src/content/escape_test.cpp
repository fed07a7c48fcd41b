#include "content/escape.hpp"
#include "base/rng.hpp"
#include "content/prose.hpp"

#include <gtest/gtest.h>
#include <array>

namespace converge::content {
namespace {

// What a reader sees of the text: its words, blanks folded.
std::string fold(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!blank) out += c;
    if (blank && !out.empty() && out.back() != ' ') out += ' ';
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

std::string random_text(Rng& rng) {
  constexpr std::array<std::string_view, 42> parts{
      "a",  "b",  "1",  "12", ".",    ")",    "(",   "[",   "]",           "*",        "**",     "_",  "__", "`",
      "``", "#",  "# ", "-",  "- ",   "+ ",   "> ",  "<",   "<b>",         "&amp;",    "&",      "|",  "~~", "\\",
      "!",  "![", " ",  "\n", "\n\n", "    ", "===", "---", "http://x.de", "www.x.de", "a@b.de", ": ", "$",  "$$"};
  std::string text;
  const std::uint64_t count = 1 + rng.below(8);
  for (std::uint64_t i = 0; i < count; ++i) text += parts[rng.below(parts.size())];
  return text;
}

TEST(EscapeMarkdown, TurnsAnyTextIntoPlainWordsWhereverItIsPut) {
  struct Place {
    const char* before;
    const char* after;
  };
  const Place places[] = {{"", ""}, {"say ", " now"}, {"# ", ""}, {"- ", ""}, {"> ", ""}, {"| h |\n|---|\n| ", " |"}};
  Rng rng(11);
  int tried = 0;
  for (int round = 0; round < 1500; ++round) {
    const std::string text = random_text(rng);
    if (fold(text).empty()) continue;
    for (const Place& place : places) {
      const std::string words = escape_markdown(text);
      const std::string markdown = place.before + words + place.after;
      SCOPED_TRACE(testing::PrintToString(text) + " as " + testing::PrintToString(markdown));
      const Prose prose = parse_prose(markdown).value();
      const Prose plain = parse_prose(std::string(place.before) + "x" + place.after).value();
      ASSERT_EQ(prose.outline, plain.outline);
      const std::string expected = fold(place.before[0] == 's' ? "say " + text + " now" : text);
      std::string seen;
      for (const Piece& piece : prose.blocks.back().pieces)
        seen += markdown.substr(piece.source.begin, piece.source.size());
      ASSERT_EQ(fold(seen), expected);
      ++tried;
    }
  }
  EXPECT_GT(tried, 4'000);
}

TEST(EscapeMarkdown, LeavesOrdinaryWordsReadable) {
  struct Case {
    const char* text;
    const char* expected;
  };
  const Case cases[] = {
      {"sp500_vol5", "sp500_vol5"},
      {"-0.0123", "-0.0123"},
      {"0.5770 to 0.7000", "0.5770 to 0.7000"},
      {"3 - 1 (two)", "3 - 1 (two)"},
      {"a\nb", "a b"},
      {"50% of it.", "50% of it."},
      {"a_", "a\\_"},
      {"1. first", "1\\. first"},
      {"see [x](y)", "see \\[x\\](y)"},
  };
  for (const Case& c : cases) EXPECT_EQ(escape_markdown(c.text), c.expected);
}

// What Discord's client takes for markup or a mention is not CommonMark: these are the differences.
TEST(EscapeDiscord, LeavesNoMarkupAndNoMention) {
  struct Case {
    const char* text;
    const char* expected;
  };
  const Case cases[] = {
      {"sp500_vol5", "sp500_vol5"},
      {"a__b__c", "a\\_\\_b\\_\\_c"},
      {"_a_", "\\_a\\_"},
      {"||spoiler||", "\\|\\|spoiler\\|\\|"},
      {"-# small", "\\-# small"},
      {"<@123> <:n:1>", "\\<\\@123\\> \\<:n:1\\>"},
      {"hi @everyone", "hi \\@\u200Beveryone"},
      {"@here", "\\@\u200Bhere"},
      {"a@b.de", "a\\@b.de"},
  };
  for (const Case& c : cases) EXPECT_EQ(escape_discord(c.text), c.expected) << c.text;
}

TEST(TargetEscape, IsOneForEachTarget) {
  EXPECT_EQ((*find_target_escape("discord"))("@here"), escape_discord("@here"));
  EXPECT_EQ((*find_target_escape("notion"))("@here"), escape_markdown("@here"));
  const auto unknown = find_target_escape("fax");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().message, "no target 'fax'; known: discord, docs, notion");
}

TEST(EscapeHtml, WritesTheFiveCharactersAsEntities) {
  EXPECT_EQ(escape_html("<a href=\"x\">&'</a>"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;&lt;/a&gt;");
}

TEST(Slug, HoldsWordsJoinedByHyphens) {
  EXPECT_EQ(render_slug("sp500_vol5: Version 3!"), "sp500-vol5-version-3");
  EXPECT_EQ(render_slug("2020-03-16"), "2020-03-16");
  EXPECT_EQ(render_slug("../../etc/passwd"), "etc-passwd");
  EXPECT_EQ(render_slug("?!"), "");
}

}  // namespace
}  // namespace converge::content
