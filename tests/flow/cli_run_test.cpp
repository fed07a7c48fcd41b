// The sample desk through the program: the run's document, the matrix, the chain behind a champion that replaced another, and
// every reading command as of an earlier day.
//
// Two live passes, on 2015-01-02 and on 2016-02-10, find the same bars known as a replay does on those days: on the first
// sp500_vol5 gets its champion, on the second its challenger replaces it. They take seconds where a replay takes minutes.
#include "fixture/test_desk.hpp"
#include "fixture/test_server.hpp"

#include <gmock/gmock.h>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>
#include <cmath>
#include <sstream>

namespace converge {
namespace {

using fixture::Answer;
using fixture::TestDesk;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::UnorderedElementsAre;

class CliRun : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    desk_ = new TestDesk(TestDesk::of_sample());
    desk_->hold_server();
    first_ = desk_->run_json({"run", "--once", "--as-of", "2015-01-02T22:00:00Z"});
    second_ = desk_->run_json({"run", "--once", "--as-of", "2016-02-10T22:00:00Z"});
  }
  static void TearDownTestSuite() {
    delete desk_;
    desk_ = nullptr;
  }
  void SetUp() override { ASSERT_TRUE(first_.is_object() && second_.is_object()); }

  static TestDesk& desk() { return *desk_; }
  static const JsonObject& first() { return first_.as_object(); }
  static const JsonObject& second() { return second_.as_object(); }

 private:
  static inline TestDesk* desk_ = nullptr;
  static inline Json first_, second_;
};

std::vector<std::string> keys_of(const Json& object) {
  std::vector<std::string> keys;
  for (const auto& member : object.as_object()) keys.emplace_back(member.key());
  return keys;
}

std::string text_at(const JsonObject& object, const char* key) {
  return std::string(object.at(key).as_string());
}

std::vector<std::vector<std::string>> parse_csv(const std::string& text) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    auto& row = rows.emplace_back();
    std::istringstream fields(line + ",");
    for (std::string field; std::getline(fields, field, ',');) row.push_back(field);
  }
  return rows;
}

TEST_F(CliRun, EndsWithOneDocument) {
  EXPECT_THAT(keys_of(Json(second())),
              IsSupersetOf({"ticks", "bars", "predictions", "outcomes", "feedback", "findings", "proposals", "retrains",
                            "promotions", "refusals", "published", "metrics"}));
  for (const char* list : {"findings", "proposals", "promotions", "refusals", "published"}) {
    ASSERT_TRUE(second().at(list).is_array()) << list;
    EXPECT_FALSE(second().at(list).as_array().empty()) << list;
  }
  for (const Json& finding : second().at("findings").as_array()) {
    EXPECT_THAT(keys_of(finding), IsSupersetOf({"kind", "at", "evidence"}));
    EXPECT_TRUE(finding.as_object().at("evidence").is_object());
  }
  for (const char* list : {"promotions", "refusals"})
    for (const Json& decision : second().at(list).as_array()) {
      EXPECT_THAT(keys_of(decision), IsSupersetOf({"model", "version", "at", "reason", "score", "interval"}));
      const JsonArray& interval = decision.as_object().at("interval").as_array();
      const double score = decision.as_object().at("score").as_double();
      ASSERT_EQ(interval.size(), 2U);
      EXPECT_LT(interval[0].as_double(), score);
      EXPECT_GT(interval[1].as_double(), score);
      EXPECT_EQ(std::string(list) == "promotions", interval[0].as_double() > 0);
    }
  EXPECT_THAT(keys_of(second().at("metrics")), UnorderedElementsAre("sp500_up5", "sp500_vol5"));
}

TEST_F(CliRun, PromotesOneModelAndRefusesTheOther) {
  const JsonArray& promotions = second().at("promotions").as_array();
  ASSERT_EQ(promotions.size(), 2U);
  for (const Json& promotion : promotions) EXPECT_EQ(text_at(promotion.as_object(), "model"), "sp500_vol5");
  EXPECT_EQ(promotions[1].as_object().at("version").as_int64(), 2);
  for (const Json& refusal : second().at("refusals").as_array())
    EXPECT_EQ(text_at(refusal.as_object(), "model"), "sp500_up5");
  EXPECT_EQ(first().at("promotions").as_array().size(), 1U);
  EXPECT_TRUE(std::filesystem::exists(desk().path() / "out/report.html"));
}

