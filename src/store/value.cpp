#include "store/value.hpp"

namespace converge::store {

Value make_value(const Cell& cell) {
  return std::visit(
      [](const auto& held) -> Value {
        if constexpr (std::is_same_v<std::decay_t<decltype(held)>, std::string_view>) {
          return std::string(held);
        } else {
          return held;
        }
      },
      cell);
}

}  // namespace converge::store
