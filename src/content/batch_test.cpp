#include "content/batch.hpp"

#include "content/content_source.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <set>

namespace converge::content {
namespace {

ContentTemplate make_template() {
  return parse_content_template(
             "---\ntitle: \"{{symbol}} on {{day}}\"\npath: \"{{symbol}}\"\ntargets: [docs]\n"
             "fields: {symbol: name, day: date, up: boolean, n: integer, x: {type: number, digits: 1}, words: {type: "
             "text, "
             "optional: true}, l: {type: list, optional: true}}\n---\n{{n}} {{x}}{{#up}} up{{/up}} {{words}}\n",
             "post", "post.md")
      .value();
}

const Linter& desk_linter() {
  static const ContentSource source = load_content_source(CONVERGE_SOURCE_DIR "/desk").value();
  return source.linter;
}

std::string fields_of(const BatchRow& row) {
  return row.error ? "error: " + row.error->message : render_json(row.fields);
}

std::vector<std::string> show(const Result<std::vector<BatchRow>>& rows) {
  if (!rows) return {"refused: " + rows.error().message};
  std::vector<std::string> shown;
  for (const BatchRow& row : *rows) shown.push_back(row.where + " " + fields_of(row));
  return shown;
}

TEST(BatchRows, OfACsvFileHaveTheTypesOfTheirFields) {
  const std::string text =
      "symbol,day,up,n,x,words,l\n"
      "SPX,2020-03-16,true,3,0.25,\"a \"\"b\"\",\nc\",\"[1,2]\"\n"
      "VIX,2020-03-17,false,-1,2,,\n"
      "VIX,2020-03-17,false,-1,2,\"\",\n";
  EXPECT_THAT(
      show(read_csv_rows(text, "r.csv", make_template())),
      testing::ElementsAre(
          R"(r.csv:2 {"symbol":"SPX","day":"2020-03-16","up":true,"n":3,"x":0.25,"words":"a \"b\",\nc","l":[1,2]})",
          R"(r.csv:4 {"symbol":"VIX","day":"2020-03-17","up":false,"n":-1,"x":2})",
          R"(r.csv:5 {"symbol":"VIX","day":"2020-03-17","up":false,"n":-1,"x":2,"words":""})"));
}

TEST(BatchRows, ThatCannotBeReadKeepTheirPlaceAndTheirReason) {
  const std::string text =
      "symbol,day,up,n,x\n"
      "SPX,2020-02-30,true,3,1\n"
      "SPX,2020-02-28,yes,3,1\n"
      "SPX,2020-02-28,true,3.5,1\n"
      "SPX,2020-02-28,true\n"
      "S P,2020-02-28,true,1,1\n"
      "SPX,2020-02-28,true,1,nan\n"
      "SPX,2020-02-28,true,1,1\n";
  EXPECT_THAT(show(read_csv_rows(text, "r.csv", make_template())),
              testing::ElementsAre("r.csv:2 error: field 'day' must be of type date, found '2020-02-30'",
                                   "r.csv:3 error: field 'up' must be of type boolean, found 'yes'",
                                   "r.csv:4 error: field 'n' must be of type integer, found '3.5'",
                                   testing::StartsWith("r.csv:5 error: "),
                                   "r.csv:6 error: field 'symbol' must be of type name, found 'S P'",
                                   "r.csv:7 error: field 'x' must be of type number, found 'nan'",
                                   testing::StartsWith("r.csv:8 {")));
}

TEST(BatchRows, OfAMatrixAreEveryCombination) {
  const std::string text = "symbol: [SPX, VIX]\nday: 2020-03-16\nup: true\nn: [1, 2]\nx: 0.5\n";
  EXPECT_THAT(show(read_matrix_rows(text, "m.yaml", make_template())),
              testing::ElementsAre(
                  testing::AllOf(testing::StartsWith("m.yaml: symbol=SPX, n=1 "), testing::HasSubstr(R"("n":1)")),
                  testing::StartsWith("m.yaml: symbol=SPX, n=2 "), testing::StartsWith("m.yaml: symbol=VIX, n=1 "),
                  testing::StartsWith("m.yaml: symbol=VIX, n=2 ")));
}

TEST(BatchRows, OfAQueryAreReadByTheTypesOfTheirFields) {
  const JsonObject row =
      parse_json(R"({"symbol": "SPX", "day": "2020-03-16", "up": "true", "n": 3, "x": "1.50", "words": null})")
          .value()
          .as_object();
  EXPECT_THAT(show(read_query_rows(std::vector{row}, "query q", make_template())),
              testing::ElementsAre(R"(query q: row 1 {"symbol":"SPX","day":"2020-03-16","up":true,"n":3,"x":1.5})"));
  EXPECT_TRUE(read_query_rows({}, "query q", make_template()).value().empty());
}

