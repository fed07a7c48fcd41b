// base/utf8.hpp — the length that contracts speak of: code points, not bytes.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace converge {

// How many code points a UTF-8 text has.
std::size_t count_code_points(std::string_view text);

// The first `code_points_max` code points of a UTF-8 text: what a column of that maxLength can hold.
std::string clip_code_points(std::string_view text, std::size_t code_points_max);

}  // namespace converge
