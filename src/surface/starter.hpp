// surface/starter.hpp — the files that `converge init` writes: the sample desk's policy, style guide, templates and
// queries, and one of its models as an example, embedded at build time, so that a new desk begins with the very files that the tests run.
#pragma once
#include <span>
#include <string_view>

namespace converge::surface {

struct StarterFile {
  std::string_view path;  // below the desk
  std::string_view text;
};

std::span<const StarterFile> starter_files();

}  // namespace converge::surface
