#include "supervise/tick.hpp"

#include "fixture/test_server.hpp"
#include "store/sql.hpp"

#include <gmock/gmock.h>
#include <boost/json/object.hpp>

namespace converge::supervise {
namespace {

using namespace std::chrono_literals;
using store::Db;
using store::Scope;
using testing::ElementsAre;
using testing::HasSubstr;

const Instant monday = midnight_utc(Date(std::chrono::year(2020) / 3 / 16)) + 20h;

class TickTest : public fixture::ServerTest {
 protected:
  // A stage that says when it ran, and leaves a row.
  Stage make_stage(const std::string& name) {
    return {name,
            [this, name](Scope& scope) -> Result<JsonObject> {
              ran.push_back(name);
              LabelSetRow row;
              row.hash = std::string(63, 'a') + name;
              row.spec = "{}";
              row.created_at = scope.now;
              TRY_VOID(scope.tx.insert(row));
              if (!fails_at.empty() && fails_at == name) return fail(failure, "as the test wants it");
              return JsonObject{{"rows", 1}};
            },
            {}};
  }
  std::int64_t count_rows() {
    return std::get<std::int64_t>(select_sql("SELECT COUNT(*) FROM label_set").rows.at(0).at(0));
  }

  std::vector<std::string> ran;
  std::string fails_at;
  Errc failure = Errc::invalid_input;
};
CONVERGE_ON_BOTH_SERVERS(TickTest);

TEST_P(TickTest, RunsEachStageOnceInOrderAndRecordsItsCounts) {
  create_system_tables();
  Db db = open_db();
  const std::vector<Stage> stages{make_stage("1"), make_stage("2"), make_stage("3")};
  EXPECT_EQ(CONVERGE_GET(find_first_tick(db)), std::nullopt);
  const auto rows = CONVERGE_GET(run_tick(db, monday, stages, {}));
  EXPECT_THAT(ran, ElementsAre("1", "2", "3"));
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[1].sequence, 2);
  EXPECT_EQ(rows[1].counts, R"({"rows":1})");

  EXPECT_EQ(CONVERGE_GET(run_tick(db, monday, stages, {})).size(), 0U);
  EXPECT_EQ(ran.size(), 3U);
  EXPECT_EQ(CONVERGE_GET(find_last_tick(db, 3)), monday);
  EXPECT_EQ(CONVERGE_GET(find_last_tick(db, 4)), std::nullopt);
  EXPECT_EQ(CONVERGE_GET(find_first_tick(db)), monday);
}

TEST_P(TickTest, LeavesNothingOfAStageThatFailsAndGoesOnThere) {
  create_system_tables();
  Db db = open_db();
  const std::vector<Stage> stages{make_stage("1"), make_stage("2"), make_stage("3")};
  fails_at = "2";
  const auto failed = run_tick(db, monday, stages, {});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Errc::invalid_input);
  EXPECT_THAT(failed.error().message, HasSubstr("tick 2020-03-16T20:00:00Z, stage 2: "));
  EXPECT_EQ(count_rows(), 1);
  EXPECT_EQ(CONVERGE_GET(find_last_tick(db, 3)), std::nullopt);

  fails_at.clear();
  ran.clear();
  EXPECT_EQ(CONVERGE_GET(run_tick(db, monday, stages, {})).size(), 2U);
  EXPECT_THAT(ran, ElementsAre("2", "3"));
  EXPECT_EQ(count_rows(), 3);
}

TEST_P(TickTest, BringsALostServerBackAndRunsTheStageAgain) {
  create_system_tables();
  Db db = open_db();
  const std::vector<Stage> stages{make_stage("1"), make_stage("2")};
  fails_at = "2";
  failure = Errc::unavailable;
  int recoveries = 0;
  TickOptions options;
  options.recovery.bring_back = [&]() -> Result<void> {
    if (++recoveries == 2) fails_at.clear();
    return {};
  };
  EXPECT_EQ(CONVERGE_GET(run_tick(db, monday, stages, options)).size(), 2U);
  EXPECT_EQ(recoveries, 2);
  EXPECT_THAT(ran, ElementsAre("1", "2", "2", "2"));
  EXPECT_EQ(count_rows(), 2);
}

// The reply to a commit was lost: the stage is recorded, and must not be run a second time.
TEST_P(TickTest, AsksTheTableWhetherALostCommitTookEffect) {
  create_system_tables();
  Db db = open_db();
  int calls = 0;
  Stage stage = make_stage("1");
  const auto inner = stage.in_transaction;
  stage.repeatable = [&](Db& handle, Instant now) -> Result<void> {
    if (++calls > 1) return {};
    // What the first attempt did although its answer never came.
    TRY_VOID(handle.transact([&](store::Tx& tx) -> Result<void> {
      Scope scope{tx, now, 1};
      TRY_VOID(inner(scope));
      TickStageRow row;
      row.tick_at = now;
      row.sequence = 1;
      row.stage = "1";
      row.counts = R"({"rows":1})";
      return tx.insert(row);
    }));
    return fail(Errc::unavailable, "the reply was lost");
  };
  TickOptions options;
  options.recovery.bring_back = [] { return Result<void>{}; };
  const auto rows = CONVERGE_GET(run_tick(db, monday, std::vector<Stage>{stage}, options));
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].counts, R"({"rows":1})");
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(count_rows(), 1);
}

}  // namespace
}  // namespace converge::supervise
