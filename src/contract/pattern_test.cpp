#include "contract/pattern.hpp"

#include <gtest/gtest.h>
#include <string>

namespace converge::contract {
namespace {

TEST(PatternMatcher, MatchesTheWholeText) {
  struct Case {
    const char* pattern;
    std::string_view text;
    bool matches;
  };
  const Case cases[] = {
      {"^[A-Za-z0-9_][A-Za-z0-9_.:/-]*$", "model:sp500_vol5", true},
      {"^[A-Za-z0-9_][A-Za-z0-9_.:/-]*$", "-model", false},
      {"^[A-Za-z0-9_][A-Za-z0-9_.:/-]*$", "model\n", false},
      {"^[A-Za-z0-9_][A-Za-z0-9_.:/-]*$", "", false},
      {"^(?:a|bc){2,3}$", "abca", true},
      {"^(?:a|bc){2,3}$", "a", false},
      {"^v[0-9]+\\.[0-9]+$", "v1.20", true},
      {"^v[0-9]+\\.[0-9]+$", "v1x20", false},
      {"^[^ ]+$", "\xC3\xA9t\xC3\xA9", true},
      {"^[^ ]+$", "a b", false},
      {"^$", "", true},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.pattern) + " on " + std::string(c.text));
    const auto matcher = PatternMatcher::compile(c.pattern);
    ASSERT_TRUE(matcher) << matcher.error().message;
    EXPECT_EQ(matcher->judge(c.text), c.matches ? PatternVerdict::matches : PatternVerdict::differs);
  }
}

TEST(PatternMatcher, SaysWhenItGaveUp) {
  const auto matcher = PatternMatcher::compile("^a*a*a*a*a*b$");
  ASSERT_TRUE(matcher) << matcher.error().message;
  EXPECT_EQ(matcher->judge(std::string(3000, 'a') + "bc"), PatternVerdict::gave_up);
  EXPECT_EQ(matcher->judge("aaa"), PatternVerdict::differs);
}

TEST(ParsePattern, RefusesWhatTheServersReadDifferently) {
  const char* const cases[] = {
      "",         "abc",        "^abc",    "abc$",     "^a.c$",     "^\\d$",       "^\\w+$",        "^a|b$",
      "^(?=a)$",  "^(?i)a$",    "^a*?$",   "^a++$",    "^(a+)+$",   "^(?:a*b*)*$", "^[[:alpha:]]$", "^[a&&b]$",
      "^[a--b]$", "^[]$",       "^[z-a]$", "^a{3,2}$", "^a{1001}$", "^a{$",        "^(a$",          "^a)$",
      "^[a$",     "^\xC3\xA9$", "^a$b$",   "^(a|)$",   "^\\1$",     "^*a$",
  };
  for (const char* pattern : cases) {
    SCOPED_TRACE(pattern);
    const auto parsed = parse_pattern(pattern);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().code, Errc::invalid_input);
  }
}

TEST(RenderSqlPattern, EndsWhereTheTextEnds) {
  EXPECT_EQ(render_sql_pattern("^it's$"), "'^it''s\\\\z'");
  EXPECT_EQ(render_sql_pattern("^a\\.b$"), "'^a\\\\.b\\\\z'");
}

}  // namespace
}  // namespace converge::contract
