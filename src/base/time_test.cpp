#include "base/time.hpp"

#include "base/clock.hpp"
#include "base/rng.hpp"

#include <gtest/gtest.h>

namespace converge {
namespace {

using namespace std::chrono_literals;

Date day(int year, unsigned month, unsigned d) {
  return Date(std::chrono::year(year), std::chrono::month(month), std::chrono::day(d));
}

Instant at(Date date, Duration time = {}) {
  return midnight_utc(date) + time;
}

TEST(ParseDate, AcceptsDaysThatExist) {
  EXPECT_EQ(parse_date("2020-03-16").value(), day(2020, 3, 16));
  EXPECT_EQ(parse_date("2020-02-29").value(), day(2020, 2, 29));
  EXPECT_EQ(parse_date("2000-02-29").value(), day(2000, 2, 29));
  EXPECT_EQ(parse_date("0001-01-01").value(), day(1, 1, 1));
  EXPECT_EQ(parse_date("9999-12-31").value(), day(9999, 12, 31));
}

TEST(ParseDate, RefusesEverythingElse) {
  for (const char* text : {"", "2019-02-29", "1900-02-29", "2020-04-31", "2020-13-01", "2020-00-01", "2020-01-00",
                           "2020-1-01", "2020-01-1", "20200101", "2020/01/01", "2020-01-01 ", " 2020-01-01",
                           "-020-01-01", "+020-01-01", "2020-01-0x", "2020-01-01T00:00:00Z"}) {
    SCOPED_TRACE(text);
    ASSERT_FALSE(parse_date(text).has_value());
    EXPECT_EQ(parse_date(text).error().code, Errc::invalid_input);
  }
}

TEST(ParseInstant, AcceptsRfc3339) {
  struct Case {
    const char* text;
    Instant expected;
  };
  const Case cases[] = {
      {"2020-03-16T20:00:00Z", at(day(2020, 3, 16), 20h)},
      {"2020-03-16t20:00:00z", at(day(2020, 3, 16), 20h)},
      {"2020-03-16T16:00:00-04:00", at(day(2020, 3, 16), 20h)},
      {"2020-03-17T01:30:00+05:30", at(day(2020, 3, 16), 20h)},
      {"2020-03-16T20:00:00.5Z", at(day(2020, 3, 16), 20h + 500ms)},
      {"2020-03-16T20:00:00.000001Z", at(day(2020, 3, 16), 20h + 1us)},
      {"2020-12-31T23:59:59.999999Z", at(day(2021, 1, 1), -1us)},
      {"1969-12-31T23:59:59Z", Instant(-1s)},
      {"1970-01-01T00:00:00Z", Instant{}},
      {"2020-01-01T00:00:00+23:59", at(day(2019, 12, 31), 1min)},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    const auto instant = parse_instant(c.text);
    ASSERT_TRUE(instant.has_value());
    EXPECT_EQ(*instant, c.expected);
  }
}

TEST(ParseInstant, RefusesEverythingElse) {
  for (const char* text :
       {"", "2020-03-16", "2020-03-16T20:00:00", "2020-03-16 20:00:00Z", "2020-03-16T24:00:00Z", "2020-03-16T20:60:00Z",
        "2020-03-16T20:00:60Z", "2020-03-16T20:00Z", "2020-03-16T20:00:00.Z", "2020-03-16T20:00:00.1234567Z",
        "2020-03-16T20:00:00+0400", "2020-03-16T20:00:00+24:00", "2020-03-16T20:00:00+04:60", "2020-03-16T20:00:00 Z",
        "2020-02-30T20:00:00Z", "2020-03-16T20:00:00ZZ", "2020-03-16T-1:00:00Z", "2020-03-16T20:00:00,5Z"}) {
    SCOPED_TRACE(text);
    ASSERT_FALSE(parse_instant(text).has_value());
    EXPECT_EQ(parse_instant(text).error().code, Errc::invalid_input);
  }
}

TEST(Instant, IsWrittenInTwoForms) {
  EXPECT_EQ(render_instant(at(day(2020, 3, 16), 20h)), "2020-03-16T20:00:00Z");
  EXPECT_EQ(render_instant(at(day(2020, 3, 16), 20h + 250ms)), "2020-03-16T20:00:00.250000Z");
  EXPECT_EQ(render_sql_instant(at(day(2020, 3, 16), 20h)), "2020-03-16 20:00:00.000000");
  EXPECT_EQ(render_instant(Instant(-1us)), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(render_date(day(7, 1, 2)), "0007-01-02");
}

TEST(Instant, IsReadBackAsWritten) {
  Rng rng(17);
  for (int repetition = 0; repetition < 2000; ++repetition) {
    const Instant instant(Duration(static_cast<std::int64_t>(rng.below(4'000'000'000'000'000))) - 1'000'000'000s);
    SCOPED_TRACE(render_instant(instant));
    EXPECT_EQ(parse_instant(render_instant(instant)).value(), instant);
    EXPECT_EQ(parse_sql_instant(render_sql_instant(instant)).value(), instant);
  }
}

TEST(ParseSqlInstant, RefusesOtherForms) {
  EXPECT_EQ(parse_sql_instant("2020-03-16 20:00:00").value(), at(day(2020, 3, 16), 20h));
  for (const char* text : {"", "2020-03-16", "2020-03-16T20:00:00", "2020-03-16 20:00:00Z", "2020-03-16 20:00:00.",
                           "0000-00-00 00:00:00", "2020-03-16 20:00:00.0000001"}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(parse_sql_instant(text).error().code, Errc::invalid_input);
  }
}

TEST(LocalInstant, FollowsTheClocksOfTheZone) {
  struct Case {
    const char* name;
    Date date;
    std::chrono::seconds time;
    const char* zone;
    Instant expected;
  };
  const Case cases[] = {
      {"New York in winter", day(2020, 1, 15), 16h, "America/New_York", at(day(2020, 1, 15), 21h)},
      {"New York in summer", day(2020, 7, 15), 16h, "America/New_York", at(day(2020, 7, 15), 20h)},
      {"the day clocks go forward, after", day(2020, 3, 8), 3h, "America/New_York", at(day(2020, 3, 8), 7h)},
      {"the day clocks go forward, before", day(2020, 3, 8), 1h + 59min, "America/New_York",
       at(day(2020, 3, 8), 6h + 59min)},
      {"the day clocks go back, before", day(2020, 11, 1), 30min, "America/New_York", at(day(2020, 11, 1), 4h + 30min)},
      {"the day clocks go back, after", day(2020, 11, 1), 2h, "America/New_York", at(day(2020, 11, 1), 7h)},
      {"a half-hour zone", day(2020, 3, 16), 15h + 30min, "Asia/Kolkata", at(day(2020, 3, 16), 10h)},
      {"UTC", day(2020, 3, 16), 0s, "UTC", at(day(2020, 3, 16))},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto instant = local_instant(c.date, c.time, c.zone);
    ASSERT_TRUE(instant.has_value());
    EXPECT_EQ(*instant, c.expected);
  }
}

TEST(LocalInstant, RefusesTimesThatDoNotExistOrExistTwice) {
  struct Case {
    const char* name;
    Date date;
    std::chrono::seconds time;
    const char* zone;
  };
  const Case cases[] = {
      {"skipped in New York", day(2020, 3, 8), 2h + 30min, "America/New_York"},
      {"first skipped second", day(2020, 3, 8), 2h, "America/New_York"},
      {"repeated in New York", day(2020, 11, 1), 1h + 30min, "America/New_York"},
      {"skipped in Berlin", day(2020, 3, 29), 2h + 30min, "Europe/Berlin"},
      {"repeated half hour of Lord Howe", day(2020, 4, 5), 1h + 45min, "Australia/Lord_Howe"},
      {"a day that Samoa left out", day(2011, 12, 30), 12h, "Pacific/Apia"},
      {"unknown zone", day(2020, 3, 8), 12h, "America/Gotham"},
      {"no zone", day(2020, 3, 8), 12h, ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto instant = local_instant(c.date, c.time, c.zone);
    ASSERT_FALSE(instant.has_value());
    EXPECT_EQ(instant.error().code, Errc::invalid_input);
  }
}

TEST(LocalDate, IsTheDayOnTheWall) {
  EXPECT_EQ(local_date(at(day(2020, 3, 17), 3h), "America/New_York").value(), day(2020, 3, 16));
  EXPECT_EQ(local_date(at(day(2020, 3, 17), 4h), "America/New_York").value(), day(2020, 3, 17));
  EXPECT_EQ(local_date(at(day(2020, 3, 16), 15h), "Asia/Tokyo").value(), day(2020, 3, 17));
  EXPECT_EQ(local_date(Instant{}, "Nowhere").error().code, Errc::invalid_input);
  EXPECT_EQ(utc_date(at(day(1969, 12, 31), 23h)), day(1969, 12, 31));
}

TEST(ManualClock, NeverGoesBack) {
  ManualClock clock(at(day(2020, 3, 16)));
  ASSERT_TRUE(clock.advance_to(at(day(2020, 3, 17))).has_value());
  ASSERT_TRUE(clock.advance_to(at(day(2020, 3, 17))).has_value()) << "standing still is not going back";
  EXPECT_EQ(clock.advance_to(at(day(2020, 3, 16))).error().code, Errc::invalid_input);
  EXPECT_EQ(clock.now(), at(day(2020, 3, 17)));
}

}  // namespace
}  // namespace converge
