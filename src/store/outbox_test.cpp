#include "store/outbox.hpp"

#include "base/hash.hpp"
#include "fixture/test_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace converge::store {
namespace {

using ::testing::HasSubstr;

const Instant now = *parse_instant("2020-03-16T20:00:00Z");
constexpr std::uint64_t seed = 7;
constexpr std::array states{OutboxState::planned, OutboxState::sending, OutboxState::sent, OutboxState::rejected,
                            OutboxState::unknown};

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
  Result<std::string> plan(const OutboxPart& part) {
    return db().transact([&](Tx& tx) { return plan_outbox({tx, now, seed}, part); });
  }
  Result<OutboxRow> begin(std::string_view id) {
    return db().transact([&](Tx& tx) { return begin_send(tx, id); });
  }
  Result<void> finish(std::string_view id, const SendOutcome& outcome) {
    return db().transact([&](Tx& tx) { return finish_send(tx, id, outcome, now + std::chrono::minutes(1)); });
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
  const auto id = CONVERGE_GET(plan(make_part()));
  EXPECT_EQ(CONVERGE_GET(plan(make_part())), id);
  const auto row = only();
  EXPECT_EQ(row.state, OutboxState::planned);
  EXPECT_EQ(row.payload_sha256, compute_sha256_hex("# Note"));
  EXPECT_EQ(row.planned_at, now);
  EXPECT_EQ(row.attempts, 0);

  auto elsewhere = make_part();
  elsewhere.destination = "other.md";
  for (const auto& other : {plan(make_part("# Another note")), plan(elsewhere)}) {
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, Errc::conflict);
    EXPECT_THAT(other.error().message, HasSubstr(id));
  }
  EXPECT_EQ(only(), row);
}

TEST_P(Outbox, IsSentOnce) {
  const auto id = CONVERGE_GET(plan(make_part()));
  const auto row = CONVERGE_GET(begin(id));
  EXPECT_EQ(row.state, OutboxState::sending);
  EXPECT_EQ(row.attempts, 1);
  EXPECT_EQ(row.payload, "# Note");
  EXPECT_EQ(begin(id).error().code, Errc::conflict) << "a second sender";
  ASSERT_TRUE(finish(id, {OutboxState::sent, "remote-1", std::nullopt}));
  const auto sent = only();
  EXPECT_EQ(sent.state, OutboxState::sent);
  EXPECT_EQ(sent.remote_id, "remote-1");
  EXPECT_EQ(sent.sent_at, now + std::chrono::minutes(1));
  EXPECT_EQ(sent.tried_at, now + std::chrono::minutes(1));
  EXPECT_EQ(begin(id).error().code, Errc::conflict);
  EXPECT_EQ(finish(id, {OutboxState::sent, "remote-2", std::nullopt}).error().code, Errc::conflict);
  EXPECT_EQ(begin("00000000000000000000000000").error().code, Errc::not_found);
  EXPECT_EQ(finish("00000000000000000000000000", {}).error().code, Errc::not_found);
}

TEST_P(Outbox, OfADeadSenderIsUnknownUntilTheTargetWasAsked) {
  const auto id = CONVERGE_GET(plan(make_part()));
  CONVERGE_GET(begin(id));
  const auto mark = [&] { return db().transact([&](Tx& tx) { return mark_interrupted_sends(tx, now); }); };
  EXPECT_EQ(CONVERGE_GET(mark()), 1);
  EXPECT_EQ(CONVERGE_GET(mark()), 0);
  EXPECT_EQ(only().state, OutboxState::unknown);
  EXPECT_THAT(only().error.value_or(""), HasSubstr("sender ended"));
  EXPECT_EQ(begin(id).error().code, Errc::conflict) << "it may have arrived";
  ASSERT_TRUE(finish(id, {OutboxState::planned, std::nullopt, std::nullopt}));
  EXPECT_EQ(CONVERGE_GET(begin(id)).attempts, 2);
}

// Every pair of states, against the arrows of the header drawn again by hand.
TEST_P(Outbox, RefusesEveryMoveThatIsNotInTheTable) {
  const auto is_drawn = [](OutboxState from, OutboxState to) {
    const std::string arrow = std::string(enum_text(from)) + ">" + std::string(enum_text(to));
    return std::string(
               " planned>sending sending>sent sending>rejected sending>planned sending>unknown"
               " unknown>sent unknown>planned unknown>unknown unknown>rejected ")
               .find(" " + arrow + " ") != std::string::npos;
  };
  const auto id = CONVERGE_GET(plan(make_part()));
  for (const auto from : states)
    for (const auto to : states) {
      SCOPED_TRACE(std::string(enum_text(from)) + " to " + std::string(enum_text(to)));
      EXPECT_EQ(is_outbox_move(from, to), is_drawn(from, to));
      run_sql("UPDATE outbox SET state = '" + std::string(enum_text(from)) +
              "', sent_at = IF(state = 'sent', NOW(6), NULL)");
      const bool is_moved = to == OutboxState::sending ? begin(id).has_value() : finish(id, {to, {}, {}}).has_value();
      EXPECT_EQ(is_moved, is_drawn(from, to));
      EXPECT_EQ(only().state, is_drawn(from, to) ? to : from);
    }
}

}  // namespace
}  // namespace converge::store
