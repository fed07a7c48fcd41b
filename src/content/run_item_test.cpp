#include "content/run_item.hpp"

#include "content/run_content.hpp"
#include "store/outbox.hpp"
#include "store/schema.hpp"
#include "store/sql.hpp"

#include <gmock/gmock.h>
#include <boost/json/object.hpp>
#include <fixture/test_server.hpp>

namespace converge::content {
namespace {

using store::Scope;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using State = ContentItemState;

constexpr std::string_view good_text = "---\ntitle: Calm\ntargets: [docs]\n---\nA calm week.\n";
constexpr std::string_view bad_text = "---\ntitle: Calm\ntargets: [docs]\n---\nA game changer.\n";

class RunItem : public fixture::ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (IsSkipped()) return;
    create_system_tables();
    db_.emplace(open_db());
  }

  template <class Work>
  auto act(Work work) {
    now_ += std::chrono::minutes(1);
    return db_->transact([&](store::Tx& tx) { return work(Scope{tx, now_, 7}); });
  }
  Result<ActedItem> create(std::string_view text) {
    const ItemText parsed = parse_item_text(text, "a.md").value();
    return act([&](const Scope& scope) { return create_item(scope, source_, parsed, owner_); });
  }
  Result<ActedItem> edit(const std::string& id, std::string_view text) {
    const ItemText parsed = parse_item_text(text, "a.md").value();
    return act([&](const Scope& scope) { return edit_item(scope, source_, id, parsed, owner_); });
  }
  Result<ActedItem> approve(const std::string& id, bool override_errors = false) {
    return act([&](const Scope& scope) { return approve_item(scope, source_, id, override_errors, owner_); });
  }
  Result<ActedItem> schedule(const std::string& id, const ItemSchedule& schedule = {}) {
    return act([&](const Scope& scope) { return schedule_item(scope, id, schedule, owner_); });
  }
  Result<ActedItem> withdraw(const std::string& id) {
    return act([&](const Scope& scope) { return withdraw_item(scope, id, owner_); });
  }
  ItemHistory history(const std::string& id) {
    return CONVERGE_GET(db_->transact([&](store::Tx& tx) { return load_item_history(tx, id); }));
  }
  // "edition operation state", for each part.
  std::vector<std::string> parts(const std::string& id) {
    std::vector<std::string> words;
    for (const OutboxRow& part : history(id).parts)
      words.push_back(part.target + " " + std::to_string(part.edition.value_or(0)) + " " +
                      std::string(enum_text(part.operation.value())) + " " + std::string(enum_text(part.state)));
    return words;
  }
  std::vector<std::string> verbs(const std::string& id) {
    std::vector<std::string> words;
    for (const AuditRow& row : history(id).acts) words.push_back(row.actor + " " + row.verb);
    return words;
  }

  // As the publish stage does it, one after the other.
  void begin_sends() {
    CONVERGE_GET(act([&](const Scope& scope) -> Result<void> {
      TRY(const auto due, store::take_due(scope.tx, scope.now, 10));
      for (const OutboxRow& row : due) TRY_VOID(store::begin_send(scope.tx, row.id));
      return {};
    }));
  }
  void finish_sends(OutboxState to = OutboxState::sent) {
    CONVERGE_GET(act([&](const Scope& scope) -> Result<void> {
      TRY(const auto sending, store::load_outbox(scope.tx, OutboxState::sending, 10));
      for (const OutboxRow& row : sending) {
        TRY_VOID(store::finish_send(scope.tx, row.id, {to, "id-" + row.target, {}, {}}, scope.now));
        TRY_VOID(scope.tx.execute(sql::content_item_mark_published, store::params(row.content_item_id)));
      }
      return {};
    }));
  }
  void send_all() {
    begin_sends();
    finish_sends();
  }
  // An item that is published at docs.
  std::string publish(std::string_view text = good_text) {
    const std::string id = CONVERGE_GET(create(text)).item.id;
    CONVERGE_GET(approve(id));
    CONVERGE_GET(schedule(id));
    send_all();
    EXPECT_EQ(history(id).item.state, State::published);
    return id;
  }

  std::optional<store::Db> db_;
  Instant now_ = parse_instant("2020-03-16T21:00:00Z").value();
  ContentSource source_ = load_content_source(CONVERGE_SOURCE_DIR "/desk").value();
  ItemActor owner_{"owner", "because"};
};
CONVERGE_ON_BOTH_SERVERS(RunItem);

