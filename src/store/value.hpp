// store/value.hpp — SQL values, named statements and answers, without a connection.
#pragma once
#include "base/decimal.hpp"
#include "base/time.hpp"
#include "contract/row_enum.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace converge::store {

// A SQL value on its way in or out. Text columns, JSON and enums are strings; NULL is std::monostate.
using Value = std::variant<std::monostate, std::int64_t, double, std::string, Instant, Date, Decimal>;

// The same while it still lies in the connection's buffer: valid until the row callback returns.
using Cell = std::variant<std::monostate, std::int64_t, double, std::string_view, Instant, Date, Decimal>;

// A named statement with `?` placeholders; store/sql.hpp has all of them.
struct Statement {
  std::string_view name;
  std::string_view text;
};

// The answer to a statement that is not a whole table row.
struct RowSet {
  std::vector<std::string> columns;
  std::vector<std::vector<Value>> rows;
};

Value make_value(const Cell& cell);

// What C++ types become as parameters: enums go by enum_text, an empty optional is NULL.
template <class T>
Value to_value(const T& value) {
  if constexpr (std::is_same_v<T, Value>) {
    return value;
  } else if constexpr (std::is_same_v<T, std::nullopt_t> || std::is_same_v<T, std::monostate>) {
    return std::monostate{};
  } else if constexpr (std::is_same_v<T, bool>) {
    return std::int64_t{value};
  } else if constexpr (std::is_enum_v<T>) {
    return std::string(enum_text(value));
  } else if constexpr (std::is_integral_v<T>) {
    return static_cast<std::int64_t>(value);
  } else if constexpr (std::is_floating_point_v<T>) {
    return static_cast<double>(value);
  } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    return std::string(std::string_view(value));
  } else if constexpr (requires {
                         value.has_value();
                         *value;
                       }) {
    return value.has_value() ? to_value(*value) : Value{};
  } else {
    return Value{value};
  }
}

// Parameters are written as `params("sp500", now, std::nullopt)`.
template <class... T>
std::vector<Value> params(const T&... values) {
  std::vector<Value> list;
  list.reserve(sizeof...(values));
  (list.push_back(to_value(values)), ...);
  return list;
}

}  // namespace converge::store
