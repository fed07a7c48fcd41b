#include "store/holder.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <string>

namespace converge::store {
namespace {

// A child that writes its holder text into a pipe and then ends, or waits to be killed.
struct Child {
  pid_t pid = 0;
  std::string holder;
};

Child make_child(bool ends) {
  int pipe_ends[2];
  EXPECT_EQ(::pipe(pipe_ends), 0);
  const auto pid = ::fork();
  if (pid == 0) {
    const auto holder = this_process_holder();
    if (::write(pipe_ends[1], holder.data(), holder.size()) < 0) ::_exit(1);
    ::close(pipe_ends[1]);
    if (ends) ::_exit(0);
    for (;;) ::pause();
  }
  ::close(pipe_ends[1]);
  Child child{pid, ""};
  char buffer[256];
  for (ssize_t n = 0; (n = ::read(pipe_ends[0], buffer, sizeof buffer)) > 0;)
    child.holder.append(buffer, static_cast<std::size_t>(n));
  ::close(pipe_ends[0]);
  return child;
}

TEST(Holder, NamesItsPid) {
  EXPECT_EQ(find_holder_pid(this_process_holder()), ::getpid());
  EXPECT_EQ(find_holder_pid("boot/7/42/99/worker2"), 42);
  for (const char* bad : {"", "42", "boot/7/42", "boot/7/x/99", "boot/7/-1/99", "boot/7/42x/99", "boot/7//99"})
    EXPECT_EQ(find_holder_pid(bad), std::nullopt) << bad;
}

TEST(Holder, OfThisProcessIsAlive) {
  EXPECT_FALSE(is_provably_dead(this_process_holder()));
  EXPECT_FALSE(is_provably_dead(this_process_holder() + "/worker2"));
}

TEST(Holder, OfAProcessThatEndedIsDeadEvenBeforeItIsReaped) {
  const auto child = make_child(true);
  siginfo_t ended{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child.pid), &ended, WEXITED | WNOWAIT), 0);
  EXPECT_TRUE(is_provably_dead(child.holder)) << "zombie " << child.holder;
  ASSERT_EQ(::waitpid(child.pid, nullptr, 0), child.pid);
  EXPECT_TRUE(is_provably_dead(child.holder)) << "gone " << child.holder;
  EXPECT_TRUE(is_provably_dead(child.holder + "/worker1"));
}

TEST(Holder, OfAStoppedProcessIsAlive) {
  const auto child = make_child(false);
  ::kill(child.pid, SIGSTOP);
  ASSERT_EQ(::waitpid(child.pid, nullptr, WUNTRACED), child.pid);
  EXPECT_FALSE(is_provably_dead(child.holder));
  ::kill(child.pid, SIGKILL);
  ASSERT_EQ(::waitpid(child.pid, nullptr, 0), child.pid);
  EXPECT_TRUE(is_provably_dead(child.holder));
}

TEST(Holder, WhosePidBelongsToALaterProcessIsDead) {
  const auto mine = this_process_holder();
  const auto start = mine.rfind('/') + 1;
  EXPECT_TRUE(is_provably_dead(mine.substr(0, start) + "1"));
}

TEST(Holder, ThatCannotBeJudgedIsNotCalledDead) {
  const auto mine = this_process_holder();
  const auto realm_end = mine.rfind('/', mine.rfind('/') - 1) + 1;
  const auto realm = mine.substr(0, realm_end);
  struct Case {
    const char* name;
    std::string holder;
  };
  const Case cases[] = {
      {"nobody", ""},
      {"another boot or machine", "00000000-0000-0000-0000-000000000000/4026531836/1/1"},
      {"another container", mine.substr(0, mine.find('/')) + "/1/999999/1"},
      {"free text", "ada's laptop"},
      {"pid is not a number", realm + "x/1"},
      {"pid is zero", realm + "0/1"},
      {"pid is negative", realm + "-1/1"},
      {"start is missing", realm + "999999"},
      {"start is empty", realm + "999999/"},
      {"start is unknown", realm + "999999/unknown"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_FALSE(is_provably_dead(c.holder));
  }
}

}  // namespace
}  // namespace converge::store
