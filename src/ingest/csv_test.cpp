#include "ingest/csv.hpp"

#include "base/rng.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <algorithm>

#include <string>
#include <vector>

namespace converge::ingest {
namespace {

using std::string;
using std::string_view;
using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;

// One record as a line of text: "3: a|b" for a good one, "3 stray_quote@1: raw" for a bad one.
string render(const CsvRecord& record) {
  string out = std::to_string(record.line);
  if (record.fault != CsvFault::none) {
    out += " " + string(csv_rule(record.fault)) + "@" + std::to_string(record.fault_field) + ": " + string(record.raw);
    return out;
  }
  out += ":";
  for (std::size_t i = 0; i < record.fields.size(); ++i) out += (i == 0 ? " " : "|") + string(record.fields[i].text);
  return out;
}

std::vector<string> scan(string_view text, CsvOptions options = {}, std::vector<std::size_t> line_ends = {}) {
  auto scanner = CsvScanner::open(text, options);
  if (!scanner) return {"refused: " + scanner.error().message};
  for (const std::size_t column : line_ends) scanner->allow_line_ends(column);
  std::vector<string> out;
  CsvRecord record;
  while (scanner->next(record)) out.push_back(render(record));
  return out;
}

TEST(Csv, ReadsWhatRfc4180Allows) {
  struct Case {
    const char* name;
    string text;
    std::vector<string> records;
  };
  const Case cases[] = {
      {"last line without its end", "a,b\n1,2\n3,4", {"2: 1|2", "3: 3|4"}},
      {"CRLF", "a,b\r\n1,2\r\n3,4\r\n", {"2: 1|2", "3: 3|4"}},
      {"CRLF and LF mixed", "a,b\r\n1,2\n3,4\r\n", {"2: 1|2", "3: 3|4"}},
      {"byte order mark", "\xEF\xBB\xBF"s + "a,b\n1,2\n", {"2: 1|2"}},
      {"header only", "a,b\n", {}},
      {"header only, without its end", "a,b", {}},
      {"empty fields", "a,b,c\n,,\n1,,\n", {"2: ||", "3: 1||"}},
      {"blanks belong to the field", "a,b\n 1 , 2\n", {"2:  1 | 2"}},
      {"quoted", "a,b\n\"1\",\"2\"\n", {"2: 1|2"}},
      {"quoted separator", "a,b\n\"1,5\",2\n", {"2: 1,5|2"}},
      {"doubled quote", "a,b\n\"say \"\"hi\"\"\",2\n", {"2: say \"hi\"|2"}},
      {"nothing but a doubled quote", "a,b\n\"\"\"\",2\n", {"2: \"|2"}},
      {"empty quoted", "a,b\n\"\",\"\"\n", {"2: |"}},
      {"quoted last field, CRLF", "a,b\r\n1,\"2\"\r\n3,4\r\n", {"2: 1|2", "3: 3|4"}},
      {"quoted last field at the end of the file", "a,b\n1,\"2\"", {"2: 1|2"}},
      {"empty last field behind a quoted one at the end of the file", "a,b\n\"1\",", {"2: 1|"}},
      {"UTF-8", "a,b\nf\xC3\xBCr,\xE2\x82\xAC\n", {"2: f\xC3\xBCr|\xE2\x82\xAC"}},
      {"quoted header", "\"a\",\"b \"\"c\"\"\"\n1,2\n", {"2: 1|2"}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(scan(c.text), c.records);
  }
}

TEST(Csv, RefusesTheRecordAndKeepsEveryRowBehindIt) {
  struct Case {
    const char* name;
    string text;
    std::vector<string> records;
  };
  const Case cases[] = {
      {"missing column", "a,b\n1\n3,4\n", {"2 missing_column@1: 1", "3: 3|4"}},
      {"extra field", "a,b\n1,2,3\n3,4\n", {"2 extra_field@2: 1,2,3", "3: 3|4"}},
      {"empty line", "a,b\n\n3,4\n", {"2 empty_line@2: ", "3: 3|4"}},
      {"empty CRLF line", "a,b\r\n\r\n3,4\r\n", {"2 empty_line@2: ", "3: 3|4"}},
      {"empty last line", "a,b\n1,2\n\n", {"2: 1|2", "3 empty_line@2: "}},
      {"empty line of a one-column file", "a\n\n3\n", {"2 empty_line@1: ", "3: 3"}},
      {"unclosed quote", "a,b\n1,\"2\n3,4\n", {"2 unclosed_quote@1: 1,\"2", "3: 3|4"}},
      {"unclosed quote on the last line", "a,b\n3,4\n1,\"2", {"2: 3|4", "3 unclosed_quote@1: 1,\"2"}},
      {"two unclosed quotes",
       "a,b\n\"1,2\n3,4\n\"5,6\n7,8\n",
       {"2 unclosed_quote@0: \"1,2", "3: 3|4", "4 unclosed_quote@0: \"5,6", "5: 7|8"}},
      {"unclosed quote before a quoted row", "a,b\n\"1,2\n\"3\",4\n", {"2 unclosed_quote@0: \"1,2", "3: 3|4"}},
      {"unclosed quote that a later field would close",
       "a,b\n1,\"2\n3,4\n5\",6\n",
       {"2 unclosed_quote@1: 1,\"2", "3: 3|4", "4 stray_quote@0: 5\",6"}},
      {"unclosed quote of doubled quotes", "a,b\n1,\"\"\"\n3,4\n", {"2 unclosed_quote@1: 1,\"\"\"", "3: 3|4"}},
      {"text behind a closing quote", "a,b\n\"1\"x,2\n3,4\n", {"2 stray_quote@0: \"1\"x,2", "3: 3|4"}},
      {"blank behind a closing quote", "a,b\n\"1\" ,2\n3,4\n", {"2 stray_quote@0: \"1\" ,2", "3: 3|4"}},
      {"quote inside an unquoted field", "a,b\n1,5\" pipe\n3,4\n", {"2 stray_quote@1: 1,5\" pipe", "3: 3|4"}},
      {"NUL", "a,b\n1,\0002\n3,4\n"s, {"2 nul@1: 1,\0002"s, "3: 3|4"}},
      {"bad UTF-8", "a,b\n1,\xFF\n3,4\n", {"2 utf8@1: 1,\xFF", "3: 3|4"}},
      {"overlong UTF-8", "a,b\n\xC0\xAF,2\n3,4\n", {"2 utf8@0: \xC0\xAF,2", "3: 3|4"}},
      {"UTF-8 cut at the line end", "a,b\n1,\xE2\x82\n3,4\n", {"2 utf8@1: 1,\xE2\x82", "3: 3|4"}},
      {"stray CR", "a,b\n1\r,2\n3,4\n", {"2 stray_cr@0: 1\r,2", "3: 3|4"}},
      {"CR at the end of the file", "a,b\n3,4\n1,2\r", {"2: 3|4", "3 stray_cr@0: 1,2\r"}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(scan(c.text), c.records);
  }
}

TEST(Csv, LetsDeclaredColumnsHoldLineEnds) {
  struct Case {
    const char* name;
    string text;
    std::vector<string> records;
  };
  const Case cases[] = {
      {"a line end", "a,b\n1,\"x\ny\"\n3,4\n", {"2: 1|x\ny", "4: 3|4"}},
      {"CRLF stays as it is", "a,b\r\n1,\"x\r\ny\"\r\n3,4\r\n", {"2: 1|x\r\ny", "4: 3|4"}},
      {"text that looks like a row", "a,b\n1,\"x\n3,4\n\"\n5,6\n", {"2: 1|x\n3,4\n", "5: 5|6"}},
      {"unclosed to the end of the file", "a,b\n1,\"x\n3,4\n5,6\n", {"2 unclosed_quote@1: 1,\"x", "3: 3|4", "4: 5|6"}},
      {"closed by the next opening quote",
       "a,b\n1,\"x\n3,4\n5,\"y\"\n",
       {"2 unclosed_quote@1: 1,\"x", "3: 3|4", "4: 5|y"}},
      {"over the limit",
       "a,b\n1,\"xxxxxxxx\nyyyyyyyyyyyy\"\n3,4\n",
       {"2 unclosed_quote@1: 1,\"xxxxxxxx", "3 stray_quote@0: yyyyyyyyyyyy\"", "4: 3|4"}},
      {"only where declared", "a,b\n\"1\n2\",3\n", {"2 unclosed_quote@0: \"1", "3 stray_quote@0: 2\",3"}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(scan(c.text, {.field_bytes_max = 16}, {1}), c.records);
  }
}

TEST(Csv, LimitsTheSizeOfAField) {
  struct Case {
    const char* name;
    string text;
    std::vector<string> records;
  };
  const Case cases[] = {
      {"at the limit", "a,b\n12345678,2\n", {"2: 12345678|2"}},
      {"over it", "a,b\n123456789,2\n3,4\n", {"2 huge_field@0: 123456789,2", "3: 3|4"}},
      {"quoted at the limit", "a,b\n1,\"12345678\"\n3,4\n", {"2: 1|12345678", "3: 3|4"}},
      {"quoted over it", "a,b\n1,\"123456789\"\n3,4\n", {"2 huge_field@1: 1,\"123456789\"", "3: 3|4"}},
      {"unquoted beside a quoted one", "a,b\n\"1\",123456789\n3,4\n", {"2 huge_field@1: \"1\",123456789", "3: 3|4"}},
      {"in a column with line ends", "a,b\n\"123456789\",2\n3,4\n", {"2 huge_field@0: \"123456789\",2", "3: 3|4"}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(scan(c.text, {.field_bytes_max = 8}, {0}), c.records);
  }
}

TEST(Csv, RefusesAFileWithoutAUsableHeader) {
  struct Case {
    const char* name;
    string text;
    const char* message;
  };
  const Case cases[] = {
      {"empty file", "", "the file is empty"},
      {"only a byte order mark", "\xEF\xBB\xBF", "the file is empty"},
      {"empty first line", "\n1,2\n", "empty_line"},
      {"unnamed column", "a,,c\n", "column 2 has no name"},
      {"repeated name", "a,b,a\n", "column 'a' occurs twice"},
      {"unclosed quote", "\"a,b\n1,2\n", "unclosed_quote"},
      {"bad UTF-8", "a,\xFF\n", "utf8"},
      {"lone CR as line end", "a,b\r1,2\r", "stray_cr"},
      {"UTF-16", "\xFF\xFE"s + "a\0,\0b\0"s, "UTF-16"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_THAT(scan(c.text), ElementsAre(HasSubstr(c.message)));
  }
}

TEST(Csv, TakesAnotherSeparator) {
  EXPECT_THAT(scan("a;b\n1,5;\"2;3\"\n", {.separator = ';'}), ElementsAre("2: 1,5|2;3"));
}

TEST(Csv, QuotesTellAnEmptyTextFromNoValue) {
  auto scanner = CsvScanner::open("a,b\n\"\",\n");
  ASSERT_TRUE(scanner);
  CsvRecord record;
  ASSERT_TRUE(scanner->next(record));
  EXPECT_TRUE(record.fields[0].quoted);
  EXPECT_FALSE(record.fields[1].quoted);
}

// Whatever the bytes: records follow each other without a gap, so nothing is lost and every line number is right.
TEST(Csv, CoversEveryByteOfAnyText) {
  Rng rng(20150102);
  const string_view pieces[] = {"a",  ",",    "\"", "\"\"",  "\n",   "\r\n",
                                "\r", "\xFF", ",,", "\",\"", "\n\"", "longer text"};
  for (int round = 0; round < 20'000; ++round) {
    string text = "x,y\n";
    for (std::uint64_t n = rng.below(30); n > 0; --n) text += pieces[rng.below(std::size(pieces))];
    SCOPED_TRACE(testing::PrintToString(text));
    auto scanner = CsvScanner::open(text, {.field_bytes_max = 10});
    ASSERT_TRUE(scanner);
    if (rng.below(2) == 0) scanner->allow_line_ends(1);
    std::size_t at = 4;
    std::int64_t line = 2;
    CsvRecord record;
    while (scanner->next(record)) {
      ASSERT_EQ(record.raw.data(), text.data() + at);
      ASSERT_EQ(record.line, line);
      if (record.fault == CsvFault::none) {
        ASSERT_EQ(record.fields.size(), 2U);
      }
      at += record.raw.size();
      line += 1 + std::count(record.raw.begin(), record.raw.end(), '\n');
      if (text.compare(at, 2, "\r\n") == 0) ++at;
      if (at < text.size()) {
        ASSERT_EQ(text[at++], '\n');
      }
    }
    ASSERT_EQ(at, text.size());
  }
}

// Any text in any number of parts gives the records of the whole; where quotes may hold line ends there is one part.
TEST(Csv, PartsTogetherAreTheWhole) {
  Rng rng(20200313);
  const string_view pieces[] = {"a", ",", "1,2\n", "3,4\r\n", "\"", "\"\"", "\n", "\r", "\xFF", "\"q\",\"r\"\n"};
  std::size_t split_texts = 0;
  for (int round = 0; round < 5'000; ++round) {
    string text = "x,y\n";
    for (std::uint64_t n = rng.below(40); n > 0; --n) text += pieces[rng.below(std::size(pieces))];
    SCOPED_TRACE(testing::PrintToString(text));
    auto scanner = CsvScanner::open(text, {.field_bytes_max = 10});
    ASSERT_TRUE(scanner);
    const bool may_hold_line_ends = rng.below(4) == 0;
    if (may_hold_line_ends) scanner->allow_line_ends(0);
    auto parts = scanner->split(1 + rng.below(8));
    if (parts.size() > 1) ++split_texts;
    if (may_hold_line_ends && text.find('"') != text.npos) {
      ASSERT_EQ(parts.size(), 1U);
    }
    std::vector<string> found;
    CsvRecord record;
    for (CsvScanner& part : parts) {
      const std::size_t lines = part.count_lines();
      const std::size_t before = found.size();
      while (part.next(record)) found.push_back(render(record));
      ASSERT_LE(found.size() - before, lines);
    }
    ASSERT_EQ(found, scan(text, {.field_bytes_max = 10},
                          may_hold_line_ends ? std::vector<std::size_t>{0} : std::vector<std::size_t>{}));
  }
  EXPECT_GT(split_texts, 2'000U);
}

TEST(Csv, SplitsIntoPartsOfAboutOneSize) {
  string text = "x,y\n";
  for (int i = 0; i < 1'000; ++i) text += "12345,6789\n";
  const auto parts = CsvScanner::open(text)->split(4);
  ASSERT_EQ(parts.size(), 4U);
  for (const CsvScanner& part : parts) EXPECT_NEAR(static_cast<double>(part.count_lines()), 250, 3);
  EXPECT_EQ(CsvScanner::open("x\n1\n")->split(4).size(), 1U);
  EXPECT_EQ(CsvScanner::open("x\n")->split(4).size(), 1U);
}

// Rows are written, bad lines are put between them: every row comes back, on its line, unchanged.
TEST(Csv, FindsEveryGoodRowBetweenBadLines) {
  Rng rng(20200417);
  const string_view bad[] = {"",       "1",          "1,2,3,4", "\"1,2,3",  "1,\"2,3",
                             "1,2,\"", "1,\"2\"x,3", "1,2\",3", "1,\xFF,3", "1,\"\"\",3"};
  const string_view cells[] = {"7", "", "\"q\"", "\"a,b\"", "\"say \"\"x\"\"\"", "2020-01-02"};
  const string_view values[] = {"7", "", "q", "a,b", "say \"x\"", "2020-01-02"};
  for (int round = 0; round < 3'000; ++round) {
    string text = "a,b,c\n";
    std::vector<string> expected;
    std::vector<int> bad_lines;
    const int lines = 2 + static_cast<int>(rng.below(20));
    for (int line = 2; line <= lines; ++line) {
      if (rng.below(3) == 0) {
        text += bad[rng.below(std::size(bad))];
        bad_lines.push_back(line);
      } else {
        string values_text;
        for (int i = 0; i < 3; ++i) {
          const std::size_t pick = rng.below(std::size(cells));
          text += (i == 0 ? "" : ",") + string(cells[pick]);
          values_text += (i == 0 ? " " : "|") + string(values[pick]);
        }
        expected.push_back(std::to_string(line) + ":" + values_text);
      }
      text += rng.below(2) == 0 ? "\n" : "\r\n";
    }
    std::vector<string> good;
    std::vector<int> refused;
    for (const string& record : scan(text)) {
      if (record.find(':') < record.find(' '))
        good.push_back(record);
      else
        refused.push_back(std::stoi(record));
    }
    ASSERT_EQ(good, expected) << text;
    ASSERT_EQ(refused, bad_lines) << text;
  }
}

}  // namespace
}  // namespace converge::ingest
