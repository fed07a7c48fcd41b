// surface/cli/progress.hpp — how far long work is: one bar on a terminal, a plain line now and then otherwise.
#pragma once
#include <cstdint>
#include <iosfwd>
#include <string>

namespace converge::surface {

class Progress {
 public:
  // steps: how many advance() calls will come
  Progress(std::ostream& out, bool terminal, std::string what, std::int64_t steps);
  // `note` says where the work is: "2020-03-16".
  void advance(const std::string& note);
  // Ends the line.
  void finish();

 private:
  std::ostream& out_;
  bool terminal_;
  std::string what_;
  std::int64_t steps_;
  std::int64_t done_ = 0;
  std::int64_t started_ms_;
  std::int64_t drawn_ms_ = 0;
};

}  // namespace converge::surface
