// A desk on somebody's own files, through the program: ingest and quarantine, export, the schema guarded, exit statuses.
#include "fixture/bad_bars.hpp"
#include "fixture/test_desk.hpp"
#include "fixture/test_server.hpp"

#include <gmock/gmock.h>
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <tuple>

namespace converge {
namespace {

using fixture::Answer;
using fixture::run_converge;
using fixture::TestDesk;
using testing::ElementsAre;
using testing::HasSubstr;

// One desk for all tests of this program: a source of bars with good and bad rows between each other.
class CliDesk : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    desk_ = new TestDesk(TestDesk::fresh());
    desk_->write("sources/bars.toml", fixture::bad_bars_source);
    desk_->write("bars.csv", fixture::render_bars(fixture::bad_bars()));
    desk_->hold_server();
  }
  static void TearDownTestSuite() {
    delete desk_;
    desk_ = nullptr;
  }
  static TestDesk& desk() { return *desk_; }

 private:
  static inline TestDesk* desk_ = nullptr;
};

std::int64_t count_of(const Json& answer, const char* name) {
  return answer.as_object().at(name).as_int64();
}

std::vector<std::string> keys_of(const Json& object) {
  std::vector<std::string> keys;
  for (const auto& member : object.as_object()) keys.emplace_back(member.key());
  return keys;
}

TEST_F(CliDesk, LoadsEveryGoodRowAndKeepsEveryBadOneWithLineAndRule) {
  const auto lines = fixture::bad_bars();
  const auto is_good = [](const fixture::BarLine& line) { return line.rule.empty(); };
  const auto good = std::ranges::count_if(lines, is_good);
  const auto bad = std::ssize(lines) - good;
  ASSERT_EQ(bad, 12);

  const Json first = desk().run_json({"ingest", "run", "bars"});
  EXPECT_THAT(keys_of(first), ElementsAre("source", "rows_read", "rows_loaded", "rows_unchanged", "rows_quarantined"));
  EXPECT_EQ(count_of(first, "rows_read"), std::ssize(lines));
  EXPECT_EQ(count_of(first, "rows_loaded"), good);
  EXPECT_EQ(count_of(first, "rows_unchanged"), 0);
  EXPECT_EQ(count_of(first, "rows_quarantined"), bad);

  const Json again = desk().run_json({"ingest", "run", "bars"});
  EXPECT_EQ(count_of(again, "rows_loaded"), 0);
  EXPECT_EQ(count_of(again, "rows_unchanged"), std::ssize(lines));
  EXPECT_EQ(count_of(again, "rows_quarantined"), 0);

  std::vector<std::tuple<std::int64_t, std::string, std::string>> expected;
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (!is_good(lines[i])) expected.emplace_back(std::int64_t(i) + 2, lines[i].rule, lines[i].pointer);
  std::vector<std::tuple<std::int64_t, std::string, std::string>> kept;
  const Json quarantine = desk().run_json({"ingest", "quarantine"});
  for (const Json& row : quarantine.as_array()) {
    const JsonObject& object = row.as_object();
    kept.emplace_back(object.at("line").as_int64(), object.at("rule").as_string(), object.at("pointer").as_string());
    const std::string& text = lines[static_cast<std::size_t>(object.at("line").as_int64() - 2)].text;
    const std::string raw(object.at("raw").as_string());
    if (text.find('\xFF') != std::string::npos)
      EXPECT_EQ(raw,
                "2020-01-24,10,12,9,\\xFF\\xFE,100");  // bytes that are not UTF-8, escaped: the document stays JSON
    else
      EXPECT_TRUE(text.starts_with(raw.substr(0, 60))) << raw.substr(0, 60);
  }
  EXPECT_EQ(kept, expected);
  EXPECT_EQ(desk().run_json({"ingest", "quarantine", "--as-of", "2020-12-31"}).as_array().size(), 0U);
  EXPECT_EQ(desk().run({"ingest", "quarantine", "nobody"}).status, 66);
}