TEST_F(CliRun, WritesNothingButTheDocumentToStandardOutput) {
  const std::vector<std::string> words{"run", "--from", "2016-02-11", "--to", "2016-02-16"};
  std::vector<std::string> with_json = words;
  with_json.emplace_back("--json");
  const Answer json = desk().run(with_json);
  ASSERT_EQ(json.status, 0) << json.err;
  const auto document = parse_json(json.out);
  ASSERT_TRUE(document) << json.out.substr(0, 500);
  EXPECT_EQ(document->as_object().at("ticks").as_int64(),
            3);  // the 11th, the 12th and, after Presidents' Day, the 16th
  EXPECT_EQ(document->as_object().at("bars").as_int64(), 3);
  EXPECT_THAT(json.err, HasSubstr("replay 3/3 2016-02-16"));  // plain lines, no bar
  EXPECT_EQ(json.err.find('\r'), std::string::npos);
  EXPECT_EQ(json.err.find('\x1b'), std::string::npos);

  const Answer text = desk().run(words);  // again: nothing is done twice
  ASSERT_EQ(text.status, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("2016-02-11 to 2016-02-16: 3 ticks, 3 bars"));
  EXPECT_THAT(text.out, HasSubstr("\n0 ticks in "));
}

TEST_F(CliRun, PrintsTheMatrixAsTheModelFileNamesIt) {
  const Answer csv =
      desk().run({"feature", "matrix", "sp500_vol5", "--from", "2000-01-03", "--to", "2000-02-29", "--format", "csv"});
  ASSERT_EQ(csv.status, 0) << csv.err;
  const auto rows = parse_csv(csv.out);
  ASSERT_FALSE(rows.empty());
  EXPECT_THAT(rows[0], ElementsAre("bar_at", "close_sma20", "close_ema20", "rsi14", "macd_close", "bb_position",
                                   "atr14_close", "adx14", "stoch_k", "roc10", "obv_z20", "vol20", "volume_z20"));
  // The columns that can be worked out by hand from the closes: roc(10), and close / sma(20) - 1.
  const auto bars = parse_csv(fixture::read_text(desk().path() / "data/sp500.csv"));
  const auto close = [&](std::size_t i) { return std::stod(bars.at(i + 1).at(4)); };
  ASSERT_EQ(rows.size(), 41U);  // 40 trading days
  for (std::size_t i = 0; i < 40; ++i) {
    SCOPED_TRACE(bars[i + 1][0]);
    const auto& row = rows[i + 1];
    ASSERT_EQ(row.size(), 13U);
    EXPECT_EQ(row[0], bars[i + 1][0] + "T21:00:00Z");
    if (i < 10) {
      EXPECT_EQ(row[9], "");
    } else {
      const double roc = 100 * (close(i) / close(i - 10) - 1);
      EXPECT_NEAR(std::stod(row[9]), roc, 1e-9 * std::max(1.0, std::abs(roc)));
    }
    if (i < 19) {
      EXPECT_EQ(row[1], "");
    } else {
      double sum = 0;
      for (std::size_t k = i - 19; k <= i; ++k) sum += close(k);
      EXPECT_NEAR(std::stod(row[1]), close(i) / (sum / 20) - 1, 1e-9);
    }
    for (const std::string& field : row)
      if (!field.empty() && field != row[0]) {
        double value = 0;
        std::from_chars(field.data(), field.data() + field.size(), value);
        std::array<char, 64> text{};
        EXPECT_EQ(std::snprintf(text.data(), text.size(), "%.17g", value), std::ssize(field));
        EXPECT_EQ(field, text.data());
      }
  }
  const Json json = desk().run_json({"feature", "matrix", "sp500_vol5", "--from", "2000-01-03", "--to", "2000-01-03"});
  ASSERT_EQ(json.as_array().size(), 1U);
  EXPECT_TRUE(json.as_array()[0].as_object().at("roc10").is_null());
  EXPECT_EQ(desk().run({"feature", "matrix", "nothing"}).status, 66);
  EXPECT_EQ(desk().run({"feature", "matrix", "sp500_vol5", "--format", "xml"}).status, 64);
  EXPECT_EQ(desk().run({"feature", "check", "sp500_vol5"}).status, 0);
}

