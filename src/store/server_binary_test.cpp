#include "store/server_binary.hpp"

#include <gmock/gmock.h>
#include <unistd.h>
#include <cstdlib>
#include <fstream>

namespace converge::store {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

TEST(ParseServerVersion, TellsWhatAProgramReallyIs) {
  struct Case {
    const char* name;
    const char* line;
    ServerFlavor flavor;
    const char* text;
    int major, minor;
  };
  const Case cases[] = {
      {"Debian's MySQL", "/tmp/mysqld  Ver 9.7.4-2 for Linux on x86_64 ((Debian))\n", ServerFlavor::mysql, "9.7.4-2", 9,
       7},
      {"Oracle's MySQL", "/usr/sbin/mysqld  Ver 8.4.3 for Linux on x86_64 (MySQL Community Server - GPL)",
       ServerFlavor::mysql, "8.4.3", 8, 4},
      {"MariaDB under the name mysqld",
       "/usr/sbin/mysqld  Ver 10.11.19-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64 (Debian 12)",
       ServerFlavor::mariadb, "10.11.19-MariaDB-0+deb12u1", 10, 11},
      {"two digits", "mysqld  Ver 10.0.1 for Linux", ServerFlavor::mysql, "10.0.1", 10, 0},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto version = parse_server_version(c.line);
    ASSERT_TRUE(version);
    EXPECT_EQ(version->flavor, c.flavor);
    EXPECT_EQ(version->text, c.text);
    EXPECT_EQ(version->major, c.major);
    EXPECT_EQ(version->minor, c.minor);
  }
  for (const char* bad : {"", "hello", "mysqld  Ver ", "mysqld  Ver nine for Linux", "mysqld  Ver 9 for Linux"})
    EXPECT_FALSE(parse_server_version(bad)) << bad;
}

// Folders of little scripts that answer --version as servers do.
class FindServerBinary : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = fs::temp_directory_path() / "converge-binary-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    search_.directories = {folder_ / "sbin", folder_ / "bin"};
    search_.mysql_dir = folder_ / "unpacked";
  }
  void TearDown() override { fs::remove_all(folder_); }

  void place(const std::string& path, const std::string& version) {
    fs::create_directories((folder_ / path).parent_path());
    std::ofstream(folder_ / path) << "#!/bin/sh\necho \"$0  Ver " << version << " for Linux\"\n";
    fs::permissions(folder_ / path, fs::perms::owner_all);
  }
  void place_mariadb() {
    place("sbin/mariadbd", "10.11.19-MariaDB");
    place("bin/mariadb-install-db", "");
    place("bin/my_print_defaults", "");
  }

  fs::path folder_;
  ServerSearch search_;
};

TEST_F(FindServerBinary, PrefersAnInstalledMysqlThenTheUnpackedOneThenMariadb) {
  place_mariadb();
  EXPECT_EQ(find_server_binary(search_)->flavor, ServerFlavor::mariadb);
  EXPECT_EQ(find_server_binary(search_)->mariadb_install, folder_ / "bin/mariadb-install-db");
  place("unpacked/run-mysqld", "9.7.4-2");
  EXPECT_EQ(find_server_binary(search_)->command.front(), folder_ / "unpacked/run-mysqld");
  place("sbin/mysqld", "9.8.0");
  EXPECT_EQ(find_server_binary(search_)->command.front(), folder_ / "sbin/mysqld");
  EXPECT_EQ(find_server_binary(search_)->version, "9.8.0");
}

TEST_F(FindServerBinary, IsNotFooledByTheNameMysqld) {
  place_mariadb();
  fs::create_symlink(folder_ / "sbin/mariadbd", folder_ / "sbin/mysqld");
  EXPECT_EQ(find_server_binary(search_)->flavor, ServerFlavor::mariadb);
  search_.flavor = ServerFlavor::mysql;
  const auto none = find_server_binary(search_);
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, HasSubstr("sbin/mysqld is mariadb 10.11.19-MariaDB"));
}

TEST_F(FindServerBinary, LooksBehindAMysqldThatWillNotDo) {
  place("sbin/mysqld", "8.0.36");
  place("bin/mysqld", "9.7.4");
  EXPECT_EQ(find_server_binary(search_)->command.front(), folder_ / "bin/mysqld");
}

TEST_F(FindServerBinary, SaysWhatItTriedAndWhatToInstall) {
  place("sbin/mysqld", "8.0.36");
  place("sbin/mariadbd", "10.11.19-MariaDB");
  const auto none = find_server_binary(search_);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Errc::not_found);
  EXPECT_THAT(none.error().message, AllOf(HasSubstr("sbin/mysqld is mysql 8.0.36"),
                                          HasSubstr("no " + (folder_ / "unpacked/run-mysqld").string()),
                                          HasSubstr("but no mariadb-install-db"), HasSubstr("packaging/fetch_mysql.sh"),
                                          HasSubstr("mariadb-client-core")));
}

TEST_F(FindServerBinary, TakesOnlyTheFlavorThatIsAskedFor) {
  place_mariadb();
  place("sbin/mysqld", "9.7.4");
  search_.flavor = ServerFlavor::mariadb;
  EXPECT_EQ(find_server_binary(search_)->flavor, ServerFlavor::mariadb);
  search_.flavor = ServerFlavor::mysql;
  EXPECT_EQ(find_server_binary(search_)->flavor, ServerFlavor::mysql);
}

