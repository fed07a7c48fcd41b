#include "store/private_server.hpp"

#include "store/server_binary.hpp"

#include "fixture/test_server.hpp"
#include "store/db.hpp"

#include <gmock/gmock.h>
#include <grp.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <thread>

namespace converge::store {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

fs::path make_folder() {
  std::string name = fs::temp_directory_path() / "converge-desk-XXXXXX";
  return ::mkdtemp(name.data()) == nullptr ? fs::path() : fs::path(name);
}

std::string load_text(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// "boot/namespace/pid/start", see store/holder.hpp
pid_t server_pid(const fs::path& state_dir) {
  std::string text = load_text(state_dir / "server" / "process");
  text.erase(text.rfind('/'));
  return static_cast<pid_t>(std::stol(text.substr(text.rfind('/') + 1)));
}

bool ends_within(const PrivateServer& server, std::chrono::milliseconds wait_max) {
  for (const auto end = std::chrono::steady_clock::now() + wait_max; server.is_alive();
       std::this_thread::sleep_for(5ms))
    if (std::chrono::steady_clock::now() > end) return false;
  return true;
}

class PrivateServerTest : public ::testing::TestWithParam<ServerFlavor> {
 protected:
  void SetUp() override {
    auto search = load_server_search();
    ASSERT_TRUE(search);
    search->flavor = GetParam();
    if (const auto binary = find_server_binary(*search); !binary)
      GTEST_SKIP() << flavor_name(GetParam()) << " lane: " << binary.error().message;
    if (const auto shared = fixture::find_test_server(GetParam()); !shared && shared.error().code == Errc::not_found)
      GTEST_SKIP() << flavor_name(GetParam()) << " lane: " << shared.error().message;
    state_ = make_folder();
  }
  void TearDown() override {
    if (state_.empty()) return;
    EXPECT_TRUE(PrivateServer::shut_down(state_));
    fs::remove_all(state_);
  }

  PrivateServerOptions options() const { return {.state_dir = state_, .desk_id = "desk one", .flavor = GetParam()}; }

  static void run_sql(const PrivateServer& server, std::string_view text) {
    auto connection = CONVERGE_GET(Connection::open(server.connect_options()));
    CONVERGE_GET(connection.run({"test", text}));
  }
  static Value find_value(const PrivateServer& server, std::string_view text) {
    auto connection = CONVERGE_GET(Connection::open(server.connect_options()));
    return CONVERGE_GET(connection.select({"test", text})).rows.at(0).at(0);
  }

  // Runs `work` in a process of its own, which then dies without a word. returns whether work returned true
  template <class Work>
  static bool in_killed_process(Work work) {
    const pid_t child = ::fork();
    if (child == 0) {
      bool good = false;
      try {
        good = work();
      } catch (...) {
      }
      if (good) ::kill(::getpid(), SIGKILL);
      ::_exit(1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFSIGNALED(status);
  }

  fs::path state_;
};
CONVERGE_ON_BOTH_SERVERS(PrivateServerTest);

TEST_P(PrivateServerTest, KeepsItsDataFromOneStartToTheNext) {
  {
    auto server = CONVERGE_GET(PrivateServer::ensure(options()));
    EXPECT_EQ(server.server().flavor, GetParam());
    EXPECT_TRUE(server.is_alive());
    run_sql(server, "CREATE TABLE kept (id INT PRIMARY KEY)");
    run_sql(server, "INSERT INTO kept VALUES (7)");
    CONVERGE_GET(server.stop());
    EXPECT_FALSE(server.is_alive());
    EXPECT_FALSE(fs::exists(state_ / "server" / "mysql.sock"));
  }
  auto server = CONVERGE_GET(PrivateServer::ensure(options()));
  EXPECT_EQ(find_value(server, "SELECT id FROM kept"), Value(7));
}

TEST_P(PrivateServerTest, IsReachableByThisUserOnlyAndByNoNetwork) {
  auto server = CONVERGE_GET(PrivateServer::ensure(options()));
  struct stat folder {};
  ASSERT_EQ(::stat((state_ / "server").c_str(), &folder), 0);
  EXPECT_EQ(folder.st_mode & 0777, 0700U);
  EXPECT_EQ(find_value(server, "SELECT @@skip_networking"), Value(1));
  EXPECT_EQ(find_value(server, "SELECT @@innodb_flush_log_at_trx_commit"), Value(1));
  EXPECT_EQ(find_value(server, "SELECT DATABASE()"), Value("converge"));
}

// A MariaDB that starts deletes every temporary table in its folder, whoever's it is.
TEST_P(PrivateServerTest, KeepsItsTemporaryTablesToItself) {
  const auto server = CONVERGE_GET(PrivateServer::ensure(options()));
  EXPECT_EQ(find_value(server, "SELECT @@tmpdir"), Value((state_ / "server" / "tmp").string()));
}

TEST_P(PrivateServerTest, IsJoinedByTheSecondUserAndEndedByTheLast) {
  auto first = CONVERGE_GET(PrivateServer::ensure(options()));
  const pid_t pid = server_pid(state_);
  auto second = CONVERGE_GET(PrivateServer::ensure(options()));
  EXPECT_EQ(server_pid(state_), pid);
  EXPECT_NE(::getsid(pid), ::getsid(0));  // Ctrl-C in this terminal does not reach it
  CONVERGE_GET(first.stop());
  EXPECT_TRUE(second.is_alive());
  EXPECT_EQ(find_value(second, "SELECT 1"), Value(1));
  CONVERGE_GET(second.stop());
  EXPECT_FALSE(second.is_alive());
}

TEST_P(PrivateServerTest, IsAdoptedWhenItOutlivedItsUser) {
  ASSERT_TRUE(in_killed_process([&] {
    static std::optional<PrivateServer> server;  // still there when the process is killed
    server.emplace(CONVERGE_GET(PrivateServer::ensure(options())));
    run_sql(*server, "SET GLOBAL max_connections = 77");
    fs::remove(state_ / "server" / "process");  // as if the user had been killed before it could write that down
    return true;
  }));
  auto server = CONVERGE_GET(PrivateServer::ensure(options()));
  EXPECT_EQ(find_value(server, "SELECT @@max_connections"), Value(77));
  CONVERGE_GET(server.stop());
  EXPECT_FALSE(server.is_alive());
}

TEST_P(PrivateServerTest, IsStartedOnceByManyAtOnce) {
  std::vector<pid_t> children;
  for (int n = 0; n < 4; ++n) {
    const pid_t child = ::fork();
    if (child == 0) {
      const auto server = PrivateServer::ensure(options());
      std::ofstream(state_ / ("pid" + std::to_string(n))) << (server ? server_pid(state_) : -1);
      std::this_thread::sleep_for(300ms);
      ::_exit(server ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(load_text(state_ / "pid0"), std::to_string(server_pid(state_)));
  for (int n = 1; n < 4; ++n) EXPECT_EQ(load_text(state_ / ("pid" + std::to_string(n))), load_text(state_ / "pid0"));
}

TEST_P(PrivateServerTest, ComesBackWithEverythingCommittedAfterKillNine) {
  auto server = CONVERGE_GET(PrivateServer::ensure(options()));
  auto db = CONVERGE_GET(Db::open(server.connect_options()));
  run_sql(server, "CREATE TABLE kept (id INT PRIMARY KEY)");
  constexpr Statement add{"add", "INSERT INTO kept VALUES (?)"};
  CONVERGE_GET(db.transact([&](Tx& tx) { return tx.execute(add, params(1)); }));
  ::kill(server_pid(state_), SIGKILL);
  ASSERT_TRUE(ends_within(server, 10s));
  const auto lost = db.transact([&](Tx& tx) { return tx.execute(add, params(2)); });
  EXPECT_EQ(lost.error().code, Errc::unavailable);
  CONVERGE_GET(server.restart_if_dead());
  EXPECT_TRUE(server.is_alive());
  const auto again = db.transact([&](Tx& tx) { return tx.execute(add, params(3)); });
  EXPECT_TRUE(again) << again.error().message;
  EXPECT_EQ(find_value(server, "SELECT GROUP_CONCAT(id ORDER BY id) FROM kept"), Value("1,3"));
  const pid_t pid = server_pid(state_);
  CONVERGE_GET(server.restart_if_dead());
  EXPECT_EQ(server_pid(state_), pid);
}

TEST_P(PrivateServerTest, StepsOverWhatADeadServerLeftBehind) {
  { auto server = CONVERGE_GET(PrivateServer::ensure(options())); }
  const std::string me = std::to_string(::getpid()) + "\n";  // a living process that is not the server
  for (const char* name : {"mysql.sock", "mysql.sock.lock", "pid", "process"})
    std::ofstream(state_ / "server" / name) << me;
  auto server = CONVERGE_GET(PrivateServer::ensure(options()));
  EXPECT_TRUE(server.is_alive());
  EXPECT_NE(server_pid(state_), ::getpid());
}

TEST_P(PrivateServerTest, IsNeverSharedBetweenDesks) {
  auto server = CONVERGE_GET(PrivateServer::ensure(options()));
  auto stranger = options();
  stranger.desk_id = "desk two";
  const auto refused = PrivateServer::ensure(stranger);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::conflict);
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("desk one"), HasSubstr("desk two")));

  stranger.state_dir = make_folder();
  {
    auto neighbour = CONVERGE_GET(PrivateServer::ensure(stranger));
    EXPECT_NE(server_pid(stranger.state_dir), server_pid(state_));
    run_sql(neighbour, "CREATE TABLE mine (id INT PRIMARY KEY)");
    EXPECT_EQ(find_value(server, "SELECT COUNT(*) FROM information_schema.tables WHERE table_name = 'mine'"), Value(0));
  }
  EXPECT_TRUE(server.is_alive());
  fs::remove_all(stranger.state_dir);
}

TEST_P(PrivateServerTest, WorksInAFolderWhoseNameIsTooLongForASocket) {
  auto deep = options();
  deep.state_dir = state_ / std::string(60, 'a') / std::string(60, 'b') / "with blanks and 'quotes'";
  auto server = CONVERGE_GET(PrivateServer::ensure(deep));
  EXPECT_LE(server.connect_options().socket_path.size(), 107U);
  const fs::path socket_folder = fs::path(server.connect_options().socket_path).parent_path();
  struct stat folder {};
  ASSERT_EQ(::stat(socket_folder.c_str(), &folder), 0);
  EXPECT_EQ(folder.st_mode & 0777, 0700U);
  EXPECT_EQ(find_value(server, "SELECT 1"), Value(1));
  CONVERGE_GET(server.stop());
  fs::remove_all(socket_folder);
}

TEST_P(PrivateServerTest, RefusesDataOfTheOtherKindOfServer) {
  { auto server = CONVERGE_GET(PrivateServer::ensure(options())); }
  auto other = options();
  other.flavor = GetParam() == ServerFlavor::mysql ? ServerFlavor::mariadb : ServerFlavor::mysql;
  const auto refused = PrivateServer::ensure(other);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::conflict);
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("mysql"), HasSubstr("mariadb")));
}

TEST_P(PrivateServerTest, QuotesTheServersLogWhenItCannotStart) {
  { auto server = CONVERGE_GET(PrivateServer::ensure(options())); }
  fs::remove_all(state_ / "server" / "data");
  fs::create_directory(state_ / "server" / "data");
  std::ofstream(state_ / "server" / "data" / "ibdata1") << "not a tablespace";
  const auto refused = PrivateServer::ensure(options());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::unavailable);
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("ended while it started"), HasSubstr("ERROR")));
}

