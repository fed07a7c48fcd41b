#include "store/job.hpp"

#include "base/clock.hpp"
#include "fixture/test_server.hpp"
#include "store/holder.hpp"
#include "store/sql.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <barrier>
#include <cstdlib>
#include <map>
#include <mutex>
#include <set>
#include <thread>

namespace converge::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Instant now = *parse_instant("2020-03-16T20:00:00Z");
constexpr std::uint64_t seed = 7;
const QueuePolicy policy;

constexpr Statement expire{"test_expire", "UPDATE job SET lease_until = NOW(6) - INTERVAL 1 SECOND WHERE id = ?"};

JobRequest make_request(std::string kind) {
  JobRequest request;
  request.kind = std::move(kind);
  return request;
}

class Job : public fixture::ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    create_tables({&contract::system_contract("job"), 1});
    db_.emplace(open_db());
  }
  void TearDown() override {
    db_.reset();
    ServerTest::TearDown();
  }
  Db& db() { return *db_; }

  std::string enqueue(const JobRequest& request, Instant at = now) {
    auto id = db().transact([&](Tx& tx) { return enqueue_job({tx, at, seed}, request); });
    EXPECT_TRUE(id) << id.error().message;
    return id ? *id : "";
  }
  std::vector<JobClaim> claim(std::int64_t jobs_max, std::string_view holder = "worker", Instant at = now) {
    auto claims = db().transact([&](Tx& tx) { return claim_jobs(tx, "default", holder, jobs_max, at, policy); });
    EXPECT_TRUE(claims) << claims.error().message;
    return claims ? *claims : std::vector<JobClaim>{};
  }
  JobRow load(std::string_view id) {
    auto job = db().transact([&](Tx& tx) { return tx.find<JobRow>(sql::job_by_id, params(id)); });
    EXPECT_TRUE(job && *job) << id;
    return job && *job ? **job : JobRow{};
  }
  Result<void> complete(const JobClaim& held) {
    return db().transact([&](Tx& tx) { return complete_job(tx, held, "{}"); });
  }
  void execute(const Statement& statement, const std::vector<Value>& values) {
    auto done = db().transact([&](Tx& tx) { return tx.execute(statement, values); });
    ASSERT_TRUE(done) << done.error().message;
  }

 private:
  std::optional<Db> db_;
};
CONVERGE_ON_BOTH_SERVERS(Job);

TEST_P(Job, IsEnqueuedInTheCallersTransaction) {
  auto undone = db().transact([&](Tx& tx) -> Result<void> {
    TRY_VOID(enqueue_job({tx, now, seed}, make_request("train")));
    return fail(Errc::invalid_input, "the caller changed its mind");
  });
  EXPECT_FALSE(undone);
  EXPECT_TRUE(claim(10).empty());

  auto request = make_request("train");
  request.args = {{"model", "sp500_vol5"}};
  request.unique_key = "train:sp500_vol5";
  const auto job = load(enqueue(request));
  EXPECT_EQ(job.kind, "train");
  EXPECT_EQ(job.args, R"({"model":"sp500_vol5"})");
  EXPECT_EQ(job.state, JobState::ready);
  EXPECT_EQ(job.attempt, 0);
  EXPECT_EQ(job.due_at, now);
  EXPECT_EQ(job.created_at, now);
  EXPECT_EQ(enqueue(request), job.id) << "the same job at the same instant is the same row";
}

TEST_P(Job, IsClaimedByPriorityThenAgeAndNeverBeforeItIsDue) {
  const auto add = [&](std::string kind, std::int64_t priority, int due_minutes, std::string queue = "default") {
    auto request = make_request(std::move(kind));
    request.priority = priority;
    request.due_at = now + std::chrono::minutes(due_minutes);
    request.queue = std::move(queue);
    enqueue(request);
  };
  add("later", 1, 0);
  add("older", 1, -5);
  add("urgent", 0, 0);
  add("tomorrow", 0, 1);
  add("elsewhere", 0, 0, "other");
  std::vector<std::string> kinds;
  for (const auto& held : claim(10)) kinds.push_back(held.job.kind);
  EXPECT_THAT(kinds, ElementsAre("urgent", "older", "later"));
  EXPECT_TRUE(claim(10).empty());
  auto due = db().transact([&](Tx& tx) { return count_due_jobs(tx, "default", now + std::chrono::minutes(1)); });
  ASSERT_TRUE(due);
  EXPECT_EQ(*due, 1);
}

