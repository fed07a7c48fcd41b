#include "publish/run_publish.hpp"

#include "base/hash.hpp"
#include "content/run_item.hpp"
#include "publish/docs_target.hpp"
#include "wire/file.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <boost/json/object.hpp>
#include <filesystem>
#include <fixture/test_server.hpp>

namespace converge::publish {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// A target that, unlike a file, shows a part twice when it is handed over twice.
struct Chat {
  std::vector<std::optional<std::string>> messages;  // payloads, in the order in which they came; nothing: taken away
  std::optional<Errc> refuses;                       // what the three operations fail with
  bool keeps_refused = false;                        // they are done all the same: the answer was lost
  bool answers = true;                               // to find_sent and look
  int updates = 0;
  int withdrawals = 0;

  std::vector<std::string> shown() const {
    std::vector<std::string> payloads;
    for (const auto& message : messages)
      if (message) payloads.push_back(*message);
    return payloads;
  }
  std::optional<std::string>& message_of(const OutboxRow& part) {
    return messages.at(std::stoul(part.remote_id.value().substr(std::string_view("message-").size())) - 1);
  }
  Result<void> carry_out(const std::function<void()>& change) {
    if (!refuses || keeps_refused) change();
    if (refuses) return fail(*refuses, "chat: " + std::string(5'000, 'x'));
    return {};
  }

  Target target(std::string name = "chat") {
    const auto create = [this](const OutboxRow& part) -> Result<std::string> {
      TRY_VOID(carry_out([&] { messages.emplace_back(part.payload); }));
      return "message-" + std::to_string(messages.size());
    };
    const auto update = [this](const OutboxRow& part) {
      return carry_out([&] { message_of(part) = part.payload, ++updates; });
    };
    const auto withdraw = [this](const OutboxRow& part) {
      return carry_out([&] { message_of(part).reset(), ++withdrawals; });
    };
    const auto find_sent = [this](const OutboxRow& part) -> Result<std::optional<std::string>> {
      if (!answers) return fail(Errc::unavailable, "chat: no answer");
      const auto found = std::ranges::find(messages, std::optional(part.payload));
      if (found == messages.end()) return std::nullopt;
      return "message-" + std::to_string(found - messages.begin() + 1);
    };
    const auto look = [this](const OutboxRow& part) -> Result<OutboxRemoteState> {
      if (!answers) return fail(Errc::unavailable, "chat: no answer");
      if (!message_of(part)) return OutboxRemoteState::deleted;
      return *message_of(part) == part.payload ? OutboxRemoteState::verified : OutboxRemoteState::edited;
    };
    return {.name = std::move(name),
            .check_destination = [](std::string_view) { return Result<void>(); },
            .create = create,
            .update = update,
            .withdraw = withdraw,
            .find_sent = find_sent,
            .look = look};
  }
};

class RunPublish : public fixture::ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (IsSkipped()) return;
    create_system_tables();
    db_.emplace(open_db());
    folder_ = fs::temp_directory_path() / ("converge_publish_" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    const JsonObject settings{{"dir", "."}};
    TableReader reader(settings, "converge.toml");
    targets_ = {CONVERGE_GET(open_docs_target(reader, folder_.string())), chat_.target()};
  }
  void TearDown() override {
    if (!folder_.empty()) fs::remove_all(folder_);
    ServerTest::TearDown();
  }

  // An approved item, and one part of it for each target.
  std::string plan(const std::string& subject, const std::string& payload, const std::vector<std::string>& targets,
                   const std::string& destination = "note.md", std::optional<Instant> due_at = std::nullopt) {
    return CONVERGE_GET(db_->transact([&](store::Tx& tx) -> Result<std::string> {
      const store::Scope scope{tx, now_, seed};
      ContentItemRow item;
      item.id = scope.id(ContentItemRow::table, subject);
      item.template_ = "note";
      item.subject = subject;
      item.body = payload;
      item.body_sha256 = item.style_hash = compute_sha256_hex(payload);
      item.state = ContentItemState::approved;
      item.fields = "{}";
      item.created_at = now_;
      TRY_VOID(tx.insert(item));
      for (const std::string& target : targets)
        TRY_VOID(store::plan_outbox(scope, {item.id, target, 1, destination, payload, due_at}));
      return item.id;
    }));
  }

  // The steps, one by one: a test that leaves one out is a sender that died there.
  std::vector<OutboxRow> begin_asking_now() {
    return CONVERGE_GET(db_->transact([&](store::Tx& tx) { return begin_asking(tx, now_); }));
  }
  std::vector<OutboxRow> begin_sending_now() {
    return CONVERGE_GET(db_->transact([&](store::Tx& tx) { return begin_sending(tx, now_); }));
  }
  PublishCount run() { return CONVERGE_GET(run_publish(*db_, targets_, {now_, seed})); }
  template <class Work>
  auto in_scope(Work work) {
    return CONVERGE_GET(db_->transact([&](store::Tx& tx) { return work(store::Scope{tx, now_, seed}); }));
  }
  void plan_text(const std::string& item, const std::string& payload) {
    in_scope([&](const store::Scope& scope) { return store::replan_outbox(scope, item, payload); });
    run_sql("UPDATE content_item SET state = 'scheduled' WHERE id = '" + item + "'");
  }
  void withdraw_item(const std::string& item) {
    in_scope([&](const store::Scope& scope) { return content::withdraw_item(scope, item, {"owner", "wrong"}); });
  }

  std::vector<OutboxRow> parts() {
    return CONVERGE_GET(db_->transact([](store::Tx& tx) { return store::load_outbox(tx, std::nullopt, 100); }));
  }
  OutboxRow part() { return parts().at(0); }
  std::string item_state(const std::string& id) {
    return std::get<std::string>(select_sql("SELECT state FROM content_item WHERE id = '" + id + "'").rows.at(0).at(0));
  }

  static constexpr std::uint64_t seed = 7;
  std::optional<store::Db> db_;
  fs::path folder_;
  Chat chat_;
  std::vector<Target> targets_;
  Instant now_ = parse_instant("2020-03-16T21:00:00Z").value();
};
CONVERGE_ON_BOTH_SERVERS(RunPublish);

TEST_P(RunPublish, HandsEachPartToItsTargetAndMarksPartAndItem) {
  const std::string item = plan("x:1", "# x\n", {"docs", "chat"});
  const PublishCount count = run();
  EXPECT_EQ(count.sent, 2);
  EXPECT_EQ(count.put_back + count.rejected + count.unknown, 0);
  EXPECT_EQ(read_file((folder_ / "note.md").string()).value(), "# x\n");
  EXPECT_EQ(chat_.shown(), std::vector<std::string>{"# x\n"});
  for (const OutboxRow& row : parts()) {
    SCOPED_TRACE(row.target);
    EXPECT_EQ(row.state, OutboxState::sent);
    EXPECT_EQ(row.remote_id, row.target == "docs" ? "note.md" : "message-1");
    EXPECT_EQ(row.sent_at, now_);
    EXPECT_EQ(row.tried_at, now_);
    EXPECT_EQ(row.attempts, 1);
    EXPECT_EQ(row.remote_state, OutboxRemoteState::verified);
    EXPECT_EQ(row.verified_at, now_);
  }
  EXPECT_EQ(item_state(item), "published");
  EXPECT_EQ(run().sent, 0);
  const auto acts = select_sql("SELECT actor, verb, subject FROM audit");
  ASSERT_EQ(acts.rows.size(), 1U);
  EXPECT_EQ(acts.rows[0], store::params("converge", "publish", "content_item:" + item));
}

TEST_P(RunPublish, SendsOnceWhereverTheSenderDies) {
  struct Case {
    const char* name;
    bool delivered;  // before the sender died
    bool asked;      // by a second sender, which died before it wrote down the answer
  };
  const Case cases[] = {{"before the call", false, false},
                        {"after the call", true, false},
                        {"before the call, and again after asking", false, true},
                        {"after the call, and again after asking", true, true}};
  for (const char* target : {"docs", "chat"}) {
    for (const Case& c : cases) {
      SCOPED_TRACE(std::string(target) + ": " + c.name);
      const std::string payload = std::string("# ") + c.name + "\n";
      const std::string item = plan(std::string("x:") + target + std::to_string(&c - cases), payload, {target},
                                    std::to_string(&c - cases) + ".md");
      chat_.messages.clear();
      const auto sending = begin_sending_now();
      ASSERT_EQ(sending.size(), 1U);
      EXPECT_EQ(sending[0].state, OutboxState::sending);
      if (c.delivered) deliver(targets_, sending);
      if (c.asked) {
        const auto in_doubt = begin_asking_now();
        ASSERT_EQ(in_doubt.size(), 1U);
        EXPECT_EQ(in_doubt[0].state, OutboxState::unknown);
        EXPECT_EQ(ask(targets_, in_doubt).at(0).outcome.state, c.delivered ? OutboxState::sent : OutboxState::planned);
      }

      const PublishCount count = run();
      EXPECT_EQ(count.sent, 1) << "on the same tick";
      EXPECT_EQ(count.put_back + count.rejected + count.unknown, 0);
      EXPECT_EQ(chat_.messages.size(), std::string_view(target) == "chat" ? 1U : 0U);
      const OutboxRow row = parts().back();
      EXPECT_EQ(row.state, OutboxState::sent);
      EXPECT_EQ(row.attempts, c.delivered ? 1 : 2);
      EXPECT_EQ(row.error, std::nullopt);
      EXPECT_EQ(item_state(item), "published");
      run_sql("DELETE FROM outbox");
    }
  }
}

// The same for an update and a withdrawal of what is published: each is carried out once, wherever the sender dies.
TEST_P(RunPublish, UpdatesAndWithdrawsOnceWhereverTheSenderDies) {
  struct Case {
    bool delivered;
    bool asked;
  };
  const Case cases[] = {{false, false}, {true, false}, {false, true}, {true, true}};
  int number = 0;
  for (const auto operation : {OutboxOperation::update, OutboxOperation::withdraw}) {
    for (const char* target : {"docs", "chat"}) {
      for (const Case& c : cases) {
        SCOPED_TRACE(std::string(enum_text(operation)) + " at " + target + (c.delivered ? ", delivered" : "") +
                     (c.asked ? ", asked" : ""));
        const bool is_chat = std::string_view(target) == "chat";
        const std::string file = std::to_string(++number) + ".md";
        const std::string item = plan("x:" + std::to_string(number), "# x\n", {target}, file);
        ASSERT_EQ(run().sent, 1);
        const std::string old_id = part().remote_id.value();
        chat_.updates = chat_.withdrawals = 0;
        if (operation == OutboxOperation::update) plan_text(item, "# y\n");
        if (operation == OutboxOperation::withdraw) withdraw_item(item);

        const auto sending = begin_sending_now();
        ASSERT_EQ(sending.size(), 1U);
        EXPECT_EQ(sending[0].operation, operation);
        EXPECT_EQ(sending[0].remote_id, old_id);
        if (c.delivered) deliver(targets_, sending);
        if (c.asked) {
          EXPECT_EQ(ask(targets_, begin_asking_now()).at(0).outcome.state,
                    c.delivered ? OutboxState::sent : OutboxState::planned);
        }
        EXPECT_EQ(run().sent, 1);

        const auto rows = parts();
        const auto& last = rows[0].edition == 2 ? rows[0] : rows[1];
        EXPECT_EQ(last.state, OutboxState::sent);
        EXPECT_EQ(last.remote_id, old_id);
        EXPECT_EQ(last.attempts, c.delivered ? 1 : 2);
        const bool is_update = operation == OutboxOperation::update;
        EXPECT_EQ(item_state(item), is_update ? "published" : "withdrawn");
        EXPECT_EQ(chat_.updates, is_chat && is_update ? 1 : 0);
        EXPECT_EQ(chat_.withdrawals, is_chat && !is_update ? 1 : 0);
        if (is_chat) {
          EXPECT_EQ(chat_.shown(), is_update ? std::vector<std::string>{"# y\n"} : std::vector<std::string>{});
        }
        if (!is_chat) {
          EXPECT_EQ(read_file((folder_ / file).string()).value_or("gone"), is_update ? "# y\n" : "gone");
        }
        EXPECT_EQ(run().sent, 0);
        run_sql("DELETE FROM outbox");
        chat_.messages.clear();
      }
    }
  }
}

// Trap of the cancelled sending: an item that is withdrawn at any moment ends withdrawn, and nothing of it stays.
TEST_P(RunPublish, WithdrawnAtAnyMomentNothingStays) {
  enum Moment { planned, sending, delivered, in_doubt, in_vain_in_doubt, asked, in_vain_asked, sent };
  for (const char* target : {"docs", "chat"}) {
    for (const Moment moment : {planned, sending, delivered, in_doubt, in_vain_in_doubt, asked, in_vain_asked, sent}) {
      SCOPED_TRACE(std::string(target) + " at moment " + std::to_string(moment));
      chat_.messages.clear();
      const std::string item = plan(std::string("x:") + target + std::to_string(moment), "# x\n", {target});
      const bool is_in_vain = moment == in_vain_in_doubt || moment == in_vain_asked;  // its sender died before the call
      const bool is_asked = moment == asked || moment == in_vain_asked;
      const bool is_in_doubt = is_asked || moment == in_doubt || moment == in_vain_in_doubt;
      std::vector<OutboxRow> begun, doubtful;
      std::vector<Delivery> deliveries;
      const auto finish = [&] {
        in_scope([&](const store::Scope& scope) { return finish_publish(scope, deliveries); });
      };
      if (moment >= sending) begun = begin_sending_now();
      if (moment >= delivered && !is_in_vain) deliveries = deliver(targets_, begun);
      if (is_in_doubt) doubtful = begin_asking_now();
      if (is_asked) deliveries = ask(targets_, doubtful);
      if (moment == sent) finish();
      withdraw_item(item);
      if (moment == sending) deliveries = deliver(targets_, begun);  // its sender lives, and goes on
      if (moment == sending || moment == delivered || is_asked) finish();
      run();
      EXPECT_EQ(item_state(item), "withdrawn");
      EXPECT_TRUE(chat_.shown().empty());
      EXPECT_FALSE(fs::exists(folder_ / "note.md"));
      EXPECT_LE(chat_.messages.size(), 1U);
      const bool has_arrived = moment != planned && !is_in_vain;
      for (const OutboxRow& row : parts())
        EXPECT_EQ(row.state, has_arrived ? OutboxState::sent : OutboxState::cancelled);
      run_sql("DELETE FROM outbox");
    }
  }
}

TEST_P(RunPublish, LeavesAPartThatIsCancelledWhileItIsTaken) {
  const std::string item = plan("x:1", "# x\n", {"chat"});
  const auto stale = in_scope([&](const store::Scope& scope) { return store::take_due(scope.tx, now_, 10); });
  ASSERT_EQ(stale.size(), 1U);
  withdraw_item(item);
  EXPECT_TRUE(begin_sending_now().empty());
  EXPECT_EQ(run().sent, 0);
  EXPECT_TRUE(chat_.messages.empty());
}

TEST_P(RunPublish, SendsNothingBeforeItsTime) {
  const Instant due_at = now_ + std::chrono::hours(1);
  plan("x:1", "# x\n", {"chat"}, "note.md", due_at);
  now_ = due_at - Duration(1);
  EXPECT_EQ(run().sent, 0);
  now_ = due_at;
  EXPECT_EQ(run().sent, 1);
  EXPECT_EQ(part().sent_at, due_at);
}

TEST_P(RunPublish, UpdatesThePartThatItKnows) {
  const std::string item = plan("x:1", "# x\n", {"docs", "chat"});
  run();
  plan_text(item, "# y\n");
  plan_text(item, "# z\n");
  EXPECT_EQ(run().sent, 2);
  EXPECT_EQ(chat_.messages, std::vector<std::optional<std::string>>{"# z\n"});
  EXPECT_EQ(read_file((folder_ / "note.md").string()).value(), "# z\n");
  EXPECT_EQ(item_state(item), "published");
  plan_text(item, "# z\n");
  EXPECT_EQ(run().sent, 0) << "the same content is nothing to do";
}

TEST_P(RunPublish, SaysNothingOfWhatCouldNotBeReadBack) {
  plan("x:1", "# x\n", {"chat"});
  chat_.answers = false;
  EXPECT_EQ(run().sent, 1);
  EXPECT_EQ(part().remote_state, std::nullopt);
  EXPECT_EQ(part().verified_at, std::nullopt);
}

TEST_P(RunPublish, FindsWhatWasEditedAndDeletedSince) {
  const std::string item = plan("x:1", "# x\n", {"docs", "chat"});
  run();
  const auto verify = [&] {
    now_ += std::chrono::hours(1);
    std::map<std::string, std::string> found;
    for (const Inspection& one : CONVERGE_GET(run_verify(*db_, targets_, now_)))
      found[one.part.target] = one.found ? enum_text(*one.found) : one.found.error().message;
    return found;
  };
  using Found = std::map<std::string, std::string>;
  EXPECT_EQ(verify(), (Found{{"docs", "verified"}, {"chat", "verified"}}));
  EXPECT_EQ(part().verified_at, now_);
  ASSERT_TRUE(replace_file((folder_ / "note.md").string(), "# by hand\n"));
  chat_.messages[0].reset();
  EXPECT_EQ(verify(), (Found{{"docs", "edited"}, {"chat", "deleted"}}));
  for (const OutboxRow& row : parts())
    EXPECT_EQ(row.remote_state, row.target == "docs" ? OutboxRemoteState::edited : OutboxRemoteState::deleted);
  chat_.answers = false;
  EXPECT_EQ(verify(), (Found{{"docs", "edited"}, {"chat", "chat: no answer"}}));
  chat_.answers = true;

  plan_text(item, "# x\n");  // what has drifted is put right: the file is rewritten, the message posted anew
  EXPECT_EQ(run().sent, 2);
  EXPECT_EQ(verify(), (Found{{"docs", "verified"}, {"chat", "verified"}}));
  EXPECT_EQ(chat_.shown(), std::vector<std::string>{"# x\n"});
  withdraw_item(item);
  run();
  EXPECT_EQ(verify(), Found{}) << "what was taken back is not looked for";
}

TEST_P(RunPublish, NeverSendsOnAGuess) {
  plan("x:1", "# x\n", {"chat"});
  deliver(targets_, begin_sending_now());
  chat_.answers = false;
  for (int tick = 0; tick < 3; ++tick) {
    const PublishCount count = run();
    EXPECT_EQ(count.unknown, 1);
    EXPECT_EQ(count.sent, 0);
  }
  EXPECT_EQ(part().state, OutboxState::unknown);
  EXPECT_THAT(part().error.value_or(""), HasSubstr("no answer"));
  EXPECT_EQ(chat_.shown().size(), 1U);

  chat_.answers = true;
  EXPECT_EQ(run().sent, 1);
  EXPECT_EQ(part().remote_id, "message-1");
  EXPECT_EQ(chat_.shown().size(), 1U);
}

TEST_P(RunPublish, AsksWhenTheAnswerWasLost) {
  plan("x:1", "# x\n", {"chat"});
  chat_.refuses = Errc::timeout;
  chat_.keeps_refused = true;
  EXPECT_EQ(run().unknown, 1);
  chat_.refuses.reset();
  EXPECT_EQ(run().sent, 1);
  EXPECT_EQ(chat_.shown().size(), 1U);
  EXPECT_EQ(part().attempts, 1);
}

TEST_P(RunPublish, DoubtAboutOnePartKeepsNoOtherBack) {
  plan("x:1", "# one\n", {"chat"});
  begin_sending_now();
  chat_.answers = false;
  plan("x:2", "# two\n", {"docs"});
  const PublishCount count = run();
  EXPECT_EQ(count.unknown, 1);
  EXPECT_EQ(count.sent, 1);
}

TEST_P(RunPublish, TreatsEachFailureAsItsKindAllows) {
  struct Case {
    Errc code;
    OutboxState state;
    std::int64_t PublishCount::*count;
  };
  const Case cases[] = {
      {Errc::invalid_input, OutboxState::rejected, &PublishCount::rejected},
      {Errc::contract_violation, OutboxState::rejected, &PublishCount::rejected},
      {Errc::not_found, OutboxState::planned, &PublishCount::put_back},
      {Errc::conflict, OutboxState::planned, &PublishCount::put_back},
      {Errc::unavailable, OutboxState::planned, &PublishCount::put_back},
      {Errc::rate_limited, OutboxState::planned, &PublishCount::put_back},
      {Errc::denied, OutboxState::planned, &PublishCount::put_back},
      {Errc::timeout, OutboxState::unknown, &PublishCount::unknown},
      {Errc::internal, OutboxState::unknown, &PublishCount::unknown},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(error_name(c.code)));
    const std::string item = plan("x:" + std::string(error_name(c.code)), "# x\n", {"chat"});
    chat_.refuses = c.code;
    const PublishCount count = run();
    EXPECT_EQ(count.*(c.count), 1);
    EXPECT_EQ(count.sent + count.put_back + count.rejected + count.unknown, 1);
    EXPECT_EQ(part().state, c.state);
    EXPECT_EQ(part().error.value_or("").size(), 1'000U) << "clipped to what the row can hold";
    EXPECT_EQ(part().tried_at, now_);
    EXPECT_EQ(part().sent_at, std::nullopt);
    EXPECT_EQ(item_state(item), "approved");
    run_sql("DELETE FROM outbox");
  }
}

TEST_P(RunPublish, RejectsADestinationOutsideItsFolderForEver) {
  plan("x:1", "# x\n", {"docs"}, "../note.md");
  EXPECT_EQ(run().rejected, 1);
  EXPECT_EQ(run().rejected, 0);
  EXPECT_EQ(part().attempts, 1);
  EXPECT_THAT(part().error.value_or(""), HasSubstr("is not a plain path"));
}

TEST_P(RunPublish, PutsBackWhatCannotBeWrittenNow) {
  const std::string item = plan("x:1", "# x\n", {"docs"}, "a/note.md");
  ASSERT_TRUE(replace_file((folder_ / "a").string(), "a file stands where the folder should be"));
  EXPECT_EQ(run().put_back, 1);
  EXPECT_EQ(run().put_back, 1);
  EXPECT_EQ(part().state, OutboxState::planned);
  EXPECT_EQ(part().attempts, 2);
  EXPECT_THAT(part().error.value_or(""), HasSubstr("a/note.md"));
  fs::remove(folder_ / "a");
  EXPECT_EQ(run().sent, 1);
  EXPECT_EQ(part().error, std::nullopt);
  EXPECT_EQ(item_state(item), "published");
}

TEST_P(RunPublish, PutsBackPartsOfATargetThatTheDeskNoLongerHas) {
  plan("x:1", "# x\n", {"pigeon"});
  EXPECT_EQ(run().put_back, 1);
  EXPECT_THAT(part().error.value_or(""), HasSubstr("no target 'pigeon'"));
}

TEST_P(RunPublish, MarksAnItemOnlyWhenAllOfItIsSent) {
  const std::string item = plan("x:1", "# x\n", {"docs", "chat"});
  chat_.refuses = Errc::unavailable;
  run();
  EXPECT_EQ(item_state(item), "approved");
  chat_.refuses.reset();
  run();
  EXPECT_EQ(item_state(item), "published");
}

TEST_P(RunPublish, ReconcilesWithoutSending) {
  plan("x:1", "# one\n", {"chat"});
  begin_sending_now();
  plan("x:2", "# two\n", {"chat"});
  const PublishCount count = CONVERGE_GET(run_reconcile(*db_, targets_, {now_, seed}));
  EXPECT_EQ(count.put_back, 1);
  EXPECT_TRUE(chat_.messages.empty());
  for (const OutboxRow& row : parts()) EXPECT_EQ(row.state, OutboxState::planned);
}

}  // namespace
}  // namespace converge::publish