TEST_P(PrivateServerTest, StaysWhenItIsToldToOutliveItsUsers) {
  auto lasting = options();
  lasting.outlives_users = true;
  { auto server = CONVERGE_GET(PrivateServer::ensure(lasting)); }
  {
    auto visitor = CONVERGE_GET(PrivateServer::ensure(options()));
    CONVERGE_GET(visitor.stop());
    EXPECT_TRUE(visitor.is_alive());
  }
  CONVERGE_GET(PrivateServer::shut_down(state_));
  auto visitor = CONVERGE_GET(PrivateServer::ensure(options()));
  CONVERGE_GET(visitor.stop());
  EXPECT_FALSE(visitor.is_alive());
}

TEST_P(PrivateServerTest, RunsAsAnOrdinaryUserWithoutAHome) {
  if (::geteuid() != 0)
    GTEST_SKIP() << "only root can become another user; as an ordinary user all other tests say the same";
  ServerSearch search = *load_server_search();
  search.flavor = GetParam();
  const auto program = find_server_binary(search);
  for (fs::path folder = fs::path(program->command.front()).parent_path(); folder.has_relative_path();
       folder = folder.parent_path())
    if ((fs::status(folder).permissions() & fs::perms::others_exec) == fs::perms::none)
      GTEST_SKIP() << "only root can enter " << folder << ", where the server's program is";
  constexpr uid_t nobody = 65534;
  ASSERT_EQ(::chown(state_.c_str(), nobody, nobody), 0);
  EXPECT_TRUE(in_killed_process([&] {
    ::setenv("HOME", "/nonexistent", 1);
    ::unsetenv("XDG_CACHE_HOME");
    ::unsetenv("XDG_RUNTIME_DIR");
    ::setenv("PATH", "/usr/bin:/bin", 1);
    if (::setgroups(0, nullptr) != 0 || ::setgid(nobody) != 0 || ::setuid(nobody) != 0) return false;
    auto server = CONVERGE_GET(PrivateServer::ensure(options()));
    const bool good = find_value(server, "SELECT 1") == Value(1);
    CONVERGE_GET(server.stop());
    return good && !server.is_alive();
  }));
}

TEST(ComputeSocketPath, FallsBackToAHashUnderTheRuntimeFolder) {
  const fs::path longest =
      "/tmp/" + std::string(107 - std::string("/tmp/").size() - std::string("/server/mysql.sock").size(), 'x');
  EXPECT_EQ(*compute_socket_path(longest, "/run"), longest / "server/mysql.sock");
  EXPECT_EQ(compute_socket_path(longest, "/run")->native().size(), 107U);
  const auto hashed = compute_socket_path(longest.string() + "y", "/run/user/7");
  EXPECT_THAT(hashed->string(), AllOf(HasSubstr("/run/user/7/converge-"), EndsWith("/mysql.sock")));
  EXPECT_NE(*hashed, *compute_socket_path(longest.string() + "z", "/run/user/7"));
  EXPECT_EQ(compute_socket_path(longest.string() + "y", "/" + std::string(100, 'r')).error().code, Errc::invalid_input);
}

}  // namespace
}  // namespace converge::store