TEST_P(RunItem, TakesATextInOnce) {
  const auto first = CONVERGE_GET(create("# Calm \xE2\x80\x94 so far\n\nA calm week.\n"));
  EXPECT_TRUE(first.is_changed);
  EXPECT_EQ(first.item.state, State::draft);
  EXPECT_EQ(first.item.body, "# Calm, so far\n\nA calm week.\n") << "mended";
  EXPECT_EQ(first.item.title, "Calm, so far");
  EXPECT_EQ(first.item.style_hash, source_.guide.hash);
  EXPECT_EQ(history(first.item.id).findings.size(), 1U);
  EXPECT_TRUE(history(first.item.id).findings[0].fixed);

  const auto again = CONVERGE_GET(create("# Calm \xE2\x80\x94 so far\n\nA calm week.\n"));
  EXPECT_FALSE(again.is_changed);
  EXPECT_EQ(again.item, first.item);
  const auto other = create("# Calm \xE2\x80\x94 so far\n\nA wild week.\n");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, Errc::conflict);
  EXPECT_THAT(other.error().message, HasSubstr("converge content edit " + first.item.id));
  EXPECT_THAT(verbs(first.item.id), ElementsAre("owner new"));
}

TEST_P(RunItem, GoesFromConceptToPublished) {
  const auto concept_item = CONVERGE_GET(create("---\ntitle: Calm\ntargets: [docs]\n---\n"));
  const std::string id = concept_item.item.id;
  EXPECT_EQ(concept_item.item.state, State::concept_);
  EXPECT_EQ(approve(id).error().code, Errc::conflict);
  EXPECT_EQ(CONVERGE_GET(edit(id, bad_text)).item.state, State::blocked);
  EXPECT_EQ(CONVERGE_GET(edit(id, good_text)).item.state, State::draft);
  EXPECT_FALSE(CONVERGE_GET(edit(id, good_text)).is_changed);
  EXPECT_EQ(edit(id, "---\ntitle: Calm\n---\n").error().code, Errc::invalid_input);
  EXPECT_THAT(schedule(id).error().message, HasSubstr("it is draft and cannot be scheduled"));
  EXPECT_EQ(CONVERGE_GET(approve(id)).item.state, State::approved);
  EXPECT_FALSE(CONVERGE_GET(approve(id)).is_changed);
  EXPECT_EQ(CONVERGE_GET(schedule(id)).item.state, State::scheduled);
  EXPECT_FALSE(CONVERGE_GET(schedule(id)).is_changed);
  EXPECT_THAT(parts(id), ElementsAre("docs 1 create planned"));
  send_all();
  EXPECT_EQ(history(id).item.state, State::published);
  EXPECT_THAT(verbs(id), ElementsAre("owner new", "owner edit", "owner edit", "owner approve", "owner schedule"));
  const auto acts = history(id).acts;
  EXPECT_EQ(acts[3].reason, "because");
  EXPECT_THAT(acts[3].before_state, HasSubstr("\"state\":\"draft\""));
  EXPECT_THAT(acts[3].after_state, HasSubstr("\"state\":\"approved\""));
  EXPECT_THAT(acts[2].undo, HasSubstr("show " + id + " --revision 2 | converge content edit"));
}

TEST_P(RunItem, HoldsTheGateAndRecordsWhoOpenedIt) {
  const std::string id = CONVERGE_GET(create(bad_text)).item.id;
  const auto refused = approve(id);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::denied);
  EXPECT_THAT(refused.error().message, HasSubstr("3:3 banned_phrases: "));
  EXPECT_THAT(refused.error().message, HasSubstr("--override --reason"));
  EXPECT_EQ(history(id).item.state, State::blocked);
  owner_.reason = "";
  EXPECT_EQ(approve(id, true).error().code, Errc::invalid_input);
  owner_.reason = "It is a quotation.";
  const auto item = CONVERGE_GET(approve(id, true)).item;
  EXPECT_EQ(item.state, State::approved);
  EXPECT_EQ(item.override_reason, "It is a quotation.");
  EXPECT_EQ(history(id).item, item);
  EXPECT_THAT(history(id).acts.back().evidence, HasSubstr("banned_phrases"));

  CONVERGE_GET(edit(id, good_text));
  EXPECT_EQ(history(id).item.override_reason, std::nullopt);
  ASSERT_EQ(history(id).revisions.size(), 1U);
  EXPECT_EQ(history(id).revisions[0].override_reason, "It is a quotation.");
}

