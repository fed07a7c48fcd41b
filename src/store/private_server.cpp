#include "store/private_server.hpp"

#include "base/clock.hpp"
#include "base/hash.hpp"
#include "store/holder.hpp"
#include "store/private_folder.hpp"
#include "store/server_template.hpp"
#include "store/sql.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <thread>

namespace converge::store {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t socket_path_max = 107;  // sun_path without its final zero
constexpr std::chrono::minutes gate_wait_max{3};
constexpr std::chrono::minutes ready_wait_max{
    2};  // a server that recovers from a crash takes longer than one that starts
constexpr std::chrono::minutes end_wait_max{1};
constexpr std::chrono::milliseconds poll_interval{5};
constexpr std::size_t log_quoted_max = 1200;

struct Folder {
  fs::path root;  // <state_dir>/server
  fs::path gate() const { return root / "gate"; }
  fs::path users() const { return root / "users"; }
  fs::path running() const { return root / "running"; }
  fs::path data() const { return root / "data"; }
  fs::path data_flavor() const { return root / "data_flavor"; }
  fs::path desk_id() const { return root / "desk_id"; }
  fs::path process() const { return root / "process"; }
  fs::path socket() const { return root / "socket"; }
  fs::path pid() const { return root / "pid"; }
  fs::path temporary() const { return root / "tmp"; }  // its own: MariaDB clears it of what others have there
  fs::path outlives_users() const { return root / "outlives_users"; }
  fs::path log() const { return root / "log"; }
};

std::string errno_text() {
  return std::strerror(errno);
}

Folder folder_of(const fs::path& state_dir) {
  std::error_code error;
  return {fs::weakly_canonical(fs::absolute(state_dir), error) / "server"};
}

std::string load_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Result<void> save_text(const fs::path& path, std::string_view text) {
  const fs::path partial = path.string() + ".partial";
  std::ofstream file(partial, std::ios::binary);
  file << text;
  file.close();
  std::error_code error;
  if (file) fs::rename(partial, path, error);
  if (!file || error) return fail(Errc::unavailable, fmt::format("write {}: {}", path.string(), errno_text()));
  return {};
}

Result<bool> is_running(const Folder& folder) {
  TRY(const auto free, FileLock::try_lock(folder.running(), LockMode::shared));
  return !free.has_value();
}

fs::path load_runtime_directory() {
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  std::error_code error;
  if (runtime != nullptr && fs::is_directory(runtime, error) && ::access(runtime, W_OK) == 0) return runtime;
  return fs::temp_directory_path(error);
}

Result<void> claim_for_desk(const Folder& folder, const std::string& desk_id) {
  const std::string owner = load_text(folder.desk_id());
  if (owner.empty()) return save_text(folder.desk_id(), desk_id);
  if (owner == desk_id) return {};
  return fail(Errc::conflict,
              fmt::format("{} belongs to desk {}, not to desk {}", folder.root.string(), owner, desk_id));
}

Result<ServerBinary> find_binary_for(const Folder& folder, const PrivateServerOptions& options) {
  TRY(auto search, load_server_search());
  if (options.flavor) search.flavor = options.flavor;
  std::error_code error;
  if (!fs::exists(folder.data(), error)) return find_server_binary(search);

  // Data of one kind of server cannot be read by the other, and an empty database instead would look like lost work.
  const std::string held = load_text(folder.data_flavor());
  const ServerFlavor flavor = held == flavor_name(ServerFlavor::mariadb) ? ServerFlavor::mariadb : ServerFlavor::mysql;
  if (search.flavor && *search.flavor != flavor)
    return fail(Errc::conflict, fmt::format("the data in {} is {}'s, and {} is asked for", folder.data().string(), held,
                                            flavor_name(*search.flavor)));
  search.flavor = flavor;
  return find_server_binary(search);
}

// Empty for a user without a home, or whose home is not his to write to: the desk keeps a template of its own then.
std::optional<fs::path> find_template_cache() {
  const fs::path cache = load_cache_directory();
  const bool is_ours = !cache.empty() && make_private_folder(cache) && ::access(cache.c_str(), W_OK) == 0;
  return is_ours ? std::optional(cache) : std::nullopt;
}

Result<void> make_data(const Folder& folder, const ServerBinary& binary) {
  std::error_code error;
  if (fs::exists(folder.data(), error)) return {};
  TRY_VOID(save_text(folder.data_flavor(), flavor_name(binary.flavor)));
  return make_server_data(binary, find_template_cache().value_or(folder.root), folder.data());
}

CommandLine render_command(const ServerBinary& binary, const Folder& folder, const fs::path& socket, bool durable) {
  CommandLine command = binary.command;
  command.insert(command.end(),
                 {
                     "--datadir=" + folder.data().string(),
                     "--socket=" + socket.string(),
                     "--pid-file=" + folder.pid().string(),
                     "--tmpdir=" + folder.temporary().string(),
                     "--skip-networking",
                     "--skip-name-resolve",
                     "--secure-file-priv=",
                     "--character-set-server=utf8mb4",
                     "--collation-server=utf8mb4_bin",
                     "--max-allowed-packet=64M",
                     "--innodb-buffer-pool-size=128M",
                     durable ? "--innodb-flush-log-at-trx-commit=1" : "--innodb-flush-log-at-trx-commit=2",
                     durable ? "--innodb-doublewrite=ON" : "--innodb-doublewrite=OFF",
                 });
  const CommandLine own =
      binary.flavor == ServerFlavor::mysql
          ? CommandLine{"--innodb-redo-log-capacity=64M", "--mysqlx=OFF",
                        "--performance-schema=OFF",       "--disable-log-bin",
                        "--auto-generate-certs=OFF",      "--caching-sha2-password-auto-generate-rsa-keys=OFF"}
          : CommandLine{"--innodb-log-file-size=64M"};
  command.insert(command.end(), own.begin(), own.end());
  if (::geteuid() == 0) command.emplace_back("--user=root");
  return command;
}

std::string load_log_end(const Folder& folder, std::size_t from) {
  std::string text = load_text(folder.log());
  text.erase(0, std::min(from, text.size()));
  if (text.size() > log_quoted_max) text.erase(0, text.size() - log_quoted_max);
  return text;
}

// Under the gate, and when none runs: what a dead server left behind is in the way.
Result<void> start(const Folder& folder, const PrivateServerOptions& options, const fs::path& socket) {
  TRY(const auto binary, find_binary_for(folder, options));
  TRY_VOID(make_data(folder, binary));
  std::error_code error;
  for (const fs::path& stale : {socket, fs::path(socket.string() + ".lock"), folder.process(), folder.pid()})
    fs::remove(stale, error);
  TRY_VOID(make_private_folder(folder.temporary()));
  TRY_VOID(save_text(folder.socket(), socket.string()));
  // The server inherits this lock and holds it as long as it lives.
  TRY(const auto running, FileLock::lock(folder.running(), LockMode::exclusive, gate_wait_max));
  TRY(const pid_t pid,
      start_detached(render_command(binary, folder, socket, options.durable), folder.log(), running.fd()));
  return save_text(folder.process(), process_holder(pid));
}

Result<void> check_is_ours(Connection& connection, const Folder& folder) {
  TRY(const auto answer, connection.select(sql::server_datadir));
  const fs::path datadir = std::get<std::string>(answer.rows.at(0).at(0));
  std::error_code error;
  if (fs::equivalent(datadir, folder.data(), error)) return {};
  return fail(Errc::conflict, fmt::format("the server that answers for {} keeps its data in {}", folder.root.string(),
                                          datadir.string()));
}

Result<Connection> wait_until_ready(const Folder& folder, const ConnectOptions& options, std::size_t log_from) {
  const std::int64_t deadline_ms = monotonic_ms() + std::chrono::milliseconds(ready_wait_max).count();
  for (;;) {
    auto connection = Connection::open(options);
    if (connection) {
      TRY_VOID(check_is_ours(*connection, folder));
      return connection;
    }
    if (connection.error().code != Errc::unavailable) return connection;
    TRY(const bool running, is_running(folder));
    if (!running)
      return fail(Errc::unavailable, fmt::format("the database server ended while it started; the end of {}:\n{}",
                                                 folder.log().string(), load_log_end(folder, log_from)));
    if (monotonic_ms() >= deadline_ms)
      return fail(Errc::timeout, fmt::format("the database server was not ready after {} s: {}; see {}",
                                             std::chrono::seconds(ready_wait_max).count(), connection.error().message,
                                             folder.log().string()));
    std::this_thread::sleep_for(poll_interval);
  }
}

// The process that listens there, as the kernel says.
Result<pid_t> find_listener(const fs::path& socket) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = socket.string();
  std::copy_n(path.data(), std::min(path.size(), socket_path_max), address.sun_path);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ucred peer{};
  socklen_t size = sizeof peer;
  const bool found = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                     ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.pid > 0;
  ::close(fd);
  if (!found) return fail(Errc::unavailable, fmt::format("no process listens on {}", path));
  return peer.pid;
}

