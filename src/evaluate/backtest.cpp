#include "evaluate/backtest.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>

namespace converge::evaluate {
namespace {

__extension__ using Wide = __int128;

constexpr double bps = 1e-4;
constexpr double tick_share_max = 1e-4;  // of the median close
constexpr double tick_max = 0.01;        // when none is asked for

std::int64_t to_ticks(double price, double tick) {
  return std::llround(price / tick);
}

struct Order {
  std::size_t signal_bar = 0;
  double weight = 0;
};

// Cash and shares, and the only code that changes either.
class Account {
 public:
  explicit Account(const BacktestOptions& options) : options_(options), cash_ticks_(options.initial_ticks) {}

  std::int64_t shares() const { return shares_; }
  std::int64_t equity_ticks(std::int64_t price_ticks) const { return cash_ticks_ + shares_ * price_ticks; }

  // Trades to `weight` of the equity at this open. No fill when the whole shares are those already held.
  std::optional<OrderFill> trade_to(double weight, std::int64_t open_ticks) {
    const std::int64_t wanted = find_shares(weight, open_ticks);
    if (wanted == shares_) return std::nullopt;
    const std::int64_t shares = wanted - shares_;
    const OrderFill fill{.shares = shares,
                         .price_ticks = fill_price_ticks(shares, open_ticks),
                         .commission_ticks = compute_commission_ticks(shares, open_ticks)};
    cash_ticks_ -= shares * fill.price_ticks + fill.commission_ticks;
    shares_ = wanted;
    return fill;
  }

 private:
  std::int64_t fill_price_ticks(std::int64_t shares, std::int64_t open_ticks) const {
    const double slipped = static_cast<double>(open_ticks) * options_.slippage_bps * bps;
    return shares > 0 ? open_ticks + static_cast<std::int64_t>(std::ceil(slipped))
                      : open_ticks - static_cast<std::int64_t>(std::ceil(slipped));
  }

  std::int64_t compute_commission_ticks(std::int64_t shares, std::int64_t open_ticks) const {
    const auto value = static_cast<double>(std::abs(shares) * fill_price_ticks(shares, open_ticks));
    return static_cast<std::int64_t>(std::ceil(value * options_.commission_bps * bps));
  }

  // The most shares whose value, costs included, stays within weight x equity: whole shares towards zero.
  std::int64_t find_shares(double weight, std::int64_t open_ticks) const {
    const std::int64_t equity = equity_ticks(open_ticks);
    if (weight == 0 || equity <= 0) return 0;
    const double budget = std::abs(weight) * static_cast<double>(equity);
    const double cost_per_share =
        static_cast<double>(fill_price_ticks(1, open_ticks)) * (1 + options_.commission_bps * bps);
    auto shares = static_cast<std::int64_t>(budget / cost_per_share);
    if (weight < 0) return -shares;
    // Rounding of price and commission may cost one share more than the division says.
    while (shares > shares_ && exceeds(shares, budget, open_ticks)) --shares;
    return shares;
  }

  bool exceeds(std::int64_t wanted, double budget, std::int64_t open_ticks) const {
    const std::int64_t bought = wanted - shares_;
    const Wide value = Wide{wanted} * fill_price_ticks(1, open_ticks) + compute_commission_ticks(bought, open_ticks);
    return static_cast<double>(value) > budget;
  }

  BacktestOptions options_;
  std::int64_t cash_ticks_;
  std::int64_t shares_ = 0;
};

Result<void> check_inputs(const feature::Bars& bars, std::span<const double> weights, const BacktestOptions& options) {
  if (weights.size() != bars.size() || bars.size() == 0 || options.initial_ticks <= 0 || !(options.tick > 0))
    return fail(Errc::invalid_input, "backtest: one weight for each bar, a tick, and some cash to begin with");
  for (std::size_t i = 0; i < bars.size(); ++i)
    if (!std::isfinite(weights[i]) || !(bars.close[i] >= options.tick) || !(bars.open[i] >= options.tick))
      return fail(Errc::invalid_input,
                  fmt::format("backtest: bar {}: weight, open and close must be numbers, prices a tick or more", i));
  return {};
}

}  // namespace

Result<double> choose_tick(std::span<const double> close, std::optional<double> asked) {
  if (close.empty()) return fail(Errc::invalid_input, "backtest: no close to choose a tick for");
  std::vector<double> sorted(close.begin(), close.end());
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::ranges::nth_element(sorted, middle);
  const double limit = tick_share_max * *middle;
  if (!(limit > 0)) return fail(Errc::invalid_input, "backtest: the median close must be positive");
  // 1e-9: the logarithm of a power of ten may fall short of a whole number.
  const double power = std::pow(10, std::floor(std::log10(limit) + 1e-9));
  if (!asked) return std::min(tick_max, power);
  if (*asked > limit * (1 + 1e-9))
    return fail(Errc::invalid_input,
                fmt::format("backtest: a tick of {:g} is above 1e-4 of the median close {:g}: write `tick = {:g}` or "
                            "less in [signal]",
                            *asked, *middle, power));
  return *asked;
}

Result<BacktestResult> run_backtest_loop(const feature::Bars& bars, std::span<const double> weights,
                                         const BacktestOptions& options) {
  TRY_VOID(check_inputs(bars, weights, options));
  BacktestResult result;
  Account account(options);
  std::optional<Order> order;
  double weight_held = 0;
  for (std::size_t i = 0; i < bars.size(); ++i) {
    if (order && bars.open_synthetic[i] != 0) {
      ++result.opens_waited;
    } else if (order) {
      if (auto fill = account.trade_to(order->weight, to_ticks(bars.open[i], options.tick))) {
        fill->signal_bar = order->signal_bar;
        fill->bar = i;
        result.traded_ticks += std::abs(fill->shares) * fill->price_ticks;
        result.fills.push_back(*fill);
      }
      weight_held = order->weight;
      order.reset();
    }

    result.equity_ticks.push_back(account.equity_ticks(to_ticks(bars.close[i], options.tick)));
    result.in_position.push_back(account.shares() != 0 ? 1 : 0);
    if (result.equity_ticks.back() <= 0) {
      result.ruined_at = i;
      result.equity_ticks.resize(bars.size(), result.equity_ticks.back());
      result.in_position.resize(bars.size(), 0);
      return result;
    }

    if (order && weights[i] == weight_held) {
      order.reset();
      ++result.orders_dropped;
    } else if (weights[i] != (order ? order->weight : weight_held)) {
      order = Order{i, weights[i]};
    }
  }
  result.orders_unfilled = order ? 1 : 0;
  return result;
}

std::vector<double> compute_weights(std::span<const double> scores, bool long_below, double threshold) {
  std::vector<double> weights;
  for (const double score : scores) {
    const bool is_long = long_below ? score < threshold : score > threshold;  // false for NaN
    weights.push_back(is_long ? 1 : 0);
  }
  return weights;
}

}  // namespace converge::evaluate