TEST_F(CliDesk, ReadsAFileRelativeToTheWorkingFolder) {
  desk().run_json({"ingest", "run", "bars"});
  const fixture::TestFolder folder;
  fixture::write_text(folder.path() / "more.csv",
                      "date,open,high,low,close,volume\n2020-02-04,10,12,9,11,100\n2020-01-02,10,12,9,11,100\n");
  const Answer answer =
      run_converge({"--desk", desk().path().string(), "ingest", "run", "bars", "--file", "more.csv", "--json"},
                   {.folder = folder.path(), .environment = {}});
  ASSERT_EQ(answer.status, 0) << answer.err;
  const Json counts = fixture::get(parse_json(answer.out), __FILE__, __LINE__);
  EXPECT_EQ(count_of(counts, "rows_read"), 2);
  EXPECT_EQ(count_of(counts, "rows_loaded") + count_of(counts, "rows_unchanged"), 2);
  const Answer missing = desk().run({"ingest", "run", "bars", "--file", "nowhere.csv"});
  EXPECT_EQ(missing.status, 66);
  EXPECT_THAT(missing.err, HasSubstr("error[not_found]: source bars: open "));
  EXPECT_EQ(desk().run({"ingest", "run", "nobody"}).status, 66);
  fixture::write_text(folder.path() / "other.csv", "a,b\n1,2\n");
  EXPECT_EQ(desk().run({"ingest", "run", "bars", "--file", (folder.path() / "other.csv").string()}).status, 64);
}

TEST_F(CliDesk, ExportsInKeyOrderAsItWasKnown) {
  desk().run_json({"ingest", "run", "bars"});
  const Answer csv = desk().run({"export", "bar", "--format", "csv", "--as-of", "2020-01-08"});
  EXPECT_EQ(csv.status, 0) << csv.err;
  std::string text = csv.out;
  for (std::size_t at = 0; (at = text.find(",01", at)) != std::string::npos;) text.erase(at, text.find('\n', at) - at);
  EXPECT_EQ(text,
            "symbol,timeframe,bar_at,revision,known_at,open,high,low,close,volume,open_synthetic,batch_id\n"
            "test,1d,2020-01-02T21:00:00Z,0,2020-01-02T21:00:00Z,10.00000000,12.00000000,9.00000000,11.00000000,100."
            "00000000,false\n"
            "test,1d,2020-01-06T21:00:00Z,0,2020-01-06T21:00:00Z,10.00000000,12.00000000,9.00000000,11.00000000,100."
            "00000000,false\n"
            "test,1d,2020-01-08T21:00:00Z,0,2020-01-08T21:00:00Z,10.00000000,12.00000000,9.00000000,11.00000000,100."
            "00000000,false\n");
  const Json rows = desk().run_json({"export", "bar", "--as-of", "2020-01-08T21:00:00Z"});
  ASSERT_EQ(rows.as_array().size(), 3U);
  EXPECT_EQ(rows.as_array()[2].as_object().at("bar_at").as_string(), "2020-01-08T21:00:00Z");
  EXPECT_EQ(desk().run({"export", "bar", "--format", "tsv"}).status, 64);
  EXPECT_EQ(desk().run({"export", "lease", "--as-of", "2020-01-08"}).status, 64);
  const Answer unknown = desk().run({"export", "nothing"});
  EXPECT_EQ(unknown.status, 66);
  EXPECT_THAT(unknown.err, HasSubstr("it has: audit, backtest, bar, "));
}

TEST_F(CliDesk, HoldsQueriesToReading) {
  desk().run_json({"ingest", "run", "bars"});
  desk().write("queries/wipe.sql", "DELETE FROM bar");
  desk().write("queries/closes.sql",
               "SELECT bar_at, close FROM bar WHERE known_at <= :as_of AND symbol = :symbol ORDER BY bar_at");
  const Answer wipe = desk().run({"query", "run", "wipe"});
  EXPECT_EQ(wipe.status, 77);
  EXPECT_THAT(wipe.err, HasSubstr("error[denied]: "));
  const Json closes = desk().run_json({"query", "run", "closes", "--param", "symbol=test", "--as-of", "2020-01-06"});
  ASSERT_EQ(closes.as_array().size(), 2U);
  EXPECT_EQ(closes.as_array()[0].as_object().at("close").as_string(), "11.00000000");
  const Json limited = desk().run_json({"query", "run", "closes", "--param", "symbol=test", "--limit", "1"});
  EXPECT_EQ(limited.as_array().size(), 1U);
  EXPECT_EQ(desk().run({"query", "run", "closes"}).status, 64);
  EXPECT_EQ(desk().run({"query", "run", "nothing"}).status, 66);
  std::filesystem::remove(desk().path() / "queries/wipe.sql");
}

TEST_F(CliDesk, RefusesASecondRunAndASecondDesk) {
  EXPECT_EQ(desk().run({"init", desk().path().string()}).status, 2);
  desk().run_json({"status"});
  auto connection = desk().open_connection();
  const auto sql = [&](const char* text) { fixture::get(connection.run({"test", text}), __FILE__, __LINE__); };
  sql("REPLACE INTO lease VALUES ('run', '9', 'other-machine/1/2/3', NOW(6) + INTERVAL 1 HOUR)");
  const Answer second = desk().run({"run", "--once"});
  sql("DELETE FROM lease WHERE name = 'run'");
  EXPECT_EQ(second.status, 2);
  EXPECT_THAT(second.err, HasSubstr("error[conflict]: run is held by other-machine/1/2/3 until "));
}