// The guide of now counts, and is what the item and each revision say they were checked against.
TEST_P(RunItem, ChecksAgainstTheGuideOfNow) {
  const std::string id = CONVERGE_GET(create(good_text)).item.id;
  const std::string old_hash = source_.guide.hash;
  constexpr std::string_view strict =
      "name: strict\nvoice: [\"Be brief.\"]\nrules:\n  banned_phrases:\n    level: error\n    phrases:\n"
      "      calm week: quiet week\nexamples: []\n";
  source_.guide = CONVERGE_GET(parse_style_guide(strict, "guide.yaml"));
  source_.linter = CONVERGE_GET(Linter::compile(source_.guide));
  EXPECT_EQ(approve(id).error().code, Errc::denied);
  CONVERGE_GET(edit(id, "---\ntitle: Calm\ntargets: [docs]\n---\nA quiet week.\n"));
  CONVERGE_GET(approve(id));
  EXPECT_EQ(history(id).item.style_hash, source_.guide.hash);
  EXPECT_NE(history(id).item.style_hash, old_hash);
  ASSERT_EQ(history(id).revisions.size(), 1U);
  EXPECT_EQ(history(id).revisions[0].style_hash, old_hash);
  EXPECT_EQ(history(id).revisions[0].revision, 1);
}

TEST_P(RunItem, SendsNothingBeforeItsTime) {
  const std::string id = CONVERGE_GET(create(good_text)).item.id;
  CONVERGE_GET(approve(id));
  const Instant due_at = now_ + std::chrono::hours(1);
  EXPECT_TRUE(CONVERGE_GET(schedule(id, {due_at, {}})).is_changed);
  EXPECT_FALSE(CONVERGE_GET(schedule(id, {due_at, {}})).is_changed);
  send_all();
  EXPECT_THAT(parts(id), ElementsAre("docs 1 create planned"));
  EXPECT_TRUE(CONVERGE_GET(schedule(id, {now_, {}})).is_changed) << "brought forward: the same part, another time";
  send_all();
  EXPECT_THAT(parts(id), ElementsAre("docs 1 create sent"));
  EXPECT_TRUE(CONVERGE_GET(schedule(id, {due_at, {"chat"}})).is_changed) << "another target for a published item";
  EXPECT_EQ(history(id).item.state, State::scheduled);
  now_ = due_at;
  send_all();
  EXPECT_THAT(parts(id), ElementsAre("chat 1 create sent", "docs 1 create sent"));
  EXPECT_EQ(history(id).item.state, State::published);
  EXPECT_THAT(CONVERGE_GET(read_route(history(id).item)).targets, ElementsAre("docs", "chat"));
}

TEST_P(RunItem, NamesNoTargetByItself) {
  const std::string id = CONVERGE_GET(create("# Calm\n\nA calm week.\n")).item.id;
  CONVERGE_GET(approve(id));
  EXPECT_EQ(schedule(id).error().code, Errc::invalid_input);
  EXPECT_THAT(schedule(id).error().message, HasSubstr("--target"));
}

TEST_P(RunItem, UpdatesWhatIsPublished) {
  const std::string id = publish();
  EXPECT_FALSE(CONVERGE_GET(edit(id, good_text)).is_changed) << "the same text is nothing to do";
  const auto edited = CONVERGE_GET(edit(id, "# Calm\n\nA wild week.\n"));
  EXPECT_EQ(edited.item.state, State::scheduled);
  EXPECT_THAT(parts(id), ElementsAre("docs 1 create sent", "docs 2 update planned"));
  send_all();
  EXPECT_EQ(history(id).item.state, State::published);
  const auto rows = history(id).parts;
  EXPECT_EQ(rows[1].remote_id, "id-docs");
  EXPECT_EQ(rows[1].destination, rows[0].destination);
  EXPECT_EQ(rows[1].payload, "# Calm\n\nA wild week.\n");

  EXPECT_EQ(CONVERGE_GET(edit(id, bad_text)).item.state, State::blocked) << "the gate holds after publication too";
  EXPECT_EQ(parts(id).size(), 2U);
  CONVERGE_GET(approve(id, true));
  CONVERGE_GET(schedule(id));
  EXPECT_EQ(parts(id).back(), "docs 3 update planned");
}

