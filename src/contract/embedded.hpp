// contract/embedded.hpp — the text of contracts/*.schema.json, put into the program by CMake.
#pragma once
#include <span>
#include <string_view>

namespace converge::contract {

struct EmbeddedContract {
  std::string_view file;
  std::string_view text;
};

std::span<const EmbeddedContract> embedded_contracts();

}  // namespace converge::contract
