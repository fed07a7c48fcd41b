#include "supervise/tick.hpp"

#include "fixture/test_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/object.hpp>

namespace converge::supervise {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Instant now = *parse_instant("2015-01-02T21:00:00Z");

class Tick : public fixture::ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (IsSkipped()) return;
    create_system_tables();
    db_.emplace(open_db());
  }

  // A stage that notes that it ran, and fails as often as it is told to.
  Stage stage(const std::string& name, int failures = 0, Errc code = Errc::internal) {
    auto left = std::make_shared<int>(failures);
    return {name,
            [this, name, left, code](store::Scope&) -> Result<JsonObject> {
              ran_.push_back(name);
              if ((*left)-- > 0) return fail(code, name + " is told to fail");
              return JsonObject{{"done", 1}};
            },
            {}};
  }
  Result<std::vector<TickStageRow>> run(const std::vector<Stage>& stages, const TickOptions& options = {}) {
    return run_tick(*db_, now, stages, options);
  }
  std::vector<std::string> recorded() {
    std::vector<std::string> names;
    for (const auto& row : select_sql("SELECT stage FROM tick_stage ORDER BY sequence, stage").rows)
      names.push_back(std::get<std::string>(row[0]));
    return names;
  }

  std::optional<store::Db> db_;
  std::vector<std::string> ran_;
};
CONVERGE_ON_BOTH_SERVERS(Tick);

TEST_P(Tick, RunsEveryStageOnceInOrderAndNoneASecondTime) {
  const std::vector<Stage> stages = {stage("a"), stage("b"), stage("c")};
  EXPECT_EQ(CONVERGE_GET(run(stages)).size(), 3U);
  EXPECT_THAT(ran_, ElementsAre("a", "b", "c"));
  EXPECT_TRUE(CONVERGE_GET(run(stages)).empty());
  EXPECT_THAT(ran_, ElementsAre("a", "b", "c"));
  EXPECT_EQ(CONVERGE_GET(find_last_tick(*db_, "c")), now);
  EXPECT_EQ(CONVERGE_GET(find_last_tick(*db_, "d")), std::nullopt);
}

TEST_P(Tick, GoesOnAtTheStageThatFailed) {
  const std::vector<Stage> stages = {stage("a"), stage("b", 1), stage("c")};
  const auto first = run(stages);
  ASSERT_FALSE(first);
  EXPECT_THAT(first.error().message, HasSubstr("stage b"));
  EXPECT_THAT(recorded(), ElementsAre("a"));
  ASSERT_TRUE(run(stages));
  EXPECT_THAT(ran_, ElementsAre("a", "b", "b", "c"));
  EXPECT_THAT(recorded(), ElementsAre("a", "b", "c"));
}

TEST_P(Tick, AProgramWithOneStageMoreFinishesTheTickOfOneWithout) {
  ASSERT_TRUE(run({stage("a"), stage("c")}));
  ran_.clear();
  ASSERT_TRUE(run({stage("a"), stage("b"), stage("c")}));
  EXPECT_THAT(ran_, ElementsAre("b"));
}

TEST_P(Tick, BringsTheServerBackAndDoesTheStageAgain) {
  int brought_back = 0;
  TickOptions options;
  options.recovery.bring_back = [&]() -> Result<void> {
    ++brought_back;
    return {};
  };
  ASSERT_TRUE(run({stage("a"), stage("b", 2, Errc::unavailable)}, options));
  EXPECT_EQ(brought_back, 2);
  EXPECT_THAT(ran_, ElementsAre("a", "b", "b", "b"));
  EXPECT_THAT(recorded(), ElementsAre("a", "b"));
}

// The reply to COMMIT was lost: the stage is recorded, and must not be done again.
TEST_P(Tick, DoesNotRepeatAStageWhoseCommitArrived) {
  Stage b = stage("b");
  int rounds = 0;
  b.repeatable = [&](store::Db& db, Instant at) -> Result<void> {
    if (++rounds > 1) return {};
    TRY_VOID(db.transact([&](store::Tx& tx) {
      return tx.insert(TickStageRow{.tick_at = at, .sequence = 2, .stage = "b", .counts = R"({"done":1})"});
    }));
    return fail(Errc::unavailable, "the reply was lost");
  };
  TickOptions options;
  options.recovery.bring_back = []() -> Result<void> { return {}; };
  const auto rows = CONVERGE_GET(run({stage("a"), b, stage("c")}, options));
  EXPECT_EQ(rows.size(), 3U);
  EXPECT_THAT(ran_, ElementsAre("a", "c"));
}

TEST_P(Tick, WritesNothingBehindAFence) {
  TickOptions options;
  options.fence = [](store::Tx&) -> Result<void> { return fail(Errc::conflict, "the hold was lost"); };
  const auto refused = run({stage("a")}, options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::conflict);
  EXPECT_TRUE(ran_.empty());
  EXPECT_TRUE(recorded().empty());
}

}  // namespace
}  // namespace converge::supervise
