#include "ingest/decode.hpp"

#include "base/hash.hpp"
#include "fixture/bad_bars.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <algorithm>
#include <fstream>
#include <iterator>

namespace converge::ingest {
namespace {

using std::string;
using testing::ElementsAre;
using testing::HasSubstr;

Decoder make_decoder(string toml, const contract::Contract& contract = contract::system_contract("bar")) {
  auto source = parse_source(toml, "sources/bars.toml");
  EXPECT_TRUE(source) << source.error().message;
  auto decoder = Decoder::open(*std::move(source), contract);
  EXPECT_TRUE(decoder) << decoder.error().message;
  return *std::move(decoder);
}

// "3 2020-01-02 21:00:00.000000 10 12 9 11 100": line and cells.
std::vector<string> render_rows(const DecodedFile& file) {
  std::vector<string> out;
  for (const GoodRow& row : file.rows) {
    string text = std::to_string(row.line);
    for (std::size_t slot = 0; slot < file.slots; ++slot) text += " " + string(file.cell(row, slot).value_or("null"));
    out.push_back(text + (row.open_synthetic ? " repeated" : ""));
  }
  return out;
}

std::vector<string> render_refused(const DecodedFile& file) {
  std::vector<string> out;
  for (const RefusedRow& row : file.refused) out.push_back(fmt::format("{} {} {}", row.line, row.rule, row.pointer));
  return out;
}

TEST(Decode, PutsEachOfTwelveKindsOfBadRowsInItsPlace) {
  const auto lines = fixture::bad_bars();
  std::vector<std::int64_t> good;
  std::vector<string> refused;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto line = static_cast<std::int64_t>(i) + 2;
    if (lines[i].rule.empty())
      good.push_back(line);
    else
      refused.push_back(fmt::format("{} {} {}", line, lines[i].rule, lines[i].pointer));
  }
  ASSERT_EQ(refused.size(), 12U);

