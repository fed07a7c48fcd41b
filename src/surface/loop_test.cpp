#include "surface/loop.hpp"

#include "fixture/test_server.hpp"
#include "store/job.hpp"
#include "surface/desk_hold.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

namespace converge::surface {
namespace {

namespace fs = std::filesystem;
using store::Tx;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Instant now = *parse_instant("2015-01-02T21:00:00Z");

// A desk that declares nothing: every stage runs and finds nothing to do.
class LoopTest : public fixture::ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (IsSkipped()) return;
    create_system_tables();
    db_.emplace(open_db());
    desk_.root = fs::temp_directory_path() / ("converge_loop_" + std::to_string(::getpid()));
    desk_.id = "empty";
    desk_.seed = 7;
    loop_ = CONVERGE_GET(Loop::open(desk_, *db_, [] { return Result<void>{}; }));
  }
  void TearDown() override {
    loop_.reset();
    if (!desk_.root.empty()) fs::remove_all(desk_.root);
    ServerTest::TearDown();
  }

  std::vector<std::string> column(std::string_view sql) {
    std::vector<std::string> values;
    for (const auto& row : select_sql(sql).rows) values.push_back(std::get<std::string>(row.at(0)));
    return values;
  }
  std::vector<std::string> stages() { return column("SELECT stage FROM tick_stage ORDER BY sequence"); }
  void enqueue(const char* kind) {
    CONVERGE_GET(db_->transact([&](Tx& tx) {
      store::Scope scope{tx, now, desk_.seed};
      store::JobRequest request;
      request.kind = kind;
      request.due_at = now;
      return store::enqueue_job(scope, request);
    }));
  }

  Desk desk_;
  std::optional<store::Db> db_;
  std::unique_ptr<Loop> loop_;
};
CONVERGE_ON_BOTH_SERVERS(LoopTest);

TEST_P(LoopTest, RunsEveryStageOnceInTheOrderOfTheLoop) {
  CONVERGE_GET(loop_->tick(now));
  EXPECT_THAT(stages(),
              ElementsAre("ingest", "predict", "outcome", "feedback", "drift", "supervise", "work", "note", "publish"));
  EXPECT_EQ(loop_->last_stage(), "publish");
  EXPECT_THAT(CONVERGE_GET(loop_->tick(now)), IsEmpty());
}

TEST_P(LoopTest, GoesOnAtTheStageThatFailed) {
  run_sql("RENAME TABLE finding TO finding_away");
  const auto failed = loop_->tick(now);
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().message, HasSubstr("tick 2015-01-02T21:00:00Z, stage supervise: "));
  EXPECT_THAT(stages(), ElementsAre("ingest", "predict", "outcome", "feedback", "drift"));
  run_sql("RENAME TABLE finding_away TO finding");
  EXPECT_EQ(CONVERGE_GET(loop_->tick(now)).size(), 4U);
  EXPECT_EQ(stages().back(), "publish");
}

TEST_P(LoopTest, GivesUpAJobOfAKindThatItDoesNotKnowAndFinishesTheTick) {
  enqueue("dance");
  CONVERGE_GET(loop_->tick(now));
  EXPECT_THAT(column("SELECT CONCAT(state, ' ', error) FROM job"),
              ElementsAre(HasSubstr("no handler for kind 'dance'")));
  EXPECT_THAT(column("SELECT state FROM job"), ElementsAre("dead"));
  EXPECT_EQ(stages().size(), 9U);
  CONVERGE_GET(loop_->tick(now + std::chrono::days(1)));
  EXPECT_THAT(column("SELECT kind FROM finding"), ElementsAre("job_dead")) << "and somebody is told";
}

TEST_P(LoopTest, WritesNothingOnceAnotherRunHasTheDesk) {
  const auto hold = CONVERGE_GET(DeskHold::take(*db_));
  loop_->set_fence([&](Tx& tx) { return hold->require(tx); });
  enqueue("dance");
  CONVERGE_GET(loop_->tick(now - std::chrono::days(1)));
  ASSERT_EQ(stages().size(), 9U);

  run_sql("UPDATE lease SET token = '99', holder = 'elsewhere'");
  const auto tick = loop_->tick(now);
  ASSERT_FALSE(tick);
  EXPECT_EQ(tick.error().code, Errc::conflict);
  EXPECT_EQ(stages().size(), 9U);
  EXPECT_EQ(loop_->run_due_jobs(now).error().code, Errc::conflict);
  EXPECT_THAT(column("SELECT state FROM job"), ElementsAre("ready"));
}

}  // namespace
}  // namespace converge::surface