// Asks it to end, and waits until it has. A handle, not a number: a number could be another process by then.
Result<void> end_process(pid_t pid) {
  const int handle = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  if (handle < 0) {
    if (errno == ESRCH) return {};
    return fail(Errc::unavailable, fmt::format("process {}: {}", pid, errno_text()));
  }
  ::syscall(SYS_pidfd_send_signal, handle, SIGTERM, nullptr, 0);
  pollfd ended{handle, POLLIN, 0};
  const int ready = ::poll(&ended, 1, static_cast<int>(std::chrono::milliseconds(end_wait_max).count()));
  ::close(handle);
  if (ready > 0) return {};
  return fail(Errc::timeout, fmt::format("the database server (process {}) did not end within {} s", pid,
                                         std::chrono::seconds(end_wait_max).count()));
}

// Where the server of this folder listens: as whoever started it wrote down, since the way there depends on his environment.
Result<fs::path> find_socket(const Folder& folder, const fs::path& state_dir) {
  if (fs::path written = load_text(folder.socket()); !written.empty()) return written;
  return compute_socket_path(state_dir, load_runtime_directory());
}

// A server that runs and was ready once, and whose socket is gone: its folder was cleaned up, at logout for instance.
bool is_cut_off(const Folder& folder, const fs::path& socket) {
  std::error_code error;
  return fs::exists(folder.pid(), error) && !fs::exists(socket, error);
}