std::vector<std::int64_t> count_rows(store::Connection& connection) {
  std::vector<std::int64_t> counts;
  for (const contract::Contract& contract : contract::system_contracts()) {
    if (contract.table == "lease") continue;
    const std::string text = "SELECT COUNT(*) FROM " + contract.table;
    const auto answer = fixture::get(connection.select({"count", text}), __FILE__, __LINE__);
    counts.push_back(std::get<std::int64_t>(answer.rows.at(0).at(0)));
  }
  return counts;
}

TEST_F(CliDesk, WritesNothingWhileAColumnDiffersFromItsContract) {
  desk().run_json({"ingest", "run", "bars"});
  auto connection = desk().open_connection();
  const auto sql = [&](const char* text) { fixture::get(connection.run({"test", text}), __FILE__, __LINE__); };
  EXPECT_EQ(desk().run({"schema", "verify"}).status, 0);
  EXPECT_EQ(desk().run_json({"schema", "plan"}).as_array().size(), 0U);
  EXPECT_EQ(desk().run_json({"schema", "apply"}).as_object().at("steps").as_array().size(), 0U);
  const auto history = desk().run_json({"schema", "history"}).as_array().size();
  EXPECT_GE(history, contract::system_contracts().size());

  sql("ALTER TABLE bar MODIFY close DOUBLE NOT NULL");
  const auto before = count_rows(connection);
  const Answer verify = desk().run({"schema", "verify"});
  EXPECT_EQ(verify.status, 1);
  EXPECT_THAT(verify.out, HasSubstr("bar.close: type decimal(18,8) expected, double found"));
  const Answer json = desk().run({"schema", "verify", "--json"});
  EXPECT_EQ(json.status, 1);
  const Json differences = fixture::get(parse_json(json.out), __FILE__, __LINE__);
  ASSERT_FALSE(differences.as_object().at("differences").as_array().empty());
  EXPECT_EQ(differences.as_object().at("differences").as_array()[0].as_string(),
            "bar.close: type decimal(18,8) expected, double found");

  fixture::write_text(desk().path() / "later.csv", "date,open,high,low,close,volume\n2020-03-04,10,12,9,11,100\n");
  const std::vector<std::vector<std::string>> writers = {
      {"run", "--once"},
      {"run", "--from", "2020-01-02", "--to", "2020-01-31", "--json"},
      {"ingest", "run", "bars", "--file", (desk().path() / "later.csv").string()},
      {"feedback", "add", "content_item:1", "--rating", "good"}};
  for (const auto& words : writers) {
    const Answer answer = desk().run(words);
    EXPECT_EQ(answer.status, 65) << words[0];
    EXPECT_EQ(answer.out, "") << words[0];
    EXPECT_THAT(answer.err, HasSubstr("error[contract_violation]: ")) << words[0];
    EXPECT_THAT(answer.err, HasSubstr("bar.close: type decimal(18,8) expected, double found")) << words[0];
  }
  EXPECT_EQ(count_rows(connection), before);
  const Answer doctor = desk().run({"doctor"});
  EXPECT_EQ(doctor.status, 1);
  EXPECT_THAT(doctor.out, HasSubstr("BAD  error[contract_violation]"));

  sql("ALTER TABLE bar MODIFY close DECIMAL(18,8) NOT NULL");
  EXPECT_EQ(desk().run({"schema", "verify"}).status, 0);
  EXPECT_EQ(desk().run_json({"schema", "history"}).as_array().size(), history);
}

TEST_F(CliDesk, TakesFeedbackBackAndTellsWhatWasKnownBefore) {
  const Json added = desk().run_json({"feedback", "add", "content_item:1", "--rating", "bad", "--comment",
                                      "-- too \"long\", say less", "--key", "k1"});
  const std::string id(added.as_object().at("id").as_string());
  EXPECT_EQ(desk().run({"feedback", "add", "content_item:1", "--rating", "good", "--key", "k1"}).status, 2);
  EXPECT_EQ(desk().run({"feedback", "add", "content_item:1", "--rating", "great"}).status, 64);
  EXPECT_EQ(desk().run({"feedback", "add", "no subject", "--rating", "good"}).status, 64);
  EXPECT_EQ(desk().run({"feedback", "withdraw", "nothing"}).status, 66);
  const Json listed = desk().run_json({"feedback", "list", "content_item:1"});
  ASSERT_EQ(listed.as_array().size(), 1U);
  EXPECT_EQ(listed.as_array()[0].as_object().at("comment").as_string(), "-- too \"long\", say less");
  const std::string known_at(listed.as_array()[0].as_object().at("known_at").as_string());
  EXPECT_TRUE(desk().run_json({"feedback", "withdraw", id}).as_object().contains("withdrawn_at"));
  const Json then = desk().run_json({"feedback", "list", "content_item:1", "--as-of", known_at});
  ASSERT_EQ(then.as_array().size(), 1U);
  EXPECT_FALSE(then.as_array()[0].as_object().contains("withdrawn_at"));
  EXPECT_EQ(desk().run_json({"feedback", "list", "content_item:1", "--as-of", "2020-01-01"}).as_array().size(), 0U);
}

