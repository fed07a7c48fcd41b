#include "surface/cli/session.hpp"

#include "store/connection.hpp"
#include "store/program.hpp"
#include "store/server_binary.hpp"
#include "store/server_template.hpp"

#include "fixture/test_server.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <thread>

namespace converge::surface {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

using Variables = std::map<std::string, std::string>;

// These and no others of the database's variables, for the length of a test.
class Environment {
 public:
  explicit Environment(const Variables& wanted) {
    for (const char* name :
         {"CONVERGE_DATABASE_URL", "CONVERGE_DATABASE_PASSWORD", "CONVERGE_DATABASE_TLS", "CONVERGE_DATABASE_TLS_CA"}) {
      const auto found = wanted.find(name);
      if (found == wanted.end()) {
        ::unsetenv(name);
      } else {
        ::setenv(name, found->second.c_str(), 1);
      }
    }
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment() {
    for (const char* name :
         {"CONVERGE_DATABASE_URL", "CONVERGE_DATABASE_PASSWORD", "CONVERGE_DATABASE_TLS", "CONVERGE_DATABASE_TLS_CA"})
      ::unsetenv(name);
  }
};

TEST(DatabaseUrl, IsReadWithItsDefaults) {
  struct Case {
    const char* url;
    const char* tls;
    const char* host;
    unsigned port;
    bool require_tls;
  };
  const Case cases[] = {
      {"mysql://ada@db.example/desk", "", "db.example", 3306, true},
      {"mysql://ada@db.example:3307/desk", "off", "db.example", 3307, false},
      {"mysql://ada@localhost/desk", "", "localhost", 3306, false},
      {"mysql://ada@127.0.0.1:3400/desk", "on", "127.0.0.1", 3400, true},
      {"mysql://ada@[::1]/desk", "", "::1", 3306, false},
      {"mysql://ada@[2001:db8::7]/desk", "", "2001:db8::7", 3306, true},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.url);
    const Environment environment(Variables{{"CONVERGE_DATABASE_PASSWORD", "p w"},
                                            {"CONVERGE_DATABASE_TLS", c.tls},
                                            {"CONVERGE_DATABASE_TLS_CA", "/etc/ca.pem"}});
    const auto options = parse_database_url(c.url);
    ASSERT_TRUE(options) << options.error().message;
    EXPECT_EQ(options->host, c.host);
    EXPECT_EQ(options->port, c.port);
    EXPECT_EQ(options->user, "ada");
    EXPECT_EQ(options->database, "desk");
    EXPECT_EQ(options->password, "p w");
    EXPECT_EQ(options->require_tls, c.require_tls);
    EXPECT_EQ(options->tls_ca_file, "/etc/ca.pem");
  }
}

TEST(DatabaseUrl, IsRefusedWithTheReason) {
  struct Case {
    const char* url;
    const char* tls;
    const char* says;
  };
  const Case cases[] = {
      {"db.example", "", "not a URL"},
      {"postgres://ada@db.example/desk", "", "scheme must be mysql"},
      {"mysql://ada:secret@db.example/desk", "", "does not belong in a file"},
      {"mysql://ada@db.example", "", "database is missing"},
      {"mysql://ada@db.example/", "", "database is missing"},
      {"mysql://ada@db.example/a/b", "", "database is missing"},
      {"mysql://db.example/desk", "", "user or host is missing"},
      {"mysql://ada@db.example/desk", "no", "CONVERGE_DATABASE_TLS is 'no'; it can be on or off"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.url);
    const Environment environment(Variables{{"CONVERGE_DATABASE_TLS", c.tls}});
    const auto options = parse_database_url(c.url);
    ASSERT_FALSE(options);
    EXPECT_EQ(options.error().code, Errc::invalid_input);
    EXPECT_THAT(options.error().message, HasSubstr(c.says));
    EXPECT_THAT(options.error().message, ::testing::Not(HasSubstr("secret")));
  }
}

// A server as compose.yaml runs one: it listens on a port, and its user has a password and the rights on one database.
class NetworkedServer : public ::testing::TestWithParam<ServerFlavor> {
 protected:
  void SetUp() override {
    store::ServerSearch search = CONVERGE_GET(store::load_server_search());
    if (search.flavor && *search.flavor != GetParam()) GTEST_SKIP() << "CONVERGE_SERVER asks for the other one";
    search.flavor = GetParam();
    const auto binary = store::find_server_binary(search);
    if (!binary && binary.error().code == Errc::not_found) GTEST_SKIP() << binary.error().message;
    ASSERT_TRUE(binary) << binary.error().message;
    folder_ = fs::temp_directory_path() / fmt::format("converge-net-{}-{}", store::flavor_name(GetParam()), ::getpid());
    fs::create_directories(folder_);
    make_certificate();
    CONVERGE_GET(store::make_server_data(*binary, store::load_cache_directory(), folder_ / "data"));
    port_ = find_free_port();
    start(*binary);
    make_user();
    fs::copy(fs::path(CONVERGE_SOURCE_DIR) / "desk", folder_ / "desk", fs::copy_options::recursive);
    fs::remove_all(folder_ / "desk/.state");
  }

