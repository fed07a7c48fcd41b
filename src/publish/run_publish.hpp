// publish/run_publish.hpp — the publish stage of a tick: drains the outbox to the targets of the desk, each wish exactly once.
//
// No target is called inside a transaction. What a call is about to do is committed before it, what came of it after it:
//
//   begin_asking     sending -> unknown: its sender died
//   ask              of each part in doubt: has its target done it?
//   finish_publish   unknown -> sent | planned
//   begin_sending    planned and due -> sending, as a create, an update or a withdrawal
//   deliver          calls the targets, and reads back what was done
//   finish_publish   sending -> sent | planned (it certainly never left) | rejected | unknown
//
// A crash between any two of them leaves rows that say so. A part whose sender died is never sent again on a guess: only
// a target that was asked and has not done it gets it once more, on the same tick.
#pragma once
#include "publish/target.hpp"
#include "store/db.hpp"
#include "store/outbox.hpp"

#include <span>
#include <string>
#include <vector>

namespace converge::publish {

// What was tried for one outbox row.
struct Delivery {
  std::string outbox_id;
  std::string content_item_id;
  store::SendOutcome outcome;
};

struct PublishCount {
  std::int64_t sent = 0;
  std::int64_t put_back = 0;  // could not be handed over now; planned again, and tried on the next tick
  std::int64_t rejected = 0;  // its target will never take it
  std::int64_t unknown = 0;   // nobody can say whether it arrived; asked again on the next tick
};

// The instant on the desk clock at which the stage runs, and the seed that ids are made from.
struct DeskInstant {
  Instant now;
  std::uint64_t seed = 0;
};

// All of the steps above, and the first three alone. The caller holds the desk: nobody else sends its parts meanwhile.
//   writes  outbox, content_item, audit, in transactions of their own
//   errors  those of the database. A part that could not be sent is no error: it is counted, and its row says why
Result<PublishCount> run_publish(store::Db& db, std::span<const Target> targets, const DeskInstant& at);
Result<PublishCount> run_reconcile(store::Db& db, std::span<const Target> targets, const DeskInstant& at);

// The parts to ask for, and those to hand over; by planned_at, then id.
//   writes  outbox, in the caller's transaction, which must be committed before a target is called
Result<std::vector<OutboxRow>> begin_asking(store::Tx& tx, Instant now);
Result<std::vector<OutboxRow>> begin_sending(store::Tx& tx, Instant now);

// Call the targets and nothing else. A part of a target that the desk no longer has is put back, or stays in doubt.
std::vector<Delivery> ask(std::span<const Target> targets, std::span<const OutboxRow> in_doubt);
std::vector<Delivery> deliver(std::span<const Target> targets, std::span<const OutboxRow> sending);

//   writes  outbox, content_item (published, once each of its parts is sent), audit
//   errors  conflict when a part was moved meanwhile
Result<PublishCount> finish_publish(const store::Scope& scope, std::span<const Delivery> deliveries);

// A part that should be at its target, and what was found there; an error when its target did not say.
struct Inspection {
  OutboxRow part;
  Result<OutboxRemoteState> found;
};

// Asks each target for everything that was sent to it and not withdrawn since.
//   writes  outbox (remote_state, verified_at)
//   errors  those of the database
Result<std::vector<Inspection>> run_verify(store::Db& db, std::span<const Target> targets, Instant now);

}  // namespace converge::publish
