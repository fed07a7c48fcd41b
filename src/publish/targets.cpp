#include "publish/docs_target.hpp"
#include "publish/target.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <array>

namespace converge::publish {

std::span<const TargetKind> target_kinds() {
  static constexpr std::array<TargetKind, 1> table{{
      {docs_target_name, true, open_docs_target},
  }};
  return table;
}

Result<std::vector<Target>> open_targets(TableReader& publish, const std::string& desk_folder) {
  static const JsonObject no_settings;
  std::vector<Target> targets;
  for (const TargetKind& kind : target_kinds()) {
    const bool is_set = publish.has(kind.name);
    if (!is_set && !kind.is_default) continue;
    TableReader settings(no_settings, "converge.toml", fmt::format("/publish/{}", kind.name));
    if (is_set) {
      TRY(settings, publish.table(kind.name));
    }
    TRY(Target target, kind.open(settings, desk_folder));
    TRY_VOID(settings.refuse_rest());
    targets.push_back(std::move(target));
  }
  TRY_VOID(publish.refuse_rest());
  return targets;
}

Result<const Target*> require_target(std::span<const Target> targets, std::string_view name) {
  const auto found = std::ranges::find(targets, name, &Target::name);
  if (found != targets.end()) return &*found;
  if (std::ranges::find(target_kinds(), name, &TargetKind::name) != target_kinds().end())
    return fail(Errc::not_found,
                fmt::format("target '{}' is not set up; converge.toml needs a table [publish.{}]", name, name));
  std::vector<std::string_view> known;
  for (const TargetKind& kind : target_kinds()) known.push_back(kind.name);
  return fail(Errc::not_found, fmt::format("there is no target '{}'; there are: {}", name, fmt::join(known, ", ")));
}

}  // namespace converge::publish
