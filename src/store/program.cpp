#include "store/program.hpp"

#include "base/clock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

namespace converge::store {

namespace {

constexpr std::size_t printed_max = 1U << 20;
constexpr std::size_t quoted_max = 600;  // of what a failed program printed

struct Pipe {
  int read_end = -1;
  int write_end = -1;

  Pipe() = default;
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_read();
    close_write();
  }
  Result<void> open() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
      return fail(Errc::unavailable, fmt::format("pipe: {}", std::strerror(errno)));
    read_end = ends[0];
    write_end = ends[1];
    return {};
  }
  void close_read() { close_end(read_end); }
  void close_write() { close_end(write_end); }

 private:
  static void close_end(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }
};

std::vector<char*> make_argv(const CommandLine& command) {
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));  // execv does not write
  argv.push_back(nullptr);
  return argv;
}

void reset_signals() {
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT}) std::signal(number, SIG_DFL);
}

void redirect(int from, int to) {
  if (from != to) ::dup2(from, to);
}

// Between fork and exec only async-signal-safe calls are allowed: nothing here allocates.
[[noreturn]] void exec_or_report(char* const* argv, int report_fd) {
  ::execv(argv[0], argv);
  const int error = errno;
  [[maybe_unused]] const auto written = ::write(report_fd, &error, sizeof error);
  ::_exit(127);
}

std::string_view tail(std::string_view printed) {
  while (!printed.empty() && (printed.back() == '\n' || printed.back() == ' ')) printed.remove_suffix(1);
  return printed.size() > quoted_max ? printed.substr(printed.size() - quoted_max) : printed;
}

// One value from a pipe; false when its other end was closed without it. A signal that comes in between changes nothing.
template <class T>
bool read_whole(int fd, T& value) {
  ssize_t count = 0;
  while ((count = ::read(fd, &value, sizeof value)) < 0 && errno == EINTR) {
  }
  return count == sizeof value;
}

Result<void> check_started(Pipe& report, const std::string& program) {
  report.close_write();
  int error = 0;
  if (!read_whole(report.read_end, error)) return {};
  return fail(error == ENOENT ? Errc::not_found : Errc::unavailable,
              fmt::format("start {}: {}", program, std::strerror(error)));
}

}  // namespace

Result<std::string> run_program(const CommandLine& command, std::chrono::milliseconds wait_max, int kept_fd) {
  Pipe output, report;
  TRY_VOID(output.open());
  TRY_VOID(report.open());
  const auto argv = make_argv(command);
  const int devnull = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const pid_t child = ::fork();
  if (child < 0) return fail(Errc::unavailable, fmt::format("fork: {}", std::strerror(errno)));
  if (child == 0) {
    ::setsid();
    reset_signals();
    redirect(devnull, STDIN_FILENO);
    redirect(output.write_end, STDOUT_FILENO);
    redirect(output.write_end, STDERR_FILENO);
    if (kept_fd >= 0) ::fcntl(kept_fd, F_SETFD, 0);
    exec_or_report(argv.data(), report.write_end);
  }
  ::close(devnull);
  output.close_write();
  const auto started = check_started(report, command.front());

  std::string printed;
  const std::int64_t deadline_ms = monotonic_ms() + wait_max.count();
  bool is_late = false;
  for (std::array<char, 4096> buffer{};;) {
    const std::int64_t left_ms = deadline_ms - monotonic_ms();
    pollfd readable{output.read_end, POLLIN, 0};
    const int ready = left_ms <= 0 ? 0 : ::poll(&readable, 1, static_cast<int>(left_ms));
    if (ready < 0 && errno == EINTR) continue;
    is_late = ready == 0;
    if (is_late) break;
    const auto count = ::read(output.read_end, buffer.data(), buffer.size());
    if (count == 0 || (count < 0 && errno != EINTR)) break;
    if (count > 0 && printed.size() < printed_max) printed.append(buffer.data(), static_cast<std::size_t>(count));
  }
  if (is_late) ::kill(-child, SIGKILL);  // its whole session
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!started) return fail(started.error());
  if (is_late)
    return fail(Errc::timeout,
                fmt::format("{} did not end within {} ms: {}", command.front(), wait_max.count(), tail(printed)));
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    return fail(Errc::unavailable,
                fmt::format("{} failed ({} {}): {}", command.front(), WIFEXITED(status) ? "status" : "signal",
                            WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status), tail(printed)));
  return printed;
}

Result<pid_t> start_detached(const CommandLine& command, const std::filesystem::path& log_file, int kept_fd) {
  Pipe report, born;
  TRY_VOID(report.open());
  TRY_VOID(born.open());
  const int log = ::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log < 0) return fail(Errc::unavailable, fmt::format("open {}: {}", log_file.string(), std::strerror(errno)));
  const int devnull = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const auto argv = make_argv(command);

  const pid_t child = ::fork();
  if (child < 0) return fail(Errc::unavailable, fmt::format("fork: {}", std::strerror(errno)));
  if (child == 0) {
    ::setsid();
    reset_signals();
    const pid_t grandchild = ::fork();
    if (grandchild != 0) {
      [[maybe_unused]] const auto written = ::write(born.write_end, &grandchild, sizeof grandchild);
      ::_exit(grandchild < 0 ? 1 : 0);
    }
    redirect(devnull, STDIN_FILENO);
    redirect(log, STDOUT_FILENO);
    redirect(log, STDERR_FILENO);
    // Everything else that our own caller may have left inheritable, such as the pipe that a test runner waits on.
    constexpr unsigned close_range_cloexec = 1U << 2;
    ::close_range(3, ~0U, close_range_cloexec);
    if (kept_fd >= 0) ::fcntl(kept_fd, F_SETFD, 0);
    exec_or_report(argv.data(), report.write_end);
  }
  ::close(log);
  ::close(devnull);
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  born.close_write();
  pid_t pid = -1;
  if (!read_whole(born.read_end, pid) || pid < 0)
    return fail(Errc::unavailable, fmt::format("start {}: the system has no room for a process", command.front()));
  TRY_VOID(check_started(report, command.front()));
  return pid;
}

std::filesystem::path find_program(const std::vector<std::filesystem::path>& directories, const std::string& name) {
  for (const auto& directory : directories)
    if (::access((directory / name).c_str(), X_OK) == 0 && !std::filesystem::is_directory(directory / name))
      return directory / name;
  return {};
}

std::vector<std::filesystem::path> load_program_directories() {
  std::vector<std::filesystem::path> directories;
  const char* path = std::getenv("PATH");
  for (std::string_view rest = path == nullptr ? "" : path; !rest.empty();) {
    const auto end = std::min(rest.find(':'), rest.size());
    if (rest.starts_with('/')) directories.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  for (const char* more : {"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/usr/local/mysql/bin"})
    directories.emplace_back(more);
  return directories;
}

}  // namespace converge::store
