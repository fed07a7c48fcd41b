#include "base/utf8.hpp"

#include <gtest/gtest.h>

namespace converge {
namespace {

TEST(ClipCodePoints, NeverCutsACharacterInTwo) {
  struct Case {
    const char* text;
    std::size_t most;
    const char* expected;
  };
  const Case cases[] = {
      {"abc", 2, "ab"},
      {"abc", 3, "abc"},
      {"abc", 9, "abc"},
      {"abc", 0, ""},
      {"", 3, ""},
      {"a\u00E9b", 2, "a\u00E9"},
      {"\U0001F680x", 1, "\U0001F680"},
  };
  for (const Case& c : cases) EXPECT_EQ(clip_code_points(c.text, c.most), c.expected);
}

TEST(CountCodePoints, CountsCharactersNotBytes) {
  EXPECT_EQ(count_code_points(""), 0U);
  EXPECT_EQ(count_code_points("abc"), 3U);
  EXPECT_EQ(count_code_points("a\u00E9\U0001F680"), 3U);
}

}  // namespace
}  // namespace converge
