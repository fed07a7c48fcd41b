#include "store/recovery.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <chrono>
#include <vector>

namespace converge::store {
namespace {

using ::testing::HasSubstr;

// A server that fails as told, one error for each attempt, and then answers.
struct Outage {
  std::vector<Errc> errors;
  int attempts = 0;
  int returns = 0;

  Result<int> work() {
    const auto i = static_cast<std::size_t>(attempts++);
    if (i < errors.size()) return fail(errors[i], "gone");
    return 42;
  }
  Recovery recovery() {
    return {.bring_back = [this]() -> Result<void> {
      ++returns;
      return {};
    }};
  }
};

TEST(Recovery, RepeatsWhatTheLossOfTheServerEndedAndNothingElse) {
  struct Case {
    const char* name;
    std::vector<Errc> errors;
    int attempts;
    bool is_good;
  };
  const Case cases[] = {
      {"no loss", {}, 1, true},
      {"lost once", {Errc::unavailable}, 2, true},
      {"lost again while it came back", {Errc::unavailable, Errc::timeout, Errc::unavailable}, 4, true},
      {"a refusal is no loss", {Errc::contract_violation}, 1, false},
      {"a refusal after a loss", {Errc::timeout, Errc::conflict}, 2, false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Outage outage{c.errors};
    const auto outcome = with_recovery(outage.recovery(), [&] { return outage.work(); });
    EXPECT_EQ(outcome.has_value(), c.is_good);
    EXPECT_EQ(outage.attempts, c.attempts);
    EXPECT_EQ(outage.returns, c.attempts - 1);
  }
}

TEST(Recovery, GivesUpWithTheLastError) {
  Outage outage{std::vector<Errc>(100, Errc::unavailable)};
  const auto begun = std::chrono::steady_clock::now();
  const auto outcome = with_recovery(outage.recovery(), [&] { return outage.work(); });
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, Errc::unavailable);
  EXPECT_EQ(outage.attempts, Recovery{}.attempts_max);
  EXPECT_GE(std::chrono::steady_clock::now() - begun, Recovery{}.pause * (1 + 2 + 3 + 4 + 5 + 6)) << "without haste";
}

TEST(Recovery, ReportsWhyTheServerCannotBeBroughtBack) {
  Outage outage{{Errc::unavailable}};
  const Recovery hopeless{.bring_back = []() -> Result<void> { return fail(Errc::not_found, "no server program"); }};
  const auto outcome = with_recovery(hopeless, [&] { return outage.work(); });
  ASSERT_FALSE(outcome);
  EXPECT_THAT(outcome.error().message, HasSubstr("no server program"));
}

TEST(Recovery, WithoutAWayBackTheFirstLossIsReported) {
  Outage outage{{Errc::unavailable}};
  EXPECT_FALSE(with_recovery(Recovery{}, [&] { return outage.work(); }));
  EXPECT_EQ(outage.attempts, 1);
}

}  // namespace
}  // namespace converge::store