TEST_P(RunItem, ReplacesAnUpdateThatHasNotLeft) {
  const std::string id = publish();
  CONVERGE_GET(edit(id, "# Calm\n\nA wild week.\n"));
  EXPECT_EQ(CONVERGE_GET(edit(id, "# Calm\n\nA mild week.\n")).item.state, State::scheduled);
  EXPECT_THAT(parts(id), ElementsAre("docs 1 create sent", "docs 2 update cancelled", "docs 3 update planned"));
  send_all();
  EXPECT_EQ(history(id).item.state, State::published);
  EXPECT_EQ(history(id).parts[2].payload, "# Calm\n\nA mild week.\n");
}

TEST_P(RunItem, EditBeforeTheFirstSendAsksForApprovalAgain) {
  const std::string id = CONVERGE_GET(create(good_text)).item.id;
  CONVERGE_GET(approve(id));
  CONVERGE_GET(schedule(id));
  EXPECT_EQ(CONVERGE_GET(edit(id, "# Calm\n\nA wild week.\n")).item.state, State::draft);
  EXPECT_THAT(parts(id), ElementsAre("docs 1 create cancelled"));
  send_all();
  EXPECT_EQ(history(id).item.state, State::draft);
  CONVERGE_GET(approve(id));
  CONVERGE_GET(schedule(id));
  send_all();
  EXPECT_THAT(parts(id), ElementsAre("docs 1 create cancelled", "docs 2 create sent"));
}

// A text that comes back to what the targets have needs no second sending.
TEST_P(RunItem, IsPublishedWhenItsTargetsHaveTheTextAlready) {
  const std::string id = publish();
  CONVERGE_GET(edit(id, bad_text));
  EXPECT_EQ(CONVERGE_GET(edit(id, good_text)).item.state, State::draft);
  CONVERGE_GET(approve(id));
  EXPECT_EQ(CONVERGE_GET(schedule(id)).item.state, State::published);
  EXPECT_THAT(parts(id), ElementsAre("docs 1 create sent"));
  EXPECT_EQ(verbs(id).back(), "converge publish");
}

TEST_P(RunItem, WithdrawsBeforePublicationForGood) {
  const std::string id = CONVERGE_GET(create(good_text)).item.id;
  CONVERGE_GET(approve(id));
  CONVERGE_GET(schedule(id));
  owner_.reason = "";
  EXPECT_EQ(withdraw(id).error().code, Errc::invalid_input);
  owner_.reason = "Wrong week.";
  EXPECT_EQ(CONVERGE_GET(withdraw(id)).item.state, State::withdrawn);
  EXPECT_FALSE(CONVERGE_GET(withdraw(id)).is_changed);
  send_all();
  EXPECT_THAT(parts(id), ElementsAre("docs 1 create cancelled"));
  EXPECT_THAT(schedule(id).error().message, HasSubstr("from there it can be edited"));
  EXPECT_EQ(history(id).acts.back().reason, "Wrong week.");
}

TEST_P(RunItem, WithdrawsAfterPublicationAndComesBack) {
  const std::string id = publish();
  CONVERGE_GET(withdraw(id));
  EXPECT_THAT(parts(id), ElementsAre("docs 1 create sent", "docs 2 withdraw planned"));
  send_all();
  EXPECT_EQ(history(id).item.state, State::withdrawn);
  EXPECT_EQ(parts(id).back(), "docs 2 withdraw sent");
  EXPECT_EQ(history(id).parts.back().remote_id, "id-docs");

  EXPECT_EQ(CONVERGE_GET(edit(id, good_text)).item.state, State::draft) << "the same text, back as a draft";
  CONVERGE_GET(approve(id));
  CONVERGE_GET(schedule(id));
  send_all();
  EXPECT_EQ(parts(id).back(), "docs 3 create sent") << "a new part: the old one is gone";
  EXPECT_EQ(history(id).item.state, State::published);
}

// Withdrawn while it is being sent: whatever comes of the sending, nothing of it stays, and it is never published.
TEST_P(RunItem, EndsWithdrawnWhenWithdrawnWhileSending) {
  struct Case {
    OutboxState outcome;
    std::vector<std::string> parts;
  };
  const Case cases[] = {
      {OutboxState::sent, {"docs 1 create sent", "docs 2 withdraw sent"}},
      {OutboxState::planned, {"docs 1 create cancelled", "docs 2 withdraw cancelled"}},
      {OutboxState::rejected, {"docs 1 create rejected", "docs 2 withdraw cancelled"}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(enum_text(c.outcome)));
    const std::string id =
        CONVERGE_GET(create("---\ntargets: [docs]\n---\n# Calm " + std::string(enum_text(c.outcome)) + "\n\nYes.\n"))
            .item.id;
    CONVERGE_GET(approve(id));
    CONVERGE_GET(schedule(id));
    begin_sends();
    CONVERGE_GET(withdraw(id));
    EXPECT_THAT(parts(id), ElementsAre("docs 1 create sending", "docs 2 withdraw planned"));
    begin_sends();
    EXPECT_EQ(parts(id).back(), "docs 2 withdraw planned") << "it waits for what is being sent";
    finish_sends(c.outcome);
    EXPECT_EQ(history(id).item.state, State::withdrawn);
    send_all();
    EXPECT_EQ(parts(id), c.parts);
    EXPECT_EQ(history(id).item.state, State::withdrawn);
  }
}

