#include "feature/window.hpp"

namespace converge::feature {
namespace {

double mean_offset(std::span<const double> window) {
  double sum = 0;
  for (const double x : window) sum += x - window.back();
  return sum / static_cast<double>(window.size());
}

}  // namespace

double compute_mean(std::span<const double> window) {
  return window.back() + mean_offset(window);
}

double compute_deviation(std::span<const double> window, std::size_t dropped) {
  const double offset = mean_offset(window);
  double squares = 0;
  for (const double x : window) {
    const double distance = (x - window.back()) - offset;
    squares += distance * distance;
  }
  return std::sqrt(squares / static_cast<double>(window.size() - dropped));
}

double compute_z(std::span<const double> window) {
  return finite_or_undefined(-mean_offset(window) / compute_deviation(window, 1));
}

}  // namespace converge::feature
