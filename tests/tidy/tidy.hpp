// tests/tidy/tidy.hpp — rules about the code itself, as functions from a tree of texts to complaints.
//
// Pure: a tree is a map from path to text, so that every rule has a test with a planted violation. The rules then run over
// the real tree. A complaint names the place and what to do instead.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace converge::tidy {

using Tree = std::map<std::string, std::string>;  // path below the project -> text
using Complaints = std::vector<std::string>;

struct TidyRule {
  std::string_view name;
  std::string_view says;
  Complaints (*check)(const Tree& tree);
};

// Every rule. `tree` holds src/**, tests/**, bench/**, and src/LAYERS.
const std::vector<TidyRule>& tidy_rules();

// Sources that no target of the build compiles. `compiled` are the paths of compile_commands.json below the project.
Complaints find_orphan_sources(const Tree& tree, const std::vector<std::string>& compiled);

}  // namespace converge::tidy
