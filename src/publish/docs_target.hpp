// publish/docs_target.hpp — the `docs` target: Markdown files below one folder.
//
// Exactly once comes for free here: a file is written whole and renamed into place, and what stands there can be read back
// and hashed. Delivering the same bytes again changes nothing, so a crash at any point is mended by delivering again.
#pragma once
#include "base/result.hpp"

#include <string>
#include <string_view>

namespace converge::publish {

inline constexpr std::string_view docs_target_name = "docs";

// The file for a destination: `folder` and `destination` joined.
// errors: invalid_input when the destination is absolute, empty, has an empty, `.` or `..` part, a backslash or a control
// character, or does not end in .md; denied when a link inside the folder leads out of it
Result<std::string> find_docs_path(const std::string& folder, std::string_view destination);

enum class DocsDelivery { written, was_there };

// Makes the file hold exactly `payload`, and reads it back.
//   errors         those of find_docs_path; denied, unavailable (disk full); internal when the file reads back differently
//   idempotent by  destination and payload
Result<DocsDelivery> deliver_docs(const std::string& folder, std::string_view destination, std::string_view payload);

}  // namespace converge::publish
