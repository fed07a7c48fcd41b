#include "feature/indicator/all.hpp"
#include "feature/window.hpp"

namespace converge::feature {
namespace {

class VolumeZ final : public Indicator {
 public:
  explicit VolumeZ(std::span<const double> arguments) : logs_(whole(arguments[0])) {}
  void push(const Ohlcv& bar, std::span<double> out) override {
    logs_.push(std::log(bar.volume));
    out[0] = logs_.full() ? compute_z(logs_.values()) : undefined;
  }

 private:
  Window logs_;
};

constexpr IndicatorParameter parameters[]{{"n", 20, 2, period_max, true}};
constexpr std::string_view outputs[]{"volume_z"};

}  // namespace

constinit const IndicatorType volume_z{
    .name = "volume_z",
    .meaning = "z-score of log volume among the last n bars (sample deviation); nothing while volume stands still",
    .parameters = parameters,
    .outputs = outputs,
    .stability = Stability::exact,
    .lookback = [](std::span<const double> a) { return whole(a[0]) - 1; },
    .burn_in = nullptr,
    .make = [](std::span<const double> a) -> std::unique_ptr<Indicator> { return std::make_unique<VolumeZ>(a); },
};

}  // namespace converge::feature
