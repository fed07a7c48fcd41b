// contract/row_enum.hpp — the words of an enumerated column, both ways. The enums themselves are generated (contract/rows.hpp).
#pragma once
#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace converge {

// Specialised beside each generated enum: `static constexpr std::array<std::string_view, n> words`, in the enum's order.
template <class E>
struct EnumWords;

template <class E>
concept RowEnum = requires { EnumWords<E>::words.size(); };

template <RowEnum E>
constexpr std::string_view enum_text(E value) {
  return EnumWords<E>::words.at(static_cast<std::size_t>(value));
}

template <RowEnum E>
constexpr std::optional<E> parse_enum(std::string_view text) {
  const auto& words = EnumWords<E>::words;
  const auto found = std::ranges::find(words, text);
  if (found == words.end()) return std::nullopt;
  return static_cast<E>(found - words.begin());
}

}  // namespace converge
