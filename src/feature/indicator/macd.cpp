#include "feature/indicator/all.hpp"
#include "feature/smoothing.hpp"

namespace converge::feature {
namespace {

// The fast average starts late, so that both are seeded by windows that end on the same bar.
class Macd final : public Indicator {
 public:
  explicit Macd(std::span<const double> arguments)
      : late_(whole(arguments[1]) - whole(arguments[0])),
        fast_(whole(arguments[0])),
        slow_(whole(arguments[1])),
        signal_(whole(arguments[2])) {}
  void push(const Ohlcv& bar, std::span<double> out) override {
    const double slow = slow_.push(bar.close);
    waited_ = std::isfinite(bar.close) ? waited_ + 1 : 0;
    const double fast = fast_.push(waited_ > late_ ? bar.close : undefined);
    const double line = fast - slow;
    const double signal = signal_.push(line);
    out[0] = std::isfinite(signal) ? line : undefined;
    out[1] = signal;
    out[2] = line - signal;
  }

 private:
  std::size_t late_;
  std::size_t waited_ = 0;
  Ema fast_, slow_, signal_;
};

constexpr IndicatorParameter parameters[]{
    {"fast", 12, 2, period_max, true}, {"slow", 26, 2, period_max, true}, {"signal", 9, 1, period_max, true}};
constexpr std::string_view outputs[]{"macd", "macd_signal", "macd_hist"};

}  // namespace

constinit const IndicatorType macd{
    .name = "macd",
    .meaning = "Fast less slow exponential average of the close; its own average; the difference of the two",
    .parameters = parameters,
    .outputs = outputs,
    .stability = Stability::recursive,
    .lookback = [](std::span<const double> a) { return whole(a[1]) - 1 + whole(a[2]) - 1; },
    .burn_in =
        [](std::span<const double> a) { return whole(a[1]) + whole(a[2]) + settle_ema(a[1]) + settle_ema(a[2]); },
    .make = [](std::span<const double> a) -> std::unique_ptr<Indicator> { return std::make_unique<Macd>(a); },
    .conflict = [](std::span<const double> a) -> std::optional<std::string_view> {
      if (a[0] < a[1]) return std::nullopt;
      return "fast must be less than slow";
    },
};

}  // namespace converge::feature
