#include "surface/explain.hpp"

#include "fixture/scored_model.hpp"
#include "fixture/test_server.hpp"

#include <gtest/gtest.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace converge::surface {
namespace {

using store::Tx;

class Explain : public fixture::ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (IsSkipped()) return;
    create_system_tables();
    db_.emplace(open_db());
    finding_.id = make_id(FindingRow::table);
    finding_.kind = "schedule_due";
    finding_.subject = "model:sp500_vol5";
    finding_.fingerprint = std::string(64, 'a');
    finding_.evidence = finding_.evidence_last = R"({"sessions_since_attempt":63})";
    finding_.seen = 1;
    finding_.opened_at = finding_.last_seen_at = made_at();
    model_.version.finding_id = finding_.id;
    insert(std::vector<FindingRow>{finding_});
    CONVERGE_GET(db_->transact([&](Tx& tx) { return model_.insert(tx); }));
  }

  Instant made_at() const { return model_.version.created_at; }
  std::string make_id(std::string_view table) const { return make_ulid(made_at(), 1, table, "sample"); }

  template <class Row>
  void insert(const std::vector<Row>& rows) {
    CONVERGE_GET(db_->transact([&](Tx& tx) { return tx.insert(rows); }));
  }

  GateDecisionRow insert_decision(GateDecisionVerdict verdict) {
    GateDecisionRow row;
    row.id = make_id(GateDecisionRow::table);
    row.model = model_.version.model;
    row.model_version_id = model_.version.id;
    row.verdict = verdict;
    row.score = 0.0933;
    row.rows = 1000;
    row.block_mean = 20;
    row.resamples = 2000;
    row.confidence = 0.95;
    row.attempts = 1;
    row.reason = "log loss 0.5925 against 0.6858";
    row.decided_at = made_at();
    insert(std::vector<GateDecisionRow>{row});
    return row;
  }

  void insert_champion(int days, const char* actor) {
    ModelAliasRow row;
    row.model = model_.version.model;
    row.sequence = ++aliases_;
    row.model_version_id = model_.version.id;
    row.actor = actor;
    row.reason = "because";
    row.set_at = made_at() + std::chrono::days(days);
    insert(std::vector<ModelAliasRow>{row});
  }

  Result<JsonObject> explain(std::optional<std::int64_t> version, int days) {
    return db_->transact([&](Tx& tx) {
      return load_explanation(tx, model_.version.model, version, made_at() + std::chrono::days(days));
    });
  }

  fixture::ScoredModel model_;
  FindingRow finding_;
  std::int64_t aliases_ = 0;
  std::optional<store::Db> db_;
};

CONVERGE_ON_BOTH_SERVERS(Explain);

TEST_P(Explain, TheChampionByEverythingThatLedToIt) {
  const GateDecisionRow decision = insert_decision(GateDecisionVerdict::promoted);
  insert_champion(0, "gate");
  insert_champion(9, "owner");
  const JsonObject document = CONVERGE_GET(explain(std::nullopt, 5));
  EXPECT_EQ(document.at("champion").as_int64(), 1);
  ASSERT_EQ(document.at("history").as_array().size(), 1U) << "what the owner did on day 9 is not known on day 5";
  EXPECT_EQ(document.at("history").as_array()[0].as_object().at("actor").as_string(), "gate");
  const JsonObject& chain = document.at("chain").as_object();
  EXPECT_EQ(chain.at("finding").as_object().at("evidence").as_object().at("sessions_since_attempt").as_int64(), 63);
  EXPECT_TRUE(chain.at("proposal").is_null()) << "none is named";
  EXPECT_EQ(chain.at("version").as_object().at("artifact_sha256").as_string(), std::string(64, 'a'));
  EXPECT_EQ(chain.at("gate").as_object().at("reason").as_string(), decision.reason);
  EXPECT_EQ(document.at("attempts").as_array().size(), 1U);
  EXPECT_FALSE(document.contains("why_no_champion"));

  EXPECT_EQ(CONVERGE_GET(explain(std::nullopt, 10)).at("history").as_array().size(), 2U);
}

TEST_P(Explain, WhyThereIsNoChampion) {
  EXPECT_EQ(CONVERGE_GET(explain(std::nullopt, 5)).at("why_no_champion").as_string(),
            "no candidate has been trained yet");
  insert_decision(GateDecisionVerdict::refused);
  const JsonObject document = CONVERGE_GET(explain(std::nullopt, 5));
  EXPECT_TRUE(document.at("champion").is_null());
  EXPECT_EQ(document.at("why_no_champion").as_string(), "log loss 0.5925 against 0.6858");
  EXPECT_FALSE(document.contains("chain"));
}

TEST_P(Explain, AVersionThatWasAskedFor) {
  insert_decision(GateDecisionVerdict::refused);
  const JsonObject document = CONVERGE_GET(explain(1, 5));
  EXPECT_EQ(document.at("chain").as_object().at("gate").as_object().at("verdict").as_string(), "refused");
  EXPECT_EQ(explain(2, 5).error().code, Errc::not_found);
}

}  // namespace
}  // namespace converge::surface
