#include "store/program.hpp"

#include "store/file_lock.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/time.h>
#include <unistd.h>
#include <csignal>
#include <fstream>
#include <iterator>
#include <thread>

namespace converge::store {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class ProgramTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = std::filesystem::temp_directory_path() / "converge-program-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

TEST_F(ProgramTest, ReturnsWhatBothStreamsPrinted) {
  const auto printed = run_program({"/bin/sh", "-c", "echo out; echo err >&2; cat"}, 10s);
  ASSERT_TRUE(printed) << printed.error().message;
  EXPECT_THAT(*printed, HasSubstr("out\n"));
  EXPECT_THAT(*printed, HasSubstr("err\n"));
}

TEST_F(ProgramTest, SaysHowAProgramFailed) {
  struct Case {
    const char* name;
    CommandLine command;
    Errc code;
    const char* says;
  };
  std::ofstream(folder_ / "words") << "only words";
  const Case cases[] = {
      {"exit status", {"/bin/sh", "-c", "echo disk full; exit 3"}, Errc::unavailable, "(status 3): disk full"},
      {"signal", {"/bin/sh", "-c", "kill -9 $$"}, Errc::unavailable, "(signal 9)"},
      {"no such program", {"/nonexistent/program"}, Errc::not_found, "/nonexistent/program"},
      {"not a program", {folder_ / "words"}, Errc::unavailable, "Permission denied"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto printed = run_program(c.command, 10s);
    ASSERT_FALSE(printed);
    EXPECT_EQ(printed.error().code, c.code);
    EXPECT_THAT(printed.error().message, HasSubstr(c.says));
  }
}

TEST_F(ProgramTest, KillsWhatDoesNotEndInTimeAndItsChildren) {
  const auto started = std::chrono::steady_clock::now();
  const auto printed = run_program({"/bin/sh", "-c", "echo begun; sleep 60 & sleep 60"}, 300ms);
  EXPECT_EQ(printed.error().code, Errc::timeout);
  EXPECT_THAT(printed.error().message, HasSubstr("begun"));
  EXPECT_LT(std::chrono::steady_clock::now() - started, 20s);
}

TEST_F(ProgramTest, KeepsItsLimitWhenASignalComes) {
  struct sigaction before {
  }, counting{};
  counting.sa_handler = [](int) {};  // without SA_RESTART: what waits is interrupted
  ASSERT_EQ(::sigaction(SIGALRM, &counting, &before), 0);
  const itimerval once{{0, 0}, {0, 50'000}};
  ASSERT_EQ(::setitimer(ITIMER_REAL, &once, nullptr), 0);
  const auto started = std::chrono::steady_clock::now();
  EXPECT_EQ(run_program({"/bin/sh", "-c", "sleep 40"}, 300ms).error().code, Errc::timeout);
  EXPECT_LT(std::chrono::steady_clock::now() - started, 20s);
  ::sigaction(SIGALRM, &before, nullptr);
}

TEST_F(ProgramTest, LeavesADetachedProgramInItsOwnSessionWithNothingOfOursButTheKeptFile) {
  auto kept = FileLock::lock(folder_ / "kept", LockMode::exclusive, 1s);
  ASSERT_TRUE(kept);
  const int leaked =
      ::open((folder_ / "leaked").c_str(), O_RDWR | O_CREAT, 0600);  // inheritable, as a test runner's pipe is
  const auto pid =
      start_detached({"/bin/sh", "-c", "ls -l /proc/$$/fd; echo listed; exec sleep 30"}, folder_ / "log", kept->fd());
  ::close(leaked);
  ASSERT_TRUE(pid) << pid.error().message;
  { const FileLock gone = std::move(*kept); }
  EXPECT_NE(::getsid(*pid), ::getsid(0));
  EXPECT_FALSE(FileLock::try_lock(folder_ / "kept", LockMode::shared)->has_value());

  std::string log;
  for (int n = 0; n < 500 && log.find("listed") == log.npos; ++n) {
    std::this_thread::sleep_for(10ms);
    std::ifstream file(folder_ / "log");
    log.assign(std::istreambuf_iterator<char>(file), {});
  }
  EXPECT_THAT(log, HasSubstr((folder_ / "kept").string()));
  EXPECT_EQ(log.find((folder_ / "leaked").string()), log.npos) << log;

  ::kill(*pid, SIGKILL);
  std::optional<FileLock> freed;
  for (int n = 0; n < 500 && !freed; ++n) {
    std::this_thread::sleep_for(10ms);
    freed = *FileLock::try_lock(folder_ / "kept", LockMode::exclusive);
  }
  EXPECT_TRUE(freed) << "the lock must end with the program that held it";
}

TEST_F(ProgramTest, FindsServersThatPathDoesNotName) {
  const char* before = std::getenv("PATH");
  const std::string kept = before == nullptr ? "" : before;
  ::setenv("PATH", "/usr/bin::relative:/opt/first", 1);
  const auto directories = load_program_directories();
  ::setenv("PATH", kept.c_str(), 1);
  EXPECT_EQ(directories.at(0), "/usr/bin");
  EXPECT_EQ(directories.at(1), "/opt/first");
  EXPECT_THAT(directories, ::testing::Contains(std::filesystem::path("/usr/sbin")));
}

TEST_F(ProgramTest, LocksExcludeEachOtherAsTheirModesSay) {
  const auto path = folder_ / "lock";
  auto first = *FileLock::try_lock(path, LockMode::shared);
  auto second = *FileLock::try_lock(path, LockMode::shared);
  EXPECT_TRUE(first && second);
  EXPECT_FALSE(FileLock::try_lock(path, LockMode::exclusive)->has_value());
  EXPECT_EQ(FileLock::lock(path, LockMode::exclusive, 50ms).error().code, Errc::timeout);
  first.reset();
  second.reset();
  EXPECT_TRUE(FileLock::try_lock(path, LockMode::exclusive)->has_value());
  EXPECT_EQ(FileLock::try_lock("/nonexistent/lock", LockMode::shared).error().code, Errc::unavailable);
}

}  // namespace
}  // namespace converge::store
