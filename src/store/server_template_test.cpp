#include "store/server_template.hpp"

#include "fixture/test_server.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <thread>

namespace converge::store {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class ServerTemplate : public ::testing::TestWithParam<ServerFlavor> {
 protected:
  void SetUp() override {
    auto search = load_server_search();
    ASSERT_TRUE(search);
    if (search->flavor.value_or(GetParam()) != GetParam())
      GTEST_SKIP() << "CONVERGE_SERVER asks for " << flavor_name(*search->flavor);
    search->flavor = GetParam();
    auto binary = find_server_binary(*search);
    if (!binary) GTEST_SKIP() << flavor_name(GetParam()) << " lane: " << binary.error().message;
    binary_ = *std::move(binary);
    std::string name = fs::temp_directory_path() / "converge-template-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override {
    if (!folder_.empty()) fs::remove_all(folder_);
  }

  fs::path cache() const { return folder_ / "cache"; }

  // Makes a data folder in a process of its own, which ends with status 0 when it is there.
  pid_t start_making(const fs::path& data) const {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(make_server_data(binary_, cache(), data) ? 0 : 1);
    return child;
  }
  static bool ends_well(pid_t child) {
    int status = 0;
    return ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

  // A folder whose name ends so; empty while there is none.
  fs::path find_in_template(const std::string& ending) const {
    std::error_code error;
    for (fs::directory_iterator at(cache() / "template", error), end; !error && at != end; at.increment(error))
      if (at->is_directory() && at->path().string().ends_with(ending)) return at->path();
    return {};
  }

  // The server itself says whether a folder is complete: it starts on it.
  void expect_server_starts_on(const fs::path& data) const {
    const fs::path state = folder_ / "state";
    fs::create_directories(state / "server");
    fs::permissions(state / "server", fs::perms::owner_all);
    fs::rename(data, state / "server" / "data");
    std::ofstream(state / "server" / "data_flavor") << flavor_name(GetParam());
    auto server = CONVERGE_GET(PrivateServer::ensure({.state_dir = state, .desk_id = "t", .flavor = GetParam()}));
    auto connection = CONVERGE_GET(Connection::open(server.connect_options()));
    EXPECT_EQ(CONVERGE_GET(connection.select({"test", "SELECT 1"})).rows.size(), 1U);
  }

  ServerBinary binary_;
  fs::path folder_;
};
CONVERGE_ON_BOTH_SERVERS(ServerTemplate);

TEST_P(ServerTemplate, IsMadeOnceByTwoThatComeFirst) {
  const pid_t one = start_making(folder_ / "one");
  const pid_t two = start_making(folder_ / "two");
  EXPECT_TRUE(ends_well(one));
  EXPECT_TRUE(ends_well(two));
  EXPECT_EQ(find_in_template(".partial"), "");
  EXPECT_EQ(fs::status(cache() / "template").permissions(), fs::perms::owner_all);
  expect_server_starts_on(folder_ / "two");
}

TEST_P(ServerTemplate, IsCompleteAfterAKillInTheMiddle) {
  const pid_t killed = start_making(folder_ / "one");
  for (int i = 0; i < 2000 && find_in_template(".partial").empty(); ++i) std::this_thread::sleep_for(1ms);
  ASSERT_NE(find_in_template(".partial"), "") << "the initialisation has begun";
  ::kill(killed, SIGKILL);  // the server's own program goes on
  EXPECT_FALSE(ends_well(killed));
  const pid_t next = start_making(folder_ / "two");
  EXPECT_TRUE(ends_well(next));
  EXPECT_FALSE(fs::exists(folder_ / "one"));
  EXPECT_EQ(find_in_template(".partial"), "") << "nobody writes behind the back of the one that came next";
  std::this_thread::sleep_for(2s);
  EXPECT_EQ(find_in_template(".partial"), "");
  expect_server_starts_on(folder_ / "two");
}

}  // namespace
}  // namespace converge::store
