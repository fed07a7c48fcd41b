#include "store/server_template.hpp"

#include "store/file_lock.hpp"
#include "store/private_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <cstring>

namespace converge::store {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::minutes initialise_wait_max{3};
constexpr std::string_view template_layout = "1";  // raised when the arguments below change

CommandLine render_initialise(const ServerBinary& binary, const fs::path& data_dir, const fs::path& temporary) {
  CommandLine command = binary.command;
  if (binary.flavor == ServerFlavor::mysql) {
    command.insert(command.end(), {"--initialize-insecure", "--innodb-redo-log-capacity=8M"});
  } else {
    // --force: it wants to resolve this machine's name, which fails where there is no /etc/hosts.
    command = {binary.mariadb_install.string(),
               "--no-defaults",
               "--force",
               "--auth-root-authentication-method=normal",
               "--skip-test-db",
               "--innodb-log-file-size=8M"};
  }
  command.push_back("--datadir=" + data_dir.string());
  command.push_back("--tmpdir=" + temporary.string());  // MariaDB clears it of what other servers have there
  if (::geteuid() == 0) command.emplace_back("--user=root");
  return command;
}

Result<void> to_result(const std::error_code& error, const std::string& doing) {
  if (error) return fail(Errc::unavailable, doing + ": " + error.message());
  return {};
}

Result<void> copy_folder(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::copy(from, to, fs::copy_options::recursive, error);
  return to_result(error, fmt::format("copy {} to {}", from.string(), to.string()));
}

Result<void> rename_folder(const fs::path& from, const fs::path& to) {
  std::error_code error;
  // The copy must be on disk before its final name is.
  const int fd = ::open(from.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0) {
    ::syncfs(fd);
    ::close(fd);
  }
  fs::rename(from, to, error);
  return to_result(error, fmt::format("rename {} to {}", from.string(), to.string()));
}

Result<fs::path> make_template(const ServerBinary& binary, const fs::path& cache_dir) {
  const fs::path folder = cache_dir / "template";
  const std::string name = fmt::format("{}-{}-{}", flavor_name(binary.flavor), binary.version, template_layout);
  std::error_code error;
  TRY_VOID(make_private_folder(folder));
  TRY(const auto lock, FileLock::lock(folder / (name + ".lock"), LockMode::exclusive, initialise_wait_max));
  const fs::path ready = folder / name;
  if (fs::exists(ready, error)) return ready;

  const fs::path partial = folder / (name + ".partial");
  const fs::path temporary = folder / (name + ".tmp");
  fs::remove_all(partial, error);
  // With the lock in its hands: if we are killed, it goes on writing there, and the next one waits until it has ended.
  TRY_VOID(make_private_folder(temporary));
  TRY_VOID(run_program(render_initialise(binary, partial, temporary), initialise_wait_max, lock.fd()));
  fs::remove_all(temporary, error);
  fs::remove(partial / "auto.cnf", error);  // the server's own identity: every copy gets another
  TRY_VOID(rename_folder(partial, ready));
  return ready;
}

}  // namespace

Result<void> make_server_data(const ServerBinary& binary, const fs::path& cache_dir, const fs::path& data_dir) {
  TRY(const fs::path ready, with_context(make_template(binary, cache_dir), "initialise a data folder"));
  const fs::path partial = data_dir.string() + ".partial";
  std::error_code error;
  fs::remove_all(partial, error);
  TRY_VOID(copy_folder(ready, partial));
  return rename_folder(partial, data_dir);
}

}  // namespace converge::store
