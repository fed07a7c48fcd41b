// contract/embedded.hpp — the texts of contracts/*.schema.json and of contracts.lock, put into the program by CMake.
#pragma once
#include <span>
#include <string_view>

namespace converge::contract {

struct EmbeddedContract {
  std::string_view file;
  std::string_view text;
};

std::span<const EmbeddedContract> embedded_contracts();
std::string_view embedded_lock();

}  // namespace converge::contract
