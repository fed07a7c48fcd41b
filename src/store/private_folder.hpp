// store/private_folder.hpp — folders that nobody else can put anything into: for sockets, data, and programs that we run.
#pragma once
#include "base/result.hpp"

#include <filesystem>

namespace converge::store {

// Makes it, 0700, with the folders above; one that is there is made 0700.
// errors: denied when it is not a folder (a link counts as none) or belongs to somebody else, unavailable
Result<void> make_private_folder(const std::filesystem::path& path);

// Whether only this user and root can change what is there: a program that we run, or the folder that it lies in.
// errors: not_found, denied with what is wrong
Result<void> require_trusted(const std::filesystem::path& path);

}  // namespace converge::store