  const auto file = make_decoder(fixture::bad_bars_source).decode(fixture::render_bars(lines));
  ASSERT_TRUE(file) << file.error().message;
  std::vector<std::int64_t> found;
  for (const GoodRow& row : file->rows) {
    found.push_back(row.line);
    EXPECT_EQ(row.raw, lines[static_cast<std::size_t>(row.line) - 2].text);
  }
  EXPECT_EQ(found, good);
  EXPECT_THAT(render_refused(*file), testing::UnorderedElementsAreArray(refused));
  for (const RefusedRow& row : file->refused) {
    EXPECT_EQ(row.raw_sha256, compute_sha256_hex(lines[static_cast<std::size_t>(row.line) - 2].text)) << row.line;
    EXPECT_FALSE(row.message.empty()) << row.line;
  }
}

TEST(Decode, DatesARefusedRowWhereItsStampCanBeRead) {
  const auto file = make_decoder(fixture::bad_bars_source)
                        .decode(
                            "date,open,high,low,close,volume\n"
                            "2020-01-03,10,12,9,NaN,1\n"
                            "2020-01-02,10,12,\"9,11,1\n"
                            "2020-13-01,10,12,9,11,1\n"
                            "\n");
  ASSERT_TRUE(file) << file.error().message;
  std::vector<string> due;
  for (const RefusedRow& row : file->refused)
    due.push_back(fmt::format("{} {}", row.line, row.known_at == undated ? "at once" : render_instant(row.known_at)));
  EXPECT_THAT(due, ElementsAre("4 at once", "5 at once", "3 2020-01-02T21:00:00Z", "2 2020-01-03T21:00:00Z"));
}

TEST(Decode, KeepsTextThatNoColumnCanHold) {
  const auto file = make_decoder(fixture::bad_bars_source)
                        .decode(
                            "date,open,high,low,close,volume\n"
                            "caf\xC3\xA9 \xE2\x82 \\x,1\n"
                            "2020-01-02,10,12,9,11," +
                            string(300'000, '1') + "\n");
  ASSERT_TRUE(file) << file.error().message;
  ASSERT_EQ(file->refused.size(), 2U);
  EXPECT_EQ(file->refused[0].raw, "caf\xC3\xA9 \\xE2\\x82 \\x,1");
  EXPECT_EQ(file->refused[1].raw.size(), 262'144U);
}

TEST(Decode, SortsByTheInstantOfBecomingKnown) {
  const auto file = make_decoder(fixture::bad_bars_source)
                        .decode(
                            "volume,close,low,high,open,date\n"
                            "3,11,9,12,10,2020-01-06\n"
                            "1,11,9,12,10,2020-01-02\n"
                            "2,11,9,12,10,2020-01-03\n");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_THAT(render_rows(*file),
              ElementsAre("3 2020-01-02 21:00:00.000000 10 12 9 11 1", "4 2020-01-03 21:00:00.000000 10 12 9 11 2",
                          "2 2020-01-06 21:00:00.000000 10 12 9 11 3"));
}

TEST(Decode, KeepsTheFirstRowOfAKey) {
  const auto file = make_decoder(fixture::bad_bars_source)
                        .decode(
                            "date,open,high,low,close,volume\n"
                            "2020-01-03,10,12,9,11,1\n"
                            "2020-01-02,10,12,9,11,1\n"
                            "2020-01-03,10,12,9,11,2\n"
                            "2020-01-03,10,12,9,11,1\n");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_THAT(render_rows(*file),
              ElementsAre("3 2020-01-02 21:00:00.000000 10 12 9 11 1", "2 2020-01-03 21:00:00.000000 10 12 9 11 1"));
  EXPECT_THAT(render_refused(*file), ElementsAre("4 duplicate_key ", "5 duplicate_key "));
  EXPECT_EQ(file->refused[0].message, "the key of line 2 again, with other values");
  EXPECT_EQ(file->refused[1].message, "the key of line 2 again, with the same values");
}

// A file that several threads read: bad rows, keys that come again and rows out of order lie on both sides of every cut.
TEST(Decode, ReadsALargeFileInPartsAsOne) {
  constexpr int lines = 60'000;
  const Instant first = *parse_instant("2020-01-01T00:00:00Z");
  string text = "time,open,high,low,close,volume\n";
  std::vector<string> good;
  std::vector<string> refused;
  for (int i = 0; i < lines; ++i) {
    const bool is_bad = i % 97 == 3;
    const bool is_repeated = i % 101 == 50;
    const int minute = is_repeated ? i - 7 : i;
    const string row =
        fmt::format("{},{},12,9,11,{}", render_instant(first + std::chrono::minutes(minute)), is_bad ? "-1" : "10", i);
    text += row + "\n";
    // The key of a row that was refused is free.
    const bool is_duplicate = is_repeated && (i - 7) % 97 != 3 && (i - 7) % 101 != 50;
    if (is_bad)
      refused.push_back(fmt::format("{} exclusive_minimum /open", i + 2));
    else if (is_duplicate)
      refused.push_back(fmt::format("{} duplicate_key ", i + 2));
    else
      good.push_back(row);
  }
  ASSERT_GT(text.size(), 2U * 1'000'000);
  const auto file = make_decoder(R"(
file = "bars.csv"
format = "csv"
symbol = "test"
timeframe = "1m"
stamp_format = "date-time"
stamp = "close"
[columns]
time = "bar_at"
open = "open"
high = "high"
low = "low"
close = "close"
volume = "volume"
)")
                        .decode(text);
  ASSERT_TRUE(file) << file.error().message;
  std::vector<string> found;
  for (const GoodRow& row : file->rows) found.emplace_back(row.raw);
  std::ranges::sort(good);
  EXPECT_EQ(found, good);
  EXPECT_THAT(render_refused(*file), testing::UnorderedElementsAreArray(refused));
  for (const GoodRow& row : file->rows) {
    const auto at = static_cast<int>(row.line) - 2;
    ASSERT_EQ(file->cell(row, 5), std::to_string(at)) << row.raw;
    ASSERT_EQ(row.known_at, *parse_instant(row.raw.substr(0, 20)));
  }
}

TEST(Decode, RefusesAHeaderThatItWasNotToldAbout) {
  struct Case {
    const char* name;
    const char* text;
    const char* message;
  };
  const Case cases[] = {
      {"undeclared column", "date,open,high,low,close,volume,vwap\n", "column 'vwap' is neither mapped"},
      {"missing column", "date,open,high,low,close\n", "column 'volume' is mapped to bar.volume and not in the header"},
      {"no header", "", "the file is empty"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto file = make_decoder(fixture::bad_bars_source).decode(c.text);
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().code, Errc::invalid_input);
    EXPECT_THAT(file.error().message, HasSubstr("source bars: bars.csv: "));
    EXPECT_THAT(file.error().message, HasSubstr(c.message));
  }
}

TEST(Decode, MarksAnOpenThatRepeatsTheCloseBefore) {
  const auto file = make_decoder("mark_repeated_open = true\n" + string(fixture::bad_bars_source))
                        .decode(
                            "date,open,high,low,close,volume\n"
                            "2020-01-02,1000,1100,900,1000,1\n"
                            "2020-01-03,1000,1100,900,1000,1\n"         // equal
                            "2020-01-06,1000.01,1100,900,1000,1\n"      // one part in 100,000
                            "2020-01-07,1000.010001,1100,900,1000,1\n"  // more than that
                            "2020-01-08,999.99,1100,900,1000,1\n"       // as far below
                            "2020-01-09,1001,1100,900,1000,1\n");
  ASSERT_TRUE(file) << file.error().message;
  std::vector<bool> marked;
  for (const GoodRow& row : file->rows) marked.push_back(row.open_synthetic);
  EXPECT_THAT(marked, ElementsAre(false, true, true, false, true, false));
  EXPECT_EQ(file->repeated_opens, 3);
}

TEST(Decode, ReadsTheSampleData) {
  std::ifstream toml(CONVERGE_SOURCE_DIR "/desk/sources/sp500.toml");
  std::ifstream csv(CONVERGE_SOURCE_DIR "/desk/data/sp500.csv", std::ios::binary);
  const string text(std::istreambuf_iterator<char>(csv), {});
  // The figures of desk/data/README.md.
  ASSERT_EQ(compute_sha256_hex(text), "9409e9342d0657c747324e4cfabce8a8c7f663bc485b95a3378f36b0a160f8c8");
  const auto file = make_decoder(string(std::istreambuf_iterator<char>(toml), {})).decode(text);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->rows.size(), 5'105U);
  EXPECT_TRUE(file->refused.empty());
  EXPECT_EQ(file->repeated_opens, 1'857);
  EXPECT_EQ(render_instant(file->rows.front().known_at), "2000-01-03T21:00:00Z");
  EXPECT_EQ(render_instant(file->rows.back().known_at), "2020-04-17T20:00:00Z");
  EXPECT_EQ(file->cell(file->rows.back(), 5), "5792140000");
}

// An owner's own table: text with line ends, a boolean, JSON, a nullable column, a key of two columns.
constexpr const char* note_contract = R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://converge.local/contracts/note.schema.json",
  "title": "note", "description": "A note.", "type": "object", "additionalProperties": false,
  "required": ["number", "author", "body", "is_public", "extra"],
  "properties": {
    "number": {"description": "Number", "type": "integer", "minimum": 0},
    "author": {"description": "Author", "type": "string", "maxLength": 20, "pattern": "^[a-z]+$"},
    "body": {"description": "Text", "type": "string", "maxLength": 200},
    "is_public": {"description": "Public", "type": "boolean"},
    "extra": {"description": "More", "type": "object"},
    "seen_at": {"description": "Seen", "type": ["string", "null"], "format": "date-time"}
  },
  "x-mysql": {"primary_key": ["author", "number"], "indexes": [], "checks": [], "foreign_keys": []}
})";

constexpr const char* note_source = R"(
table = "note"
file = "notes.csv"
format = "csv"
separator = ";"
[columns]
n = "number"
who = "author"
text = "body"
public = "is_public"
extra = "extra"
seen = "seen_at"
)";

TEST(Decode, FillsAnOwnersTable) {
  const auto contract = contract::load_contract(note_contract, "note.schema.json");
  ASSERT_TRUE(contract) << contract.error().message;
  const auto file =
      make_decoder(note_source, *contract)
          .decode(
              "n;who;text;public;extra;seen\n"
              "10;ada;\"two\nlines; \"\"quoted\"\"\";true;\"{\"\"b\"\": 1, \"\"a\"\": 2}\";2020-01-02T03:04:05Z\n"
              "9;ada;\"\";false;{};\n"
              "9;bob;x;yes;{};\n"
              "\"1\n0\";bob;x;true;{};\n");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_THAT(render_rows(*file),
              ElementsAre("4 9 ada  0 {} null",
                          "2 10 ada two\nlines; \"quoted\" 1 {\"a\":2,\"b\":1} 2020-01-02 03:04:05.000000"));
  EXPECT_THAT(render_refused(*file),
              ElementsAre("5 type /is_public", "6 unclosed_quote /number", "7 stray_quote /number"));
}

}  // namespace
}  // namespace converge::ingest