TEST(BatchRows, AreRefusedWholeWhereNoneCouldBeRight) {
  struct Case {
    const char* name;
    const char* where;
    std::string text;
    const char* message;
  };
  const Case cases[] = {
      {"undeclared column", "r.csv", "symbol,day,up,n,x,mood\nSPX,2020-03-16,true,1,1,good\n",
       "r.csv:1: 'mood' is no field of template post; it declares: symbol, day, up, n, x, words, l"},
      {"missing column", "r.csv", "symbol,day,up,n\nSPX,2020-03-16,true,1\n",
       "r.csv:1: nothing for field 'x' of template post"},
      {"no rows", "r.csv", "symbol,day,up,n,x\n", "r.csv: holds no rows"},
      {"repeated column", "r.csv", "symbol,symbol\n", "r.csv: "},
      {"not JSON", "r.json", "[", "r.json: "},
      {"neither array nor object", "r.json", "3", "r.json: expected an array of objects"},
      {"empty array", "r.json", "[]", "r.json: holds no rows"},
      {"bad matrix value", "m.yaml", "symbol: SPX\nday: [2020-13-01]\nup: true\nn: 1\nx: 1\n",
       "m.yaml:2: field 'day' must be of type date, found '2020-13-01'"},
      {"empty matrix list", "m.yaml", "symbol: []\nday: 2020-03-16\nup: true\nn: 1\nx: 1\n",
       "m.yaml:1: 'symbol' has no values"},
      {"matrix of lists", "m.yaml", "symbol: [[SPX]]\nday: 2020-03-16\nup: true\nn: 1\nx: 1\n",
       "m.yaml:1: expected a text"},
      {"unknown ending", "r.xlsx", "", "r.xlsx: rows are read from .csv, .json, and from .yaml for a matrix"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto rows = read_batch_rows(c.text, c.where, make_template());
    ASSERT_FALSE(rows);
    EXPECT_EQ(rows.error().code, Errc::invalid_input);
    EXPECT_THAT(rows.error().message, testing::StartsWith(c.message));
  }
  std::string numbers = "n: [1";
  for (int i = 0; i < 200; ++i) numbers += ", 1";
  std::string figures = "x: [1";
  for (int i = 0; i < 200; ++i) figures += ", 1";
  const std::string huge = "symbol: SPX\nday: 2020-03-16\nup: true\n" + numbers + "]\n" + figures + "]\n";
  EXPECT_THAT(show(read_matrix_rows(huge, "m.yaml", make_template())),
              testing::ElementsAre("refused: m.yaml: more than 10000 rows"));
}

// 200 rows: every draft is there, and every finding is mended or shown.
TEST(Batch, MakesADraftOfEveryRowAndOneListOfFindings) {
  std::string text = "symbol,day,up,n,x,words\n";
  for (int i = 0; i < 200; ++i) {
    const char* words[] = {"calm", "wild \u2014 very", "a game changer", "bad \xF0\x9F\x9A\x80 day"};
    text += fmt::format("S{},2020-03-16,true,{},0.5,{}\n", i / 2, i, words[i % 4]);
  }
  text += "S200,2020-03-16,perhaps,1,1,\n";
  const auto rows = read_csv_rows(text, "r.csv", make_template()).value();
  const auto batch = make_batch(desk_linter(), make_template(), rows, escape_markdown);
  ASSERT_EQ(batch.size(), 201U);
  const BatchCount count = count_batch(batch);
  EXPECT_EQ(count.drafts, 200);
  EXPECT_EQ(count.refused, 1);
  EXPECT_EQ(count.blocked, 50);
  EXPECT_EQ(count.fixed, 100);
  EXPECT_EQ(count.left, 50);
  EXPECT_EQ(batch[0].draft.path, "s0.md");
  EXPECT_EQ(batch[1].draft.path, "s0-2.md");
  EXPECT_EQ(batch[1].draft.markdown, "# S0 on 2020-03-16\n\n1 0.5 up wild, very\n");
  EXPECT_EQ(batch[200].where, "r.csv:202");
  std::set<std::string> paths;
  for (const BatchDraft& made : batch) {
    EXPECT_TRUE(made.error || paths.insert(made.draft.path).second) << made.draft.path;
  }
}

}  // namespace
}  // namespace converge::content
