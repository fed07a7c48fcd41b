#include "content/run_content.hpp"

#include "store/outbox.hpp"
#include "store/sql.hpp"

#include <boost/json/object.hpp>
#include <fixture/test_server.hpp>

namespace converge::content {
namespace {

class RunContent : public fixture::ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (IsSkipped()) return;
    create_system_tables();
    db_.emplace(open_db());
  }

  Result<ContentCount> run(std::span<const NoteRequest> requests) {
    return db_->transact([&](store::Tx& tx) { return run_content({tx, now_, 7}, source_, requests); });
  }

  template <class Row>
  std::vector<Row> load(const store::Statement& statement, std::vector<store::Value> params) {
    return CONVERGE_GET(db_->transact([&](store::Tx& tx) { return tx.load<Row>(statement, params); }));
  }

  std::optional<store::Db> db_;
  const Instant now_ = parse_instant("2020-03-16T21:00:00Z").value();
  const ContentSource source_ = load_content_source(CONVERGE_SOURCE_DIR "/desk").value();
};
CONVERGE_ON_BOTH_SERVERS(RunContent);

NoteRequest make_refusal(std::string subject, std::string_view reason) {
  return {.template_name = "refusal_note",
          .subject = std::move(subject),
          .fields = {{"model", "sp500_up5"},
                     {"version", 2},
                     {"decided_on", "2020-03-16"},
                     {"confidence", 0.95},
                     {"rows", 1000},
                     {"attempts", 2},
                     {"reason", reason}}};
}

TEST_P(RunContent, PlansACleanNoteAndRecordsWhatItMended) {
  const NoteRequest requests[] = {make_refusal("gate_decision:1", "Too few rows \u2014 100 of 252.")};
  const ContentCount count = CONVERGE_GET(run(requests));
  EXPECT_EQ(count.approved, 1);

  const auto items =
      load<ContentItemRow>(sql::content_item_by_subject, store::params("refusal_note", "gate_decision:1"));
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0].state, ContentItemState::approved);
  EXPECT_EQ(items[0].title, "sp500_up5: version 2 was refused");
  EXPECT_EQ(items[0].style_hash, source_.guide.hash);
  EXPECT_EQ(items[0].created_at, now_);
  EXPECT_NE(items[0].body.find("Too few rows, 100 of 252."), std::string::npos);

  const auto findings = load<ContentFindingRow>(sql::content_finding_by_item, store::params(items[0].id));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].rule, "no_em_dash");
  EXPECT_TRUE(findings[0].fixed);

  const auto parts = load<OutboxRow>(sql::outbox_all, store::params(std::int64_t{10}));
  ASSERT_EQ(parts.size(), 1U);
  EXPECT_EQ(parts[0].content_item_id, items[0].id);
  EXPECT_EQ(parts[0].target, "docs");
  EXPECT_EQ(parts[0].destination, "2020-03-16-sp500-up5-version-2-refused.md");
  EXPECT_EQ(parts[0].payload, items[0].body);
  EXPECT_EQ(parts[0].state, OutboxState::planned);
}

TEST_P(RunContent, NeverPlansANoteWithAnErrorLeft) {
  const NoteRequest requests[] = {make_refusal("gate_decision:1", "A game changer.")};
  const ContentCount count = CONVERGE_GET(run(requests));
  EXPECT_EQ(count.blocked, 1);
  EXPECT_EQ(count.approved, 0);
  const auto items = load<ContentItemRow>(sql::content_item_all, store::params(std::int64_t{10}));
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0].state, ContentItemState::blocked);
  const auto findings = load<ContentFindingRow>(sql::content_finding_by_item, store::params(items[0].id));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].level, ContentFindingLevel::error);
  EXPECT_EQ(findings[0].line, 6);
  EXPECT_EQ(findings[0].col, 11);
  EXPECT_FALSE(findings[0].fixed);
  EXPECT_TRUE(load<OutboxRow>(sql::outbox_all, store::params(std::int64_t{10})).empty());
}

TEST_P(RunContent, WritesEachSubjectOnceAndEachFileUnderItsOwnName) {
  const NoteRequest requests[] = {make_refusal("gate_decision:1", "One."), make_refusal("gate_decision:2", "Two."),
                                  make_refusal("gate_decision:1", "Another text.")};
  const ContentCount first = CONVERGE_GET(run(requests));
  EXPECT_EQ(first.approved, 2);
  EXPECT_EQ(first.unchanged, 1);
  const ContentCount second = CONVERGE_GET(run(requests));
  EXPECT_EQ(second.approved, 0);
  EXPECT_EQ(second.unchanged, 3);

  std::vector<std::string> destinations;
  for (const OutboxRow& part : load<OutboxRow>(sql::outbox_all, store::params(std::int64_t{10})))
    destinations.push_back(part.destination);
  std::ranges::sort(destinations);
  EXPECT_EQ(destinations, (std::vector<std::string>{"2020-03-16-sp500-up5-version-2-refused-2.md",
                                                    "2020-03-16-sp500-up5-version-2-refused.md"}));
}

TEST_P(RunContent, WritesNothingWhenOneRequestIsWrong) {
  NoteRequest wrong = make_refusal("gate_decision:2", "Two.");
  wrong.fields.erase("model");
  const NoteRequest requests[] = {make_refusal("gate_decision:1", "One."), wrong};
  const auto result = run(requests);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::invalid_input);
  EXPECT_EQ(result.error().message, "note on gate_decision:2: template refusal_note: field 'model' is missing");
  EXPECT_TRUE(load<ContentItemRow>(sql::content_item_all, store::params(std::int64_t{10})).empty());
}

}  // namespace
}  // namespace converge::content
