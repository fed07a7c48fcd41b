#include "feature/indicator/all.hpp"
#include "feature/smoothing.hpp"
#include "feature/true_range.hpp"

namespace converge::feature {
namespace {

class Atr final : public Indicator {
 public:
  explicit Atr(std::span<const double> arguments) : mean_(whole(arguments[0])) {}
  void push(const Ohlcv& bar, std::span<double> out) override {
    out[0] = mean_.push(compute_true_range(bar, previous_));
    previous_ = whole_bar(bar);
  }

 private:
  Ohlcv previous_ = missing_bar;
  WilderMean mean_;
};

constexpr IndicatorParameter parameters[]{{"n", 14, 1, period_max, true}};
constexpr std::string_view outputs[]{"atr"};

}  // namespace

constinit const IndicatorType atr{
    .name = "atr",
    .meaning = "Average true range (Wilder), in price",
    .parameters = parameters,
    .outputs = outputs,
    .stability = Stability::recursive,
    .lookback = [](std::span<const double> a) { return whole(a[0]); },
    .burn_in = [](std::span<const double> a) { return whole(a[0]) + 1 + (a[0] > 1 ? settle_wilder(a[0]) : 0); },
    .make = [](std::span<const double> a) -> std::unique_ptr<Indicator> { return std::make_unique<Atr>(a); },
};

}  // namespace converge::feature
