#include "feature/indicator/all.hpp"
#include "feature/smoothing.hpp"
#include "feature/true_range.hpp"

namespace converge::feature {
namespace {

double percent_of(double part, double total) {
  return total == 0 ? 0 : 100 * (part / total);
}

// Flat prices as in TA-Lib: without any range both directions are 0. (TA-Lib takes anything under 1e-8 for none; that
// would depend on the price level, so it is exactly 0 here.)
class DirectionalMovement {
 public:
  explicit DirectionalMovement(std::size_t n) : plus_(n), minus_(n), range_(n) {}
  struct DirectionalShare {
    double plus, minus;
  };
  DirectionalShare push(const Ohlcv& bar) {
    const double true_range = compute_true_range(bar, previous_);
    const double up = bar.high - previous_.high;
    const double down = previous_.low - bar.low;
    previous_ = whole_bar(bar);
    const double known = std::isfinite(true_range + up + down) ? 0 : undefined;
    const double plus = plus_.push(known + (up > 0 && up > down ? up : 0));
    const double minus = minus_.push(known + (down > 0 && down > up ? down : 0));
    const double range = range_.push(known + true_range);
    return {percent_of(plus, range), percent_of(minus, range)};
  }

 private:
  Ohlcv previous_ = missing_bar;
  WilderSum plus_, minus_, range_;
};

class Directional final : public Indicator {
 public:
  explicit Directional(std::span<const double> arguments) : movement_(whole(arguments[0])) {}
  void push(const Ohlcv& bar, std::span<double> out) override {
    const auto share = movement_.push(bar);
    out[0] = share.plus;
    out[1] = share.minus;
  }

 private:
  DirectionalMovement movement_;
};

// A bar on which neither direction has a share leaves the index as it is, as in TA-Lib.
class Adx final : public Indicator {
 public:
  explicit Adx(std::span<const double> arguments) : movement_(whole(arguments[0])), mean_(whole(arguments[0])) {}
  void push(const Ohlcv& bar, std::span<double> out) override {
    const auto share = movement_.push(bar);
    const double both = share.plus + share.minus;
    out[0] = both == 0 ? mean_.skip() : mean_.push(percent_of(std::abs(share.minus - share.plus), both));
  }

 private:
  DirectionalMovement movement_;
  WilderMean mean_;
};

constexpr IndicatorParameter parameters[]{{"n", 14, 2, period_max, true}};
constexpr std::string_view adx_outputs[]{"adx"};
constexpr std::string_view directional_outputs[]{"plus_di", "minus_di"};

}  // namespace

constinit const IndicatorType adx{
    .name = "adx",
    .meaning = "Average directional index (Wilder), 0 to 100",
    .parameters = parameters,
    .outputs = adx_outputs,
    .stability = Stability::recursive,
    .lookback = [](std::span<const double> a) { return 2 * whole(a[0]) - 1; },
    .burn_in = [](std::span<const double> a) { return 2 * (whole(a[0]) + settle_wilder(a[0])); },
    .make = [](std::span<const double> a) -> std::unique_ptr<Indicator> { return std::make_unique<Adx>(a); },
};

constinit const IndicatorType directional{
    .name = "directional",
    .meaning = "Upward and downward movement as shares of the true range (Wilder), 0 to 100",
    .parameters = parameters,
    .outputs = directional_outputs,
    .stability = Stability::recursive,
    .lookback = [](std::span<const double> a) { return whole(a[0]); },
    .burn_in = [](std::span<const double> a) { return whole(a[0]) + settle_wilder(a[0]); },
    .make = [](std::span<const double> a) -> std::unique_ptr<Indicator> { return std::make_unique<Directional>(a); },
};

}  // namespace converge::feature