TEST_F(CliRun, ExplainsAChampionThatReplacedAnother) {
  const Json document = desk().run_json({"model", "explain", "sp500_vol5"});
  EXPECT_EQ(document.as_object().at("champion").as_int64(), 2);
  const JsonObject& chain = document.as_object().at("chain").as_object();
  const JsonObject& finding = chain.at("finding").as_object();
  EXPECT_EQ(text_at(finding, "kind"), "schedule_due");
  EXPECT_GE(finding.at("evidence").as_object().at("sessions_since_attempt").as_int64(), 63);
  const JsonObject& proposal = chain.at("proposal").as_object();
  EXPECT_EQ(text_at(proposal, "decided_by"), "policy");
  EXPECT_EQ(text_at(proposal, "policy_rule"), "retrain_by_itself");
  EXPECT_EQ(text_at(chain.at("job").as_object(), "kind"), "train");
  EXPECT_FALSE(chain.at("trials").as_array().empty());
  const JsonObject& gate = chain.at("gate").as_object();
  EXPECT_LT(gate.at("candidate_log_loss").as_double(), gate.at("reference_log_loss").as_double());
  EXPECT_GT(gate.at("interval_low").as_double(), 0);
  EXPECT_EQ(gate.at("rows").as_int64(), 252);
  const JsonObject& promotion = chain.at("promotion").as_object();
  EXPECT_EQ(text_at(promotion, "actor"), "gate");
  EXPECT_EQ(text_at(promotion, "undo"), "converge model promote sp500_vol5 1 --reason \"undo of version 2\"");
  const JsonArray& note = chain.at("note").as_array();
  ASSERT_EQ(note.size(), 1U);
  EXPECT_EQ(text_at(note[0].as_object(), "state"), "published");
  const std::string file = text_at(note[0].as_object(), "destination");
  EXPECT_THAT(fixture::read_text(desk().path() / "out" / file), HasSubstr("sp500_vol5"));

  const Answer text = desk().run({"model", "explain", "sp500_vol5"});
  EXPECT_EQ(text.status, 0);
  for (const char* line :
       {"champion: 2\n", "    kind: schedule_due\n", "    decided_by: policy\n", "    policy_rule: retrain_by_itself\n",
        "    kind: train\n", "    candidate_log_loss: 0.", "    reference_log_loss: 0.", "    interval_low: 0.",
        "  promotion\n", "      state: published\n"})
    EXPECT_THAT(text.out, HasSubstr(line));
}

TEST_F(CliRun, ExplainsWhyThereIsNoChampion) {
  const Json document = desk().run_json({"model", "explain", "sp500_up5"});
  EXPECT_TRUE(document.as_object().at("champion").is_null());
  EXPECT_THAT(text_at(document.as_object(), "why_no_champion"), HasSubstr("does not lie above zero"));
  EXPECT_EQ(document.as_object().at("attempts").as_array().size(), second().at("refusals").as_array().size());
  const Answer text = desk().run({"model", "explain", "sp500_up5"});
  EXPECT_THAT(text.out, HasSubstr("champion: none\n"));
  EXPECT_THAT(text.out, HasSubstr("\nwhy_no_champion: log loss "));
}

TEST_F(CliRun, TellsOnlyWhatWasKnownThen) {
  const auto as_of = [&](std::vector<std::string> words) {
    words.insert(words.end(), {"--as-of", "2015-06-30"});
    return desk().run_json(std::move(words));
  };
  const Json status = as_of({"status"});
  EXPECT_EQ(status.as_object().at("champions").as_array().at(0).as_object().at("version").as_int64(), 1);
  EXPECT_EQ(text_at(status.as_object().at("counts").as_object(), "last_tick_at"), "2015-01-02T22:00:00.002000Z");
  EXPECT_EQ(as_of({"model", "explain", "sp500_vol5"}).as_object().at("champion").as_int64(), 1);
  EXPECT_EQ(as_of({"model", "list"}).as_array().size(), 2U);
  EXPECT_EQ(as_of({"content", "list"}).as_array().size(), 2U);
  EXPECT_EQ(as_of({"publish", "list"}).as_array().size(), 2U);
  EXPECT_EQ(as_of({"job", "list"}).as_array().size(), 2U);
  EXPECT_EQ(as_of({"query", "run", "champion_history", "--param", "model=sp500_vol5"}).as_array().size(), 1U);
  EXPECT_EQ(as_of({"export", "model_version"}).as_array().size(), 2U);
  EXPECT_EQ(as_of({"feature", "matrix", "sp500_vol5", "--from", "2015-01-02"}).as_array().size(), 124U);
  const Json now = desk().run_json({"model", "list"});
  EXPECT_GE(now.as_array().size(), 4U);
  const std::string newest = text_at(now.as_array().back().as_object(), "id");
  EXPECT_EQ(desk().run({"model", "show", newest}).status, 0);
  EXPECT_EQ(desk().run({"model", "show", newest, "--as-of", "2015-06-30"}).status, 66);
}

