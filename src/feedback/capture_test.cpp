#include "feedback/capture.hpp"

#include <gmock/gmock.h>

namespace converge::feedback {
namespace {

FeedbackItem make_item() {
  return {.channel = "cli",
          .subject = "content:01J",
          .author = "ann",
          .rating = 1,
          .label = {},
          .comment = "good",
          .idempotency_key = {}};
}

TEST(Capture, ShowsWhatCannotBeSeen) {
  struct Case {
    const char* name;
    std::string text, expected;
  };
  const Case cases[] = {
      {"plain text with umlauts stays", "Grüße, 東京 👍", "Grüße, 東京 👍"},
      {"line feeds stay", "a\nb", "a\nb"},
      {"bell and tab", "a\a\tb", "a<U+0007><U+0009>b"},
      {"delete and a C1 control", "\x7f\xc2\x85", "<U+007F><U+0085>"},
      {"right-to-left override", "abc\u202Egpj.exe", "abc<U+202E>gpj.exe"},
      {"isolates", "\u2066x\u2069", "<U+2066>x<U+2069>"},
      {"zero-width space, joiner, no-break", "a\u200Bb\u200Dc\uFEFF", "a<U+200B>b<U+200D>c<U+FEFF>"},
      {"line and paragraph separators", "\u2028\u2029", "<U+2028><U+2029>"},
      {"soft hyphen and Arabic letter mark", "\u00AD\u061C", "<U+00AD><U+061C>"},
      {"tag characters that smuggle text", "\U000E0041", "<U+E0041>"},
      {"variation selectors that smuggle bytes", "a\U000E0101\uFE01", "a<U+E0101><U+FE01>"},
      {"the selector after an emoji stays", "❤\uFE0F", "❤\uFE0F"},
      {"Hangul filler", "\u3164", "<U+3164>"},
      {"private use", "\uE000", "<U+E000>"},
      {"a NUL byte", std::string("a\0b", 3), "a<U+0000>b"},
      {"empty", "", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto escaped = escape_invisible(c.text);
    ASSERT_TRUE(escaped.has_value());
    EXPECT_EQ(*escaped, c.expected);
  }
}

TEST(Capture, RefusesTextThatIsNotUtf8) {
  for (const char* text : {"\xff", "a\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80"}) {
    SCOPED_TRACE(::testing::PrintToString(text));
    ASSERT_FALSE(escape_invisible(text).has_value());
    EXPECT_EQ(escape_invisible(text).error().code, Errc::invalid_input);
  }
}

TEST(Capture, BringsFeedbackIntoOneForm) {
  FeedbackItem item = make_item();
  item.comment = "  first\r\nsecond\rthird \n";
  item.label = " \t ";
  item.author = " ann\u200B ";
  item.idempotency_key = "m-17";
  const auto normal = normalise_feedback(item);
  ASSERT_TRUE(normal.has_value());
  EXPECT_EQ(normal->comment, "first\nsecond\nthird");
  EXPECT_EQ(normal->label, std::nullopt);
  EXPECT_EQ(normal->author, "ann<U+200B>");
  EXPECT_EQ(normal->idempotency_key, "cli/m-17");
}

TEST(Capture, DerivesTheKeyFromAllThatWasSaid) {
  const FeedbackItem item = make_item();
  const std::string key = *normalise_feedback(item)->idempotency_key;
  EXPECT_EQ(*normalise_feedback(item)->idempotency_key, key);
  EXPECT_EQ(key.size(), 4u + 64u);

  struct Case {
    const char* name;
    void (*change)(FeedbackItem&);
  };
  const Case cases[] = {
      {"channel", [](FeedbackItem& i) { i.channel = "web"; }},
      {"subject", [](FeedbackItem& i) { i.subject = "content:01K"; }},
      {"author", [](FeedbackItem& i) { i.author = "bob"; }},
      {"rating", [](FeedbackItem& i) { i.rating = -1; }},
      {"no rating", [](FeedbackItem& i) { i.rating.reset(); }},
      {"label", [](FeedbackItem& i) { i.label = "wrong"; }},
      {"comment", [](FeedbackItem& i) { i.comment = "goo"; }},
      {"the same text as a label",
       [](FeedbackItem& i) {
         i.label = i.comment;
         i.comment.reset();
       }},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    FeedbackItem changed = item;
    c.change(changed);
    EXPECT_NE(*normalise_feedback(changed)->idempotency_key, key);
  }
}

TEST(Capture, RefusesBadFeedback) {
  struct Case {
    const char* name;
    void (*spoil)(FeedbackItem&);
    const char* message;
  };
  const Case cases[] = {
      {"nothing said",
       [](FeedbackItem& i) {
         i.rating.reset();
         i.comment = " \n";
       },
       "give a rating"},
      {"rating 2", [](FeedbackItem& i) { i.rating = 2; }, "not -1, 0 or 1"},
      {"rating -2", [](FeedbackItem& i) { i.rating = -2; }, "not -1, 0 or 1"},
      {"no channel", [](FeedbackItem& i) { i.channel = ""; }, "channel"},
      {"channel with a space", [](FeedbackItem& i) { i.channel = "a b"; }, "channel"},
      {"long channel", [](FeedbackItem& i) { i.channel = std::string(33, 'a'); }, "channel"},
      {"subject with a quote", [](FeedbackItem& i) { i.subject = "a'b"; }, "subject"},
      {"subject that begins with a dash", [](FeedbackItem& i) { i.subject = "-rf"; }, "subject"},
      {"long subject", [](FeedbackItem& i) { i.subject = std::string(129, 'a'); }, "subject"},
      {"no author", [](FeedbackItem& i) { i.author = " "; }, "author"},
      {"long author", [](FeedbackItem& i) { i.author = std::string(65, 'a'); }, "author"},
      {"long label", [](FeedbackItem& i) { i.label = std::string(33, 'a'); }, "label"},
      {"long comment", [](FeedbackItem& i) { i.comment = std::string(2001, 'a'); }, "comment"},
      {"comment too long once it can be seen", [](FeedbackItem& i) { i.comment = std::string(1995, 'a') + "\u202E!"; },
       "comment"},
      {"comment not UTF-8", [](FeedbackItem& i) { i.comment = "a\xff"; }, "not UTF-8 at byte 1"},
      {"key with a space", [](FeedbackItem& i) { i.idempotency_key = "a b"; }, "key"},
      {"long key", [](FeedbackItem& i) { i.idempotency_key = std::string(125, 'k'); }, "key"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    FeedbackItem item = make_item();
    c.spoil(item);
    const auto normal = normalise_feedback(item);
    ASSERT_FALSE(normal.has_value());
    EXPECT_EQ(normal.error().code, Errc::invalid_input);
    EXPECT_THAT(normal.error().message, ::testing::HasSubstr(c.message));
  }
}

TEST(Capture, CountsCharactersNotBytes) {
  FeedbackItem item = make_item();
  std::string comment;
  for (int i = 0; i < 2000; ++i) comment += "ü";
  item.comment = comment;
  EXPECT_TRUE(normalise_feedback(item).has_value());
}

}  // namespace
}  // namespace converge::feedback
