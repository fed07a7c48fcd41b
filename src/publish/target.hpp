// publish/target.hpp — what a target is: a place that takes parts of the outbox, changes and removes them, and can be asked for them.
//
// One target is one file publish/<name>_target.cpp and one row of the table in targets.cpp. From its row come the name that
// templates may list under `targets`, the table [publish.<name>] of converge.toml, and the sender that the publish stage uses.
#pragma once
#include "base/result.hpp"
#include "contract/rows.hpp"
#include "wire/toml.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace converge::publish {

// A target as one desk has set it up. None of its functions sees the database; each may be called again after a crash.
struct Target {
  std::string name;

  // Whether a part can have this destination: for the paths of templates, before anything is planned. Calls nobody.
  //   errors  invalid_input saying why not
  std::function<Result<void>(std::string_view destination)> check_destination;

  // The three operations. The code of an error decides what becomes of the part (run_publish.cpp has the table): invalid_input
  // and contract_violation when the target will never do it; unavailable, rate_limited, denied, not_found and conflict only
  // when it certainly has not been done; timeout and internal when nobody can know.

  // Hands one part over. Returns its id at the target, at most 255 characters: what find_sent would say of it.
  std::function<Result<std::string>(const OutboxRow&)> create;
  // Makes the part that has the row's remote_id hold the row's payload. That it is no longer there is invalid_input where the
  // target cannot put it back under its id.
  std::function<Result<void>(const OutboxRow&)> update;
  // Takes the part that has the row's remote_id away. That it is gone already is a success.
  std::function<Result<void>(const OutboxRow&)> withdraw;

  // The two questions. An error is no answer: a part in doubt stays in doubt, and is asked for again on the next tick.

  // Whether the target has a part that was to be created, whole and lasting; its id there, or nothing when it certainly has not.
  std::function<Result<std::optional<std::string>>(const OutboxRow&)> find_sent;
  // What stands under the row's remote_id: the row's payload (verified), something else (edited), or nothing (deleted).
  std::function<Result<OutboxRemoteState>(const OutboxRow&)> look;
};

// A kind of target. `open` reads its settings, calls nobody, and leaves secrets as names of environment variables until they
// are used. errors: invalid_input with file and pointer
struct TargetKind {
  std::string_view name;  // at most 32 characters, as in outbox.target
  bool is_default;        // there without [publish.<name>] too
  Result<Target> (*open)(TableReader& settings, const std::string& desk_folder);
};

// Every kind there is.
std::span<const TargetKind> target_kinds();

// The targets of a desk: one for each table in [publish] of converge.toml, and those that are there by default.
//   publish  the table [publish]; an empty one when there is none
//   errors   invalid_input for a table that names no kind, and what `open` says
Result<std::vector<Target>> open_targets(TableReader& publish, const std::string& desk_folder);

// errors: not_found naming the targets of the desk and, for a kind without settings, the table that converge.toml needs
Result<const Target*> require_target(std::span<const Target> targets, std::string_view name);

}  // namespace converge::publish
