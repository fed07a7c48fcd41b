#include "publish/docs_target.hpp"

#include "content/file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
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
  EXPECT_EQ(deliver_docs(folder_.string(), "a/b/note.md", "# x\n").value(), DocsDelivery::written);
  EXPECT_EQ(content::read_file((folder_ / "a/b/note.md").string()).value(), "# x\n");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_ / "a/b"), fs::directory_iterator()), 1);
}

TEST_F(DocsTarget, DoesNotTouchAFileThatHoldsTheSame) {
  ASSERT_TRUE(deliver_docs(folder_.string(), "note.md", "# x\n"));
  const ino_t before = inode("note.md");
  EXPECT_EQ(deliver_docs(folder_.string(), "note.md", "# x\n").value(), DocsDelivery::was_there);
  EXPECT_EQ(inode("note.md"), before);
  EXPECT_EQ(deliver_docs(folder_.string(), "note.md", "# y\n").value(), DocsDelivery::written);
  EXPECT_NE(inode("note.md"), before);
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
      {"backslash", "a\\note.md"},        {"line feed", "a\nb.md"},
      {"NUL", std::string("a\0b.md", 6)},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto result = deliver_docs(folder_.string(), c.destination, "x");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Errc::invalid_input);
  }
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(DocsTarget, FollowsNoLink) {
  const fs::path outside = folder_.string() + "_outside";
  fs::create_directories(outside);
  fs::create_symlink(outside, folder_ / "away");
  fs::create_symlink(outside / "note.md", folder_ / "note.md");
  EXPECT_EQ(deliver_docs(folder_.string(), "away/note.md", "x").error().code, Errc::denied);
  EXPECT_EQ(deliver_docs(folder_.string(), "note.md", "x").error().code, Errc::denied);
  EXPECT_TRUE(fs::is_empty(outside));
  fs::remove_all(outside);
}

TEST_F(DocsTarget, ReplacesAFileWithoutLeavingAnythingBeside) {
  fs::create_directories(folder_ / "note.md");  // a folder stands where the file should be
  EXPECT_FALSE(deliver_docs(folder_.string(), "note.md", "x"));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

}  // namespace
}  // namespace converge::publish
