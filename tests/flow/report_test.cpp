// A week of the sample desk through the program: every command that the report's page prints is run, and must print the
// figures it stands below. And the report itself: the same bytes again, no trial spent by looking, forward only.
#include "fixture/test_desk.hpp"

#include <gmock/gmock.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <regex>
#include <sstream>

namespace converge {
namespace {

using fixture::Answer;
using fixture::TestDesk;
using testing::HasSubstr;
using testing::Not;

const std::vector<std::string> week = {"run", "--from", "2015-01-02", "--to", "2015-01-09"};

class ReportFlow : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    desk_ = new TestDesk(TestDesk::of_sample());
    desk_->hold_server();
    document_ = desk_->run_json(week);
    page_ = fixture::read_text(desk_->path() / "out/report.html");
  }
  static void TearDownTestSuite() {
    delete desk_;
    desk_ = nullptr;
  }
  void SetUp() override { ASSERT_TRUE(document_.is_object()); }

  static TestDesk& desk() { return *desk_; }
  static const JsonObject& document() { return document_.as_object(); }
  static const std::string& page() { return page_; }

 private:
  static inline TestDesk* desk_ = nullptr;
  static inline Json document_;
  static inline std::string page_;
};

std::vector<std::string> find_all(const std::string& text, const char* pattern) {
  const std::regex compiled(pattern);
  std::vector<std::string> found;
  for (auto it = std::sregex_iterator(text.begin(), text.end(), compiled); it != std::sregex_iterator(); ++it)
    found.push_back((*it)[1]);
  return found;
}

// The words of a printed command after "converge".
std::vector<std::string> words_of(const std::string& command) {
  std::istringstream stream(command);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  EXPECT_EQ(words.at(0), "converge") << command;
  words.erase(words.begin());
  return words;
}

// Every number and every text of a document, however deep.
void collect_values(const Json& value, std::vector<Json>& all) {
  if (value.is_object()) {
    for (const auto& [key, part] : value.as_object()) collect_values(part, all);
  } else if (value.is_array()) {
    for (const Json& part : value.as_array()) collect_values(part, all);
  } else {
    all.push_back(value);
  }
}

bool is_same(const Json& a, const Json& b) {
  if (a.is_number() && b.is_number()) return a.to_number<double>() == b.to_number<double>();
  if (a.is_number() && b.is_string()) {  // a table's cell
    std::istringstream cell((std::string(b.as_string())));
    double number = 0;
    return cell >> number && number == a.to_number<double>();
  }
  return a == b;
}

// Tests run in this order: the last ones change the desk.

TEST_F(ReportFlow, GivesTheSameReportAgainAndSpendsNothingByIt) {
  const Answer first = desk().run({"report"});
  ASSERT_EQ(first.status, 0) << first.err;
  EXPECT_EQ(desk().run({"report"}).out, first.out);
  Json again = desk().run_json(week);
  EXPECT_EQ(again.as_object().at("run").as_object().at("ticks_run").as_int64(), 0);
  Json before(document());
  before.as_object().erase("run");
  again.as_object().erase("run");
  EXPECT_EQ(render_canonical_json(again), render_canonical_json(before));
  EXPECT_EQ(fixture::read_text(desk().path() / "out/report.html"), page());
  EXPECT_THAT(desk().run({"export", "trial"}).out, Not(HasSubstr("backtest")));
}

TEST_F(ReportFlow, PrintsEachFigureOfThePageByTheCommandBelowIt) {
  std::map<std::string, std::string> outputs;  // by command
  std::size_t figures = 0;
  std::size_t begin = page().find("<div class=\"block\">");
  ASSERT_NE(begin, std::string::npos);
  while (begin != std::string::npos) {
    const std::size_t end = page().find("<div class=\"block\">", begin + 1);
    const std::string block = page().substr(begin, end - begin);
    begin = end;
    std::string printed;
    for (const std::string& command : find_all(block, "<p class=\"cmd\"><code>([^<]*)</code></p>")) {
      if (!outputs.contains(command)) {
        const Answer answer = desk().run(words_of(command));
        EXPECT_EQ(answer.status, 0) << command << "\n" << answer.err;
        outputs[command] = answer.out;
      }
      printed += outputs[command];
    }
    ASSERT_FALSE(printed.empty()) << block.substr(0, 300);
    for (const char* cell : {"<td class=\"n\">([^<]+)</td>", "<div class=\"tile\"><b>([^<]+)</b>"})
      for (const std::string& figure : find_all(block, cell)) {
        EXPECT_THAT(printed, HasSubstr(figure)) << block.substr(0, 300);
        ++figures;
      }
  }
  EXPECT_EQ(figures, 40U) << "9 tiles, 2 x 6 scores, 9 x 2 of the backtest, 1 year of findings";
}

