// surface/outline.hpp — a JSON document as indented lines, for people. Pure.
#pragma once
#include "wire/json.hpp"

#include <string>

namespace converge::surface {

// One line for each value, `name: value`, two spaces deeper for each level; elements of an array are numbered from 1.
// null and an empty array are shown as "none".
std::string render_outline(const JsonObject& document);

}  // namespace converge::surface
