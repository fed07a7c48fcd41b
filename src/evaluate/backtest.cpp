#include "evaluate/backtest.hpp"

#include <fmt/format.h>
#include <cmath>

namespace converge::evaluate {
namespace {

__extension__ using Wide = __int128;

constexpr double bps = 1e-4;

std::int64_t to_cents(double price) {
  return std::llround(price * 100);
}

struct Order {
  std::size_t signal_bar = 0;
  double weight = 0;
};

// Cash and shares, and the only code that changes either.
class Account {
 public:
  explicit Account(const BacktestOptions& options) : options_(options), cash_cents_(options.initial_cents) {}

  std::int64_t shares() const { return shares_; }
  std::int64_t equity_cents(std::int64_t price_cents) const { return cash_cents_ + shares_ * price_cents; }

  // Trades to `weight` of the equity at this open. No fill when the whole shares are those already held.
  std::optional<OrderFill> trade_to(double weight, std::int64_t open_cents) {
    const std::int64_t wanted = find_shares(weight, open_cents);
    if (wanted == shares_) return std::nullopt;
    const std::int64_t shares = wanted - shares_;
    const OrderFill fill{.shares = shares,
                         .price_cents = fill_price_cents(shares, open_cents),
                         .commission_cents = compute_commission_cents(shares, open_cents)};
    cash_cents_ -= shares * fill.price_cents + fill.commission_cents;
    shares_ = wanted;
    return fill;
  }

 private:
  std::int64_t fill_price_cents(std::int64_t shares, std::int64_t open_cents) const {
    const double slipped = static_cast<double>(open_cents) * options_.slippage_bps * bps;
    return shares > 0 ? open_cents + static_cast<std::int64_t>(std::ceil(slipped))
                      : open_cents - static_cast<std::int64_t>(std::ceil(slipped));
  }

  std::int64_t compute_commission_cents(std::int64_t shares, std::int64_t open_cents) const {
    const auto value = static_cast<double>(std::abs(shares) * fill_price_cents(shares, open_cents));
    return static_cast<std::int64_t>(std::ceil(value * options_.commission_bps * bps));
  }

  // The most shares whose value, costs included, stays within weight x equity: whole shares towards zero.
  std::int64_t find_shares(double weight, std::int64_t open_cents) const {
    const std::int64_t equity = equity_cents(open_cents);
    if (weight == 0 || equity <= 0) return 0;
    const double budget = std::abs(weight) * static_cast<double>(equity);
    const double cost_per_share =
        static_cast<double>(fill_price_cents(1, open_cents)) * (1 + options_.commission_bps * bps);
    auto shares = static_cast<std::int64_t>(budget / cost_per_share);
    if (weight < 0) return -shares;
    // Rounding of price and commission may cost one share more than the division says.
    while (shares > shares_ && exceeds(shares, budget, open_cents)) --shares;
    return shares;
  }

  bool exceeds(std::int64_t wanted, double budget, std::int64_t open_cents) const {
    const std::int64_t bought = wanted - shares_;
    const Wide value = Wide{wanted} * fill_price_cents(1, open_cents) + compute_commission_cents(bought, open_cents);
    return static_cast<double>(value) > budget;
  }

  BacktestOptions options_;
  std::int64_t cash_cents_;
  std::int64_t shares_ = 0;
};

Result<void> check_inputs(const feature::Bars& bars, std::span<const double> weights, const BacktestOptions& options) {
  if (weights.size() != bars.size() || bars.size() == 0 || options.initial_cents <= 0)
    return fail(Errc::invalid_input, "backtest: one weight for each bar, and some cash to begin with");
  for (std::size_t i = 0; i < bars.size(); ++i)
    if (!std::isfinite(weights[i]) || !(bars.close[i] >= 0.01) || !(bars.open[i] >= 0.01))
      return fail(Errc::invalid_input,
                  fmt::format("backtest: bar {}: weight, open and close must be numbers, prices a cent or more", i));
  return {};
}

}  // namespace

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
      if (auto fill = account.trade_to(order->weight, to_cents(bars.open[i]))) {
        fill->signal_bar = order->signal_bar;
        fill->bar = i;
        result.traded_cents += std::abs(fill->shares) * fill->price_cents;
        result.fills.push_back(*fill);
      }
      weight_held = order->weight;
      order.reset();
    }

    result.equity_cents.push_back(account.equity_cents(to_cents(bars.close[i])));
    result.in_position.push_back(account.shares() != 0 ? 1 : 0);
    if (result.equity_cents.back() <= 0) {
      result.ruined_at = i;
      result.equity_cents.resize(bars.size(), result.equity_cents.back());
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