  void TearDown() override {
    if (pid_ > 0) {
      ::kill(pid_, SIGTERM);
      for (int i = 0; i < 300 && ::kill(pid_, 0) == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    if (!folder_.empty()) fs::remove_all(folder_);
  }

  // Signed by itself, for this machine.
  void make_certificate() {
    const auto openssl = store::find_program(store::load_program_directories(), "openssl");
    ASSERT_FALSE(openssl.empty()) << "openssl comes with ca-certificates";
    CONVERGE_GET(store::run_program({openssl.string(), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                                     "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
                                     "-keyout", (folder_ / "key.pem").string(), "-out", certificate()},
                                    std::chrono::seconds(60)));
  }

  static unsigned find_free_port() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), size), 0);
    EXPECT_EQ(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
    ::close(fd);
    return ntohs(address.sin_port);
  }

  void start(const store::ServerBinary& binary) {
    store::CommandLine command = binary.command;
    for (const std::string& option :
         {"--datadir=" + (folder_ / "data").string(), "--socket=" + (folder_ / "s").string(),
          "--pid-file=" + (folder_ / "pid").string(), fmt::format("--port={}", port_),
          std::string("--bind-address=127.0.0.1"), "--ssl-ca=" + certificate(), "--ssl-cert=" + certificate(),
          "--ssl-key=" + (folder_ / "key.pem").string(), std::string("--innodb-buffer-pool-size=64M")})
      command.push_back(option);
    if (GetParam() == ServerFlavor::mysql) command.emplace_back("--mysqlx=OFF");
    if (::geteuid() == 0) command.emplace_back("--user=root");
    pid_ = CONVERGE_GET(store::start_detached(command, folder_ / "log", -1));
  }

  void make_user() {
    store::ConnectOptions administrator;
    administrator.socket_path = (folder_ / "s").string();
    administrator.user = "root";
    auto connection = store::Connection::open(administrator);
    for (int i = 0; i < 600 && !connection; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      connection = store::Connection::open(administrator);
    }
    ASSERT_TRUE(connection) << connection.error().message;
    for (const char* sql :
         {"CREATE DATABASE converge CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
          "CREATE USER 'converge'@'%' IDENTIFIED BY 'pass \"word''#1'",
          "CREATE USER 'converge'@'localhost' IDENTIFIED BY 'pass \"word''#1'",
          "GRANT ALL ON converge.* TO 'converge'@'%'", "GRANT ALL ON converge.* TO 'converge'@'localhost'"})
      CONVERGE_GET(connection->run({"arrange", sql}));
  }

  std::string certificate() const { return (folder_ / "cert.pem").string(); }
  Variables environment(const std::string& host, const std::string& tls) const {
    return {{"CONVERGE_DATABASE_URL", fmt::format("mysql://converge@{}:{}/converge", host, port_)},
            {"CONVERGE_DATABASE_PASSWORD", "pass \"word'#1"},
            {"CONVERGE_DATABASE_TLS", tls}};
  }

  fs::path folder_;
  unsigned port_ = 0;
  pid_t pid_ = -1;
};
CONVERGE_ON_BOTH_SERVERS(NetworkedServer);

std::string cipher_of(store::Db& db) {
  auto connection = CONVERGE_GET(db.open_connection());
  const auto answer = CONVERGE_GET(connection.select({"cipher", "SHOW SESSION STATUS LIKE 'Ssl_cipher'"}));
  return std::get<std::string>(answer.rows.at(0).at(1));
}

TEST_P(NetworkedServer, ServesADeskByUrlPasswordAndTls) {
  const std::string desk = (folder_ / "desk").string();
  {
    SCOPED_TRACE("in the clear, as between the containers of compose.yaml");
    const Environment variables(environment("127.0.0.1", "off"));
    Session session(desk);
    store::Db* db = CONVERGE_GET(session.db());
    EXPECT_EQ(db->server().flavor, GetParam());
    EXPECT_EQ(db->options().port, port_);
    EXPECT_FALSE(fs::exists(folder_ / "desk/.state")) << "no private server beside it";
    CONVERGE_GET(session.recover_server());
  }
  {
    SCOPED_TRACE("encrypted, with the certificate's authority");
    auto wanted = environment("127.0.0.1", "on");
    wanted["CONVERGE_DATABASE_TLS_CA"] = certificate();
    const Environment variables(wanted);
    Session session(desk);
    store::Db* db = CONVERGE_GET(session.db());
    EXPECT_NE(cipher_of(*db), "");
  }
  {
    SCOPED_TRACE("encrypted, by an authority that nobody knows");
    const Environment variables(environment("127.0.0.1", "on"));
    Session session(desk);
    const auto db = session.db();
    ASSERT_FALSE(db);
    EXPECT_THAT(db.error().message, HasSubstr("certificate"));
  }
  {
    SCOPED_TRACE("the wrong password");
    auto wanted = environment("127.0.0.1", "off");
    wanted["CONVERGE_DATABASE_PASSWORD"] = "guess";
    const Environment variables(wanted);
    Session session(desk);
    const auto db = session.db();
    ASSERT_FALSE(db);
    EXPECT_EQ(db.error().code, Errc::denied);
    EXPECT_THAT(db.error().message, ::testing::Not(HasSubstr("guess")));
  }
}

}  // namespace
}  // namespace converge::surface
