// store/outbox.hpp — what is to be published, and what is known to have arrived: one row for each part, item and target.
//
// `sending` is committed before the call to the outside, so a crash between the call and the answer leaves a row that
// says so: its outcome is unknown until somebody asks the target. Nothing is sent twice on a guess.
#pragma once
#include "store/db.hpp"

#include <array>

namespace converge::store {

struct OutboxMove {
  OutboxState from;
  OutboxState to;
  std::string_view why;
};

// The only moves there are. `sent` and `rejected` are final.
inline constexpr std::array<OutboxMove, 9> outbox_moves{{
    {OutboxState::planned, OutboxState::sending, "the call to the target is about to be made"},
    {OutboxState::sending, OutboxState::sent, "the target said that it has it"},
    {OutboxState::sending, OutboxState::rejected, "the target said that it will never take it"},
    {OutboxState::sending, OutboxState::planned, "it certainly never left: no connection, or asked to come back later"},
    {OutboxState::sending, OutboxState::unknown, "no answer, or the sender died"},
    {OutboxState::unknown, OutboxState::sent, "the target was asked and has it"},
    {OutboxState::unknown, OutboxState::planned, "the target was asked and does not have it"},
    {OutboxState::unknown, OutboxState::unknown, "the target could not be asked"},
    {OutboxState::unknown, OutboxState::rejected, "the owner gave it up"},
}};
bool is_outbox_move(OutboxState from, OutboxState to);

struct OutboxPart {
  std::string content_item_id;
  std::string target;
  std::int64_t part = 1;    // 1 for the first
  std::string destination;  // a path below the target
  std::string payload;
};

// The id of the row.
// writes   outbox, in the caller's transaction
// idempotent by (content_item_id, target, part) with the same payload and destination
// errors   conflict when that part is planned with another payload or destination; contract_violation
Result<std::string> plan_outbox(const Scope& scope, const OutboxPart& part);

// planned -> sending, and the row to send. The caller commits, then calls the target.
// errors   not_found; conflict when it is not planned (somebody else is sending it, or it was sent)
Result<OutboxRow> begin_send(Tx& tx, std::string_view id);

struct SendOutcome {
  OutboxState state = OutboxState::unknown;  // sent, rejected, planned or unknown
  std::optional<std::string> remote_id;      // the id at the target
  std::optional<std::string> error;          // clipped to what the row can hold
};
// From `sending`, or from `unknown` after asking the target. Sets tried_at to `now` (desk clock), and sent_at when sent.
// errors   not_found; conflict for a move that outbox_moves does not have, or when the state changed meanwhile
Result<void> finish_send(Tx& tx, std::string_view id, const SendOutcome& outcome, Instant now);

// For whoever holds the desk, before it sends: every `sending` row is one whose sender died. Returns how many became unknown.
Result<std::int64_t> mark_interrupted_sends(Tx& tx, Instant now);

// By planned_at, then id; every state without one.
Result<std::vector<OutboxRow>> load_outbox(Tx& tx, std::optional<OutboxState> state, std::int64_t rows_max);

}  // namespace converge::store
