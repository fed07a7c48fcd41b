// How fast bars become features: the twelve of the sample desk, as a matrix and bar by bar, beside the least that any program
// must do for them, a plain pass that reads the five numbers of each bar and writes twelve. All times are processor times.
//
//   output  Google Benchmark's table, then lines "figure NAME VALUE UNIT WHAT"
#include "feature/feature_set.hpp"
#include "feature/label_set.hpp"
#include "fixture/bars.hpp"

#include <benchmark/benchmark.h>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

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

constexpr std::size_t many_bars = 1'000'000;
constexpr std::size_t feature_count = 12;

void desk_matrix(benchmark::State& state) {
  const FeatureSet features = desk_features();
  const Bars bars = fixture::make_random_bars(1, static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(compute_matrix(features, bars).values.data());
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(bars.size() * feature_count));
}
BENCHMARK(desk_matrix)->Arg(5'000)->Arg(many_bars)->Unit(benchmark::kMillisecond);

// What a live desk does at each bar.
void desk_step(benchmark::State& state) {
  const FeatureSet features = desk_features();
  const Bars bars = fixture::make_random_bars(1, 5'000);
  FeatureStream stream(features);
  std::size_t row = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(stream.push(bar_values(bars, row)).data());
    row = row + 1 == bars.size() ? 0 : row + 1;
  }
}
BENCHMARK(desk_step);

void plain_pass(benchmark::State& state) {
  const Bars bars = fixture::make_random_bars(1, many_bars);
  for (auto _ : state) {
    std::vector<double> values;
    values.reserve(bars.size() * feature_count);
    for (std::size_t row = 0; row < bars.size(); ++row) {
      const Ohlcv bar = bar_values(bars, row);
      const double sum = bar.open + bar.high + bar.low + bar.close + bar.volume;
      for (std::size_t i = 0; i < feature_count; ++i) values.push_back(sum);
    }
    benchmark::DoNotOptimize(values.data());
  }
}
BENCHMARK(plain_pass)->Unit(benchmark::kMillisecond);

// The textbook running sum: fast, and off by its rounding errors, which is why the product does not use it.
void running_sum_sma(benchmark::State& state) {
  constexpr std::size_t window = 20;
  const Bars bars = fixture::make_random_bars(1, many_bars);
  for (auto _ : state) {
    std::vector<double> values(bars.size(), undefined);
    double sum = 0;
    for (std::size_t row = 0; row < bars.size(); ++row) {
      sum += bars.close[row] - (row >= window ? bars.close[row - window] : 0);
      if (row + 1 >= window) values[row] = sum / window;
    }
    benchmark::DoNotOptimize(values.data());
  }
}
BENCHMARK(running_sum_sma)->Unit(benchmark::kMillisecond);

void one_indicator(benchmark::State& state, const char* expression) {
  const std::vector<NamedExpression> features{{"x", expression}};
  const auto set = FeatureSet::compile(features);
  if (!set) std::abort();
  const Bars bars = fixture::make_random_bars(1, many_bars);
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

// Google Benchmark's table, and the processor time of each for the figures.
class FigureReporter : public benchmark::ConsoleReporter {
 public:
  FigureReporter() : ConsoleReporter(OO_None) {}

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs)
      seconds_[run.benchmark_name()] = run.cpu_accumulated_time / static_cast<double>(run.iterations);
    ConsoleReporter::ReportRuns(runs);
  }

  void print_figures() const {
    const double matrix_s = seconds_.at("desk_matrix/1000000");
    const double cells = static_cast<double>(many_bars * feature_count);
    std::printf("figure feature_cells %.0f cells/s the twelve features of the desk over 1,000,000 bars\n",
                cells / matrix_s);
    std::printf("figure feature_pass_ratio %.4f x plain pass over the same bars (read 5, write 12 numbers) / matrix\n",
                seconds_.at("plain_pass") / matrix_s);
    std::printf("figure feature_step %.0f ns/bar the twelve features of one more bar\n",
                seconds_.at("desk_step") * 1e9);
    std::printf("figure feature_sma_ratio %.3f x running-sum average over the same bars / sma(20)\n",
                seconds_.at("running_sum_sma") / seconds_.at("one_indicator/sma"));
  }

 private:
  std::map<std::string, double> seconds_;
};

}  // namespace
}  // namespace converge::feature

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 64;
  converge::feature::FigureReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  reporter.print_figures();
}
