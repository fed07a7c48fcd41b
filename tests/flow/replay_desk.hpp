// tests/flow/replay_desk.hpp — a copy of the sample desk on which the program itself is run, watched and killed.
//
// Everything that happens to the desk is done by the program (fixture/program.hpp), on the server that CONVERGE_SERVER asks for.
// A step that must succeed and does not throws std::runtime_error with what the program said.
#pragma once
#include "fixture/program.hpp"
#include "store/private_server.hpp"

#include <sys/types.h>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace converge::flow {

using fixture::Answer;
using fixture::Words;
using std::chrono::milliseconds;

// One run of the program on a terminal of its own: its progress bar says where it is. Killed when it goes out of scope.
class WatchedRun {
 public:
  explicit WatchedRun(const Words& command);
  WatchedRun(const WatchedRun&) = delete;
  WatchedRun& operator=(const WatchedRun&) = delete;
  ~WatchedRun();

  // Each returns false when the run ended before.
  bool wait_for(milliseconds time);
  bool wait_until_first_tick();
  bool wait_until_day(std::string_view day);  // "2016-02-29", the newest tick is at or after it
  bool wait_until_last_tick();

  void kill();         // -9, and waits until it is gone
  int wait_for_end();  // its status, as in Answer

  bool has_ended() const { return status_.has_value(); }
  std::size_t ticks_done() const { return ticks_done_; }
  std::size_t ticks_due() const { return ticks_due_; }  // 0 until the first progress
  const std::string& day() const { return day_; }       // of the newest tick; empty before the first
  const std::string& said() const { return said_; }
  milliseconds age() const;

 private:
  bool read_more(milliseconds patience);
  void read_progress();
  void collect_status();

  pid_t pid_ = -1;
  int terminal_ = -1;
  std::chrono::steady_clock::time_point begun_;
  std::string said_;
  std::size_t ticks_done_ = 0;
  std::size_t ticks_due_ = 0;
  std::string day_;
  std::optional<int> status_;
};

// What is changed about a model file of the sample desk: lines of features left out, and this text for that.
struct ModelChange {
  std::string model;
  std::vector<std::string> without_features;
  std::vector<std::pair<std::string, std::string>> edits;
};

// What is changed about the sample desk before the first run.
struct DeskChange {
  std::vector<std::string> without_models;  // "sp500_up5"
  std::vector<ModelChange> models;
  std::string prices;  // another text for data/sp500.csv; empty: the sample's own
};

class ReplayDesk {
 public:
  ReplayDesk(std::filesystem::path root, const DeskChange& change);
  ReplayDesk(const ReplayDesk&) = delete;
  ReplayDesk& operator=(const ReplayDesk&) = delete;
  ~ReplayDesk();  // ends a server that a killed run has left

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path state_dir() const { return root_ / ".state"; }
  std::filesystem::path docs_dir() const { return root_ / "out"; }

  void write_prices(const std::string& text) const;

  Answer run(const Words& words) const;
  std::string run_well(const Words& words) const;  // stdout; throws unless the status is 0
  Words command(const Words& words) const;

  // The process of the desk's own database server, while it lives.
  std::optional<pid_t> find_server() const;
  // Starts it and keeps it until release_server, so that a row of commands need not start and end it each time. Says which
  // it is: "MySQL 9.7.4".
  std::string hold_server();
  void release_server() { server_.reset(); }

 private:
  std::filesystem::path root_;
  std::optional<store::PrivateServer> server_;
};

std::string load_sample_prices();
// The header and the rows of the days in [from, before). Empty bounds are no bounds.
std::string cut_prices(const std::string& prices, std::string_view from, std::string_view before);
// The days of a price file in [from, to].
std::vector<std::string> find_days(const std::string& prices, std::string_view from, std::string_view to);

}  // namespace converge::flow
