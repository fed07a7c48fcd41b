// store/row_field.hpp — between one field of a generated row and one cell of an answer.
#pragma once
#include "contract/row_enum.hpp"
#include "store/value.hpp"

#include <optional>
#include <string>
#include <type_traits>

namespace converge::store {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

// False when the cell holds something that the field cannot: NULL for a field that is not optional, another type, a word
// that is not in the enumeration, a boolean other than 0 and 1.
template <class T>
bool read_field(const Cell& cell, T& field) {
  if constexpr (is_optional<T>) {
    if (std::holds_alternative<std::monostate>(cell)) {
      field.reset();
      return true;
    }
    return read_field(cell, field.emplace());
  } else if constexpr (std::is_same_v<T, std::string>) {
    const auto* text = std::get_if<std::string_view>(&cell);
    if (text != nullptr) field.assign(*text);
    return text != nullptr;
  } else if constexpr (std::is_enum_v<T>) {
    const auto* text = std::get_if<std::string_view>(&cell);
    const auto word = text != nullptr ? parse_enum<T>(*text) : std::nullopt;
    if (word) field = *word;
    return word.has_value();
  } else if constexpr (std::is_same_v<T, bool>) {
    const auto* number = std::get_if<std::int64_t>(&cell);
    if (number != nullptr) field = *number == 1;
    return number != nullptr && (*number == 0 || *number == 1);
  } else {
    const auto* held = std::get_if<T>(&cell);
    if (held != nullptr) field = *held;
    return held != nullptr;
  }
}

}  // namespace converge::store
