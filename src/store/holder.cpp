#include "store/holder.hpp"

#include <unistd.h>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <vector>

namespace converge::store {
namespace {

struct ProcessStat {
  char state = '?';
  std::string start_ticks;
};

// proc(5): "pid (name) state ppid ..." with the start as field 22. A name may hold blanks and parentheses.
std::optional<ProcessStat> find_process_stat(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  const std::string line((std::istreambuf_iterator<char>(file)), {});
  const auto name_end = line.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream after_name(line.substr(name_end + 1));
  const std::vector<std::string> fields((std::istream_iterator<std::string>(after_name)), {});
  constexpr std::size_t start_field = 22 - 3;
  if (fields.size() <= start_field) return std::nullopt;
  return ProcessStat{fields[0].front(), fields[start_field]};
}

std::string find_boot_id() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  file >> id;
  return id;
}

std::string find_pid_namespace() {
  std::error_code error;
  const auto link = std::filesystem::read_symlink("/proc/self/ns/pid", error).string();  // "pid:[4026531836]"
  const auto open = link.find('['), close = link.find(']');
  return close == std::string::npos ? "" : link.substr(open + 1, close - open - 1);
}

// "boot/namespace/", or empty where the kernel does not say: then nothing can be proven.
std::string find_process_realm() {
  const auto boot = find_boot_id(), ns = find_pid_namespace();
  return boot.empty() || ns.empty() ? "" : boot + "/" + ns + "/";
}

// A zombie whose other threads still run is not dead yet.
bool has_running_thread(pid_t pid) {
  std::error_code error;
  std::filesystem::directory_iterator tasks("/proc/" + std::to_string(pid) + "/task", error);
  return !error && std::distance(begin(tasks), end(tasks)) > 1;
}

}  // namespace

std::string this_process_holder() {
  return process_holder(::getpid());
}

std::string process_holder(pid_t pid) {
  const auto realm = find_process_realm();
  const auto stat = find_process_stat(pid);
  return (realm.empty() ? "unknown/unknown/" : realm) + std::to_string(pid) + "/" +
         (stat ? stat->start_ticks : "unknown");
}

std::optional<pid_t> find_holder_pid(std::string_view holder) {
  for (int field = 0; field < 2; ++field) {  // the boot and the namespace
    const auto slash = holder.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    holder.remove_prefix(slash + 1);
  }
  const auto slash = holder.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  pid_t pid = 0;
  const auto [end, error] = std::from_chars(holder.data(), holder.data() + slash, pid);
  return error == std::errc{} && end == holder.data() + slash && pid > 0 ? std::optional(pid) : std::nullopt;
}

bool is_provably_dead(std::string_view holder) {
  const auto realm = find_process_realm();
  if (realm.empty() || !holder.starts_with(realm)) return false;
  const auto rest = holder.substr(realm.size());
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos) return false;
  pid_t pid = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + slash, pid);
  if (error != std::errc{} || end != rest.data() + slash || pid <= 0) return false;
  const auto start = rest.substr(slash + 1, rest.find('/', slash + 1) - slash - 1);
  if (start.empty() || start == "unknown") return false;

  if (::kill(pid, 0) == -1 && errno == ESRCH) return true;
  const auto stat = find_process_stat(pid);
  if (!stat) return false;
  if (stat->start_ticks != start) return true;
  return stat->state == 'Z' && !has_running_thread(pid);
}

}  // namespace converge::store
