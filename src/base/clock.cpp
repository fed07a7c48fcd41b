#include "base/clock.hpp"

namespace converge {

Instant SystemClock::now() const {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

Result<void> ManualClock::advance_to(Instant at) {
  if (at < at_)
    return fail(Errc::invalid_input,
                "the clock stands at " + render_instant(at_) + " and cannot go back to " + render_instant(at));
  at_ = at;
  return {};
}

std::int64_t monotonic_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace converge
