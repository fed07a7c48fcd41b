// base/clock.hpp — the seam through which the program learns what time it is.
//
// Domain code takes a Clock or an Instant; nothing outside base/clock.cpp reads the system clock.
#pragma once
#include "base/time.hpp"

namespace converge {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
};

// The machine's clock, truncated to microseconds.
class SystemClock final : public Clock {
 public:
  Instant now() const override;
};

// A clock that stands until it is told otherwise: replays and tests. It never goes backwards.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Instant at) : at_(at) {}
  Instant now() const override { return at_; }
  // errors: invalid_input when `at` lies before now()
  Result<void> advance_to(Instant at);

 private:
  Instant at_;
};

// Milliseconds on a clock that never jumps; for leases, time-outs and progress, never for domain data.
std::int64_t monotonic_ms();

}  // namespace converge
