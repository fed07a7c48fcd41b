#include "flow/replay_desk.hpp"

#include "store/holder.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <pty.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <sstream>
#include <stdexcept>

namespace converge::flow {

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::minutes patience_max{20};
constexpr std::string_view progress_word = "replay ";

void replace_text(std::string& text, std::string_view before, std::string_view after) {
  const std::size_t at = text.find(before);
  if (at == std::string::npos) throw std::runtime_error(fmt::format("there is no '{}' in:\n{}", before, text));
  text.replace(at, before.size(), after);
}

void change_model(const fs::path& path, const ModelChange& change) {
  std::string text = fixture::read_text(path);
  for (const std::string& feature : change.without_features) replace_text(text, feature + " = ", "# ");
  for (const auto& [before, after] : change.edits) replace_text(text, before, after);
  fixture::write_text(path, text);
}

std::size_t read_count(std::string_view text) {
  std::size_t count = 0;
  std::from_chars(text.data(), text.data() + text.size(), count);
  return count;
}

}  // namespace

WatchedRun::WatchedRun(const Words& command) : begun_(Clock::now()) {
  pid_ = ::forkpty(&terminal_, nullptr, nullptr, nullptr);
  if (pid_ < 0) throw std::runtime_error("no terminal for a run");
  if (pid_ == 0) fixture::become(command);
}

WatchedRun::~WatchedRun() {
  if (!has_ended()) kill();
  ::close(terminal_);
}

milliseconds WatchedRun::age() const {
  return std::chrono::duration_cast<milliseconds>(Clock::now() - begun_);
}

void WatchedRun::collect_status() {
  status_ = fixture::wait_for_status(pid_);
}

// The newest "replay 12/1332 2015-01-20," on the terminal.
void WatchedRun::read_progress() {
  const std::size_t at = said_.rfind(progress_word);
  if (at == std::string::npos) return;
  const std::string_view line = std::string_view(said_).substr(at + progress_word.size());
  const std::size_t slash = line.find('/'), blank = line.find(' '), comma = line.find(',');
  if (comma == line.npos || !(slash < blank && blank < comma)) return;  // not all of it is here yet
  ticks_done_ = read_count(line.substr(0, slash));
  ticks_due_ = read_count(line.substr(slash + 1, blank - slash - 1));
  day_ = line.substr(blank + 1, comma - blank - 1);
}

// False when the program has ended.
bool WatchedRun::read_more(milliseconds patience) {
  if (has_ended()) return false;
  if (age() > patience_max) throw std::runtime_error("a run takes too long; it said:\n" + said_);
  pollfd waiting{terminal_, POLLIN, 0};
  if (::poll(&waiting, 1, static_cast<int>(patience.count())) <= 0) return true;
  std::array<char, 4096> buffer{};
  const ssize_t size = ::read(terminal_, buffer.data(), buffer.size());
  if (size < 0 && errno == EINTR) return true;
  if (size <= 0) {  // EIO: nobody has the terminal open any more
    collect_status();
    return false;
  }
  said_.append(buffer.data(), static_cast<std::size_t>(size));
  read_progress();
  return true;
}

bool WatchedRun::wait_for(milliseconds time) {
  const auto until = Clock::now() + time;
  for (;;) {
    const auto left = std::chrono::duration_cast<milliseconds>(until - Clock::now());
    if (left <= milliseconds(0)) return !has_ended();
    if (!read_more(left)) return false;
  }
}

bool WatchedRun::wait_until_first_tick() {
  return wait_until_day("0000-00-00");
}

bool WatchedRun::wait_until_day(std::string_view day) {
  while (day_.empty() || day_ < day)
    if (!read_more(milliseconds(50))) return false;
  return true;
}

bool WatchedRun::wait_until_last_tick() {
  while (ticks_due_ == 0 || ticks_done_ < ticks_due_)
    if (!read_more(milliseconds(50))) return false;
  return true;
}

void WatchedRun::kill() {
  if (has_ended()) return;
  ::kill(pid_, SIGKILL);
  collect_status();
}

int WatchedRun::wait_for_end() {
  while (read_more(milliseconds(100))) {
  }
  return *status_;
}

ReplayDesk::ReplayDesk(fs::path root, const DeskChange& change) : root_(std::move(root)) {
  fs::remove_all(root_);
  fixture::copy_sample_desk(root_);
  for (const std::string& model : change.without_models)
    if (!fs::remove(root_ / "models" / (model + ".toml"))) throw std::runtime_error("the sample desk has no " + model);
  for (const ModelChange& one : change.models) change_model(root_ / "models" / (one.model + ".toml"), one);
  if (!change.prices.empty()) write_prices(change.prices);
}

ReplayDesk::~ReplayDesk() {
  release_server();
  const auto ended = store::PrivateServer::shut_down(state_dir());
  if (!ended) fmt::print(stderr, "{}: {}\n", root_.string(), render_error(ended.error()));
}

void ReplayDesk::write_prices(const std::string& text) const {
  fixture::write_text(root_ / "data" / "sp500.csv", text);
}

Words ReplayDesk::command(const Words& words) const {
  Words command = fixture::make_command({"--desk", root_.string()});
  command.insert(command.end(), words.begin(), words.end());
  return command;
}

Answer ReplayDesk::run(const Words& words) const {
  return fixture::run_program(command(words));
}

std::string ReplayDesk::run_well(const Words& words) const {
  Answer answer = run(words);
  if (answer.status == 0) return std::move(answer.out);
  throw std::runtime_error(fmt::format("{} ended with status {}:\n{}{}", fmt::join(command(words), " "), answer.status,
                                       answer.out, answer.err));
}

std::optional<pid_t> ReplayDesk::find_server() const {
  const fs::path path = state_dir() / "server" / "process";
  if (!fs::exists(path)) return std::nullopt;
  const std::string holder = fixture::read_text(path);  // "boot/namespace/pid/start"
  std::istringstream fields(holder);
  std::string boot, space, pid;
  std::getline(std::getline(std::getline(fields, boot, '/'), space, '/'), pid, '/');
  const auto number = static_cast<pid_t>(read_count(pid));
  // Exactly that process and no later one with its number.
  if (number <= 1 || store::process_holder(number) != holder || store::is_provably_dead(holder)) return std::nullopt;
  return number;
}

std::string ReplayDesk::hold_server() {
  auto server = store::PrivateServer::ensure({.state_dir = state_dir(), .desk_id = fixture::sample_desk_id});
  if (!server) throw std::runtime_error("server of " + root_.string() + ": " + render_error(server.error()));
  server_.emplace(std::move(*server));
  return server_->server().describe();
}

std::string load_sample_prices() {
  return fixture::read_text(fs::path(CONVERGE_SOURCE_DIR) / "desk" / "data" / "sp500.csv");
}

std::string cut_prices(const std::string& prices, std::string_view from, std::string_view before) {
  std::istringstream lines(prices);
  std::string line, cut;
  std::getline(lines, line);
  cut = line + "\n";
  while (std::getline(lines, line)) {
    const std::string_view day = std::string_view(line).substr(0, 10);
    if (day >= from && (before.empty() || day < before)) cut += line + "\n";
  }
  return cut;
}

std::vector<std::string> find_days(const std::string& prices, std::string_view from, std::string_view to) {
  std::istringstream lines(prices);
  std::string line;
  std::vector<std::string> days;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    const std::string day = line.substr(0, 10);
    if (day >= from && day <= to) days.push_back(day);
  }
  return days;
}

}  // namespace converge::flow
