#include "content/rules.hpp"

#include "content/lint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace converge::content {
namespace {

// Settings that the desk's own guide does not use; the files in tests/fixture/lint/ show the others.
TEST(Rules, FollowTheirSettings) {
  struct Case {
    const char* rule;  // as it stands in a guide
    const char* text;
    std::vector<std::string> expected;  // what each finding says
  };
  const Case cases[] = {
      {"oxford_comma: {level: error, use: always}",
       "The report names the model, the date and the reason.",
       {"list without a comma before its last item; write one"}},
      {"oxford_comma: {level: error, use: always}",
       "Red, green, blue or black will do.",
       {"list without a comma before its last item; write one"}},
      {"oxford_comma: {level: error, use: always}", "The report names the model, the date, and the reason.", {}},
      {"oxford_comma: {level: error, use: always}", "In March, models and gates failed.", {}},
      {"oxford_comma: {level: error, use: always}", "The gate ran on Monday morning at nine, models and all.", {}},
      {"headings: {level: error, case: title}", "# What the Gate decided", {"heading not in title case: decided"}},
      {"headings: {level: error, case: title}", "# the Report of the Week in SPX", {"heading not in title case: the"}},
      {"tickers: {level: error, symbols: [SPX], form: dollar}",
       "$SPX rose, SPX fell, $spx stayed.",
       {"ticker 'SPX'; write '$SPX'", "ticker '$spx'; write '$SPX'"}},
      {"numbers: {level: error, thousands: none}",
       "Over 12,000 rows, 1,250.5 of 12000.",
       {"'12,000'; write '12000'", "'1,250.5'; write '1250.5'"}},
      {"numbers: {level: error}", "Over 12,000 rows and 12000.", {}},
      {"exclamation_marks: {level: error, count_max: 1}",
       "It holds! It works! Yes!",
       {"exclamation mark; end the sentence with a full stop", "exclamation mark; end the sentence with a full stop"}},
      {"exclamation_marks: {level: error, allow: [Yahoo!]}",
       "Yahoo! has it. It holds!",
       {"exclamation mark; end the sentence with a full stop"}},
      {"paragraph_length: {level: error, words_max: 5}",
       "One two three. Four five six.",
       {"a paragraph of 6 words; split it, 5 are the most"}},
      {"no_emoji: {level: error, allow: [\"\u2705\"]}",
       "\u2705 Done \U0001F680",
       {"emoji \U0001F680; say it in words or leave it out"}},
      {"reading_grade: {level: error, grade_max: 5, words_min: 3}",
       "Institutional participants incorporate information.",
       {"the text reads at grade 36.1, 5 is the most; begin with this sentence, at 36.1"}},
      {"reading_grade: {level: error, grade_max: 5}", "Institutional participants incorporate information.", {}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.rule) + ": " + c.text);
    const auto guide = parse_style_guide(std::string("name: x\nvoice: [y]\nrules:\n  ") + c.rule + "\n", "g");
    ASSERT_TRUE(guide) << guide.error().message;
    std::vector<std::string> messages;
    const auto findings = Linter::compile(*guide).value().lint(c.text).value();
    for (const LintFinding& finding : findings) messages.push_back(finding.message);
    EXPECT_EQ(messages, c.expected);
  }
}

TEST(Rules, AreListedByNameEachOnce) {
  for (std::size_t i = 1; i < rules().size(); ++i) EXPECT_LT(rules()[i - 1].name, rules()[i].name);
}

}  // namespace
}  // namespace converge::content