TEST_F(ReportFlow, PrintsTheEvidenceOfEachFindingByItsCommand) {
  const JsonArray& findings = document().at("findings").as_array();
  ASSERT_FALSE(findings.empty());
  for (const Json& finding : findings) {
    const JsonObject& evidence = finding.as_object().at("evidence").as_object();
    const std::string command(evidence.at("command").as_string());
    SCOPED_TRACE(command);
    std::vector<std::string> words = words_of(command);
    words.emplace_back("--json");
    const Answer answer = desk().run(words);
    EXPECT_LE(answer.status, 1) << answer.err;
    const auto printed = parse_json(answer.out);
    ASSERT_TRUE(printed) << answer.out << answer.err;
    std::vector<Json> values;
    collect_values(*printed, values);
    for (const auto& [key, value] : evidence) {
      if (key == "command") continue;
      EXPECT_TRUE(std::ranges::any_of(values, [&](const Json& one) { return is_same(value, one); }))
          << key << " " << value << " is not in\n"
          << answer.out;
    }
  }
}

TEST_F(ReportFlow, BacktestsToTheSameNumbersAsTheCommand) {
  const JsonObject& vol = document().at("metrics").as_object().at("sp500_vol5").as_object();
  ASSERT_TRUE(vol.at("backtest").is_object());
  const JsonObject& reported = vol.at("backtest").as_object();
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"backtest", "run", "sp500_vol5"},
        {"backtest", "run", "sp500_vol5", "--from", "2000-01-01"},
        {"backtest", "run", "sp500_vol5", "--from", "2015-01-05", "--to", "2015-01-09"}}) {
    const Json printed = desk().run_json(words);
    for (const char* key : {"from_at", "to_at", "signal", "buy_and_hold", "params"})
      EXPECT_EQ(printed.as_object().at(key), reported.at(key)) << key;
  }
  EXPECT_EQ(reported.at("from_at").as_string(), "2015-01-05T21:00:00Z") << "the first bar after the first champion";
  const auto trials = parse_json(desk().run({"export", "trial", "--format", "json"}).out);
  ASSERT_TRUE(trials);
  EXPECT_EQ(std::ranges::count_if(trials->as_array(),
                                  [](const Json& row) { return row.as_object().at("kind").as_string() == "backtest"; }),
            1)
      << "three looks at the same past are one";
}

TEST_F(ReportFlow, GoesForwardOnly) {
  const Answer before = desk().run({"run", "--from", "2014-12-29", "--to", "2015-01-09"});
  EXPECT_EQ(before.status, 2);
  EXPECT_THAT(before.err, HasSubstr("this desk stands at 2015-01-09"));
  EXPECT_THAT(before.err, HasSubstr("2014-12-29T21:00:00Z"));
  EXPECT_EQ(desk().run({"run", "--from", "2015-01-07", "--to", "2015-01-08"}).status, 0) << "that is done already";
  EXPECT_EQ(desk().run({"run", "--from", "2015-01-09", "--to", "2015-01-08"}).status, 64);
  EXPECT_EQ(desk().run({"report", "--from", "2015-01-09", "--to", "2015-01-08"}).status, 64);
  EXPECT_EQ(desk().run({"report", "--from", "2014-01-09", "--to", "2014-01-12"}).status, 66);
}

TEST_F(ReportFlow, LivesOnAndReportsFromItsFirstTick) {
  ASSERT_EQ(desk().run({"model", "promote", "sp500_up5", "1", "--reason", "I want it"}).status, 0);
  const Answer live = desk().run({"run", "--once"});
  ASSERT_EQ(live.status, 0) << live.err;
  EXPECT_THAT(live.out, HasSubstr("\nReport 2015-01-02 to "));
  EXPECT_THAT(live.out, Not(HasSubstr("1970")));
  EXPECT_THAT(live.out, Not(HasSubstr("Replay")));
  EXPECT_THAT(live.out, HasSubstr("by owner: I want it"));
  const Answer back = desk().run({"run", "--from", "2015-01-12", "--to", "2015-01-13"});
  EXPECT_EQ(back.status, 2) << "the desk lives in the present now";
}

}  // namespace
}  // namespace converge
