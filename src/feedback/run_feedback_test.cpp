#include "feedback/run_feedback.hpp"

#include "base/ulid.hpp"
#include "fixture/scored_model.hpp"
#include "fixture/test_server.hpp"

#include <gmock/gmock.h>

namespace converge::feedback {
namespace {

using namespace std::chrono_literals;
using store::Scope;
using store::Tx;

const Instant monday = midnight_utc(Date(std::chrono::year(2020) / 3 / 16)) + 20h;

class FeedbackTest : public fixture::ServerTest {
 protected:
  // Runs `work` in a transaction of its own at `now`.
  template <class Work>
  auto at(store::Db& db, Instant now, Work&& work) {
    return db.transact([&](Tx& tx) {
      Scope scope{tx, now, 7};
      return work(scope);
    });
  }
};
CONVERGE_ON_BOTH_SERVERS(FeedbackTest);

FeedbackItem make_item() {
  return {.channel = "cli",
          .subject = "content:01J",
          .author = "ann",
          .rating = 1,
          .label = {},
          .comment = "Grüße 👍",
          .idempotency_key = "k1"};
}

TEST_P(FeedbackTest, IsKeptOncePerKey) {
  create_system_tables();
  auto db = open_db();
  const auto add = [&](Instant now, const FeedbackItem& item) {
    return at(db, now, [&](Scope& scope) { return add_feedback(scope, item); });
  };
  const AddedFeedback first = CONVERGE_GET(add(monday, make_item()));
  EXPECT_TRUE(first.is_new);
  EXPECT_EQ(first.row.idempotency_key, "cli/k1");
  const AddedFeedback again = CONVERGE_GET(add(monday + 1h, make_item()));
  EXPECT_FALSE(again.is_new);
  EXPECT_EQ(again.row, first.row) << "the first stands, with its instant";

  FeedbackItem other = make_item();
  other.rating = -1;
  const auto taken = add(monday + 2h, other);
  ASSERT_FALSE(taken.has_value());
  EXPECT_EQ(taken.error().code, Errc::conflict);
  other.channel = "web";
  EXPECT_TRUE(CONVERGE_GET(add(monday + 2h, other)).is_new) << "keys of another channel are others";

  other.channel = "outcome";
  EXPECT_EQ(add(monday, other).error().code, Errc::invalid_input) << "nobody speaks for the system";
}

TEST_P(FeedbackTest, IsListedNewestFirstAndOnlyWhatWasKnown) {
  create_system_tables();
  auto db = open_db();
  for (int i = 0; i < 3; ++i) {
    FeedbackItem item = make_item();
    item.idempotency_key = "k" + std::to_string(i);
    if (i == 1) item.subject = "model:sp500_vol5";
    CONVERGE_GET(at(db, monday + std::chrono::hours(i), [&](Scope& scope) { return add_feedback(scope, item); }));
  }
  const auto keys = [&](Instant now, std::string_view subject, std::size_t rows_max) {
    const auto rows = CONVERGE_GET(at(db, now, [&](Scope& scope) { return list_feedback(scope, subject, rows_max); }));
    std::vector<std::string> listed;
    for (const FeedbackRow& row : rows) listed.push_back(row.idempotency_key);
    return listed;
  };
  using Keys = std::vector<std::string>;
  EXPECT_EQ(keys(monday + 9h, "", 10), (Keys{"cli/k2", "cli/k1", "cli/k0"}));
  EXPECT_EQ(keys(monday + 9h, "", 2), (Keys{"cli/k2", "cli/k1"}));
  EXPECT_EQ(keys(monday + 1h, "", 10), (Keys{"cli/k1", "cli/k0"}));
  EXPECT_EQ(keys(monday + 9h, "model:sp500_vol5", 10), (Keys{"cli/k1"}));
  EXPECT_EQ(keys(monday + 9h, "model:none", 10), Keys{});
}

TEST_P(FeedbackTest, StaysWhenItIsWithdrawn) {
  create_system_tables();
  auto db = open_db();
  const auto added = CONVERGE_GET(at(db, monday, [&](Scope& scope) { return add_feedback(scope, make_item()); }));
  const auto withdraw = [&](Instant now, const std::string& id) {
    return at(db, now, [&](Scope& scope) { return withdraw_feedback(scope, id); });
  };
  EXPECT_EQ(CONVERGE_GET(withdraw(monday + 1h, added.row.id)).withdrawn_at, monday + 1h);
  EXPECT_EQ(CONVERGE_GET(withdraw(monday + 2h, added.row.id)).withdrawn_at, monday + 1h) << "once is enough";
  const auto rows = CONVERGE_GET(at(db, monday + 3h, [&](Scope& scope) { return list_feedback(scope, "", 10); }));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].withdrawn_at, monday + 1h);
  EXPECT_EQ(rows[0].comment, "Grüße 👍");
  EXPECT_EQ(withdraw(monday, make_ulid(monday, 1, "feedback", "none")).error().code, Errc::not_found);
}

