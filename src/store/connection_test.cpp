#include "store/connection.hpp"

#include "fixture/test_server.hpp"
#include "store/sql.hpp"

#include <gmock/gmock.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <fstream>

namespace converge::store {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

class ConnectionTest : public fixture::ServerTest {};
CONVERGE_ON_BOTH_SERVERS(ConnectionTest);

TEST_P(ConnectionTest, KnowsWhichServerItTalksTo) {
  const auto connection = open_connection();
  EXPECT_EQ(connection.server().flavor, GetParam());
  EXPECT_THAT(connection.server().describe(),
              HasSubstr(GetParam() == ServerFlavor::mysql ? "MySQL 9." : "MariaDB 10."));
}

// A listener that never answers: what matters is that somebody comes to its port.
TEST(ConnectionAddress, WithLocalhostKeepsItsPort) {
  addrinfo* found = nullptr;
  if (::getaddrinfo("localhost", nullptr, nullptr, &found) != 0) GTEST_SKIP() << "this machine has no localhost";
  ::freeaddrinfo(found);
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(listener, 1), 0);
  ASSERT_EQ(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);

  ConnectOptions options;
  options.host = "localhost";
  options.port = ntohs(address.sin_port);
  options.user = "ada";
  options.connect_timeout = 1s;
  options.read_timeout = 1s;
  EXPECT_FALSE(Connection::open(options));
  const int visitor = ::accept(listener, nullptr, nullptr);
  EXPECT_GE(visitor, 0) << "nobody came to port " << options.port;
  ::close(visitor);
  ::close(listener);
}