TEST_F(CliRun, ReportsDriftAndBacktestOfTheChampion) {
  const Json report = desk().run_json({"drift", "report", "sp500_vol5"});
  EXPECT_FALSE(report.as_array().empty());
  EXPECT_THAT(keys_of(report.as_array().at(0)),
              IsSupersetOf({"statistic", "feature", "value", "threshold", "verdict"}));
  EXPECT_EQ(desk().run_json({"drift", "check", "sp500_up5"}).as_array().size(), 0U);
  desk().run_json({"run", "--from", "2016-02-11", "--to", "2016-02-16"});
  const Json backtest = desk().run_json({"backtest", "run", "sp500_vol5"});
  EXPECT_EQ(text_at(backtest.as_object(), "from_at"),
            "2015-01-02T21:00:00Z");  // the first bar about which a champion spoke
  EXPECT_EQ(desk().run({"backtest", "run", "sp500_up5"}).status, 66);
}

// Last, because it changes who is champion.
TEST_F(CliRun, ZLetsTheOwnerDecideOtherwise) {
  EXPECT_EQ(desk().run({"model", "promote", "sp500_vol5", "9", "--reason", "none"}).status, 66);
  EXPECT_EQ(desk().run({"model", "promote", "sp500_vol5", "2", "--reason", "again"}).status, 2);
  EXPECT_EQ(desk().run({"model", "promote", "sp500_vol5", "1", "--reason", "too late", "--as-of", "2015-01-05"}).status,
            64);
  EXPECT_EQ(desk().run({"model", "rollback", "sp500_up5", "--reason", "none"}).status, 66);
  EXPECT_EQ(desk().run({"model", "promote", "sp500_vol5", "1", "--reason", "I trust it more"}).status, 0);
  const Json after = desk().run_json({"model", "explain", "sp500_vol5"});
  EXPECT_EQ(after.as_object().at("champion").as_int64(), 1);
  EXPECT_EQ(text_at(after.as_object().at("history").as_array().back().as_object(), "actor"), "owner");
  // Nothing stood before version 1; before version 2, once it is back, version 1 did.
  EXPECT_EQ(desk().run({"model", "rollback", "sp500_vol5", "--reason", "no"}).status, 66);
  EXPECT_EQ(desk().run({"model", "promote", "sp500_vol5", "2", "--reason", "undo"}).status, 0);
  // A version that the gate has refused, and which has no reference of its losses yet.
  const auto count_reference_rows = [&] {
    const auto rows = parse_csv(desk().run({"export", "evaluation", "--format", "csv"}).out);
    const auto role = std::ranges::find(rows.at(0), "role") - rows[0].begin();
    const auto id = std::ranges::find(rows.at(0), "model_version_id") - rows[0].begin();
    const std::string refused =
        text_at(desk().run_json({"model", "list", "sp500_up5"}).as_array().at(0).as_object(), "id");
    return std::ranges::count_if(rows, [&](const auto& row) {
      return row.at(static_cast<std::size_t>(role)) == "reference" && row.at(static_cast<std::size_t>(id)) == refused;
    });
  };
  EXPECT_EQ(count_reference_rows(), 0);
  EXPECT_EQ(desk().run({"model", "promote", "sp500_up5", "1", "--reason", "I know better"}).status, 0);
  EXPECT_GT(count_reference_rows(), 0);
  const Json back = desk().run_json({"model", "rollback", "sp500_vol5", "--reason", "no"});
  EXPECT_EQ(back.as_object().at("version").as_int64(), 1);
}

}  // namespace
}  // namespace converge