TEST_P(FeedbackTest, CanBeSaidAgainOnceItIsWithdrawn) {
  create_system_tables();
  auto db = open_db();
  FeedbackItem item = make_item();
  item.idempotency_key.reset();
  const auto add = [&](Instant now) { return at(db, now, [&](Scope& scope) { return add_feedback(scope, item); }); };
  const auto withdraw = [&](Instant now, const std::string& id) {
    CONVERGE_GET(at(db, now, [&](Scope& scope) { return withdraw_feedback(scope, id); }));
  };
  std::vector<std::string> ids;
  for (int time = 0; time < 3; ++time) {
    SCOPED_TRACE(time);
    const Instant now = monday + std::chrono::hours(time);
    const AddedFeedback added = CONVERGE_GET(add(now));
    EXPECT_TRUE(added.is_new);
    EXPECT_EQ(added.row.known_at, now);
    EXPECT_FALSE(CONVERGE_GET(add(now + 1min)).is_new) << "the same again is the same";
    ids.push_back(added.row.id);
    if (time < 2) withdraw(now + 2min, added.row.id);
  }
  const auto rows = CONVERGE_GET(at(db, monday + 9h, [&](Scope& scope) { return list_feedback(scope, "", 10); }));
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].id, ids[2]);
  EXPECT_EQ(rows[0].withdrawn_at, std::nullopt);
  EXPECT_EQ(rows[1].withdrawn_at, monday + 1h + 2min) << "what was withdrawn stays withdrawn";
  EXPECT_EQ(rows[2].withdrawn_at, monday + 2min);
}

TEST_P(FeedbackTest, OfOneMessageStaysWithdrawnWhenTheMessageComesAgain) {
  create_system_tables();
  auto db = open_db();
  const auto add = [&] { return at(db, monday, [&](Scope& scope) { return add_feedback(scope, make_item()); }); };
  const std::string id = CONVERGE_GET(add()).row.id;
  CONVERGE_GET(at(db, monday + 1h, [&](Scope& scope) { return withdraw_feedback(scope, id); }));
  const auto again = add();
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().code, Errc::conflict);
  EXPECT_THAT(again.error().message, ::testing::AllOf(::testing::HasSubstr(id), ::testing::HasSubstr("withdrawn at")));
}

TEST_P(FeedbackTest, OfTheSystemFollowsEachMaturedOutcomeOnce) {
  create_system_tables();
  auto db = open_db();
  struct Case {
    const char* name;
    double score;
    std::int64_t label;
    double log_loss, base_log_loss;
    Instant matured_at;
    std::optional<std::int64_t> rating;  // none: no feedback at `monday`
    const char* verdict;
  };
  const Case cases[] = {
      {"right and better", 0.9, 1, 0.105, 0.693, monday, 1, "hit"},
      {"wrong and worse", 0.9, 0, 2.303, 0.693, monday, -1, "miss"},
      {"right and worse than a surer base rate", 0.6, 1, 0.511, 0.357, monday, -1, "hit"},
      {"wrong and better", 0.55, 0, 0.799, 0.916, monday, 1, "miss"},
      {"as good as the base rate", 0.5, 1, 0.693, 0.693, monday, 0, "hit"},
      {"matured on the day before", 0.9, 1, 0.105, 0.693, monday - 24h, std::nullopt, ""},
  };
  fixture::ScoredModel model;
  std::vector<std::string> ids;
  for (const Case& c : cases)
    ids.push_back(model.add_outcome(c.score, c.label, c.log_loss, c.base_log_loss, c.matured_at));
  model.add_abstention();
  CONVERGE_GET(db.transact([&](Tx& tx) { return model.insert(tx); }));

  const auto run = [&] { return CONVERGE_GET(at(db, monday, [&](Scope& scope) { return run_feedback(scope); })); };
  const auto rows = run();
  EXPECT_EQ(rows.size(), 5u);
  EXPECT_TRUE(run().empty()) << "each outcome once";
  for (std::size_t i = 0; i < ids.size(); ++i) {
    SCOPED_TRACE(cases[i].name);
    const auto listed =
        CONVERGE_GET(at(db, monday, [&](Scope& scope) { return list_feedback(scope, "prediction:" + ids[i], 10); }));
    ASSERT_EQ(listed.size(), cases[i].rating ? 1u : 0u);
    if (!cases[i].rating) continue;
    EXPECT_EQ(listed[0].source, FeedbackSource::system);
    EXPECT_EQ(listed[0].rating, cases[i].rating);
    EXPECT_EQ(listed[0].label, cases[i].verdict);
    EXPECT_EQ(listed[0].author, model.version.model);
    const auto withdrawn = at(db, monday, [&](Scope& scope) { return withdraw_feedback(scope, listed[0].id); });
    EXPECT_EQ(withdrawn.error().code, Errc::denied);
  }
}

}  // namespace
}  // namespace converge::feedback