TEST_P(Job, ClaimCountsTheAttemptAndLeasesByTheServersClock) {
  const auto id = enqueue(make_request("train"));
  const auto before_ms = monotonic_ms();
  const auto claims = claim(1, "boot/ns/1/2");
  ASSERT_EQ(claims.size(), 1U);
  const auto& held = claims[0];
  EXPECT_EQ(held.job, load(id));
  EXPECT_EQ(held.job.state, JobState::running);
  EXPECT_EQ(held.job.attempt, 1);
  EXPECT_EQ(held.job.worker, "boot/ns/1/2");
  EXPECT_EQ(held.job.lease_token, held.token);
  EXPECT_GE(held.stop_by_ms, before_ms + policy.lease_ms - policy.margin_ms);
  constexpr Statement left{"test_left",
                           "SELECT TIMESTAMPDIFF(MICROSECOND, NOW(6), lease_until) AS us FROM job WHERE id = ?"};
  auto lease_left = db().transact([&](Tx& tx) { return tx.select(left, params(id)); });
  ASSERT_TRUE(lease_left);
  const auto us = std::get<std::int64_t>(lease_left->rows[0][0]);
  EXPECT_GT(us, (policy.lease_ms - 10'000) * 1000);
  EXPECT_LE(us, policy.lease_ms * 1000);
}

TEST_P(Job, UniqueKeyHasOneUnfinishedJobUnderEightThreads) {
  constexpr int threads = 8, rounds = 12;
  std::barrier start(threads);
  std::mutex mutex;
  std::vector<std::set<std::string>> ids(rounds);
  std::vector<std::string> failures;
  const auto work = [&](int thread) {
    for (int round = 0; round < rounds; ++round) {
      auto request = make_request("train");
      request.unique_key = "model" + std::to_string(round);
      request.args = {{"thread", thread}};
      start.arrive_and_wait();
      auto id = db().transact([&](Tx& tx) { return enqueue_job({tx, now, seed}, request); });
      const std::lock_guard lock(mutex);
      if (id)
        ids[static_cast<std::size_t>(round)].insert(*id);
      else
        failures.push_back(id.error().message);
    }
  };
  std::vector<std::jthread> pool;
  pool.reserve(threads);
  for (int thread = 0; thread < threads; ++thread) pool.emplace_back(work, thread);
  pool.clear();
  EXPECT_THAT(failures, ElementsAre());
  for (const auto& round : ids) EXPECT_EQ(round.size(), 1U) << "every caller is told the same job";

  const auto claims = claim(100);
  EXPECT_EQ(claims.size(), static_cast<std::size_t>(rounds));
  for (const auto& held : claims) EXPECT_TRUE(complete(held));
  auto request = make_request("train");
  request.unique_key = "model0";
  const auto again = enqueue(request, now + std::chrono::hours(1));
  EXPECT_FALSE(ids[0].contains(again)) << "a finished job does not stand in the way";
  EXPECT_EQ(load(*ids[0].begin()).unique_key, "model0") << "and still says which key it had";
}

TEST_P(Job, IsNeverClaimedTwiceByFourThreads) {
  constexpr int threads = 4, jobs = 500;
  std::vector<JobRow> rows(jobs);
  auto filled = db().transact([&](Tx& tx) -> Result<void> {
    const Scope scope{tx, now, seed};
    for (int i = 0; i < jobs; ++i) {
      auto& row = rows[static_cast<std::size_t>(i)];
      row.id = scope.id("job", std::to_string(i));
      row.queue = "default";
      row.kind = "count";
      row.args = "{}";
      row.attempts_max = 5;
      row.due_at = row.created_at = now;
    }
    return tx.insert(rows);
  });
  ASSERT_TRUE(filled) << filled.error().message;

  std::mutex mutex;
  std::multiset<std::string> claimed;
  std::vector<std::string> failures;
  std::barrier start(threads);
  const auto work = [&](int thread) {
    const auto holder = "worker" + std::to_string(thread);
    start.arrive_and_wait();
    for (;;) {
      auto claims = db().transact([&](Tx& tx) { return claim_jobs(tx, "default", holder, 7, now, policy); });
      const std::lock_guard lock(mutex);
      if (!claims) failures.push_back(claims.error().message);
      if (!claims || claims->empty()) return;
      for (const auto& held : *claims) claimed.insert(held.job.id);
    }
  };
  std::vector<std::jthread> pool;
  pool.reserve(threads);
  for (int thread = 0; thread < threads; ++thread) pool.emplace_back(work, thread);
  pool.clear();
  EXPECT_THAT(failures, ElementsAre());
  EXPECT_EQ(claimed.size(), static_cast<std::size_t>(jobs));
  EXPECT_EQ(std::set<std::string>(claimed.begin(), claimed.end()).size(), static_cast<std::size_t>(jobs));
  constexpr Statement twice{"test_twice", "SELECT COUNT(*) AS n FROM job WHERE attempt <> 1 OR state <> 'running'"};
  auto wrong = db().transact([&](Tx& tx) { return tx.select(twice); });
  ASSERT_TRUE(wrong);
  EXPECT_EQ(std::get<std::int64_t>(wrong->rows[0][0]), 0);
}

TEST_P(Job, LateWorkerWritesNothing) {
  const auto id = enqueue(make_request("train"));
  auto late = claim(1, "slow").at(0);
  execute(expire, params(id));
  auto reclaimed = db().transact([&](Tx& tx) { return reclaim_expired_jobs(tx, policy); });
  ASSERT_TRUE(reclaimed) << reclaimed.error().message;
  EXPECT_EQ(reclaimed->ready, 1);
  const auto winner = claim(1, "quick").at(0);
  EXPECT_NE(winner.token, late.token);
  EXPECT_EQ(winner.job.attempt, 2);
  EXPECT_EQ(winner.job.crashes, 1);

  auto both = db().transact([&](Tx& tx) -> Result<void> {
    TRY_VOID(enqueue_job({tx, now, seed}, make_request("gate")));
    return complete_job(tx, late, "{}");
  });
  ASSERT_FALSE(both);
  EXPECT_EQ(both.error().code, Errc::conflict);
  EXPECT_THAT(both.error().message, HasSubstr(id));
  auto beat = db().transact([&](Tx& tx) { return heartbeat_job(tx, late, "still here", policy); });
  ASSERT_FALSE(beat);
  EXPECT_EQ(beat.error().code, Errc::conflict);
  auto failed = db().transact([&](Tx& tx) { return fail_job(tx, late, {Errc::timeout, "slow", {}}, policy); });
  EXPECT_FALSE(failed);
  EXPECT_TRUE(claim(10).empty()) << "nothing of the late worker's transaction stayed";

  ASSERT_TRUE(complete(winner));
  EXPECT_FALSE(complete(late));
  EXPECT_FALSE(complete(winner)) << "and nobody completes twice";
  EXPECT_EQ(load(id).state, JobState::done);
}

TEST_P(Job, ThatEndsBetweenTheScanAndTheReclaimIsLeftAlone) {
  const auto id = enqueue(make_request("train"));
  const auto held = claim(1).at(0);
  execute(expire, params(id));
  struct Case {
    const char* name;
    const Statement* meanwhile;
    std::vector<Value> values;
  };
  const Case cases[] = {
      {"renewed", &sql::job_heartbeat, params(policy.lease_ms * 1000, std::nullopt, id, held.token)},
      {"completed", &sql::job_finish, params(JobState::done, "{}", std::nullopt, id, held.token)},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    execute(expire, params(id));
    const auto taken = db().transact([&](Tx& scan) -> Result<std::int64_t> {
      TRY(const auto seen, scan.load<JobRow>(sql::job_expired, params(10)));
      EXPECT_EQ(seen.size(), 1U);
      execute(*c.meanwhile, c.values);
      return scan.execute(sql::job_reclaim, params("late", id, seen.at(0).lease_token, std::nullopt));
    });
    ASSERT_TRUE(taken) << taken.error().message;
    EXPECT_EQ(*taken, 0);
  }
  EXPECT_EQ(load(id).state, JobState::done);
  EXPECT_EQ(load(id).crashes, 0);
}

TEST_P(Job, IsReclaimedOnceByFourRescuers) {
  constexpr int threads = 4, jobs = 40;
  for (int i = 0; i < jobs; ++i) {
    auto request = make_request("train");
    request.args = {{"i", i}};
    enqueue(request);
  }
  for (const auto& held : claim(jobs)) execute(expire, params(held.job.id));
  std::atomic<std::int64_t> reclaimed{0};
  std::atomic<int> failures{0};
  std::barrier start(threads);
  std::vector<std::jthread> pool;
  pool.reserve(threads);
  for (int thread = 0; thread < threads; ++thread)
    pool.emplace_back([&] {
      start.arrive_and_wait();
      auto done = db().transact([&](Tx& tx) { return reclaim_expired_jobs(tx, policy); });
      if (done)
        reclaimed += done->ready;
      else
        ++failures;
    });
  pool.clear();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(reclaimed, jobs);
  for (const auto& held : claim(jobs)) EXPECT_EQ(held.job.crashes, 1);
}

// A worker process that claims a job and is killed by it.
TEST_P(Job, ThatKillsItsProcessIsBuriedAfterEnoughCrashes) {
  auto request = make_request("abort");
  request.attempts_max = 1;  // a crash is no failure of the job
  const auto id = enqueue(request);
  QueuePolicy strict;
  strict.crashes_max = 3;
  for (std::int64_t crash = 1; crash <= strict.crashes_max; ++crash) {
    SCOPED_TRACE(crash);
    const auto child = ::fork();
    if (child == 0) {
      const rlimit no_core{0, 0};
      ::setrlimit(RLIMIT_CORE, &no_core);
      auto own = Db::open(db().options());
      if (!own) ::_exit(1);
      auto claims =
          own->transact([&](Tx& tx) { return claim_jobs(tx, "default", this_process_holder(), 1, now, strict); });
      if (!claims || claims->size() != 1) ::_exit(2);
      std::abort();
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "exit " << WEXITSTATUS(status);
    EXPECT_EQ(load(id).attempt, crash) << "counted at the claim";
    auto reclaimed = db().transact([&](Tx& tx) { return reclaim_jobs_of_dead_owners(tx, strict); });
    ASSERT_TRUE(reclaimed) << reclaimed.error().message;
    EXPECT_EQ(reclaimed->dead, crash == strict.crashes_max ? 1 : 0);
    EXPECT_EQ(reclaimed->ready, crash == strict.crashes_max ? 0 : 1);
  }
  const auto job = load(id);
  EXPECT_EQ(job.state, JobState::dead);
  EXPECT_THAT(job.error.value_or(""), HasSubstr("its worker died"));
  EXPECT_TRUE(claim(10).empty());
}

TEST_P(Job, ThatItsHolderHasAlreadyIsResumedUnderTheSameToken) {
  enqueue(make_request("train"));
  const auto first = claim(1);
  ASSERT_EQ(first.size(), 1U);
  auto resumed = db().transact([&](Tx& tx) { return resume_claims(tx, first[0].job.worker.value_or(""), policy); });
  ASSERT_TRUE(resumed) << resumed.error().message;
  ASSERT_EQ(resumed->size(), 1U);
  EXPECT_EQ(resumed->front().token, first[0].token);
  EXPECT_EQ(resumed->front().job.attempt, 1);
  EXPECT_GE(resumed->front().stop_by_ms, first[0].stop_by_ms);
  auto others = db().transact([&](Tx& tx) { return resume_claims(tx, "somebody/else", policy); });
  ASSERT_TRUE(others) << others.error().message;
  EXPECT_TRUE(others->empty());
}

TEST_P(Job, OfALivingOwnerIsNotReclaimed) {
  enqueue(make_request("train"));
  const auto held = claim(1, this_process_holder() + "/worker1").at(0);
  auto reclaimed = db().transact([&](Tx& tx) { return reclaim_jobs_of_dead_owners(tx, policy); });
  ASSERT_TRUE(reclaimed);
  EXPECT_EQ(reclaimed->ready + reclaimed->dead, 0);
  EXPECT_TRUE(complete(held));
}

TEST_P(Job, FailsAsTheErrorTableSays) {
  struct Case {
    const char* name;
    Errc code;
    std::int64_t attempts_max;
    std::int64_t failures_until_dead;
  };
  const Case cases[] = {
      {"bad input is never retried", Errc::invalid_input, 5, 1},
      {"a bug is never retried", Errc::internal, 5, 1},
      {"a conflict is reread once", Errc::conflict, 5, 2},
      {"a conflict with one attempt", Errc::conflict, 1, 1},
      {"a server that is away is tried again", Errc::unavailable, 3, 3},
      {"a time-out is tried again", Errc::timeout, 2, 2},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    auto request = make_request("fail");
    request.attempts_max = c.attempts_max;
    request.args = {{"case", c.name}};
    const auto id = enqueue(request);
    for (std::int64_t failure = 1; failure <= c.failures_until_dead; ++failure) {
      execute({"test_hurry", "UPDATE job SET retry_at = NULL WHERE id = ?"}, params(id));
      const auto claims = claim(1);
      ASSERT_EQ(claims.size(), 1U);
      auto state = db().transact([&](Tx& tx) { return fail_job(tx, claims[0], {c.code, "no luck", {}}, policy); });
      ASSERT_TRUE(state) << state.error().message;
      EXPECT_EQ(*state, failure == c.failures_until_dead ? JobState::dead : JobState::ready) << "failure " << failure;
      EXPECT_TRUE(claim(1).empty()) << "not at once";
    }
    const auto job = load(id);
    EXPECT_EQ(job.state, JobState::dead);
    EXPECT_EQ(job.attempt, c.failures_until_dead);
    EXPECT_EQ(job.error, "error[" + std::string(error_name(c.code)) + "]: no luck");
  }
}

TEST_P(Job, ThousandThatFailTogetherComeBackApart) {
  constexpr int jobs = 1000, buckets = 10;
  const Statement server_clock{"test_clock", "SELECT NOW(6) AS at"};
  std::map<std::string, Instant> failed_at;
  auto failed = db().transact([&](Tx& tx) -> Result<RowSet> {
    std::vector<JobRow> rows(jobs);
    const Scope scope{tx, now, seed};
    for (int i = 0; i < jobs; ++i) {
      auto& row = rows[static_cast<std::size_t>(i)];
      row.id = scope.id("job", std::to_string(i));
      row.queue = "default";
      row.kind = "call";
      row.args = "{}";
      row.attempt = 4;
      row.attempts_max = 9;
      row.due_at = row.created_at = now;
    }
    TRY_VOID(tx.insert(rows));
    TRY(const auto claims, claim_jobs(tx, "default", "worker", jobs, now, policy));
    for (const auto& held : claims) {
      TRY(const auto clock, tx.select(server_clock));
      failed_at[held.job.id] = std::get<Instant>(clock.rows.at(0).at(0));
      TRY_VOID(fail_job(tx, held, {Errc::unavailable, "down", {}}, policy));
    }
    return tx.select({"test_spread", "SELECT id, retry_at FROM job WHERE state = 'ready' AND attempt = 5 ORDER BY id"});
  });
  ASSERT_TRUE(failed) << failed.error().message;
  ASSERT_EQ(failed->rows.size(), static_cast<std::size_t>(jobs));
  std::array<int, buckets> counts{};
  for (const auto& row : failed->rows) {
    const auto wait = std::get<Instant>(row[1]) - failed_at.at(std::get<std::string>(row[0]));
    const auto wait_ms = std::chrono::duration_cast<std::chrono::milliseconds>(wait).count();
    ASSERT_GE(wait_ms, 0);
    ASSERT_LE(wait_ms, 16'000 + 500) << "the fifth attempt waits up to 16 s, from when it failed";
    ++counts.at(static_cast<std::size_t>(std::min<std::int64_t>(wait_ms / 1600, buckets - 1)));
  }
  // Uniform: 100 to a bucket with a standard deviation of 9.5; four of them either way.
  for (const int count : counts) EXPECT_NEAR(count, 100, 38);
}

TEST_P(Job, RetryWaitsOnTheServersClock) {
  const auto id = enqueue(make_request("call"));
  QueuePolicy slow = policy;
  slow.retry = {std::chrono::hours(1), std::chrono::hours(1)};
  const auto held = claim(1).at(0);
  ASSERT_TRUE(db().transact([&](Tx& tx) { return fail_job(tx, held, {Errc::timeout, "slow", {}}, slow); }));
  const auto wanted = compute_job_retry_delay(id, 1, slow.retry);
  auto left = db().transact([&](Tx& tx) {
    return tx.select({"test_left", "SELECT TIMESTAMPDIFF(MICROSECOND, NOW(6), retry_at) AS us FROM job WHERE id = ?"},
                     params(id));
  });
  ASSERT_TRUE(left);
  const auto left_ms = std::get<std::int64_t>(left->rows[0][0]) / 1000;
  EXPECT_LE(left_ms, wanted.count());
  EXPECT_GT(left_ms, wanted.count() - 10'000);
  EXPECT_TRUE(claim(1, "worker", now + std::chrono::days(365)).empty()) << "the desk clock does not hasten it";
}

TEST_P(Job, ThatIsDeadCanBeListedAndRequeued) {
  auto request = make_request("train");
  request.unique_key = "train:m";
  const auto id = enqueue(request);
  const auto held = claim(1).at(0);
  ASSERT_TRUE(db().transact([&](Tx& tx) { return bury_job(tx, held, {Errc::not_found, "no handler for train", {}}); }));
  auto dead = db().transact([&](Tx& tx) { return load_jobs(tx, JobState::dead, 10); });
  ASSERT_TRUE(dead);
  ASSERT_EQ(dead->size(), 1U);
  EXPECT_EQ(dead->at(0).id, id);
  EXPECT_EQ(dead->at(0).open_key, std::nullopt);
  EXPECT_EQ(dead->at(0).error, "error[not_found]: no handler for train");

  const auto other = enqueue(request, now + std::chrono::minutes(1));
  EXPECT_NE(other, id);
  auto taken = db().transact([&](Tx& tx) { return requeue_job(tx, id); });
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, Errc::conflict);
  ASSERT_TRUE(db().transact([&](Tx& tx) { return cancel_job(tx, other); }));
  ASSERT_TRUE(db().transact([&](Tx& tx) { return requeue_job(tx, id); }));
  const auto job = load(id);
  EXPECT_EQ(job.state, JobState::ready);
  EXPECT_EQ(job.attempt, 0);
  EXPECT_EQ(job.open_key, "train:m");
  EXPECT_EQ(claim(10).size(), 1U);
}

TEST_P(Job, IsCancelledWhereverItStands) {
  const auto ready = enqueue(make_request("a"));
  const auto running = enqueue(make_request("b"));
  execute({"test_later", "UPDATE job SET priority = 9 WHERE id = ?"}, params(ready));
  auto held = claim(1).at(0);
  ASSERT_EQ(held.job.id, running);
  const auto cancel = [&](std::string_view id) { return db().transact([&](Tx& tx) { return cancel_job(tx, id); }); };
  EXPECT_TRUE(cancel(ready));
  EXPECT_TRUE(cancel(running));
  EXPECT_TRUE(claim(10).empty());
  auto beat = db().transact([&](Tx& tx) { return heartbeat_job(tx, held, std::nullopt, policy); });
  ASSERT_FALSE(beat) << "the worker hears of it";
  EXPECT_THAT(beat.error().message, HasSubstr("cancelled"));
  EXPECT_FALSE(complete(held));
  EXPECT_EQ(cancel(ready).error().code, Errc::conflict);
  EXPECT_EQ(cancel("00000000000000000000000000").error().code, Errc::not_found);
  EXPECT_EQ(load(running).state, JobState::cancelled);
}

TEST_P(Job, HeartbeatProlongsAndSaysHowFar) {
  const auto id = enqueue(make_request("train"));
  auto held = claim(1).at(0);
  execute(expire, params(id));
  std::string long_text;
  for (int i = 0; i < 300; ++i) long_text += "\xC3\xA9";
  ASSERT_TRUE(db().transact([&](Tx& tx) { return heartbeat_job(tx, held, long_text, policy); }));
  auto reclaimed = db().transact([&](Tx& tx) { return reclaim_expired_jobs(tx, policy); });
  ASSERT_TRUE(reclaimed);
  EXPECT_EQ(reclaimed->ready, 0);
  EXPECT_EQ(load(id).progress, long_text.substr(0, 400)) << "200 characters, none of them cut in two";
  ASSERT_TRUE(complete(held));
  EXPECT_EQ(load(id).result, "{}");
}

// Every fenced statement must reach its row by the primary key: the (state, lease_until) index deadlocks under load.
TEST_P(Job, FencedStatementsUseThePrimaryKey) {
  for (int i = 0; i < 300; ++i) {
    auto request = make_request("fill");
    request.args = {{"i", i}};
    enqueue(request);
  }
  const auto held = claim(150).at(0);
  const auto& id = held.job.id;
  struct Case {
    const Statement* statement;
    std::vector<Value> values;
  };
  const Case cases[] = {
      {&sql::job_claim, params("[\"" + id + "\"]", "token", 1, "worker")},
      {&sql::job_heartbeat, params(1, std::nullopt, id, held.token)},
      {&sql::job_finish, params(JobState::done, std::nullopt, std::nullopt, id, held.token)},
      {&sql::job_retry, params("error", 1, id, held.token)},
      {&sql::job_reclaim, params("error", id, held.token, std::nullopt)},
      {&sql::job_reclaim_dead, params("error", id, held.token, "worker")},
      {&sql::job_cancel, params(id)},
      {&sql::job_requeue, params(id)},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.statement->name);
    const auto text = "EXPLAIN FORMAT=TRADITIONAL " + std::string(c.statement->text);
    auto plan = db().transact([&](Tx& tx) { return tx.select({"test_explain", text}, c.values); });
    ASSERT_TRUE(plan) << plan.error().message;
    const auto column = [&](std::string_view name) {
      return static_cast<std::size_t>(std::ranges::find(plan->columns, name) - plan->columns.begin());
    };
    int job_steps = 0;
    for (const auto& row : plan->rows) {
      const auto* table = std::get_if<std::string>(&row.at(column("table")));
      if (table == nullptr || *table != "job") continue;
      ++job_steps;
      const auto* key = std::get_if<std::string>(&row.at(column("key")));
      EXPECT_EQ(key == nullptr ? "NULL" : *key, "PRIMARY");
    }
    EXPECT_EQ(job_steps, 1);
  }
}

TEST(JobRetry, FollowsTheErrorTable) {
  struct Case {
    const char* name;
    Errc code;
    std::int64_t attempt, attempts_max;
    bool is_retried;
  };
  const Case cases[] = {
      {"denied", Errc::denied, 1, 5, false},
      {"rate limited, first", Errc::rate_limited, 1, 5, true},
      {"rate limited, last", Errc::rate_limited, 5, 5, false},
      {"conflict, first", Errc::conflict, 1, 5, true},
      {"conflict, second", Errc::conflict, 2, 5, false},
      {"attempts_max 0", Errc::timeout, 1, 0, false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(is_retried(c.code, c.attempt, c.attempts_max), c.is_retried);
  }
}

}  // namespace
}  // namespace converge::store
