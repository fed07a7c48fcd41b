#include "surface/desk_series.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <map>

namespace converge::surface {
namespace {

bool brings(const ingest::Source& source, const model::ModelSpec& model) {
  return source.bar && source.bar->timeframe == model.timeframe &&
         (source.bar->symbol.empty() || source.bar->symbol == model.symbol);
}

}  // namespace

Result<void> check_series(std::span<const ingest::Source> sources, std::span<const model::ModelSpec> models) {
  std::map<std::pair<std::string, std::string>, std::string> source_of;
  for (const ingest::Source& source : sources) {
    if (!source.bar || source.bar->symbol.empty()) continue;
    const auto [known, is_first] = source_of.emplace(std::pair{source.bar->symbol, source.bar->timeframe}, source.name);
    if (!is_first)
      return fail(
          Errc::invalid_input,
          fmt::format("sources/{}.toml: sources/{}.toml brings {} {} already, and each would correct the other; "
                      "give this one another symbol",
                      source.name, known->second, source.bar->symbol, source.bar->timeframe));
  }
  for (const model::ModelSpec& model : models)
    if (std::ranges::none_of(sources, [&](const ingest::Source& source) { return brings(source, model); }))
      return fail(Errc::invalid_input,
                  fmt::format("models/{}.toml: no source brings {} {}; correct symbol and timeframe, or add a file to "
                              "sources/",
                              model.name, model.symbol, model.timeframe));
  return {};
}

}  // namespace converge::surface
