#include "publish/run_publish.hpp"

#include "base/hash.hpp"
#include "content/file.hpp"
#include "store/sql.hpp"

#include <sys/stat.h>
#include <unistd.h>
#include <filesystem>
#include <fixture/test_server.hpp>

namespace converge::publish {
namespace {

namespace fs = std::filesystem;

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
  }
  void TearDown() override {
    if (!folder_.empty()) fs::remove_all(folder_);
    ServerTest::TearDown();
  }

  store::Scope scope(store::Tx& tx) const { return {tx, now_, 7}; }

  // An approved item, and one part of it for `docs`.
  std::string plan(const std::string& subject, const std::string& destination, const std::string& payload) {
    return CONVERGE_GET(db_->transact([&](store::Tx& tx) -> Result<std::string> {
      ContentItemRow item;
      item.id = scope(tx).id(ContentItemRow::table, subject);
      item.template_ = "note";
      item.subject = subject;
      item.body = payload;
      item.body_sha256 = item.style_hash = compute_sha256_hex(payload);
      item.state = ContentItemState::approved;
      item.fields = "{}";
      item.created_at = now_;
      TRY_VOID(tx.insert(item));
      TRY_VOID(store::plan_outbox(
          scope(tx),
          {.content_item_id = item.id, .target = "docs", .part = 1, .destination = destination, .payload = payload}));
      return item.id;
    }));
  }

  std::vector<OutboxRow> begin() { return CONVERGE_GET(db_->transact(begin_publish)); }
  PublishCount finish(const std::vector<Delivery>& deliveries) {
    return CONVERGE_GET(db_->transact([&](store::Tx& tx) { return finish_publish(scope(tx), deliveries); }));
  }
  std::vector<Delivery> deliver_all(const std::vector<OutboxRow>& parts) const {
    return deliver(folder_.string(), parts);
  }

  OutboxRow part() {
    return CONVERGE_GET(db_->transact([](store::Tx& tx) { return store::load_outbox(tx, std::nullopt, 10); })).at(0);
  }
  ContentItemState item_state(const std::string& id) {
    return CONVERGE_GET(db_->transact([&](store::Tx& tx) {
             return tx.find<ContentItemRow>(sql::content_item_by_id, store::params(id));
           }))
        ->state;
  }
  ino_t inode(const std::string& name) const {
    struct stat status {};
    EXPECT_EQ(::stat((folder_ / name).c_str(), &status), 0);
    return status.st_ino;
  }

  std::optional<store::Db> db_;
  fs::path folder_;
  const Instant now_ = parse_instant("2020-03-16T21:00:00Z").value();
};
CONVERGE_ON_BOTH_SERVERS(RunPublish);

TEST_P(RunPublish, WritesTheFileAndMarksPartAndItem) {
  const std::string item = plan("x:1", "note.md", "# x\n");
  const auto parts = begin();
  ASSERT_EQ(parts.size(), 1U);
  EXPECT_EQ(part().state, OutboxState::sending);
  EXPECT_EQ(finish(deliver_all(parts)).sent, 1);

  EXPECT_EQ(content::read_file((folder_ / "note.md").string()).value(), "# x\n");
  EXPECT_EQ(part().state, OutboxState::sent);
  EXPECT_EQ(part().remote_id, "note.md");
  EXPECT_EQ(part().sent_at, now_);
  EXPECT_EQ(item_state(item), ContentItemState::published);
  EXPECT_TRUE(begin().empty());
}

TEST_P(RunPublish, HasOneEffectWhereverItIsInterrupted) {
  struct Case {
    const char* name;
    bool wrote;           // the file was written before the crash
    bool marked_unknown;  // the start of the next run marked the send as interrupted
  };
  const Case cases[] = {{"before the write", false, false},
                        {"after the write", true, false},
                        {"before the write, marked", false, true},
                        {"after the write, marked", true, true}};
  int number = 0;
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string name = "note" + std::to_string(++number) + ".md";
    const std::string item = plan("x:" + std::to_string(number), name, "# x\n");
    const auto interrupted = begin();
    ASSERT_EQ(interrupted.size(), 1U);
    if (c.wrote) deliver_all(interrupted);
    const ino_t written = c.wrote ? inode(name) : 0;
    if (c.marked_unknown) {
      CONVERGE_GET(db_->transact([&](store::Tx& tx) { return store::mark_interrupted_sends(tx, now_); }));
    }

    const auto again = begin();
    ASSERT_EQ(again.size(), 1U);
    EXPECT_EQ(finish(deliver_all(again)).sent, 1);
    EXPECT_EQ(content::read_file((folder_ / name).string()).value(), "# x\n");
    EXPECT_EQ(c.wrote, written == inode(name));
    EXPECT_EQ(item_state(item), ContentItemState::published);
    EXPECT_TRUE(begin().empty());
  }
}

TEST_P(RunPublish, RejectsADestinationOutsideItsFolderForEver) {
  const std::string item = plan("x:1", "../note.md", "# x\n");
  EXPECT_EQ(finish(deliver_all(begin())).rejected, 1);
  EXPECT_EQ(part().state, OutboxState::rejected);
  EXPECT_EQ(item_state(item), ContentItemState::approved);
  EXPECT_TRUE(begin().empty());
}

TEST_P(RunPublish, PutsBackWhatCannotBeWrittenNow) {
  const std::string item = plan("x:1", "a/note.md", "# x\n");
  ASSERT_TRUE(content::replace_file((folder_ / "a").string(), "a file stands where the folder should be"));
  EXPECT_EQ(finish(deliver_all(begin())).put_back, 1);
  EXPECT_EQ(part().state, OutboxState::planned);
  EXPECT_TRUE(part().error.has_value());
  fs::remove(folder_ / "a");
  EXPECT_EQ(finish(deliver_all(begin())).sent, 1);
  EXPECT_EQ(item_state(item), ContentItemState::published);
}

}  // namespace
}  // namespace converge::publish
