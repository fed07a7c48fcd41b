#include "store/outbox.hpp"

#include "base/hash.hpp"
#include "fixture/test_server.hpp"
#include "store/sql.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <latch>
#include <thread>

namespace converge::store {
namespace {

using ::testing::HasSubstr;

const Instant now = *parse_instant("2020-03-16T20:00:00Z");
constexpr std::uint64_t seed = 7;
constexpr std::array states{OutboxState::planned,  OutboxState::sending, OutboxState::sent,
                            OutboxState::rejected, OutboxState::unknown, OutboxState::cancelled};

class Outbox : public fixture::ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    const std::array contracts{contract::system_contract("content_item"), contract::system_contract("outbox")};
    create_tables(contracts);
    db_.emplace(open_db());
    item_.id = "01E3HK3G0000000000000000AB";
    item_.template_ = "promotion";
    item_.subject = "model:m";
    item_.title = "t";
    item_.body = "b";
    item_.body_sha256 = item_.style_hash = compute_sha256_hex("b");
    item_.fields = "{}";
    item_.created_at = now;
    CONVERGE_GET(db().transact([&](Tx& tx) { return tx.insert(item_); }));
  }
  void TearDown() override {
    db_.reset();
    ServerTest::TearDown();
  }
  Db& db() { return *db_; }
  OutboxPart make_part(std::string payload = "# Note") {
    return {item_.id, "docs", 1, "notes/2020-03-16.md", std::move(payload)};
  }
  Result<bool> plan(const OutboxPart& part) {
    return db().transact([&](Tx& tx) { return plan_outbox({tx, now, seed}, part); });
  }
  Result<OutboxRow> begin(std::string_view id) {
    return db().transact([&](Tx& tx) { return begin_send(tx, id); });
  }
  Result<void> finish(std::string_view id, const SendOutcome& outcome) {
    return db().transact([&](Tx& tx) { return finish_send(tx, id, outcome, now + std::chrono::minutes(1)); });
  }
  std::string plan_one() {
    EXPECT_TRUE(CONVERGE_GET(plan(make_part())));
    return only().id;
  }
  std::vector<OutboxRow> rows() {
    return CONVERGE_GET(db().transact([&](Tx& tx) { return load_outbox(tx, std::nullopt, 10); }));
  }
  std::vector<OutboxRow> due(Instant at) {
    return CONVERGE_GET(db().transact([&](Tx& tx) { return take_due(tx, at, 10); }));
  }
  OutboxRow only() {
    const auto rows = CONVERGE_GET(db().transact([&](Tx& tx) { return load_outbox(tx, std::nullopt, 10); }));
    EXPECT_EQ(rows.size(), 1U);
    return rows.at(0);
  }

 private:
  ContentItemRow item_;
  std::optional<Db> db_;
};
CONVERGE_ON_BOTH_SERVERS(Outbox);

TEST_P(Outbox, PartIsPlannedOnce) {
  EXPECT_TRUE(CONVERGE_GET(plan(make_part())));
  EXPECT_FALSE(CONVERGE_GET(plan(make_part())));
  const auto row = only();
  EXPECT_EQ(row.state, OutboxState::planned);
  EXPECT_EQ(row.operation, OutboxOperation::create);
  EXPECT_EQ(row.edition, 1);
  EXPECT_EQ(row.payload_sha256, compute_sha256_hex("# Note"));
  EXPECT_EQ(row.planned_at, now);
  EXPECT_EQ(row.attempts, 0);

  auto later = make_part();
  later.due_at = now + std::chrono::hours(1);
  EXPECT_TRUE(CONVERGE_GET(plan(later)));
  EXPECT_FALSE(CONVERGE_GET(plan(later)));
  EXPECT_EQ(only().due_at, later.due_at);
  EXPECT_TRUE(due(now).empty());
  EXPECT_EQ(due(*later.due_at).size(), 1U);
}

