#include "surface/run_jobs.hpp"

#include "fixture/test_server.hpp"
#include "store/job.hpp"

#include <gmock/gmock.h>
#include <boost/json/object.hpp>
#include <stdexcept>

namespace converge::surface {
namespace {

using store::Scope;
using store::Tx;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Instant now = *parse_instant("2015-01-02T21:00:00Z");

class RunJobs : public fixture::ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (IsSkipped()) return;
    create_system_tables();
    db_.emplace(open_db());
  }

  void enqueue(const std::string& kind, Instant due_at = now) {
    CONVERGE_GET(db_->transact([&](Tx& tx) {
      Scope scope{tx, now, 7};
      store::JobRequest request;
      request.kind = kind;
      request.due_at = due_at;
      request.args = {{"due_at", render_instant(due_at)}};  // the same request twice is one job
      return store::enqueue_job(scope, request);
    }));
  }
  Result<std::int64_t> run(const JobOptions& options = {}) { return run_due_jobs(*db_, handlers_, now, options); }
  // "kind state attempt: error or result", by kind
  std::vector<std::string> jobs() {
    std::vector<std::string> lines;
    for (const auto& row :
         select_sql("SELECT CONCAT(kind, ' ', state, ' ', attempt, ': ', COALESCE(error, result, '')) "
                    "FROM job ORDER BY kind")
             .rows)
      lines.push_back(std::get<std::string>(row[0]));
    return lines;
  }

  std::vector<JobHandler> handlers_{
      {"bake",
       [](Scope&, const JobRow&) -> Result<JsonObject> {
         return JsonObject{{"loaves", 2}};
       }},
      {"burn", [](Scope&, const JobRow&) -> Result<JsonObject> { return fail(Errc::denied, "no fire here"); }},
      {"drop", [](Scope&, const JobRow&) -> Result<JsonObject> { throw std::runtime_error("slipped"); }}};
  std::optional<store::Db> db_;
};
CONVERGE_ON_BOTH_SERVERS(RunJobs);

TEST_P(RunJobs, GivesEachDueJobToTheHandlerOfItsKind) {
  enqueue("bake");
  enqueue("bake", now + std::chrono::hours(1));
  EXPECT_EQ(CONVERGE_GET(run()), 1);
  EXPECT_THAT(jobs(), ElementsAre("bake done 1: {\"loaves\":2}", "bake ready 0: "));
  EXPECT_EQ(CONVERGE_GET(run()), 0);
}

TEST_P(RunJobs, GoesOnAfterAJobThatFailsThrowsOrIsOfNoKnownKind) {
  for (const char* kind : {"burn", "drop", "walk", "bake"}) enqueue(kind);
  EXPECT_EQ(CONVERGE_GET(run()), 4);
  EXPECT_THAT(jobs(), ElementsAre("bake done 1: {\"loaves\":2}", HasSubstr("no fire here"), HasSubstr("slipped"),
                                  HasSubstr("walk dead 1: ")));
  EXPECT_THAT(jobs().at(3), HasSubstr("no handler for kind 'walk'"));
}

TEST_P(RunJobs, LeavesTheQueueAloneWithoutItsFence) {
  enqueue("bake");
  const auto lost = run({7, [](Tx&) -> Result<void> { return fail(Errc::conflict, "the hold is gone"); }});
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code, Errc::conflict);
  EXPECT_THAT(jobs(), ElementsAre("bake ready 0: "));
}

TEST_P(RunJobs, DoesNotCallAJobFailedWhoseFenceWasLostOnTheWay) {
  enqueue("bake");
  int asked = 0;
  const auto lost = run({7, [&asked](Tx&) -> Result<void> {
                           if (++asked == 1) return {};
                           return fail(Errc::conflict, "the hold is gone");
                         }});
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code, Errc::conflict);
  EXPECT_THAT(jobs(), ElementsAre("bake running 1: "))
      << "its claim ends with this process, and nobody counts a failure";
}

}  // namespace
}  // namespace converge::surface
