// content/entity.hpp — HTML's character references (`&mdash;`, `&#8212;`) as the characters they stand for. Pure.
#pragma once
#include <string>
#include <string_view>

namespace converge::content {

// The text of one reference, `&` to `;`. A number that is no character gives U+FFFD, a name that is not in the table of common
// ones gives the reference itself.
std::string decode_entity(std::string_view entity);

}  // namespace converge::content