TEST_P(Outbox, LaterWishTakesThePlaceOfOneThatHasNotLeft) {
  const auto first = plan_one();
  EXPECT_TRUE(CONVERGE_GET(plan(make_part("# Another note"))));
  const auto all = rows();
  ASSERT_EQ(all.size(), 2U);
  const auto& second = all[0].id == first ? all[1] : all[0];
  EXPECT_EQ(begin(first).error().code, Errc::conflict);
  EXPECT_EQ(second.edition, 2);
  EXPECT_EQ(second.operation, OutboxOperation::create) << "nothing is there yet";
  ASSERT_EQ(due(now).size(), 1U);
  EXPECT_EQ(due(now)[0].id, second.id);
}

// Whatever becomes of the first wish, the second is what is sent, as the operation that then fits.
TEST_P(Outbox, LaterWishWaitsForOneThatIsBeingSent) {
  struct Case {
    OutboxState outcome;
    OutboxState first_ends;
    OutboxOperation second;
  };
  const Case cases[] = {
      {OutboxState::sent, OutboxState::sent, OutboxOperation::update},
      {OutboxState::planned, OutboxState::cancelled, OutboxOperation::create},
      {OutboxState::rejected, OutboxState::rejected, OutboxOperation::create},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(enum_text(c.outcome)));
    const auto first = plan_one();
    CONVERGE_GET(begin(first));
    EXPECT_TRUE(CONVERGE_GET(plan(make_part("# Another note"))));
    EXPECT_TRUE(due(now).empty());
    ASSERT_TRUE(finish(first, {OutboxState::unknown, {}, {}, {}}));
    EXPECT_TRUE(due(now).empty()) << "nobody knows whether it is there";
    run_sql("UPDATE outbox SET state = 'sending' WHERE state = 'unknown'");
    ASSERT_TRUE(finish(first, {c.outcome, "remote-1", {}, {}}));
    const auto next = due(now);
    ASSERT_EQ(next.size(), 1U);
    const auto row = CONVERGE_GET(begin(next[0].id));
    EXPECT_EQ(row.payload, "# Another note");
    EXPECT_EQ(row.operation, c.second);
    EXPECT_EQ(row.remote_id,
              c.second == OutboxOperation::update ? std::optional<std::string>("remote-1") : std::nullopt);
    EXPECT_EQ(CONVERGE_GET(db().transact([&](Tx& tx) {
                return tx.find<OutboxRow>(sql::outbox_by_id, params(first));
              }))->state,
              c.first_ends);
    run_sql("DELETE FROM outbox");
  }
}

// The sender has taken the part and not committed yet: whoever withdraws it waits, and plans its removal.
TEST_P(Outbox, WithdrawalWaitsForASenderThatHasTakenThePart) {
  const auto id = plan_one();
  std::latch is_taken(1);
  std::thread sender([&] {
    CONVERGE_GET(db().transact([&](Tx& tx) -> Result<void> {
      TRY_VOID(begin_send(tx, id));
      is_taken.count_down();
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      return {};
    }));
  });
  is_taken.wait();
  const auto removals = db().transact([&](Tx& tx) {
    return plan_withdrawal({tx, now, seed}, make_part().content_item_id);
  });
  sender.join();
  EXPECT_EQ(CONVERGE_GET(removals), 1);
  ASSERT_TRUE(finish(id, {OutboxState::sent, "remote-1", {}, {}}));
  ASSERT_EQ(due(now).size(), 1U);
  EXPECT_EQ(due(now)[0].operation, OutboxOperation::withdraw);
}

// Rows of a program that knew no editions: they count as the first ones.
TEST_P(Outbox, TakesOverRowsWithoutEditions) {
  const auto first = plan_one();
  run_sql("UPDATE outbox SET edition = NULL, operation = NULL");
  ASSERT_EQ(due(now).size(), 1U);
  CONVERGE_GET(begin(first));
  ASSERT_TRUE(finish(first, {OutboxState::sent, "remote-1", {}, {}}));
  run_sql("UPDATE outbox SET operation = NULL");
  EXPECT_FALSE(CONVERGE_GET(plan(make_part())));
  EXPECT_TRUE(CONVERGE_GET(plan(make_part("# Another note"))));
  const auto next = due(now);
  ASSERT_EQ(next.size(), 1U);
  EXPECT_EQ(next[0].edition, 2);
  EXPECT_EQ(CONVERGE_GET(begin(next[0].id)).remote_id, "remote-1");
}

