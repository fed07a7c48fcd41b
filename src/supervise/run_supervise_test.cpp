#include "supervise/run_supervise.hpp"

#include "base/hash.hpp"
#include "fixture/scored_model.hpp"
#include "fixture/test_server.hpp"
#include "wire/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/object.hpp>

namespace converge::supervise {
namespace {

using ::testing::HasSubstr;

constexpr const char* batch_id = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
constexpr const char* act_on_everything =
    "[[rule]]\nname='all'\naction='retrain'\nfindings=['*']\nmode='act'\n"
    "[[rule]]\nname='tell'\naction='notify'\nfindings=['*']\nmode='act'\n[budget]\nretrain_per_day=2\n";

using Words = std::vector<std::string>;

Instant day(int n) {
  return *parse_instant("2015-01-02T21:00:00Z") + std::chrono::days(n);
}

// One model on daily bars, one source; a tick is a call of run_supervise on that day.
class SuperviseStage : public fixture::ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (IsSkipped()) return;
    create_system_tables();
    db_.emplace(open_db());
    options_of_desk_.policy = parse_policy(act_on_everything, "policy.toml").value();
    WatchedModel model{"sp500_vol5", "spx", "1d", fixture::ScoredModel().version.label_set_hash, 5, 63, {}};
    model.limits = {21, 21, 252};
    options_of_desk_.models = {model};
    insert(IngestBatchRow{.id = batch_id,
                          .source = "walk",
                          .table_name = "bar",
                          .content_sha256 = std::string(64, '0'),
                          .contract_hash = std::string(64, '0'),
                          .known_at = day(-400)});
    std::vector<BarRow> bars;
    for (int n = -400; n < 0; ++n) bars.push_back(make_bar(n));
    insert(bars);
  }

  template <class Row>
  void insert(const Row& row) {
    CONVERGE_GET(db_->transact([&](store::Tx& tx) { return tx.insert(row); }));
  }
  static BarRow make_bar(int n) {
    return {.symbol = "spx",
            .timeframe = "1d",
            .bar_at = day(n),
            .revision = 0,
            .known_at = day(n),
            .open = Decimal::from_units(100, 0),
            .high = Decimal::from_units(101, 0),
            .low = Decimal::from_units(99, 0),
            .close = Decimal::from_units(100, 0),
            .volume = Decimal::from_units(1, 0),
            .open_synthetic = false,
            .batch_id = batch_id};
  }
  void add_bar(int n) { insert(make_bar(n)); }
  // A session and its tick.
  SuperviseCounts tick(int n) {
    add_bar(n);
    return CONVERGE_GET(db_->transact([&](store::Tx& tx) {
      store::Scope scope{tx, day(n), 7};
      return run_supervise(scope, options_of_desk_);
    }));
  }
  Result<std::string> ask(int n, const std::string& model) {
    return db_->transact([&](store::Tx& tx) {
      store::Scope scope{tx, day(n), 7};
      return request_retrain(scope, options_of_desk_, model, "new features");
    });
  }
  Result<ProposalRow> say(int n, const std::string& proposal_id, OwnerDecision decision) {
    return db_->transact([&](store::Tx& tx) {
      store::Scope scope{tx, day(n), 7};
      return decide_proposal(scope, options_of_desk_, proposal_id, decision, "I have looked");
    });
  }
  void put_champion_in_office(int n) {
    fixture::ScoredModel scored;
    scored.version.train_to_at = day(n) - std::chrono::days(10);
    CONVERGE_GET(db_->transact([&](store::Tx& tx) -> Result<void> {
      TRY_VOID(scored.insert(tx));
      return tx.insert(ModelAliasRow{.model = scored.version.model,
                                     .alias = ModelAliasAlias::champion,
                                     .sequence = 1,
                                     .model_version_id = scored.version.id,
                                     .gate_decision_id = std::nullopt,
                                     .actor = "gate",
                                     .reason = "better",
                                     .set_at = day(n)});
    }));
  }

  Words column(const std::string& sql) {
    Words values;
    for (const auto& row : select_sql(sql).rows) values.push_back(std::get<std::string>(row.at(0)));
    return values;
  }
  Words retrains() { return column("SELECT status FROM proposal WHERE action = 'retrain' ORDER BY proposed_at, id"); }
  Words jobs() { return column("SELECT state FROM job ORDER BY due_at, id"); }
  void end_job(const char* state) {
    run_sql(std::string("UPDATE job SET state = '") + state +
            "', open_key = NULL, finished_at = NOW(6), error = 'error[internal]: a bug'");
  }

  std::optional<store::Db> db_;
  SuperviseOptions options_of_desk_;
};
CONVERGE_ON_BOTH_SERVERS(SuperviseStage);

