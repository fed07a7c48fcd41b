// feature/indicator/all.hpp — every indicator that exists; each is defined in the file of its name.
#pragma once
#include "feature/indicator.hpp"

namespace converge::feature {

extern const IndicatorType sma, ema, rsi, macd, bollinger, atr, adx, directional, stochastic, roc, obv, volatility,
    volume_z;

}  // namespace converge::feature
