#include "ingest/source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <fstream>
#include <iterator>
#include <map>

namespace converge::ingest {
namespace {

using std::string;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

// A complete source file, key by key, so that a case can change or drop one.
string render_source(std::map<string, string> changes) {
  std::map<string, string> keys{{"file", "\"bars.csv\""},         {"format", "\"csv\""},        {"symbol", "\"x\""},
                                {"timeframe", "\"1d\""},          {"stamp_format", "\"date\""}, {"stamp", "\"close\""},
                                {"zone", "\"America/New_York\""}, {"close_at", "\"16:00\""}};
  string columns =
      "date = \"bar_at\"\nopen = \"open\"\nhigh = \"high\"\nlow = \"low\"\nclose = \"close\"\nvolume = \"volume\"\n";
  for (const auto& [key, value] : changes) {
    if (key == "columns")
      columns = value;
    else
      keys[key] = value;
  }
  string text;
  for (const auto& [key, value] : keys)
    if (!value.empty()) text += key + " = " + value + "\n";
  return text + "[columns]\n" + columns;
}

TEST(Source, ReadsTheSampleDesk) {
  std::ifstream in(CONVERGE_SOURCE_DIR "/desk/sources/sp500.toml");
  const string text(std::istreambuf_iterator<char>(in), {});
  const auto source = parse_source(text, "sources/sp500.toml");
  ASSERT_TRUE(source) << source.error().message;
  EXPECT_EQ(source->name, "sp500");
  EXPECT_EQ(source->file, "data/sp500.csv");
  EXPECT_THAT(source->columns, ElementsAre(Pair("date", "bar_at"), Pair("open", "open"), Pair("high", "high"),
                                           Pair("low", "low"), Pair("close", "close"), Pair("volume", "volume")));
  EXPECT_THAT(source->ignore, ElementsAre("adjclose"));
  ASSERT_TRUE(source->bar);
  EXPECT_EQ(source->bar->stamp, Stamp::close);
  EXPECT_TRUE(source->bar->mark_repeated_open);
  EXPECT_EQ(source->bar->close_at, std::chrono::hours(16));
  EXPECT_TRUE(check_source(*source, contract::system_contract("bar")));
}

TEST(Source, ReadsDatesInTheSpellingThatItNames) {
  const auto source = parse_source(render_source({{"stamp_format", "\"dd/mm/yyyy\""}}), "sources/x.toml");
  ASSERT_TRUE(source) << source.error().message;
  const auto at = parse_stamp("06/03/2020", *source->bar);
  ASSERT_TRUE(at) << at.error().message;
  EXPECT_EQ(render_instant(*at), "2020-03-06T21:00:00Z");
  EXPECT_FALSE(parse_stamp("2020-03-06", *source->bar));
}

TEST(Source, RefusesWhatItDoesNotSayPlainly) {
  struct Case {
    const char* name;
    std::map<string, string> changes;
    const char* message;
  };
  const Case cases[] = {
      {"no stamp", {{"stamp", ""}}, "/stamp is required: \"open\" or \"close\""},
      {"another stamp", {{"stamp", "\"middle\""}}, "/stamp"},
      {"unknown key", {{"colums", "1"}}, "colums"},
      {"unknown timeframe", {{"timeframe", "\"2d\""}}, "/timeframe must be one of 1m, 5m, 15m, 1h, 4h, 1d, 1w, 1mo"},
      {"unknown zone", {{"zone", "\"America/Gotham\""}}, "/zone"},
      {"empty zone", {{"zone", "\"\""}}, "/zone must be a text"},
      {"empty symbol", {{"symbol", "\"\""}}, "/symbol must be a text"},
      {"date without zone", {{"zone", ""}}, "/zone is required for dates"},
      {"date without close_at", {{"close_at", ""}}, "/close_at"},
      {"close_at that is no time", {{"close_at", "\"4pm\""}}, "'4pm' is not a time of day"},
      {"close_at behind midnight", {{"close_at", "\"24:01\""}}, "'24:01' is not a time of day"},
      {"close_at for stamps with a time", {{"stamp_format", "\"date-time\""}}, "/close_at has no meaning"},
      {"no spelling of a date",
       {{"stamp_format", "\"dd/mm\""}},
       "/stamp_format must be date, date-time, or a spelling"},
      {"dates for hours", {{"timeframe", "\"1h\""}}, "/stamp_format must be date-time"},
      {"open-stamped months with a time",
       {{"stamp_format", "\"date-time\""}, {"close_at", ""}, {"timeframe", "\"1mo\""}, {"stamp", "\"open\""}},
       "/stamp must be close for months"},
      {"negative delay", {{"known_delay_s", "-1"}}, "/known_delay_s"},
      {"other format", {{"format", "\"parquet\""}}, "/format"},
      {"separator of two characters", {{"separator", "\"::\""}}, "/separator"},
      {"mapped and ignored", {{"ignore", "[\"open\"]"}}, "is mapped and ignored at once"},
      {"two columns for one",
       {{"columns", "a = \"open\"\nb = \"open\"\n"}},
       "/columns/b is the second column mapped to open"},
      {"symbol twice", {{"columns", "ticker = \"symbol\"\n"}}, "/symbol is given twice"},
      {"bar keys for another table", {{"table", "\"trades\""}}, "/"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto source = parse_source(render_source(c.changes), "sources/x.toml");
    ASSERT_FALSE(source);
    EXPECT_EQ(source.error().code, Errc::invalid_input);
    EXPECT_THAT(source.error().message, HasSubstr("sources/x.toml"));
    EXPECT_THAT(source.error().message, HasSubstr(c.message));
  }
}

TEST(Source, IsCheckedAgainstItsContract) {
  struct Case {
    const char* name;
    string columns;
    const char* message;  // nothing: fits
  };
  const Case cases[] = {
      {"fits", "d = \"bar_at\"\no = \"open\"\nh = \"high\"\nl = \"low\"\nc = \"close\"\nv = \"volume\"\n", nullptr},
      {"no volume", "d = \"bar_at\"\no = \"open\"\nh = \"high\"\nl = \"low\"\nc = \"close\"\n",
       "nothing is mapped to bar.volume"},
      {"no such column", "d = \"bar_at\"\nq = \"opne\"\n", "bar.opne, which does not exist"},
      {"a column that ingest fills", "d = \"bar_at\"\nr = \"revision\"\n", "bar.revision, which ingest fills itself"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto source = parse_source(render_source({{"columns", c.columns}}), "sources/x.toml");
    ASSERT_TRUE(source) << source.error().message;
    const auto checked = check_source(*source, contract::system_contract("bar"));
    EXPECT_EQ(checked.has_value(), c.message == nullptr);
    if (c.message != nullptr) {
      EXPECT_THAT(checked.error().message, HasSubstr(c.message));
    }
  }
}

TEST(Stamp, BecomesTheInstantOfTheClose) {
  struct Case {
    const char* name;
    const char* timeframe;
    StampFormat format;
    Stamp stamp;
    const char* zone;
    int close_hour;
    const char* text;
    const char* bar_at;  // nothing: refused
  };
  constexpr auto date = StampFormat::date;
  constexpr auto date_time = StampFormat::date_time;
  const Case cases[] = {
      {"winter", "1d", date, Stamp::close, "America/New_York", 16, "2015-01-02", "2015-01-02T21:00:00Z"},
      {"summer", "1d", date, Stamp::close, "America/New_York", 16, "2015-07-02", "2015-07-02T20:00:00Z"},
      {"first Monday of summer time", "1d", date, Stamp::close, "America/New_York", 16, "2020-03-09",
       "2020-03-09T20:00:00Z"},
      {"a date names its session", "1d", date, Stamp::open, "America/New_York", 16, "2015-01-02",
       "2015-01-02T21:00:00Z"},
      {"a market that never closes", "1d", date, Stamp::open, "UTC", 24, "2020-02-29", "2020-03-01T00:00:00Z"},
      {"week from its first day", "1w", date, Stamp::open, "UTC", 24, "2020-03-02", "2020-03-09T00:00:00Z"},
      {"week by its last day", "1w", date, Stamp::close, "America/New_York", 16, "2020-03-06", "2020-03-06T21:00:00Z"},
      {"month from its first day", "1mo", date, Stamp::open, "UTC", 24, "2020-02-01", "2020-03-01T00:00:00Z"},
      {"no such day", "1d", date, Stamp::close, "UTC", 16, "2015-02-29", nullptr},
      {"day and month swapped", "1d", date, Stamp::close, "UTC", 16, "02/01/2015", nullptr},
      {"time behind the date", "1d", date, Stamp::close, "UTC", 16, "2015-01-02 16:00", nullptr},
      {"minute by its close", "1m", date_time, Stamp::close, "", 0, "2020-03-16T20:00:00Z", "2020-03-16T20:00:00Z"},
      {"minute by its open", "1m", date_time, Stamp::open, "", 0, "2020-03-16T20:00:00Z", "2020-03-16T20:01:00Z"},
      {"four hours by their open", "4h", date_time, Stamp::open, "", 0, "2020-03-16T20:00:00Z", "2020-03-17T00:00:00Z"},
      {"offset", "1h", date_time, Stamp::close, "", 0, "2020-03-16T16:00:00-04:00", "2020-03-16T20:00:00Z"},
      {"offset with a blank", "1h", date_time, Stamp::close, "", 0, "2020-03-16 16:00:00-04:00",
       "2020-03-16T20:00:00Z"},
      {"local", "1h", date_time, Stamp::close, "America/New_York", 0, "2020-03-16 16:00:00", "2020-03-16T20:00:00Z"},
      {"local without seconds", "1h", date_time, Stamp::close, "America/New_York", 0, "2020-03-16 16:00",
       "2020-03-16T20:00:00Z"},
      {"local without a zone", "1h", date_time, Stamp::close, "", 0, "2020-03-16 16:00:00", nullptr},
      {"skipped by the clocks", "1h", date_time, Stamp::close, "America/New_York", 0, "2020-03-08 02:30:00", nullptr},
      {"repeated by the clocks", "1h", date_time, Stamp::close, "America/New_York", 0, "2020-11-01 01:30:00", nullptr},
      {"date only", "1h", date_time, Stamp::close, "America/New_York", 0, "2020-03-16", nullptr},
      {"empty", "1h", date_time, Stamp::close, "America/New_York", 0, "", nullptr},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const BarStamps stamps{.timeframe = c.timeframe,
                           .format = c.format,
                           .stamp = c.stamp,
                           .zone = c.zone,
                           .close_at = std::chrono::hours(c.close_hour)};
    const auto at = parse_stamp(c.text, stamps);
    EXPECT_EQ(at ? render_instant(*at) : "refused", c.bar_at != nullptr ? c.bar_at : "refused");
  }
}

}  // namespace
}  // namespace converge::ingest