TEST_P(SuperviseStage, AsksForAFirstChampionOnceAndSaysWhy) {
  const SuperviseCounts first = tick(0);
  EXPECT_EQ(first.findings_opened, 1);
  EXPECT_EQ(first.approved, 1);
  EXPECT_EQ(retrains(), Words{"approved"});
  EXPECT_EQ(jobs(), Words{"ready"});
  EXPECT_EQ(column("SELECT CONCAT(actor, ' ', verb, ' ', subject) FROM audit"),
            Words{"policy retrain model:sp500_vol5"});
  EXPECT_EQ(column("SELECT f.kind FROM proposal p JOIN finding f ON f.id = p.finding_id"), Words{"no_champion"});
  const Words evidence = column("SELECT evidence FROM proposal");
  EXPECT_EQ(column("SELECT evidence FROM finding"), evidence);
  EXPECT_EQ(column("SELECT evidence_hash FROM proposal"), Words{compute_sha256_hex(evidence.at(0))});

  const SuperviseCounts second = tick(1);
  EXPECT_EQ(second.findings_opened + second.proposals + second.approved, 0) << "the job of day 0 is still to run";
  EXPECT_EQ(jobs(), Words{"ready"});
}

TEST_P(SuperviseStage, AJobThatWasGivenUpFailsItsProposalIsToldAndMayBeTriedAfterTheCoolDown) {
  tick(0);
  end_job("dead");
  tick(1);
  EXPECT_EQ(retrains(), (Words{"failed", "held"})) << "cool-down";
  EXPECT_EQ(column("SELECT p.status FROM proposal p JOIN finding f ON f.id = p.finding_id WHERE f.kind = 'job_dead'"),
            Words{"approved"});
  for (int n = 2; n <= 20; ++n) tick(n);
  EXPECT_EQ(jobs(), Words{"dead"});
  tick(21);
  EXPECT_EQ(retrains(), (Words{"failed", "approved"}));
  EXPECT_EQ(jobs(), (Words{"dead", "ready"}));
}

TEST_P(SuperviseStage, AJobThatTheOwnerCancelledIsNotStartedAgainAtOnce) {
  tick(0);
  end_job("cancelled");
  tick(1);
  EXPECT_EQ(retrains(), (Words{"rejected", "held"}));
  EXPECT_EQ(jobs(), Words{"cancelled"});
}

TEST_P(SuperviseStage, AFreezeHoldsUntilItIsLifted) {
  options_of_desk_.policy.freeze = true;
  tick(0);
  EXPECT_EQ(retrains(), Words{"held"});
  EXPECT_TRUE(jobs().empty());
  options_of_desk_.policy.freeze = false;
  tick(1);
  EXPECT_EQ(retrains(), Words{"approved"});
  EXPECT_EQ(jobs(), Words{"ready"});
}

TEST_P(SuperviseStage, AProposalWhoseFindingIsNoLongerSeenWaitsAndExpires) {
  options_of_desk_.policy.freeze = true;
  tick(0);
  options_of_desk_.policy.freeze = false;
  put_champion_in_office(1);
  tick(1);
  EXPECT_EQ(retrains(), Words{"held"}) << "a champion is in office: nobody looks for a first one";
  EXPECT_EQ(column("SELECT decision_reason FROM proposal"), Words{"the finding is not seen today"});
  tick(7);
  EXPECT_EQ(column("SELECT status FROM finding"), Words{"resolved"});
  EXPECT_EQ(retrains(), Words{"expired"});
  EXPECT_TRUE(jobs().empty());
}

TEST_P(SuperviseStage, TheChampionOfAnotherLabelIsNoChampion) {
  put_champion_in_office(0);
  tick(1);
  EXPECT_EQ(column("SELECT kind FROM finding"), Words{});
  options_of_desk_.models[0].label_set_hash = std::string(64, '2');
  tick(2);
  EXPECT_EQ(column("SELECT kind FROM finding"), Words{"no_champion"});
  EXPECT_EQ(retrains(), Words{"approved"}) << "no label of the old question has to ripen first";
}

TEST_P(SuperviseStage, KeepsTheEvidenceThatAFindingWasOpenedOn) {
  options_of_desk_.models.clear();
  options_of_desk_.sources = {{"walk", 400}};
  for (int n = 0; n < 3; ++n) tick(n);
  const auto rows = select_sql("SELECT evidence, evidence_last, seen FROM finding");
  ASSERT_EQ(rows.rows.size(), 1U);
  const auto silent_days = [&](std::size_t at) {
    return parse_json(std::get<std::string>(rows.rows[0][at]))->as_object().at("silent_days").as_int64();
  };
  EXPECT_EQ(silent_days(0), 400);
  EXPECT_EQ(silent_days(1), 402);
  EXPECT_EQ(std::get<std::int64_t>(rows.rows[0][2]), 3);
}

TEST_P(SuperviseStage, TheOwnerMayAskAndIsHeldToTheSameGovernor) {
  const auto unknown = ask(0, "other");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, Errc::not_found);

  const std::string job = CONVERGE_GET(ask(0, "sp500_vol5"));
  EXPECT_EQ(column("SELECT id FROM job"), Words{job});
  EXPECT_EQ(column("SELECT f.kind FROM proposal p JOIN finding f ON f.id = p.finding_id"), Words{"owner_asked"});
  EXPECT_EQ(column("SELECT decided_by FROM proposal"), Words{"owner"});
  EXPECT_EQ(column("SELECT actor FROM audit"), Words{"owner"});

  end_job("done");
  add_bar(1);
  const auto cooling = ask(1, "sp500_vol5");
  ASSERT_FALSE(cooling);
  EXPECT_EQ(cooling.error().code, Errc::denied);
  EXPECT_THAT(cooling.error().message, HasSubstr("cool-down"));
  EXPECT_EQ(column("SELECT kind FROM finding").size(), 1U) << "a refusal writes nothing";
}

