#include "surface/cli/progress.hpp"

#include "base/clock.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <ostream>

namespace converge::surface {
namespace {

constexpr std::int64_t redraw_ms = 100;
constexpr std::int64_t line_ms = 5'000;
constexpr std::int64_t bar_width = 30;

}  // namespace

Progress::Progress(std::ostream& out, bool terminal, std::string what, std::int64_t steps)
    : out_(out), terminal_(terminal), what_(std::move(what)), steps_(steps), started_ms_(monotonic_ms()) {}

void Progress::advance(const std::string& note) {
  ++done_;
  const std::int64_t now = monotonic_ms();
  if (now - drawn_ms_ < (terminal_ ? redraw_ms : line_ms) && done_ != steps_) return;
  drawn_ms_ = now;
  const double share = static_cast<double>(done_) / static_cast<double>(std::max<std::int64_t>(steps_, 1));
  const double left_s = static_cast<double>(now - started_ms_) / 1000 * (1 - share) / share;
  const std::string line = fmt::format("{} {}/{} {}, {:.0f} s left", what_, done_, steps_, note, left_s);
  if (!terminal_) {
    out_ << line << std::endl;
    return;
  }
  const auto filled = static_cast<std::size_t>(share * bar_width);
  out_ << "\r\x1b[K[" << std::string(filled, '#') << std::string(bar_width - filled, '.') << "] " << line << std::flush;
}

void Progress::finish() {
  if (terminal_ && done_ > 0) out_ << "\n";
  out_.flush();
}

}  // namespace converge::surface