TEST_P(Outbox, IsSentOnce) {
  const auto id = plan_one();
  const auto row = CONVERGE_GET(begin(id));
  EXPECT_EQ(row.state, OutboxState::sending);
  EXPECT_EQ(row.attempts, 1);
  EXPECT_EQ(row.payload, "# Note");
  EXPECT_EQ(begin(id).error().code, Errc::conflict) << "a second sender";
  ASSERT_TRUE(finish(id, {OutboxState::sent, "remote-1", std::nullopt, std::nullopt}));
  const auto sent = only();
  EXPECT_EQ(sent.state, OutboxState::sent);
  EXPECT_EQ(sent.remote_id, "remote-1");
  EXPECT_EQ(sent.sent_at, now + std::chrono::minutes(1));
  EXPECT_EQ(sent.tried_at, now + std::chrono::minutes(1));
  EXPECT_EQ(begin(id).error().code, Errc::conflict);
  EXPECT_EQ(finish(id, {OutboxState::sent, "remote-2", std::nullopt, std::nullopt}).error().code, Errc::conflict);
  EXPECT_EQ(begin("00000000000000000000000000").error().code, Errc::not_found);
  EXPECT_EQ(finish("00000000000000000000000000", {}).error().code, Errc::not_found);
}

TEST_P(Outbox, OfADeadSenderIsUnknownUntilTheTargetWasAsked) {
  const auto id = plan_one();
  CONVERGE_GET(begin(id));
  const auto mark = [&] { return db().transact([&](Tx& tx) { return mark_interrupted_sends(tx, now); }); };
  EXPECT_EQ(CONVERGE_GET(mark()), 1);
  EXPECT_EQ(CONVERGE_GET(mark()), 0);
  EXPECT_EQ(only().state, OutboxState::unknown);
  EXPECT_THAT(only().error.value_or(""), HasSubstr("sender ended"));
  EXPECT_EQ(begin(id).error().code, Errc::conflict) << "it may have arrived";
  ASSERT_TRUE(finish(id, {OutboxState::planned, std::nullopt, std::nullopt, std::nullopt}));
  EXPECT_EQ(CONVERGE_GET(begin(id)).attempts, 2);
}

// Every pair of states, against the arrows of the header drawn again by hand.
TEST_P(Outbox, RefusesEveryMoveThatIsNotInTheTable) {
  const auto is_drawn = [](OutboxState from, OutboxState to) {
    const std::string arrow = std::string(enum_text(from)) + ">" + std::string(enum_text(to));
    return std::string(
               " planned>sending planned>cancelled sending>sent sending>rejected sending>planned sending>unknown"
               " unknown>sent unknown>planned unknown>unknown unknown>rejected ")
               .find(" " + arrow + " ") != std::string::npos;
  };
  const auto id = plan_one();
  for (const auto from : states)
    for (const auto to : states) {
      SCOPED_TRACE(std::string(enum_text(from)) + " to " + std::string(enum_text(to)));
      EXPECT_EQ(is_outbox_move(from, to), is_drawn(from, to));
      run_sql("UPDATE outbox SET state = '" + std::string(enum_text(from)) +
              "', sent_at = IF(state = 'sent', NOW(6), NULL)");
      const auto cancel = [&] {
        return CONVERGE_GET(db().transact([&](Tx& tx) { return cancel_planned(tx, only().content_item_id); })) == 1;
      };
      const bool is_moved = to == OutboxState::sending     ? begin(id).has_value()
                            : to == OutboxState::cancelled ? cancel()
                                                           : finish(id, {to, {}, {}, {}}).has_value();
      EXPECT_EQ(is_moved, is_drawn(from, to));
      EXPECT_EQ(only().state, is_drawn(from, to) ? to : from);
    }
}

}  // namespace
}  // namespace converge::store
