// publish/docs_target.hpp — the `docs` target: Markdown files below one folder. The exemplar of a target.
//
// The content of a file is what proves that it was sent: a file is written whole and renamed into place, and what stands there
// can be read back and hashed. Delivering the same part again changes nothing, so every failure may be put back. A part has its
// destination for an id: an update writes the same file, a withdrawal removes it, by hand edited or not.
//
//   [publish.docs]
//   dir = "out"      # below the desk; "out" when left out
#pragma once
#include "publish/target.hpp"

namespace converge::publish {

inline constexpr std::string_view docs_target_name = "docs";

// As Target says; the id of a part at this target is its destination.
Result<Target> open_docs_target(TableReader& settings, const std::string& desk_folder);

// The folder that [publish.docs] names, absolute when the desk's is. errors: invalid_input
Result<std::string> read_docs_folder(TableReader& settings, const std::string& desk_folder);

// errors: invalid_input when the destination is absolute, empty, has an empty part, a part that begins with a point, a backslash
// or a control character, or does not end in .md
Result<void> check_docs_destination(std::string_view destination);

// The file for a destination: `folder` and `destination` joined.
// errors: those of check_docs_destination; denied when a link stands on the way
Result<std::string> find_docs_path(const std::string& folder, std::string_view destination);

// Makes the file hold exactly `payload`, and reads it back; a file that holds it already is not touched. Synced when it returns.
//   errors         those of find_docs_path; denied; not_found; unavailable (disk full); internal when the file reads back
//                  differently
//   idempotent by  destination and payload
Result<void> deliver_docs(const std::string& folder, std::string_view destination, std::string_view payload);

// Takes the file away, whatever it holds. Lasting when it returns; that it is not there is a success.
// errors: those of find_docs_path; denied; unavailable
Result<void> remove_docs(const std::string& folder, std::string_view destination);

// Whether the file holds exactly `payload`, and will after a loss of power.
// errors: those of find_docs_path; denied, unavailable when it cannot be read or synced
Result<bool> holds_docs(const std::string& folder, std::string_view destination, std::string_view payload);

// Whether the file holds exactly `payload`, something else, or is not there.
// errors: those of find_docs_path; denied, unavailable when it cannot be read
Result<OutboxRemoteState> look_at_docs(const std::string& folder, std::string_view destination,
                                       std::string_view payload);

}  // namespace converge::publish