// The process that was written down at the start, if that number still is that process.
Result<pid_t> find_written_process(const Folder& folder) {
  const std::string holder = load_text(folder.process());
  if (const auto pid = find_holder_pid(holder); pid && process_holder(*pid) == holder) return *pid;
  return fail(Errc::unavailable,
              fmt::format("a database server runs in {} that nobody can reach and whose process is not "
                          "known: end it by hand",
                          folder.root.string()));
}

// Under the gate, when it holds `running`.
Result<void> end_running(const Folder& folder, const fs::path& socket) {
  if (is_cut_off(folder, socket)) {
    TRY(const pid_t pid, find_written_process(folder));
    return end_process(pid);
  }
  ConnectOptions options;
  options.socket_path = socket.string();
  options.user = "root";
  TRY_VOID(wait_until_ready(folder, options, 0));  // one that has just been started may not listen yet
  TRY(const pid_t pid, find_listener(socket));
  return end_process(pid);
}

// Under the gate.
Result<void> end_server(const Folder& folder, const fs::path& socket) {
  TRY(const bool running, is_running(folder));
  if (running) TRY_VOID(end_running(folder, socket));
  std::error_code error;
  for (const fs::path& left : {folder.process(), folder.outlives_users(), folder.socket(), socket})
    fs::remove(left, error);
  return {};
}

}  // namespace

Result<fs::path> compute_socket_path(const fs::path& state_dir, const fs::path& runtime_dir) {
  const fs::path own = folder_of(state_dir).root / "mysql.sock";
  if (own.native().size() <= socket_path_max) return own;
  const std::string name = "converge-" + compute_sha256_hex(own.native()).substr(0, 16);
  const fs::path hashed = runtime_dir / name / "mysql.sock";
  if (hashed.native().size() <= socket_path_max) return hashed;
  return fail(Errc::invalid_input, fmt::format("no path short enough for a Unix socket: {} and {} are over {} bytes",
                                               own.string(), hashed.string(), socket_path_max));
}