TEST_P(ConnectionTest, SetsItsSessionUpAndSeesItKept) {
  auto connection = open_connection();
  const std::string isolation =
      GetParam() == ServerFlavor::mysql ? "SELECT @@transaction_isolation" : "SELECT @@tx_isolation";
  EXPECT_EQ(CONVERGE_GET(connection.select({"isolation", isolation})).rows[0][0], Value("READ-COMMITTED"));
  struct Case {
    const char* name;
    const char* sql;
    Value expected;
  };
  const Case cases[] = {
      {"time zone", "SELECT @@session.time_zone", "+00:00"},
      {"collation", "SELECT @@session.collation_connection", "utf8mb4_bin"},
      {"schema changes wait ten seconds", "SELECT @@session.lock_wait_timeout", std::int64_t{10}},
      {"rows wait ten seconds", "SELECT @@session.innodb_lock_wait_timeout", std::int64_t{10}},
      {"strict", "SELECT @@session.sql_mode LIKE '%STRICT_ALL_TABLES%'", std::int64_t{1}},
      {"a character outside the basic plane keeps its bytes", "SELECT HEX('\xF0\x9F\x93\x88')", "F09F9388"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(CONVERGE_GET(connection.select({c.name, c.sql})).rows[0][0], c.expected);
  }
}

TEST_P(ConnectionTest, ReturnsEveryTypeAsItWasGiven) {
  auto connection = open_connection();
  run_sql(
      "CREATE TABLE kept (i BIGINT, d DOUBLE, s VARCHAR(200), big LONGTEXT, at DATETIME(6), on_day DATE, m "
      "DECIMAL(38,18))");
  const std::string long_text(200'000, 'x');
  const Value pi = CONVERGE_GET(Decimal::parse("12345678901234567890.123456789012345678"));
  const Instant late = CONVERGE_GET(parse_instant("2262-04-11T23:47:16.854775Z"));
  struct Case {
    const char* name;
    std::vector<Value> row;
  };
  const std::vector<Case> cases{
      {"ordinary", params(42, 0.1, "text", long_text, late, Date(std::chrono::year(2024) / 2 / 29), pi)},
      {"extremes",
       params(std::numeric_limits<std::int64_t>::min(), 1.7976931348623157e308, "it's; \"x\" \\ \n\t\x01", "",
              Instant{}, Date(std::chrono::year(1000) / 1 / 1), CONVERGE_GET(Decimal::parse("-0.000000000000000001")))},
      {"smallest double and empty text",
       params(0, 5e-324, "", "\xC3\xA9", Instant{1us}, Date(std::chrono::year(9999) / 12 / 31),
              CONVERGE_GET(Decimal::parse("0.000000000000000000")))},
      {"nothing at all", {7, Value{}, Value{}, Value{}, Value{}, Value{}, Value{}, Value{}}},
  };
  for (Case c : cases) {
    SCOPED_TRACE(c.name);
    c.row.resize(7);
    EXPECT_EQ(CONVERGE_GET(connection.execute({"insert", "INSERT INTO kept VALUES (?,?,?,?,?,?,?)"}, c.row)), 1);
    const auto kept = CONVERGE_GET(connection.select({"select", "SELECT * FROM kept"}));
    EXPECT_THAT(kept.columns, ::testing::ElementsAre("i", "d", "s", "big", "at", "on_day", "m"));
    ASSERT_EQ(kept.rows.size(), 1U);
    EXPECT_EQ(kept.rows[0], c.row);
    EXPECT_EQ(CONVERGE_GET(connection.execute({"delete", "DELETE FROM kept"})), 1);
  }
}

TEST_P(ConnectionTest, ComparesDecimalsExactly) {
  auto connection = open_connection();
  run_sql("CREATE TABLE price (m DECIMAL(30,10))");
  run_sql("INSERT INTO price VALUES (12345678901234567.0000000001), (12345678901234567.0000000002)");
  const Statement count{"count", "SELECT COUNT(*) FROM price WHERE m = ?"};
  const auto answer =
      CONVERGE_GET(connection.select(count, params(CONVERGE_GET(Decimal::parse("12345678901234567.0000000001")))));
  EXPECT_EQ(answer.rows[0][0], Value(1));  // as doubles, both would match
}

TEST_P(ConnectionTest, CountsRowsMatchedNotRowsChanged) {
  auto connection = open_connection();
  run_sql("CREATE TABLE fence (id INT PRIMARY KEY, held INT)");
  run_sql("INSERT INTO fence VALUES (1, 5)");
  EXPECT_EQ(CONVERGE_GET(connection.execute({"same", "UPDATE fence SET held = 5 WHERE id = ?"}, params(1))), 1);
  EXPECT_EQ(CONVERGE_GET(connection.execute({"none", "UPDATE fence SET held = 5 WHERE id = ?"}, params(2))), 0);
}

TEST_P(ConnectionTest, RefusesBadStatementsWithTheirNameAndKind) {
  auto connection = open_connection();
  run_sql(
      "CREATE TABLE strict_one (id INT PRIMARY KEY, short VARCHAR(2) NOT NULL, at DATETIME(6), word VARCHAR(8), "
      "CONSTRAINT ck_word CHECK (word IN ('ab', 'cd')))");
  run_sql("INSERT INTO strict_one VALUES (1, 'a', NULL, 'ab')");
  struct Case {
    const char* name;
    const char* sql;
    std::vector<Value> params;
    Errc code;
  };
  const std::vector<Case> cases{
      {"duplicate_key", "INSERT INTO strict_one VALUES (1, 'a', NULL, 'ab')", {}, Errc::conflict},
      {"check", "INSERT INTO strict_one VALUES (2, 'a', NULL, ?)", params("xy"), Errc::contract_violation},
      {"too_long", "INSERT INTO strict_one VALUES (2, ?, NULL, 'ab')", params("abc"), Errc::contract_violation},
      {"null", "INSERT INTO strict_one VALUES (2, ?, NULL, 'ab')", params(std::nullopt), Errc::contract_violation},
      {"no_such_day", "INSERT INTO strict_one VALUES (2, 'a', ?, 'ab')", params("2024-02-30"),
       Errc::contract_violation},
      {"no_such_table", "SELECT * FROM missing", {}, Errc::contract_violation},
      {"no_such_column", "SELECT nothing FROM strict_one", {}, Errc::contract_violation},
      {"syntax", "SELECTED", {}, Errc::internal},
      {"parameter_missing", "SELECT ?", {}, Errc::internal},
      {"parameter_too_many", "SELECT ?", params(1, 2), Errc::internal},
      {"not_a_number", "SELECT ?", params(std::numeric_limits<double>::quiet_NaN()), Errc::contract_violation},
      {"infinite", "SELECT ?", params(std::numeric_limits<double>::infinity()), Errc::contract_violation},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto answer = connection.select({c.name, c.sql}, c.params);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, c.code) << answer.error().message;
    EXPECT_THAT(answer.error().message, HasSubstr(c.name));
    EXPECT_TRUE(connection.is_usable());
  }
  EXPECT_EQ(CONVERGE_GET(connection.select({"count", "SELECT COUNT(*) FROM strict_one"})).rows[0][0], Value(1));
}

TEST_P(ConnectionTest, NeverGivesTheServerAFile) {
  auto connection = open_connection();
  run_sql("SET GLOBAL local_infile = 1");
  run_sql("CREATE TABLE leak (line VARCHAR(200))");
  const auto loaded = connection.run({"steal", "LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE leak (line)"});
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, Errc::denied) << loaded.error().message;
  EXPECT_EQ(select_sql("SELECT COUNT(*) FROM leak").rows[0][0], Value(0));
}

TEST_P(ConnectionTest, TellsColumnsOfAnEmptyAnswer) {
  auto connection = open_connection();
  const auto answer = CONVERGE_GET(connection.select({"none", "SELECT 1 AS one, 'x' AS two FROM DUAL WHERE 1 = 0"}));
  EXPECT_THAT(answer.columns, ::testing::ElementsAre("one", "two"));
  EXPECT_TRUE(answer.rows.empty());
}

TEST_P(ConnectionTest, StopsAtTheFirstErrorOfACallbackAndStaysUsable) {
  auto connection = open_connection();
  run_sql("CREATE TABLE many (i INT)");
  run_sql("INSERT INTO many VALUES (1), (2), (3)");
  int seen = 0;
  const auto stopping = [&](auto) -> Result<void> {
    if (++seen == 2) return fail(Errc::not_found, "enough");
    return {};
  };
  EXPECT_EQ(connection.stream({"stream", "SELECT i FROM many ORDER BY i"}, stopping).error().code, Errc::not_found);
  EXPECT_EQ(seen, 2);
  seen = 0;
  const auto all = [](auto) -> Result<void> { return {}; };
  EXPECT_EQ(connection.select_each({"each", "SELECT i FROM many ORDER BY i"}, {}, all, stopping).error().code,
            Errc::not_found);
  EXPECT_EQ(seen, 2);
  EXPECT_EQ(CONVERGE_GET(connection.select({"count", "SELECT COUNT(*) FROM many"})).rows[0][0], Value(3));
}

