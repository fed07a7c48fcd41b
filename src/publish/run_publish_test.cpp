#include "publish/run_publish.hpp"

#include "base/hash.hpp"
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
  std::vector<std::string> messages;  // payloads, in the order in which they came
  std::optional<Errc> refuses;        // what deliver fails with
  bool keeps_refused = false;         // it arrives all the same: the answer was lost
  bool answers = true;                // to find_sent

  Target target(std::string name = "chat") {
    const auto deliver = [this](const OutboxRow& part) -> Result<std::string> {
      if (!refuses || keeps_refused) messages.push_back(part.payload);
      if (refuses) return fail(*refuses, "chat: " + std::string(5'000, 'x'));
      return "message-" + std::to_string(messages.size());
    };
    const auto find_sent = [this](const OutboxRow& part) -> Result<std::optional<std::string>> {
      if (!answers) return fail(Errc::unavailable, "chat: no answer");
      const auto found = std::ranges::find(messages, part.payload);
      if (found == messages.end()) return std::nullopt;
      return "message-" + std::to_string(found - messages.begin() + 1);
    };
    return {std::move(name), [](std::string_view) { return Result<void>(); }, deliver, find_sent};
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
                   const std::string& destination = "note.md") {
    return CONVERGE_GET(db_->transact([&](store::Tx& tx) -> Result<std::string> {
      const store::Scope scope{tx, now_, 7};
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
        TRY_VOID(store::plan_outbox(scope, {item.id, target, 1, destination, payload}));
      return item.id;
    }));
  }

  // The steps, one by one: a test that leaves one out is a sender that died there.
  std::vector<OutboxRow> begin_asking_now() {
    return CONVERGE_GET(db_->transact([&](store::Tx& tx) { return begin_asking(tx, now_); }));
  }
  std::vector<OutboxRow> begin_sending_now() { return CONVERGE_GET(db_->transact(begin_sending)); }
  PublishCount run() { return CONVERGE_GET(run_publish(*db_, targets_, now_)); }

  std::vector<OutboxRow> parts() {
    return CONVERGE_GET(db_->transact([](store::Tx& tx) { return store::load_outbox(tx, std::nullopt, 100); }));
  }
  OutboxRow part() { return parts().at(0); }
  std::string item_state(const std::string& id) {
    return std::get<std::string>(select_sql("SELECT state FROM content_item WHERE id = '" + id + "'").rows.at(0).at(0));
  }

  std::optional<store::Db> db_;
  fs::path folder_;
  Chat chat_;
  std::vector<Target> targets_;
  const Instant now_ = parse_instant("2020-03-16T21:00:00Z").value();
};
CONVERGE_ON_BOTH_SERVERS(RunPublish);

TEST_P(RunPublish, HandsEachPartToItsTargetAndMarksPartAndItem) {
  const std::string item = plan("x:1", "# x\n", {"docs", "chat"});
  const PublishCount count = run();
  EXPECT_EQ(count.sent, 2);
  EXPECT_EQ(count.put_back + count.rejected + count.unknown, 0);
  EXPECT_EQ(read_file((folder_ / "note.md").string()).value(), "# x\n");
  EXPECT_EQ(chat_.messages, std::vector<std::string>{"# x\n"});
  for (const OutboxRow& row : parts()) {
    SCOPED_TRACE(row.target);
    EXPECT_EQ(row.state, OutboxState::sent);
    EXPECT_EQ(row.remote_id, row.target == "docs" ? "note.md" : "message-1");
    EXPECT_EQ(row.sent_at, now_);
    EXPECT_EQ(row.tried_at, now_);
    EXPECT_EQ(row.attempts, 1);
  }
  EXPECT_EQ(item_state(item), "published");
  EXPECT_EQ(run().sent, 0);
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
  EXPECT_EQ(chat_.messages.size(), 1U);

  chat_.answers = true;
  EXPECT_EQ(run().sent, 1);
  EXPECT_EQ(part().remote_id, "message-1");
  EXPECT_EQ(chat_.messages.size(), 1U);
}

TEST_P(RunPublish, AsksWhenTheAnswerWasLost) {
  plan("x:1", "# x\n", {"chat"});
  chat_.refuses = Errc::timeout;
  chat_.keeps_refused = true;
  EXPECT_EQ(run().unknown, 1);
  chat_.refuses.reset();
  EXPECT_EQ(run().sent, 1);
  EXPECT_EQ(chat_.messages.size(), 1U);
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
  const PublishCount count = CONVERGE_GET(run_reconcile(*db_, targets_, now_));
  EXPECT_EQ(count.put_back, 1);
  EXPECT_TRUE(chat_.messages.empty());
  for (const OutboxRow& row : parts()) EXPECT_EQ(row.state, OutboxState::planned);
}

}  // namespace
}  // namespace converge::publish