TEST_F(CliDesk, ActsOnJobsThatItKnows) {
  desk().run_json({"status"});
  EXPECT_EQ(desk().run({"job", "retry", "nothing"}).status, 66);
  EXPECT_EQ(desk().run({"job", "cancel", "nothing"}).status, 66);
  EXPECT_EQ(desk().run({"job", "list", "--state", "lost"}).status, 64);
  EXPECT_EQ(desk().run({"job", "list", "--limit", "few"}).status, 64);
  auto connection = desk().open_connection();
  const char* job =
      "INSERT INTO job (id, queue, kind, priority, args, state, due_at, attempt, attempts_max, crashes, created_at, "
      "finished_at) "
      "VALUES ('01J0B00000000000000000000X', 'default', 'train', 0, '{}', 'dead', '2020-01-01', 5, 5, 0, '2020-01-01', "
      "NOW(6))";
  fixture::get(connection.run({"test", job}), __FILE__, __LINE__);
  EXPECT_EQ(desk().run_json({"job", "dead"}).as_array().size(), 1U);
  EXPECT_EQ(desk().run_json({"job", "dead", "--as-of", "2019-12-31"}).as_array().size(), 0U);
  EXPECT_EQ(desk().run({"job", "retry", "01J0B00000000000000000000X"}).out, "ready 01J0B00000000000000000000X\n");
  EXPECT_EQ(desk().run({"job", "retry", "01J0B00000000000000000000X"}).status, 2);
  EXPECT_EQ(desk().run_json({"job", "cancel", "01J0B00000000000000000000X"}).as_object().at("state").as_string(),
            "cancelled");
  fixture::get(connection.run({"test", "DELETE FROM job"}), __FILE__, __LINE__);
}

// Two sources that have been silent since 2020, and a policy that leaves it to the owner to be told.
TEST_F(CliDesk, LetsTheOwnerDecideProposals) {
  desk().run_json({"ingest", "run", "bars"});
  const std::string policy = fixture::read_text(desk().path() / "policy.toml");
  desk().write("policy.toml", "[[rule]]\nname = 'ask'\naction = 'notify'\nfindings = ['*']\nmode = 'propose'\n");
  desk().run({"run", "--once"});
  const Json findings = desk().run_json({"manager", "findings", "--status", "open"});
  ASSERT_FALSE(findings.as_array().empty());
  EXPECT_TRUE(desk().run_json({"manager", "findings", "--status", "resolved"}).as_array().empty());
  EXPECT_TRUE(desk().run_json({"manager", "findings", "--as-of", "2019-12-31"}).as_array().empty());

  const Json waiting = desk().run_json({"manager", "proposals", "--status", "proposed"});
  ASSERT_FALSE(waiting.as_array().empty());
  const JsonObject& proposal = waiting.as_array()[0].as_object();
  EXPECT_EQ(proposal.at("action").as_string(), "notify");
  const std::string id(proposal.at("id").as_string());
  EXPECT_EQ(desk().run({"manager", "proposals", "--status", "lost"}).status, 64);
  EXPECT_EQ(desk().run({"manager", "approve", "nothing"}).status, 66);
  EXPECT_EQ(desk().run({"manager", "reject", id}).status, 64) << "a rejection has a reason";
  const Json rejected = desk().run_json({"manager", "reject", id, "--reason", "I know"});
  EXPECT_EQ(rejected.as_object().at("status").as_string(), "rejected");
  EXPECT_EQ(desk().run({"manager", "approve", id}).status, 2);
  EXPECT_EQ(desk().run_json({"manager", "proposals", "--status", "rejected"}).as_array().size(), 1U);
  EXPECT_THAT(desk().run({"export", "audit", "--format", "csv"}).out, HasSubstr(",owner,reject_notify,"));
  desk().write("policy.toml", policy);
}

}  // namespace
}  // namespace converge
