// store/outbox.hpp — what is to be published, and what is known to have arrived: one row for each wish for one part of one item
// at one target. A later wish for the same part (another text, or that it be gone) is a row of its own, with the next edition.
//
// `sending` is committed before the call to the outside, so a crash between the call and the answer leaves a row that
// says so: its outcome is unknown until somebody asks the target. Nothing is sent twice on a guess, and nothing is sent
// while it is unknown what became of an earlier wish for the same part.
#pragma once
#include "store/db.hpp"

#include <array>
#include <span>

namespace converge::store {

struct OutboxMove {
  OutboxState from;
  OutboxState to;
  std::string_view why;
};

// The only moves there are. `sent`, `rejected` and `cancelled` are final.
inline constexpr std::array<OutboxMove, 10> outbox_moves{{
    {OutboxState::planned, OutboxState::sending, "the call to the target is about to be made"},
    {OutboxState::planned, OutboxState::cancelled, "a later wish took its place before it left"},
    {OutboxState::sending, OutboxState::sent, "the target said that it has done it"},
    {OutboxState::sending, OutboxState::rejected, "the target said that it will never do it"},
    {OutboxState::sending, OutboxState::planned, "it certainly never left: no connection, or asked to come back later"},
    {OutboxState::sending, OutboxState::unknown, "no answer, or the sender died"},
    {OutboxState::unknown, OutboxState::sent, "the target was asked and has done it"},
    {OutboxState::unknown, OutboxState::planned, "the target was asked and has not done it"},
    {OutboxState::unknown, OutboxState::unknown, "the target could not be asked"},
    {OutboxState::unknown, OutboxState::rejected, "the owner gave it up"},
}};
bool is_outbox_move(OutboxState from, OutboxState to);

struct OutboxPart {
  std::string content_item_id;
  std::string target;
  std::int64_t part = 1;    // 1 for the first
  std::string destination;  // a path below the target; that of the first edition stays
  std::string payload;
  std::optional<Instant> due_at = std::nullopt;  // not before; at once without one
};

// Plans that the part be at its target with this payload: a create, or the update of what is there.
// returns  whether anything changed
// writes   outbox: a planned wish that this one replaces is cancelled
// idempotent by the part, its payload and due_at: nothing is planned for a part that is there as wished, unless it was found
//          edited or deleted since
// errors   contract_violation
Result<bool> plan_outbox(const Scope& scope, const OutboxPart& part);

// Plans another payload for every part of the item that is at its target, or is to be there: what has not left gets it in its
// own time, what is there at once. returns, writes: as plan_outbox
Result<bool> replan_outbox(const Scope& scope, std::string_view content_item_id, const std::string& payload);

// Whether a part of the item is at its target, or may be.
Result<bool> is_outbox_part_out(Tx& tx, std::string_view content_item_id);

// Plans that no part of the item be at any target: what has not left is cancelled, what is or may be there is withdrawn.
// returns  withdrawals planned
// writes   outbox; idempotent
Result<std::int64_t> plan_withdrawal(const Scope& scope, std::string_view content_item_id);

// Cancels what has not left. Returns how many.
Result<std::int64_t> cancel_planned(Tx& tx, std::string_view content_item_id);

// The id at its target of a part whose editions these are, the first one first; nothing when it is not there.
std::optional<std::string> find_remote_id(std::span<const OutboxRow> editions);

// planned -> sending, and the row to send: an update or a withdrawal has the `remote_id` it is about. A withdrawal of what is not
// there becomes `cancelled` instead. The caller commits, then calls the target.
// errors   not_found; conflict when it is not planned (somebody else is sending it, it was sent or cancelled)
Result<OutboxRow> begin_send(Tx& tx, std::string_view id);

struct SendOutcome {
  OutboxState state = OutboxState::unknown;       // sent, rejected, planned or unknown
  std::optional<std::string> remote_id;           // the id at the target
  std::optional<std::string> error;               // clipped to what the row can hold
  std::optional<OutboxRemoteState> remote_state;  // what was read back, when sent
};
// From `sending`, or from `unknown` after asking the target. Sets tried_at to `now` (desk clock), and sent_at when sent.
// errors   not_found; conflict for a move that outbox_moves does not have, or when the state changed meanwhile
Result<void> finish_send(Tx& tx, std::string_view id, const SendOutcome& outcome, Instant now);

// For whoever holds the desk, before it sends: every `sending` row is one whose sender died. Returns how many became unknown.
Result<std::int64_t> mark_interrupted_sends(Tx& tx, Instant now);

// By planned_at, then id; every state without one.
Result<std::vector<OutboxRow>> load_outbox(Tx& tx, std::optional<OutboxState> state, std::int64_t rows_max);

// What may be sent now, by planned_at, then id. Cancels what was put back while a later wish waited behind it.
// writes   outbox
Result<std::vector<OutboxRow>> take_due(Tx& tx, Instant now, std::int64_t rows_max);

}  // namespace converge::store
