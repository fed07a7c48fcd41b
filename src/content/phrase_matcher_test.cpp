#include "content/phrase_matcher.hpp"

#include <gtest/gtest.h>

namespace converge::content {
namespace {

std::string render_matches(const std::vector<std::string>& phrases, std::string_view text) {
  std::string out;
  for (const PhraseMatch& match : PhraseMatcher::compile(phrases).value().find_all(text)) {
    if (!out.empty()) out += '|';
    out += text.substr(match.range.begin, match.range.size());
    out += '=' + std::to_string(match.phrase);
  }
  return out;
}

TEST(PhraseMatcher, FindsWholeWordsInAnyCaseAndSpelling) {
  struct Case {
    const char* name;
    std::vector<std::string> phrases;
    const char* text;
    const char* expected;
  };
  const Case cases[] = {
      {"any case", {"deep dive"}, "A Deep DIVE.", "Deep DIVE=0"},
      {"blank is hyphen or blanks", {"deep dive"}, "deep-dive deep  dive deepdive", "deep-dive=0|deep  dive=0"},
      {"whole words", {"use"}, "user reuse use_x x_use use.", "use=0"},
      {"letters beyond ASCII bound words", {"caf"}, "caf\u00E9 \u00E9caf caf", "caf=0"},
      {"case beyond ASCII", {"\u00FCber"}, "\u00DCBER", "\u00DCBER=0"},
      {"curly apostrophe", {"it's"}, "it\u2019s it's", "it\u2019s=0|it's=0"},
      {"the longer wins", {"game", "game changer"}, "game changer game", "game changer=1|game=0"},
      {"marks are only marks", {"c++x", "a.b"}, "c++x a.b axb", "c++x=0|a.b=1"},
      {"nothing to find", {}, "game", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(render_matches(c.phrases, c.text), c.expected);
  }
}

TEST(PhraseMatcher, RefusesPhrasesThatCannotBeWholeWords) {
  for (const char* phrase : {"", "wow!", " x", "-a", "\xFF"}) {
    SCOPED_TRACE(phrase);
    const std::vector<std::string> phrases{phrase};
    const auto matcher = PhraseMatcher::compile(phrases);
    ASSERT_FALSE(matcher);
    EXPECT_EQ(matcher.error().code, Errc::invalid_input);
  }
}

}  // namespace
}  // namespace converge::content
