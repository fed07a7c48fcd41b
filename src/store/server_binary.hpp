// store/server_binary.hpp — which server program of this machine a private server is started from.
//
// The reference is MySQL 9.7 or newer: an installed one, else the one that packaging/fetch_mysql.sh unpacks. MariaDB is the
// supported fallback. What a program is, it says itself: a `mysqld` may well be a link to mariadbd. The unpacked one is run
// only when nobody but this user and root can write to it.
#pragma once
#include "base/result.hpp"
#include "contract/flavor.hpp"
#include "store/program.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace converge::store {

struct ServerBinary {
  ServerFlavor flavor = ServerFlavor::mysql;
  std::string version;                    // "9.7.4-2", "10.11.19-MariaDB"
  CommandLine command;                    // the program and what it always wants first
  std::filesystem::path mariadb_install;  // mariadb-install-db, for MariaDB only
};

// Where to look, and for what.
struct ServerSearch {
  std::vector<std::filesystem::path> directories;
  std::filesystem::path mysql_dir;     // what fetch_mysql.sh unpacked; empty: nothing to look for
  std::optional<ServerFlavor> flavor;  // only this one
};

std::string_view flavor_name(ServerFlavor flavor);  // "mysql", "mariadb"

// From PATH, CONVERGE_MYSQL_DIR (default: $XDG_CACHE_HOME or ~/.cache, converge/mysql-9) and CONVERGE_SERVER.
// errors: invalid_input when CONVERGE_SERVER is neither mysql nor mariadb
Result<ServerSearch> load_server_search();

// errors: not_found, with everything that was tried, why it will not do, and what to install
Result<ServerBinary> find_server_binary(const ServerSearch& search);

// Of the line that `--version` prints. errors: invalid_input when it is not one of a server's
struct ServerVersion {
  ServerFlavor flavor = ServerFlavor::mysql;
  std::string text;
  int major = 0;
  int minor = 0;
};
Result<ServerVersion> parse_server_version(std::string_view line);

// The user's folder for what can be made again: $XDG_CACHE_HOME or $HOME/.cache, then "converge". Empty without either:
// a name in the temporary folder could be taken by anybody first, and programs are started from here.
std::filesystem::path load_cache_directory();

}  // namespace converge::store
