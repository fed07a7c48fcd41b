#include "wire/file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

namespace converge {
namespace {

namespace fs = std::filesystem;

class WholeFile : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("converge_file_" + std::to_string(::getpid()) + "_" +
                                           testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& entry : fs::directory_iterator(folder_)) all.push_back(entry.path().filename().string());
    std::ranges::sort(all);
    return all;
  }

  fs::path folder_;
};

TEST_F(WholeFile, IsReplacedWholeAndKeepsItsMode) {
  ASSERT_TRUE(replace_file(path("a.md"), "one"));
  fs::permissions(path("a.md"), fs::perms::owner_read | fs::perms::owner_write);
  ASSERT_TRUE(replace_file(path("a.md"), std::string("t\0o", 3)));
  EXPECT_EQ(read_file(path("a.md")).value(), std::string("t\0o", 3));
  EXPECT_EQ(fs::status(path("a.md")).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(names(), std::vector<std::string>{"a.md"});
}

TEST_F(WholeFile, TakesTheSeatOfAWriterThatWasKilled) {
  std::ofstream(path(".a.md.tmp")) << "half of a much longer te";
  ASSERT_TRUE(replace_file(path("a.md"), "whole"));
  EXPECT_EQ(read_file(path("a.md")).value(), "whole");
  EXPECT_EQ(names(), std::vector<std::string>{"a.md"});
}

TEST_F(WholeFile, IsNeverTornByTwoWriters) {
  const std::string texts[] = {std::string(200'000, 'a'), std::string(100'000, 'b')};
  std::vector<std::thread> writers;
  for (const std::string& text : texts)
    writers.emplace_back([&] {
      for (int i = 0; i < 50; ++i) EXPECT_TRUE(replace_file(path("a.md"), text));
    });
  int torn = 0;
  for (int i = 0; i < 200; ++i) {
    const auto seen = read_file(path("a.md"));
    torn += seen && *seen != texts[0] && *seen != texts[1] ? 1 : 0;
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(torn, 0);
  EXPECT_EQ(names(), std::vector<std::string>{"a.md"});
}

TEST_F(WholeFile, SaysWhyItCouldNot) {
  fs::create_directories(path("folder"));
  fs::create_symlink(path("elsewhere"), path(".linked.md.tmp"));
  std::ofstream(path("file")) << "x";
  EXPECT_EQ(replace_file(path("none/a.md"), "x").error().code, Errc::not_found);
  EXPECT_EQ(replace_file(path("file/a.md"), "x").error().code, Errc::not_found);
  EXPECT_EQ(replace_file(path("linked.md"), "x").error().code, Errc::denied);
  EXPECT_FALSE(replace_file(path("folder"), "x"));
  EXPECT_EQ(read_file(path("none")).error().code, Errc::not_found);
  EXPECT_EQ(read_file(path("folder")).error().code, Errc::invalid_input);
  EXPECT_EQ(sync_file(path("none")).error().code, Errc::not_found);
  EXPECT_EQ(names(), (std::vector<std::string>{".linked.md.tmp", "file", "folder"})) << "and left nothing behind";
}

// A limit on the size of files cuts a write off in the middle, as a disk that fills up does.
TEST_F(WholeFile, LeavesTheOldBytesWhenTheDiskFillsUp) {
  ASSERT_TRUE(replace_file(path("a.md"), "old"));
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small{1000, before.rlim_max};
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto written = replace_file(path("a.md"), std::string(5000, 'x'));
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Errc::unavailable);
  EXPECT_THAT(written.error().message, testing::HasSubstr("write " + path(".a.md.tmp")));
  EXPECT_EQ(read_file(path("a.md")).value(), "old");
  EXPECT_EQ(names(), std::vector<std::string>{"a.md"});
}

TEST_F(WholeFile, SaysThatItMayNot) {
  ASSERT_TRUE(create_folder_of(path("x/y/a.md")));
  fs::permissions(folder_ / "x", fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_exec);
  const bool is_root = ::geteuid() == 0;  // who may write everywhere
  ASSERT_EQ(is_root ? ::seteuid(65534) : 0, 0);
  const auto made = create_folder_of(path("x/z/a.md"));
  const auto replaced = replace_file(path("x/a.md"), "x");
  ASSERT_EQ(is_root ? ::seteuid(0) : 0, 0);
  fs::permissions(folder_ / "x", fs::perms::owner_all);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Errc::denied);
  ASSERT_FALSE(replaced);
  EXPECT_EQ(replaced.error().code, Errc::denied);
}

TEST_F(WholeFile, IsTakenAway) {
  ASSERT_TRUE(replace_file(path("a.md"), "one"));
  EXPECT_TRUE(remove_file(path("a.md")));
  EXPECT_TRUE(names().empty());
  EXPECT_TRUE(remove_file(path("a.md"))) << "it is gone already";
  EXPECT_TRUE(remove_file(path("no/such/folder/a.md")));
  fs::create_directories(folder_ / "b.md");
  EXPECT_EQ(remove_file(path("b.md")).error().code, Errc::invalid_input);
  EXPECT_EQ(names(), std::vector<std::string>{"b.md"});
}

TEST_F(WholeFile, MakesTheFoldersOnTheWay) {
  EXPECT_TRUE(create_folder_of(path("x/y/a.md")));
  EXPECT_TRUE(create_folder_of(path("x/y/a.md"))) << "once more changes nothing";
  EXPECT_TRUE(fs::is_directory(folder_ / "x/y"));
  EXPECT_TRUE(create_folder_of("a.md"));
  std::ofstream(path("file")) << "x";
  EXPECT_FALSE(create_folder_of(path("file/a.md")));
}

}  // namespace
}  // namespace converge
