// bench/feature_bench.cpp — cells per second: how fast bars become features.
#include "feature/feature_set.hpp"
#include "feature/label_set.hpp"
#include "fixture/bars.hpp"

#include <benchmark/benchmark.h>
#include <cstdlib>

namespace converge::feature {
namespace {

// The twelve features of the sample desk.
FeatureSet desk_features() {
  const std::vector<NamedExpression> features{
      {"close_sma20", "close / sma(20) - 1"},
      {"close_ema20", "close / ema(20) - 1"},
      {"rsi14", "rsi(14)"},
      {"macd_close", "macd(12, 26, 9) / close"},
      {"bb_place", "(close - bb_mid(20, 2)) / (bb_up(20, 2) - bb_mid(20, 2))"},
      {"atr14_close", "atr(14) / close"},
      {"adx14", "adx(14)"},
      {"stoch_k", "stoch_k(14, 3, 3)"},
      {"roc10", "roc(10)"},
      {"obv_z20", "z(obv(), 20)"},
      {"vol20", "volatility(20)"},
      {"volume_z20", "z(log(volume), 20)"},
  };
  auto set = FeatureSet::compile(features);
  if (!set) std::abort();
  return *std::move(set);
}

void desk_matrix(benchmark::State& state) {
  const FeatureSet features = desk_features();
  const Bars bars = fixture::make_random_bars(1, static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(compute_matrix(features, bars).values.data());
  state.counters["cells"] = benchmark::Counter(
      static_cast<double>(bars.size() * features.names().size()) * static_cast<double>(state.iterations()),
      benchmark::Counter::kIsRate);
}
BENCHMARK(desk_matrix)->Arg(5'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

void one_indicator(benchmark::State& state, const char* expression) {
  const std::vector<NamedExpression> features{{"x", expression}};
  const auto set = FeatureSet::compile(features);
  if (!set) std::abort();
  const Bars bars = fixture::make_random_bars(1, 1'000'000);
  for (auto _ : state) benchmark::DoNotOptimize(compute_matrix(*set, bars).values.data());
}
// The six that TA-Lib 0.4.0 was timed on, over 1,000,000 bars.
BENCHMARK_CAPTURE(one_indicator, sma, "sma(20)")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(one_indicator, ema, "ema(20)")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(one_indicator, rsi, "rsi(14)")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(one_indicator, atr, "atr(14)")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(one_indicator, bollinger, "bb_up(20, 2)")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(one_indicator, macd, "macd(12, 26, 9)")->Unit(benchmark::kMillisecond);

void volatility_labels(benchmark::State& state) {
  const auto labels = LabelSet::make({"volatility_above_median", 5, 252});
  if (!labels) std::abort();
  const Bars bars = fixture::make_random_bars(1, 5'000);
  for (auto _ : state) benchmark::DoNotOptimize(labels->compute(bars).data());
}
BENCHMARK(volatility_labels)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace converge::feature

BENCHMARK_MAIN();
