#include "base/error.hpp"

#include <algorithm>

namespace converge {

const ErrorTraits& error_traits(Errc code) {
  return error_table[static_cast<std::size_t>(code)];
}

std::optional<Errc> find_errc(std::string_view name) {
  const auto* row = std::ranges::find(error_table, name, &ErrorTraits::name);
  if (row == error_table.end()) return std::nullopt;
  return row->code;
}

std::string render_error(const Error& error) {
  return "error[" + std::string(error_name(error.code)) + "]: " + error.message;
}

}  // namespace converge
