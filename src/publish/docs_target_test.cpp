#include "publish/docs_target.hpp"

#include "wire/file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <boost/json/object.hpp>
#include <filesystem>

namespace converge::publish {
namespace {

namespace fs = std::filesystem;

class DocsTarget : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("converge_docs_" + std::to_string(::getpid()) + "_" +
                                           testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  ino_t inode(const std::string& name) const {
    struct stat status {};
    EXPECT_EQ(::stat((folder_ / name).c_str(), &status), 0);
    return status.st_ino;
  }

  fs::path folder_;
};

TEST_F(DocsTarget, WritesAFileAndItsFolders) {
  ASSERT_TRUE(deliver_docs(folder_.string(), "a/b/note.md", "# x\n"));
  EXPECT_EQ(read_file((folder_ / "a/b/note.md").string()).value(), "# x\n");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_ / "a/b"), fs::directory_iterator()), 1);
}

TEST_F(DocsTarget, DoesNotTouchAFileThatHoldsTheSame) {
  ASSERT_TRUE(deliver_docs(folder_.string(), "note.md", "# x\n"));
  const ino_t before = inode("note.md");
  ASSERT_TRUE(deliver_docs(folder_.string(), "note.md", "# x\n"));
  EXPECT_EQ(inode("note.md"), before);
  ASSERT_TRUE(deliver_docs(folder_.string(), "note.md", "# y\n"));
  EXPECT_NE(inode("note.md"), before);
}

TEST_F(DocsTarget, TakesAFileAwayAndSaysWhatStandsThere) {
  const std::string folder = folder_.string();
  const auto look = [&] { return look_at_docs(folder, "a/note.md", "# x\n").value(); };
  EXPECT_EQ(look(), OutboxRemoteState::deleted);
  EXPECT_TRUE(remove_docs(folder, "a/note.md")) << "nothing to remove, not even the folder";
  ASSERT_TRUE(deliver_docs(folder, "a/note.md", "# x\n"));
  EXPECT_EQ(look(), OutboxRemoteState::verified);
  ASSERT_TRUE(replace_file(folder + "/a/note.md", "# y\n"));
  EXPECT_EQ(look(), OutboxRemoteState::edited);
  EXPECT_TRUE(remove_docs(folder, "a/note.md"));
  EXPECT_TRUE(remove_docs(folder, "a/note.md"));
  EXPECT_EQ(look(), OutboxRemoteState::deleted);
  EXPECT_EQ(remove_docs(folder, "../note.md").error().code, Errc::invalid_input);
  fs::create_directories(folder_ / "folder.md");
  EXPECT_FALSE(remove_docs(folder, "folder.md"));
  EXPECT_FALSE(look_at_docs(folder, "folder.md", "# x\n"));
}

TEST_F(DocsTarget, RefusesDestinationsOutsideItsFolder) {
  struct Case {
    const char* name;
    std::string destination;
  };
  const Case cases[] = {
      {"absolute", "/etc/note.md"},       {"up", "../note.md"},
      {"up inside", "a/../../note.md"},   {"here", "./note.md"},
      {"empty part", "a//note.md"},       {"empty", ""},
      {"only the ending", ".md"},         {"not Markdown", "note.txt"},
      {"hidden", "a/.note.md"},           {"hidden folder", ".git/note.md"},
      {"backslash", "a\\note.md"},        {"line feed", "a\nb.md"},
      {"NUL", std::string("a\0b.md", 6)},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto result = deliver_docs(folder_.string(), c.destination, "x");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Errc::invalid_input);
    EXPECT_EQ(check_docs_destination(c.destination).error().message, result.error().message);
  }
  EXPECT_TRUE(fs::is_empty(folder_));
  EXPECT_TRUE(check_docs_destination("a/2020-03-16 note.md"));
}

TEST_F(DocsTarget, FollowsNoLink) {
  const fs::path outside = folder_.string() + "_outside";
  fs::create_directories(outside);
  fs::create_symlink(outside, folder_ / "away");
  fs::create_symlink(outside / "note.md", folder_ / "note.md");
  EXPECT_EQ(deliver_docs(folder_.string(), "away/note.md", "x").error().code, Errc::denied);
  EXPECT_EQ(deliver_docs(folder_.string(), "note.md", "x").error().code, Errc::denied);
  EXPECT_EQ(remove_docs(folder_.string(), "note.md").error().code, Errc::denied);
  EXPECT_EQ(look_at_docs(folder_.string(), "note.md", "x").error().code, Errc::denied);
  EXPECT_TRUE(fs::is_empty(outside));
  fs::remove_all(outside);
}

TEST_F(DocsTarget, FailsWhereAFolderStandsAndLeavesNothingBeside) {
  fs::create_directories(folder_ / "note.md");  // a folder stands where the file should be
  EXPECT_FALSE(deliver_docs(folder_.string(), "note.md", "x"));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

TEST_F(DocsTarget, SaysWhetherItHasAPart) {
  const auto holds = [&](std::string_view payload) { return holds_docs(folder_.string(), "a/note.md", payload); };
  EXPECT_FALSE(holds("# x\n").value()) << "nothing there";
  ASSERT_TRUE(deliver_docs(folder_.string(), "a/note.md", "# x\n"));
  EXPECT_TRUE(holds("# x\n").value());
  EXPECT_FALSE(holds("# y\n").value()) << "another text";
  fs::remove_all(folder_ / "a");
  fs::create_directories(folder_ / "a/note.md");
  EXPECT_FALSE(holds("# x\n")) << "it cannot be told";
}

TEST_F(DocsTarget, IsOpenedWithItsFolder) {
  const JsonObject named{{"dir", "notes"}};
  const JsonObject none;
  TableReader of_named(named, "converge.toml", "/publish/docs");
  TableReader of_none(none, "converge.toml", "/publish/docs");
  const Target notes = open_docs_target(of_named, folder_.string()).value();
  const Target out = open_docs_target(of_none, folder_.string()).value();
  OutboxRow part;
  part.destination = "note.md";
  part.payload = "# x\n";
  EXPECT_EQ(notes.find_sent(part).value(), std::nullopt);
  EXPECT_EQ(notes.create(part).value(), "note.md");
  EXPECT_EQ(notes.find_sent(part).value(), "note.md");
  EXPECT_EQ(out.find_sent(part).value(), std::nullopt);
  EXPECT_EQ(out.create(part).value(), "note.md");
  EXPECT_EQ(read_file((folder_ / "notes/note.md").string()).value(), "# x\n");

  part.remote_id = "note.md";
  part.payload = "# y\n";
  EXPECT_EQ(notes.look(part).value(), OutboxRemoteState::edited);
  ASSERT_TRUE(notes.update(part));
  EXPECT_EQ(notes.look(part).value(), OutboxRemoteState::verified);
  ASSERT_TRUE(notes.withdraw(part));
  EXPECT_EQ(notes.look(part).value(), OutboxRemoteState::deleted);
  EXPECT_EQ(read_file((folder_ / "out/note.md").string()).value(), "# x\n");
}

}  // namespace
}  // namespace converge::publish
