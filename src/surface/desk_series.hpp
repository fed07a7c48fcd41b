// surface/desk_series.hpp — which source brings which bars, and whether every model has some.
#pragma once
#include "ingest/source.hpp"
#include "model/model_spec.hpp"

#include <span>

namespace converge::surface {

// A series of bars, symbol and timeframe, has one source: with two, each would correct the other for ever. A model needs a
// series that some source brings, or it waits for ever. A source whose symbols stand in a column may bring any of its
// timeframe.
//   errors  invalid_input naming the files and what to change
Result<void> check_series(std::span<const ingest::Source> sources, std::span<const model::ModelSpec> models);

}  // namespace converge::surface