TEST_P(ConnectionTest, IsClosedToTheCallbacksItCalls) {
  auto connection = open_connection();
  std::vector<Errc> refused;
  const auto asks = [&](auto) -> Result<void> {
    const auto inner = connection.select({"inner", "SELECT 2"});
    refused.push_back(inner ? Errc::not_found : inner.error().code);
    return {};
  };
  EXPECT_TRUE(connection.select_each({"outer", "SELECT 1"}, {}, asks, asks));
  EXPECT_TRUE(connection.stream({"outer", "SELECT 1"}, asks));
  EXPECT_THAT(refused, ::testing::ElementsAre(Errc::internal, Errc::internal, Errc::internal));
  EXPECT_EQ(CONVERGE_GET(connection.select({"after", "SELECT 3"})).rows[0][0], Value(3));
}

TEST_P(ConnectionTest, SaysThatALockedAccountIsDenied) {
  run_sql("DROP USER IF EXISTS locked_out@localhost");
  run_sql("CREATE USER locked_out@localhost ACCOUNT LOCK");
  auto as_locked = options();
  as_locked.user = "locked_out";
  as_locked.database.clear();
  const auto refused = Connection::open(as_locked);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::denied) << refused.error().message;
  EXPECT_THAT(refused.error().message, HasSubstr("ER_ACCOUNT_HAS_BEEN_LOCKED"));
  run_sql("DROP USER locked_out@localhost");
}

TEST_P(ConnectionTest, SeesAColumnThatAppearedAfterTheStatementWasPrepared) {
  auto connection = open_connection();
  run_sql("CREATE TABLE grows (a INT)");
  run_sql("INSERT INTO grows VALUES (1)");
  const Statement all{"all", "SELECT * FROM grows"};
  EXPECT_EQ(CONVERGE_GET(connection.select(all)).columns.size(), 1U);
  run_sql("ALTER TABLE grows ADD COLUMN b VARCHAR(20) NOT NULL DEFAULT 'fresh'");
  const auto grown = CONVERGE_GET(connection.select(all));
  EXPECT_THAT(grown.columns, ::testing::ElementsAre("a", "b"));
  EXPECT_EQ(grown.rows[0][1], Value("fresh"));
}

TEST_P(ConnectionTest, LosesTheConnectionWithUnavailable) {
  auto connection = open_connection();
  run_sql("KILL " + std::to_string(connection.id()));
  const auto answer = connection.select(sql::session_read_back);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::unavailable) << answer.error().message;
  EXPECT_FALSE(connection.is_usable());
}

TEST_P(ConnectionTest, SaysWhoWasRefusedAndWhereButNotThePassword) {
  ConnectOptions stranger = options();
  stranger.user = "nobody_here";
  stranger.password = "correct-horse-battery";
  const auto refused = Connection::open(stranger);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::denied);
  EXPECT_THAT(refused.error().message, HasSubstr("nobody_here@" + stranger.socket_path));
  EXPECT_THAT(refused.error().message, Not(HasSubstr("correct-horse")));
}

TEST_P(ConnectionTest, NamesADatabaseThatIsNotThere) {
  ConnectOptions elsewhere = options();
  elsewhere.database = "no_such_database";
  EXPECT_EQ(Connection::open(elsewhere).error().code, Errc::not_found);
}

TEST(Connection, IsUnavailableWhereNobodyListens) {
  ConnectOptions nowhere;
  nowhere.socket_path = "/nonexistent/mysql.sock";
  nowhere.user = "root";
  const auto refused = Connection::open(nowhere);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::unavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("/nonexistent/mysql.sock"));
}

TEST(Connection, GivesUpOnAServerThatAcceptsAndSaysNothing) {
  const std::string path = "/tmp/converge-silent-" + std::to_string(::getpid());
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const int listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(listener, 1), 0);
  ConnectOptions silent;
  silent.socket_path = path;
  silent.user = "root";
  silent.connect_timeout = silent.read_timeout = 1s;
  const auto started = std::chrono::steady_clock::now();
  EXPECT_EQ(Connection::open(silent).error().code, Errc::unavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - started, 10s);
  ::close(listener);
  ::unlink(path.c_str());
}

TEST(ServerIdentity, IsDescribedByNameAndNumber) {
  EXPECT_EQ((ServerIdentity{ServerFlavor::mysql, "9.7.4-2"}.describe()), "MySQL 9.7.4");
  EXPECT_EQ((ServerIdentity{ServerFlavor::mariadb, "10.11.19-MariaDB-0+deb12u1"}.describe()), "MariaDB 10.11.19");
}

}  // namespace
}  // namespace converge::store
