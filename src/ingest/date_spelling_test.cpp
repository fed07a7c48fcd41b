#include "ingest/date_spelling.hpp"

#include <gtest/gtest.h>

namespace converge::ingest {
namespace {

TEST(DateSpelling, ReadsTheSameDayInEverySpelling) {
  struct Case {
    const char* text;
    const char* spelling;
  };
  const Case cases[] = {{"2020-03-06", "yyyy-mm-dd"}, {"06/03/2020", "dd/mm/yyyy"},  {"03/06/2020", "mm/dd/yyyy"},
                        {"6.3.2020", "d.m.yyyy"},     {"06.03.2020", "d.m.yyyy"},    {"3/6/2020", "m/d/yyyy"},
                        {"20200306", "yyyymmdd"},     {"06 03, 2020", "dd mm, yyyy"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_TRUE(check_date_spelling(c.spelling));
    const auto date = parse_spelled_date(c.text, c.spelling);
    ASSERT_TRUE(date) << date.error().message;
    EXPECT_EQ(render_date(*date), "2020-03-06");
  }
}

TEST(DateSpelling, RefusesWhatIsNotSpelledSo) {
  struct Case {
    const char* text;
    const char* spelling;
  };
  const Case cases[] = {{"2020-3-06", "yyyy-mm-dd"},  {"30/02/2020", "dd/mm/yyyy"}, {"13/13/2020", "dd/mm/yyyy"},
                        {"6/3/2020", "dd/mm/yyyy"},   {"06/03/20", "dd/mm/yyyy"},   {"06/03/2020 ", "dd/mm/yyyy"},
                        {"06-03-2020", "dd/mm/yyyy"}, {"", "dd/mm/yyyy"},           {"0/3/2020", "d/m/yyyy"},
                        {"+6/3/2020", "d/m/yyyy"},    {"006/3/2020", "d/m/yyyy"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_FALSE(parse_spelled_date(c.text, c.spelling));
  }
}

TEST(DateSpelling, IsItselfChecked) {
  for (const char* spelling :
       {"", "date", "dd/mm", "dd/mm/yy", "dd/dd/yyyy", "dmyyyy", "ddmyyyy", "dd/mm/yyyyT", "mm1dd/yyyy"})
    EXPECT_FALSE(check_date_spelling(spelling)) << spelling;
  for (const std::string_view spelling : common_date_spellings())
    EXPECT_TRUE(check_date_spelling(spelling)) << spelling;
}

}  // namespace
}  // namespace converge::ingest
