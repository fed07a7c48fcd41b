#include "ingest/infer.hpp"

#include "ingest/source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <fstream>
#include <iterator>

namespace converge::ingest {
namespace {

using std::string;
using testing::HasSubstr;

void fill_in(string& toml, const string& key, const string& value) {
  const std::size_t at = toml.find("\n" + key + " = \"\"");
  ASSERT_NE(at, string::npos) << toml;
  toml.insert(at + key.size() + 5, value);
}

// The message of the error, or that there was none.
template <class T>
string refusal(const Result<T>& result) {
  return result ? "accepted" : result.error().message;
}

TEST(Infer, ProposesTheSampleSource) {
  std::ifstream csv(CONVERGE_SOURCE_DIR "/desk/data/sp500.csv", std::ios::binary);
  const string text(std::istreambuf_iterator<char>(csv), {});
  const auto proposed = propose_source(text, "data/sp500.csv");
  ASSERT_TRUE(proposed) << proposed.error().message;
  EXPECT_THAT(proposed->text, HasSubstr("all of its 5105 rows"));
  EXPECT_THAT(proposed->text, HasSubstr("dates: 5105 values, 2000-01-03 to 2020-04-17"));
  EXPECT_THAT(refusal(parse_source(proposed->text, "sources/sp500.toml")), HasSubstr("/zone"));

  EXPECT_THAT(proposed->undecided, testing::ElementsAre("zone", "close_at"));

  string filled = proposed->text;
  fill_in(filled, "zone", "America/New_York");
  fill_in(filled, "close_at", "16:00");
  const auto source = parse_source(filled, "sources/sp500.toml");
  ASSERT_TRUE(source) << source.error().message << "\n" << filled;
  EXPECT_TRUE(check_source(*source, contract::system_contract("bar")));
  EXPECT_EQ(source->bar->timeframe, "1d");
  EXPECT_EQ(source->bar->symbol, "sp500");
  EXPECT_THAT(source->ignore, testing::ElementsAre("adjclose"));
}

TEST(Infer, WritesWhatWasDecidedAndIsThenComplete) {
  std::ifstream csv(CONVERGE_SOURCE_DIR "/desk/data/sp500.csv", std::ios::binary);
  const string text(std::istreambuf_iterator<char>(csv), {});
  const auto proposed =
      propose_source(text, "data/sp500.csv", {.symbol = "spx", .zone = "America/New_York", .close_at = "16:00"});
  ASSERT_TRUE(proposed) << proposed.error().message;
  EXPECT_THAT(proposed->undecided, testing::IsEmpty());
  const auto source = parse_source(proposed->text, "sources/sp500.toml");
  ASSERT_TRUE(source) << source.error().message << "\n" << proposed->text;
  EXPECT_EQ(source->bar->symbol, "spx");
  EXPECT_EQ(source->bar->close_at, std::chrono::hours(16));
}

TEST(Infer, ReadsTheSpellingOfDatesOffTheWholeFile) {
  const string header = "Date,Open,High,Low,Close,Vol\n";
  const auto propose = [&](const string& rows) { return propose_source(header + rows, "x.csv"); };
  const auto plain = propose("02/01/2012,1,2,1,2,5\n03/01/2012,1,2,1,2,5\n13/01/2012,1,2,1,2,5\n");
  ASSERT_TRUE(plain) << plain.error().message;
  EXPECT_THAT(plain->text, HasSubstr("stamp_format = \"dd/mm/yyyy\""));
  EXPECT_THAT(plain->text, HasSubstr("timeframe = \"1d\""));
  EXPECT_THAT(plain->undecided, testing::ElementsAre("zone", "close_at"));

  const auto loose = propose("1/2/2012,1,2,1,2,5\n1/13/2012,1,2,1,2,5\n");
  ASSERT_TRUE(loose) << loose.error().message;
  EXPECT_THAT(loose->text, HasSubstr("stamp_format = \"m/d/yyyy\""));

  const auto ambiguous = propose("02/01/2012,1,2,1,2,5\n03/01/2012,1,2,1,2,5\n");
  ASSERT_TRUE(ambiguous) << ambiguous.error().message;
  EXPECT_THAT(ambiguous->text, HasSubstr("every date can be read as dd/mm/yyyy or mm/dd/yyyy"));
  EXPECT_THAT(ambiguous->undecided, testing::Contains("stamp_format"));

  const auto unknown = propose("2 Jan 12,1,2,1,2,5\n3 Jan 12,1,2,1,2,5\n");
  ASSERT_TRUE(unknown) << unknown.error().message;
  EXPECT_THAT(unknown->undecided, testing::Contains("stamp_format"));
}

TEST(Infer, NeverChoosesTheEndOfTheBarForAnybody) {
  const auto proposed = propose_source(
      "Time;O;H;L;C;Vol\n2020-03-16 10:00:00;1;2;1;2;5\n2020-03-16 10:05:00;1;2;1;2;5\n2020-03-16 10:10:00;1;2;1;2;5\n",
      "eur usd.csv");
  ASSERT_TRUE(proposed) << proposed.error().message;
  for (const char* line : {"separator = \";\"", "symbol = \"eur_usd\"", "timeframe = \"5m\"",
                           "stamp_format = \"date-time\"", "stamp = \"\""})
    EXPECT_THAT(proposed->text, HasSubstr(line));
  EXPECT_THAT(refusal(parse_source(proposed->text, "x.toml")), HasSubstr("/stamp"));
}

TEST(Infer, DescribesAnOwnersFile) {
  const auto proposed = propose_source("Player Name,Score %,seen\nada,1.25,\nbob,-3,\n\"c\"d,1,2\n", "s.csv");
  ASSERT_TRUE(proposed) << proposed.error().message;
  for (const char* line :
       {"table = \"\"", "\"Player Name\" = \"player_name\"", "texts: 2 values", "\"Score %\" = \"score\"",
        "numbers with up to 2 digits after the point: 2 values, 1.25 to -3", "always empty",
        "1 rows are malformed and would go to quarantine; the first: line 4, stray_quote"})
    EXPECT_THAT(proposed->text, HasSubstr(line));
}

TEST(Infer, RefusesAFileWithoutRows) {
  EXPECT_THAT(refusal(propose_source("", "s.csv")), HasSubstr("the file is empty"));
  EXPECT_THAT(refusal(propose_source("a,b\n", "s.csv")), HasSubstr("not a single row"));
  EXPECT_THAT(refusal(propose_source("a,b\n1\n", "s.csv")), HasSubstr("not a single row"));
}

}  // namespace
}  // namespace converge::ingest
