// content/file.hpp — whole files in and out. A reader of a replaced file sees the old bytes or the new ones, never a part.
#pragma once
#include "base/result.hpp"

#include <string>
#include <string_view>

namespace converge::content {

// errors: not_found, denied, invalid_input (a folder), unavailable (cannot be read)
Result<std::string> read_file(const std::string& path);

// Writes a temporary file beside `path`, syncs it, and renames it into place; keeps the mode of a file that was there.
//   errors         not_found (no such folder), denied, unavailable (disk full, read-only)
//   idempotent by  path and bytes
Result<void> replace_file(const std::string& path, std::string_view bytes);

}  // namespace converge::content
