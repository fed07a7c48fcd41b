#include "store/server_binary.hpp"

#include "store/private_folder.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>
#include <charconv>
#include <cstdlib>
#include <set>
#include <tuple>

namespace converge::store {

namespace {

constexpr std::chrono::seconds version_wait_max{20};
constexpr std::pair mysql_oldest{9, 7};

using Tried = std::vector<std::string>;

std::filesystem::path load_path(const char* variable) {
  const char* value = std::getenv(variable);
  return value == nullptr ? "" : value;
}

std::optional<ServerVersion> find_version(const CommandLine& command, Tried& tried) {
  CommandLine ask = command;
  ask.push_back("--version");
  const auto printed = run_program(ask, version_wait_max);
  if (!printed) {
    tried.push_back(printed.error().message);
    return std::nullopt;
  }
  auto version = parse_server_version(*printed);
  if (!version) {
    tried.push_back(fmt::format("{}: {}", command.front(), version.error().message));
    return std::nullopt;
  }
  return *std::move(version);
}

std::optional<ServerBinary> find_mysql(CommandLine command, Tried& tried) {
  const auto version = find_version(command, tried);
  if (!version) return std::nullopt;
  if (version->flavor != ServerFlavor::mysql || std::pair(version->major, version->minor) < mysql_oldest) {
    tried.push_back(fmt::format("{} is {} {}", command.front(), flavor_name(version->flavor), version->text));
    return std::nullopt;
  }
  return ServerBinary{ServerFlavor::mysql, version->text, std::move(command), {}};
}

// The first that will do: a link to mariadbd, or an old one, may stand before it.
std::optional<ServerBinary> find_installed_mysql(const ServerSearch& search, Tried& tried) {
  std::set<std::filesystem::path> judged;
  for (const auto& directory : search.directories) {
    const auto program = find_program({directory}, "mysqld");
    if (program.empty() || !judged.insert(program).second) continue;
    if (auto found = find_mysql({program.string(), "--no-defaults"}, tried)) return found;
  }
  if (judged.empty()) tried.emplace_back("no mysqld installed");
  return std::nullopt;
}

std::optional<ServerBinary> find_unpacked_mysql(const ServerSearch& search, Tried& tried) {
  if (search.mysql_dir.empty()) {
    tried.emplace_back("no unpacked MySQL (neither CONVERGE_MYSQL_DIR, XDG_CACHE_HOME nor HOME says where)");
    return std::nullopt;
  }
  const auto program = search.mysql_dir / "run-mysqld";
  if (::access(program.c_str(), X_OK) != 0) {
    tried.push_back(fmt::format("no {}", program.string()));
    return std::nullopt;
  }
  for (const auto& path : {search.mysql_dir, program})
    if (const auto trusted = require_trusted(path); !trusted) {
      tried.push_back(trusted.error().message);
      return std::nullopt;
    }
  return find_mysql({program.string()}, tried);
}

std::optional<ServerBinary> find_mariadb(const ServerSearch& search, Tried& tried) {
  const auto program = find_program(search.directories, "mariadbd");
  if (program.empty()) {
    tried.emplace_back("no mariadbd installed");
    return std::nullopt;
  }
  for (const char* needed : {"mariadb-install-db", "my_print_defaults"})
    if (find_program(search.directories, needed).empty()) {
      tried.push_back(fmt::format("{} is there, but no {}", program.string(), needed));
      return std::nullopt;
    }
  const auto version = find_version({program.string(), "--no-defaults"}, tried);
  if (!version) return std::nullopt;
  return ServerBinary{ServerFlavor::mariadb,
                      version->text,
                      {program.string(), "--no-defaults"},
                      find_program(search.directories, "mariadb-install-db")};
}

}  // namespace

std::string_view flavor_name(ServerFlavor flavor) {
  return flavor == ServerFlavor::mysql ? "mysql" : "mariadb";
}

std::filesystem::path load_cache_directory() {
  if (const auto cache = load_path("XDG_CACHE_HOME"); cache.is_absolute()) return cache / "converge";
  if (const auto home = load_path("HOME"); home.is_absolute()) return home / ".cache" / "converge";
  return {};
}

Result<ServerSearch> load_server_search() {
  ServerSearch search;
  search.directories = load_program_directories();
  search.mysql_dir = load_path("CONVERGE_MYSQL_DIR");
  if (const auto cache = load_cache_directory(); search.mysql_dir.empty() && !cache.empty())
    search.mysql_dir = cache / "mysql-9";
  const std::string wanted = load_path("CONVERGE_SERVER").string();
  if (wanted.empty()) return search;
  for (const ServerFlavor flavor : {ServerFlavor::mysql, ServerFlavor::mariadb})
    if (wanted == flavor_name(flavor)) search.flavor = flavor;
  if (!search.flavor)
    return fail(Errc::invalid_input, fmt::format("CONVERGE_SERVER is '{}'; it can be mysql or mariadb", wanted));
  return search;
}

Result<ServerBinary> find_server_binary(const ServerSearch& search) {
  Tried tried;
  if (search.flavor != ServerFlavor::mariadb) {
    if (auto found = find_installed_mysql(search, tried)) return *std::move(found);
    if (auto found = find_unpacked_mysql(search, tried)) return *std::move(found);
  }
  if (search.flavor != ServerFlavor::mysql)
    if (auto found = find_mariadb(search, tried)) return *std::move(found);

  const std::string_view advice =
      search.flavor == ServerFlavor::mysql ? "install MySQL 9.7 or run packaging/fetch_mysql.sh"
      : search.flavor == ServerFlavor::mariadb
          ? "install mariadb-server-core and mariadb-client-core"
          : "run packaging/fetch_mysql.sh, or install mariadb-server-core and mariadb-client-core";
  return fail(Errc::not_found, fmt::format("no database server to start: {}; {}", fmt::join(tried, "; "), advice));
}

Result<ServerVersion> parse_server_version(std::string_view line) {
  // "/usr/sbin/mysqld  Ver 9.7.4-2 for Linux on x86_64 ((Debian))"
  constexpr std::string_view mark = " Ver ";
  const auto at = line.find(mark);
  if (at == line.npos) return fail(Errc::invalid_input, "--version does not print a server's version");
  std::string_view text = line.substr(at + mark.size());
  text = text.substr(0, text.find(' '));
  ServerVersion version;
  version.flavor = line.find("MariaDB") == line.npos ? ServerFlavor::mysql : ServerFlavor::mariadb;
  version.text = std::string(text);
  const char* end = text.data() + text.size();
  const auto [dot, major_error] = std::from_chars(text.data(), end, version.major);
  if (major_error != std::errc{} || dot == end || *dot != '.' ||
      std::from_chars(dot + 1, end, version.minor).ec != std::errc{})
    return fail(Errc::invalid_input, fmt::format("'{}' is not a server's version", text));
  return version;
}

}  // namespace converge::store