TEST_P(RunItem, SendsAgainWhatWasFoundEditedOrDeleted) {
  const std::string id = publish();
  const auto find = [&](OutboxRemoteState found) {
    const std::string part = history(id).parts.back().id;
    CONVERGE_GET(act([&](const Scope& scope) {
      return scope.tx.execute(sql::outbox_verify, store::params(found, scope.now, part));
    }));
  };
  find(OutboxRemoteState::verified);
  EXPECT_FALSE(CONVERGE_GET(schedule(id)).is_changed);
  find(OutboxRemoteState::edited);
  EXPECT_TRUE(CONVERGE_GET(schedule(id)).is_changed);
  send_all();
  EXPECT_EQ(parts(id).back(), "docs 2 update sent");
  find(OutboxRemoteState::deleted);
  EXPECT_TRUE(CONVERGE_GET(schedule(id)).is_changed);
  send_all();
  EXPECT_EQ(parts(id).back(), "docs 3 create sent");
}

// What waits for its time, and what a later wish has replaced, is not called unsent.
TEST_P(RunItem, CallsUnsentOnlyWhatIsDue) {
  const auto unsent = [&](Instant at) {
    return CONVERGE_GET(
               db_->transact([&](store::Tx& tx) { return tx.select(sql::fact_parts_unsent, store::params(at)); }))
        .rows.size();
  };
  const std::string id = CONVERGE_GET(create(good_text)).item.id;
  CONVERGE_GET(approve(id));
  const Instant due_at = now_ + std::chrono::hours(1);
  CONVERGE_GET(schedule(id, {due_at, {}}));
  EXPECT_EQ(unsent(due_at), 0U);
  EXPECT_EQ(unsent(due_at + Duration(1)), 1U);
  now_ = due_at;
  begin_sends();
  finish_sends(OutboxState::rejected);
  EXPECT_EQ(unsent(due_at + Duration(1)), 1U);
  CONVERGE_GET(schedule(id));
  send_all();
  EXPECT_EQ(unsent(now_ + std::chrono::hours(1)), 0U);
  EXPECT_EQ(history(id).item.state, State::published);
}

// A note of the program is an item like any other.
TEST_P(RunItem, ActsOnANoteOfTheProgram) {
  const NoteRequest request{.template_name = "no_candidate_note",
                            .subject = "gate_decision:1",
                            .fields = {{"model", "m"}, {"decided_on", "2020-03-16"}, {"reason", "Too few rows."}}};
  CONVERGE_GET(act([&](const Scope& scope) { return run_content(scope, source_, std::span(&request, 1)); }));
  const auto items = CONVERGE_GET(db_->transact(
      [](store::Tx& tx) { return tx.load<ContentItemRow>(sql::content_item_all, store::params(std::int64_t{10})); }));
  ASSERT_EQ(items.size(), 1U);
  const std::string id = items[0].id;
  EXPECT_THAT(verbs(id), ElementsAre("converge new"));
  send_all();
  EXPECT_EQ(history(id).item.state, State::published);
  CONVERGE_GET(edit(id, "# m: nothing yet\n\nToo few rows.\n"));
  send_all();
  EXPECT_THAT(parts(id), ElementsAre("docs 1 create sent", "docs 2 update sent"));
  CONVERGE_GET(withdraw(id));
  send_all();
  EXPECT_EQ(parts(id).back(), "docs 3 withdraw sent");
}

TEST_P(RunItem, GivesEachItemItsOwnPath) {
  const std::string first = publish("---\ntargets: [docs]\npath: same\n---\n# One\n\nYes.\n");
  const std::string second = publish("---\ntargets: [docs]\npath: same\n---\n# Two\n\nYes.\n");
  EXPECT_EQ(history(first).parts[0].destination, "same.md");
  EXPECT_EQ(history(second).parts[0].destination, "same-2.md");
  CONVERGE_GET(edit(second, "# Two\n\nNo.\n"));
  EXPECT_EQ(history(second).parts[1].destination, "same-2.md");
}

