// surface/desk_lock.hpp — contracts/contracts.lock of a desk: which contracts its tables were made from.
//
// Written by every migration that succeeds, to be kept with the desk's files; compared by `converge schema verify`.
#pragma once
#include "surface/desk.hpp"

namespace converge::surface {

// What the contracts of the program and of the desk say otherwise than their locks, in words (contract/lock.hpp).
// errors: invalid_input when the desk's lock cannot be read
Result<std::vector<std::string>> find_lock_differences(const Desk& desk);

// A desk without contracts of its own needs no lock, and gets none. errors: unavailable
Result<void> write_lock(const Desk& desk);

}  // namespace converge::surface
