#include "feature/indicator/all.hpp"
#include "feature/window.hpp"

namespace converge::feature {
namespace {

class Roc final : public Indicator {
 public:
  explicit Roc(std::span<const double> arguments) : closes_(whole(arguments[0]) + 1) {}
  void push(const Ohlcv& bar, std::span<double> out) override {
    closes_.push(bar.close);
    const auto closes = closes_.values();
    out[0] = closes_.full() ? finite_or_undefined(100 * (closes.back() / closes.front() - 1)) : undefined;
  }

 private:
  Window closes_;
};

constexpr IndicatorParameter parameters[]{{"n", 10, 1, period_max, true}};
constexpr std::string_view outputs[]{"roc"};

}  // namespace

constinit const IndicatorType roc{
    .name = "roc",
    .meaning = "Rate of change of the close over n bars, in percent",
    .parameters = parameters,
    .outputs = outputs,
    .stability = Stability::exact,
    .lookback = [](std::span<const double> a) { return whole(a[0]); },
    .burn_in = nullptr,
    .make = [](std::span<const double> a) -> std::unique_ptr<Indicator> { return std::make_unique<Roc>(a); },
};

}  // namespace converge::feature
