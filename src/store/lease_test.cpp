#include "store/lease.hpp"

#include "fixture/test_server.hpp"
#include "store/holder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>
#include <barrier>
#include <csignal>
#include <thread>

namespace converge::store {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t lease_ms = 60'000;

class LeaseHold : public fixture::ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    create_tables({&contract::system_contract("lease"), 1});
    db_.emplace(open_db());
  }
  void TearDown() override {
    db_.reset();
    ServerTest::TearDown();
  }
  Db& db() { return *db_; }
  Result<void> require(const Lease& lease) {
    return db().transact([&](Tx& tx) { return require_lease(tx, lease); });
  }
  void expire() { run_sql("UPDATE lease SET lease_until = NOW(6) - INTERVAL 1 SECOND"); }

 private:
  std::optional<Db> db_;
};
CONVERGE_ON_BOTH_SERVERS(LeaseHold);

TEST_P(LeaseHold, ExcludesOthersUntilItIsReleased) {
  const auto mine = CONVERGE_GET(acquire_lease(db(), "desk:sample", "ada", lease_ms));
  EXPECT_TRUE(require(mine));
  const auto refused = acquire_lease(db(), "desk:sample", "bob", lease_ms);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::conflict);
  EXPECT_THAT(refused.error().message, HasSubstr("desk:sample is held by ada until 20"));
  EXPECT_TRUE(acquire_lease(db(), "desk:other", "bob", lease_ms)) << "another name is another hold";

  ASSERT_TRUE(release_lease(db(), mine));
  EXPECT_FALSE(require(mine));
  EXPECT_TRUE(acquire_lease(db(), "desk:sample", "bob", lease_ms));
}

TEST_P(LeaseHold, IsTakenOverOnlyAfterItEnds) {
  const auto old = CONVERGE_GET(acquire_lease(db(), "desk", "ada", lease_ms));
  expire();
  EXPECT_TRUE(require(old)) << "late, but nobody took it";
  ASSERT_TRUE(renew_lease(db(), old, lease_ms));
  EXPECT_FALSE(acquire_lease(db(), "desk", "bob", lease_ms)) << "renewed in time";
  expire();
  const auto next = CONVERGE_GET(acquire_lease(db(), "desk", "bob", lease_ms));
  EXPECT_GT(std::stoll(next.token), std::stoll(old.token));
  for (const auto& refused : {require(old), renew_lease(db(), old, lease_ms), release_lease(db(), old)}) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::conflict);
  }
  EXPECT_TRUE(require(next));
}

TEST_P(LeaseHold, TokensGrowAcrossReleases) {
  std::int64_t last = 0;
  for (int i = 0; i < 3; ++i) {
    const auto lease = CONVERGE_GET(acquire_lease(db(), "desk", "ada", lease_ms));
    EXPECT_GT(std::stoll(lease.token), last);
    last = std::stoll(lease.token);
    ASSERT_TRUE(release_lease(db(), lease));
    EXPECT_FALSE(require(lease));
    EXPECT_FALSE(renew_lease(db(), lease, lease_ms)) << "what was given back cannot be prolonged";
  }
}

TEST_P(LeaseHold, OfADeadProcessIsTakenAtOnceAndOfAStoppedOneIsNot) {
  const auto child = ::fork();
  if (child == 0) {
    auto own = Db::open(options());
    if (!own || !acquire_lease(*own, "desk", this_process_holder(), lease_ms)) ::_exit(1);
    ::raise(SIGSTOP);
    for (;;) ::pause();
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, WUNTRACED), child);
  ASSERT_TRUE(WIFSTOPPED(status));
  EXPECT_FALSE(acquire_lease(db(), "desk", "bob", lease_ms)) << "it may wake up";
  ::kill(child, SIGKILL);
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(acquire_lease(db(), "desk", "bob", lease_ms));
}

TEST_P(LeaseHold, IsGivenToOneOfEightFirstComers) {
  constexpr int threads = 8, rounds = 10;
  std::array<std::atomic<int>, rounds> winners{};
  std::atomic<int> surprises{0};
  std::barrier start(threads);
  std::vector<std::jthread> pool;
  pool.reserve(threads);
  for (int thread = 0; thread < threads; ++thread)
    pool.emplace_back([&, thread] {
      for (int round = 0; round < rounds; ++round) {
        start.arrive_and_wait();
        const auto lease =
            acquire_lease(db(), "name" + std::to_string(round), "holder" + std::to_string(thread), lease_ms);
        if (lease)
          ++winners.at(static_cast<std::size_t>(round));
        else if (lease.error().code != Errc::conflict)
          ++surprises;
      }
    });
  pool.clear();
  for (const auto& count : winners) EXPECT_EQ(count, 1);
  EXPECT_EQ(surprises, 0);
}

// The fence is a lock: a takeover waits for the transaction that depends on the hold.
TEST_P(LeaseHold, CannotBeTakenDuringATransactionThatRequiresIt) {
  const auto mine = CONVERGE_GET(acquire_lease(db(), "desk", "ada", lease_ms));
  std::atomic<bool> is_committed{false}, was_committed_first{false};
  std::jthread thief;
  ASSERT_TRUE(db().transact([&](Tx& tx) -> Result<void> {
    TRY_VOID(require_lease(tx, mine));
    thief = std::jthread([&] {
      const auto taken = acquire_lease(db(), "desk", "bob", 1);
      was_committed_first = is_committed.load();
      EXPECT_FALSE(taken);
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    is_committed = true;
    return {};
  }));
  thief.join();
  EXPECT_TRUE(was_committed_first);
}

}  // namespace
}  // namespace converge::store