// What the policy leaves to a person.
constexpr const char* ask_about_everything = "[[rule]]\nname='ask'\naction='retrain'\nfindings=['*']\nmode='propose'\n";

TEST_P(SuperviseStage, TheOwnerApprovesWhatThePolicyLeftToAPerson) {
  options_of_desk_.policy = parse_policy(ask_about_everything, "policy.toml").value();
  tick(0);
  tick(1);
  ASSERT_EQ(retrains(), Words{"proposed"});
  EXPECT_TRUE(jobs().empty());
  const std::string id = column("SELECT id FROM proposal").at(0);

  const ProposalRow approved = CONVERGE_GET(say(1, id, OwnerDecision::approve));
  EXPECT_EQ(approved.status, ProposalStatus::approved);
  EXPECT_EQ(approved.decided_by, "owner");
  EXPECT_EQ(column("SELECT id FROM job"), Words{approved.job_id.value()});
  EXPECT_EQ(column("SELECT CONCAT(kind, ' ', unique_key) FROM job"), Words{"train train:sp500_vol5"});
  EXPECT_EQ(column("SELECT CONCAT(actor, ' ', verb, ' ', subject) FROM audit"),
            Words{"owner retrain model:sp500_vol5"});
  EXPECT_THAT(column("SELECT reason FROM audit").at(0), HasSubstr("I have looked"));
  EXPECT_EQ(say(1, id, OwnerDecision::approve).error().code, Errc::conflict) << "it is decided";
  EXPECT_EQ(say(1, "01ARZ3NDEKTSV4RRFFQ69G5FAV", OwnerDecision::reject).error().code, Errc::not_found);
  tick(2);
  EXPECT_EQ(jobs(), Words{"ready"}) << "nothing is proposed while it runs";
}

TEST_P(SuperviseStage, TheGovernorHoldsTheOwnerToo) {
  tick(0);
  end_job("dead");
  options_of_desk_.policy = parse_policy(ask_about_everything, "policy.toml").value();
  tick(1);
  ASSERT_EQ(retrains(), (Words{"failed", "proposed"}));
  const std::string id = column("SELECT id FROM proposal WHERE status = 'proposed' AND action = 'retrain'").at(0);
  const auto cooling = say(1, id, OwnerDecision::approve);
  ASSERT_FALSE(cooling);
  EXPECT_EQ(cooling.error().code, Errc::denied);
  EXPECT_THAT(cooling.error().message, HasSubstr("cool-down"));
  EXPECT_EQ(retrains(), (Words{"failed", "proposed"}));
  for (int n = 2; n <= 21; ++n) tick(n);
  CONVERGE_GET(say(21, id, OwnerDecision::approve));
  EXPECT_EQ(jobs(), (Words{"dead", "ready"}));
}

TEST_P(SuperviseStage, WhatTheOwnerRejectsIsNotAskedAgain) {
  options_of_desk_.policy = parse_policy(ask_about_everything, "policy.toml").value();
  tick(0);
  const ProposalRow rejected = CONVERGE_GET(say(0, column("SELECT id FROM proposal").at(0), OwnerDecision::reject));
  EXPECT_EQ(rejected.status, ProposalStatus::rejected);
  EXPECT_FALSE(rejected.job_id);
  EXPECT_EQ(column("SELECT CONCAT(actor, ' ', verb) FROM audit"), Words{"owner reject_retrain"});
  EXPECT_EQ(column("SELECT `undo` FROM audit"), Words{"converge model train sp500_vol5 --reason TEXT"});
  for (int n = 1; n <= 40; ++n) tick(n);
  EXPECT_EQ(retrains(), Words{"rejected"});
  EXPECT_TRUE(jobs().empty());
  CONVERGE_GET(ask(40, "sp500_vol5"));
  EXPECT_EQ(jobs(), Words{"ready"}) << "a word of the owner is no attempt that others have to wait for";
}

TEST_P(SuperviseStage, NobodyDecidesWhatHasExpiredOrHasNoGround) {
  options_of_desk_.policy = parse_policy(ask_about_everything, "policy.toml").value();
  tick(0);
  const std::string id = column("SELECT id FROM proposal").at(0);
  EXPECT_EQ(say(30, id, OwnerDecision::approve).error().code, Errc::conflict) << "nobody decided it in 30 days";
  run_sql("UPDATE finding SET status = 'resolved', resolved_at = last_seen_at");
  EXPECT_EQ(say(1, id, OwnerDecision::approve).error().code, Errc::conflict);
  EXPECT_TRUE(jobs().empty());
}

}  // namespace
}  // namespace converge::supervise