TEST_F(FindServerBinary, RunsNoUnpackedProgramThatOthersCanWrite) {
  place("unpacked/run-mysqld", "9.7.4-2");
  search_.flavor = ServerFlavor::mysql;
  ASSERT_TRUE(find_server_binary(search_));
  for (const char* path : {"unpacked", "unpacked/run-mysqld"})
    for (const auto writers : {fs::perms::others_write, fs::perms::group_write}) {
      SCOPED_TRACE(path);
      fs::permissions(folder_ / path, writers, fs::perm_options::add);
      const auto refused = find_server_binary(search_);
      ASSERT_FALSE(refused);
      EXPECT_THAT(refused.error().message, HasSubstr((folder_ / path).string() + " can be written by others"));
      fs::permissions(folder_ / path, writers, fs::perm_options::remove);
    }
  if (::geteuid() != 0) return;  // only root can give a folder away
  constexpr uid_t nobody = 65534;
  ASSERT_EQ(::chown((folder_ / "unpacked").c_str(), nobody, nobody), 0);
  EXPECT_THAT(find_server_binary(search_).error().message, HasSubstr("unpacked belongs to another user"));
}

// packaging/fetch_mysql.sh, without the network.
class FetchMysql : public FindServerBinary {
 protected:
  Result<std::string> fetch(const std::string& folder) {
    std::ofstream(folder_ / "apt.conf") << "Dir::Etc::sourcelist \"/dev/null\"; Dir::Etc::sourceparts \"/dev/null\";\n";
    return run_program({"/usr/bin/env", "APT_CONFIG=" + (folder_ / "apt.conf").string(),
                        CONVERGE_SOURCE_DIR "/packaging/fetch_mysql.sh", (folder_ / folder).string()},
                       std::chrono::seconds(60));
  }
};

TEST_F(FetchMysql, SaysInOneLineThatNoMirrorIsConfigured) {
  const auto fetched = fetch("nothing");
  ASSERT_FALSE(fetched);
  EXPECT_THAT(fetched.error().message, HasSubstr("(status 69): fetch_mysql: no Debian mirror is configured"));
  EXPECT_EQ(fetched.error().message.find('\n'), std::string::npos);
  EXPECT_FALSE(fs::exists(folder_ / "nothing"));
}

TEST_F(FetchMysql, DoesNothingWhenTheServerIsThere) {
  place("unpacked/run-mysqld", "9.7.4-2");
  std::ofstream(folder_ / "unpacked" / "manifest.txt") << "mysql-server-core 9.7.4-2 0\n";
  const auto fetched = fetch("unpacked");
  ASSERT_TRUE(fetched) << fetched.error().message;
  EXPECT_THAT(*fetched, HasSubstr("MySQL 9.7.4-2 is in"));
}

TEST_F(FetchMysql, NeverReplacesAFolderOfSomethingElse) {
  place("home/letter", "");
  const auto fetched = fetch("home");
  ASSERT_FALSE(fetched);
  EXPECT_THAT(fetched.error().message, HasSubstr("holds something else"));
  EXPECT_TRUE(fs::exists(folder_ / "home/letter"));
}

class ServerSearchTest : public ::testing::Test {
 protected:
  static constexpr const char* names[] = {"CONVERGE_SERVER", "CONVERGE_MYSQL_DIR", "XDG_CACHE_HOME", "HOME"};
  void SetUp() override {
    for (const char* name : names) {
      const char* value = std::getenv(name);
      kept_.push_back(value == nullptr ? std::nullopt : std::optional<std::string>(value));
      ::unsetenv(name);
    }
  }
  void TearDown() override {
    for (std::size_t i = 0; i < kept_.size(); ++i)
      kept_[i] ? ::setenv(names[i], kept_[i]->c_str(), 1) : ::unsetenv(names[i]);
  }
  std::vector<std::optional<std::string>> kept_;
};

TEST_F(ServerSearchTest, FollowsTheEnvironment) {
  EXPECT_EQ(load_cache_directory(), "");
  EXPECT_EQ(load_server_search()->mysql_dir, "") << "never a name in the temporary folder";
  ::setenv("HOME", "/home/ada", 1);
  EXPECT_EQ(load_server_search()->mysql_dir, "/home/ada/.cache/converge/mysql-9");
  EXPECT_EQ(load_server_search()->flavor, std::nullopt);
  ::setenv("XDG_CACHE_HOME", "/var/cache/ada", 1);
  EXPECT_EQ(load_server_search()->mysql_dir, "/var/cache/ada/converge/mysql-9");
  ::setenv("CONVERGE_MYSQL_DIR", "/opt/mysql", 1);
  ::setenv("CONVERGE_SERVER", "mariadb", 1);
  EXPECT_EQ(load_server_search()->mysql_dir, "/opt/mysql");
  EXPECT_EQ(load_server_search()->flavor, ServerFlavor::mariadb);
  ::setenv("CONVERGE_SERVER", "postgres", 1);
  EXPECT_EQ(load_server_search().error().code, Errc::invalid_input);
}

}  // namespace
}  // namespace converge::store
