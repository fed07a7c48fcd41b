// wire/file.hpp — whole files in and out. A reader of a replaced file sees the old bytes or the new ones, never a part.
#pragma once
#include "base/result.hpp"

#include <string>
#include <string_view>

namespace converge {

// errors: not_found, denied, invalid_input (a folder), unavailable (cannot be read)
Result<std::string> read_file(const std::string& path);

// Writes `.<name>.tmp` beside `path`, syncs it, and renames it into place; keeps the mode of a file that was there. What a
// writer that was killed has left is overwritten by the next one; two writers of one path wait for each other.
//   errors         not_found (no such folder), denied (not allowed, or a link stands there), unavailable (disk full, read-only)
//   idempotent by  path and bytes
Result<void> replace_file(const std::string& path, std::string_view bytes);

// After it no file has this name, also after a loss of power; nothing is done when there was none.
// errors: denied, invalid_input (a folder), not_found (a file stands where a folder should be), unavailable
Result<void> remove_file(const std::string& path);

// Makes the folder of `path` and those above it. errors: denied, unavailable
Result<void> create_folder_of(const std::string& path);

// After it, the file that stands at `path`, and its name, outlive a loss of power. errors: not_found, denied, unavailable
Result<void> sync_file(const std::string& path);

}  // namespace converge
