// surface/revision.hpp — which program this is.
#pragma once
#include <string>

namespace converge::surface {

// What the program was built from: the revision of its source, "-dirty" when the tree was not that revision, or "unknown".
std::string program_revision();

// Names this very build on this machine: size and time of the running program's file. Another build has another name.
std::string program_build();

}  // namespace converge::surface