PrivateServer::PrivateServer(PrivateServerOptions options, FileLock users)
    : options_(std::move(options)), users_(std::move(users)) {}

PrivateServer::PrivateServer(PrivateServer&& other) noexcept
    : options_(std::move(other.options_)),
      users_(std::exchange(other.users_, std::nullopt)),
      connect_options_(std::move(other.connect_options_)),
      server_(std::move(other.server_)) {}

PrivateServer::~PrivateServer() {
  // Nobody is left to tell; the next user adopts what still runs.
  static_cast<void>(stop().has_value());
}

Result<PrivateServer> PrivateServer::ensure(PrivateServerOptions options) {
  const Folder folder = folder_of(options.state_dir);
  TRY_VOID(make_private_folder(folder.root.parent_path()));  // caches and locks lie beside the server
  TRY_VOID(make_private_folder(folder.root));
  TRY(const auto gate, FileLock::lock(folder.gate(), LockMode::exclusive, gate_wait_max));
  TRY_VOID(claim_for_desk(folder, options.desk_id));
  TRY(auto users, FileLock::lock(folder.users(), LockMode::shared, gate_wait_max));
  PrivateServer server(std::move(options), std::move(users));
  auto ready = server.start_or_join();
  if (!ready) {
    server.users_.reset();
    return fail(std::move(ready).error());
  }
  return server;
}

Result<void> PrivateServer::start_or_join() {
  const Folder folder = folder_of(options_.state_dir);
  std::error_code error;
  const auto log_size = fs::file_size(folder.log(), error);
  const std::size_t log_from = error ? 0 : log_size;
  TRY(bool running, is_running(folder));
  TRY(fs::path socket, find_socket(folder, options_.state_dir));
  if (running && is_cut_off(folder, socket)) {
    TRY_VOID(end_running(folder, socket));
    running = false;
  }
  if (!running) {
    TRY(socket, compute_socket_path(options_.state_dir, load_runtime_directory()));
    TRY_VOID(make_private_folder(socket.parent_path()));
    TRY_VOID(start(folder, options_, socket));
  }
  connect_options_.socket_path = socket.string();
  connect_options_.user = "root";
  connect_options_.database.clear();
  TRY(auto connection, wait_until_ready(folder, connect_options_, log_from));
  if (options_.outlives_users) TRY_VOID(save_text(folder.outlives_users(), "yes"));
  TRY_VOID(connection.run(sql::server_database_create));
  connect_options_.database = "converge";
  server_ = connection.server();
  return {};
}

bool PrivateServer::is_alive() const {
  const auto running = is_running(folder_of(options_.state_dir));
  return running && *running;
}

Result<void> PrivateServer::restart_if_dead() {
  const Folder folder = folder_of(options_.state_dir);
  TRY(const auto gate, FileLock::lock(folder.gate(), LockMode::exclusive, gate_wait_max));
  // One that was just killed seems to run until the kernel has taken it down, and one that starts may be killed in turn.
  const std::int64_t deadline_ms = monotonic_ms() + std::chrono::milliseconds(ready_wait_max).count();
  for (;;) {
    auto ready = start_or_join();
    if (ready || ready.error().code != Errc::unavailable || monotonic_ms() >= deadline_ms) return ready;
    std::this_thread::sleep_for(poll_interval);
  }
}

Result<void> PrivateServer::stop() {
  if (!users_) return {};
  const Folder folder = folder_of(options_.state_dir);
  TRY(const auto gate, FileLock::lock(folder.gate(), LockMode::exclusive, gate_wait_max));
  users_.reset();
  TRY(const auto alone, FileLock::try_lock(folder.users(), LockMode::exclusive));
  std::error_code error;
  if (!alone || fs::exists(folder.outlives_users(), error)) return {};
  return end_server(folder, connect_options_.socket_path);
}

Result<void> PrivateServer::shut_down(const fs::path& state_dir) {
  const Folder folder = folder_of(state_dir);
  std::error_code error;
  if (!fs::exists(folder.root, error)) return {};
  TRY(const auto gate, FileLock::lock(folder.gate(), LockMode::exclusive, gate_wait_max));
  TRY(const fs::path socket, find_socket(folder, state_dir));
  return end_server(folder, socket);
}

}  // namespace converge::store