TEST_P(RunItem, KnowsNoOtherItem) {
  const std::string nobody = "00000000000000000000000000";
  for (const auto& result : {approve(nobody), schedule(nobody), withdraw(nobody), edit(nobody, good_text)}) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Errc::not_found);
    EXPECT_THAT(result.error().message, HasSubstr("converge content list"));
  }
}

// The contracts as they were before there was a flow of content.
std::vector<contract::Contract> make_contracts_of_before() {
  struct Change {
    std::string table;
    std::vector<std::string> columns;  // that were not there
    std::vector<std::string> states;
  };
  const Change changes[] = {
      {"content_item",
       {"route", "override_reason", "edited_at"},
       {"draft", "blocked", "approved", "published", "withdrawn"}},
      {"outbox",
       {"edition", "operation", "due_at", "remote_state", "verified_at"},
       {"planned", "sending", "sent", "rejected", "unknown"}},
  };
  std::vector<contract::Contract> contracts;
  for (contract::Contract one : contract::system_contracts()) {
    if (one.table == "content_revision") continue;
    const auto* change = std::ranges::find(changes, one.table, &Change::table);
    if (change != std::end(changes)) {
      std::erase_if(one.columns, [&](const contract::Column& column) {
        return std::ranges::find(change->columns, column.name) != change->columns.end();
      });
      std::ranges::find(one.columns, "state", &contract::Column::name)->enum_values = change->states;
      for (contract::Index& index : one.indexes) std::erase(index.columns, "edition");
      std::erase_if(one.checks, [](const contract::Check& check) { return check.name == "ck_outbox_verified"; });
    }
    contracts.push_back(std::move(one));
  }
  return contracts;
}

class RunItemOfBefore : public RunItem {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (IsSkipped()) return;
    create_tables(make_contracts_of_before());
    db_.emplace(open_db());
  }
};
CONVERGE_ON_BOTH_SERVERS(RunItemOfBefore);

// A desk that an older program has written to: its tables are altered, its rows stay and go on.
TEST_P(RunItemOfBefore, IsTakenOver) {
  const std::string hash(64, 'a');
  const std::string sent = "01E3HK3G0000000000000000AB", waiting = "01E3HK3G0000000000000000AC";
  for (const auto& [id, state] : {std::pair(sent, "published"), std::pair(waiting, "approved")})
    run_sql("INSERT INTO content_item VALUES ('" + id + "', 'note', 'x:" + state + "', 'T', '# T', '" + hash + "', '" +
            hash + "', '" + state + "', '{}', '2020-01-01')");
  run_sql("INSERT INTO outbox VALUES ('" + sent + "', '" + sent + "', 'docs', 1, 'a.md', '# T', '" + hash +
          "', 'sent', 1, NULL, 'a.md', '2020-01-01', '2020-01-01', '2020-01-01'), ('" + waiting + "', '" + waiting +
          "', 'docs', 1, 'b.md', '# T', '" + hash + "', 'planned', 0, NULL, NULL, '2020-01-01', NULL, NULL)");

  const auto report = CONVERGE_GET(store::run_migration(*db_, contract::system_contracts()));
  EXPECT_EQ(report.steps.size(), 3U);
  auto connection = open_connection();
  EXPECT_THAT(CONVERGE_GET(store::verify_schema(connection, contract::system_contracts())), IsEmpty());

  send_all();
  EXPECT_EQ(history(waiting).item.state, State::published);
  EXPECT_EQ(history(waiting).parts.at(0).state, OutboxState::sent);
  CONVERGE_GET(edit(sent, "# T\n\nA calm week.\n"));
  begin_sends();
  ASSERT_EQ(history(sent).parts.size(), 2U);
  EXPECT_EQ(history(sent).parts[1].edition, 2);
  EXPECT_EQ(history(sent).parts[1].remote_id, "a.md");
  EXPECT_EQ(history(sent).parts[1].operation, OutboxOperation::update);
  finish_sends();
  EXPECT_EQ(history(sent).item.state, State::published);
  CONVERGE_GET(withdraw(waiting));
  send_all();
  EXPECT_EQ(history(waiting).parts.back().operation, OutboxOperation::withdraw);
  EXPECT_EQ(history(waiting).parts.back().state, OutboxState::sent);
}

}  // namespace
}  // namespace converge::content
