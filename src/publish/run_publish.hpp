// publish/run_publish.hpp — the publish stage of a tick: drains the outbox to the `docs` target, each part exactly once.
//
// Three steps, so that no file is written inside a transaction and no transaction is lost with a file:
//
//   begin_publish    planned -> sending, committed by the caller before anything is written
//   deliver          files only: writes, or finds that the file is there
//   finish_publish   sending or unknown -> sent | planned (it never left) | rejected, and items -> published
//
// A crash between any two of them is mended by running all three again: a part left in `sending` or `unknown` is delivered
// again, which only compares hashes when the file is there.
#pragma once
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
  std::int64_t rejected = 0;  // will never be taken: the destination is not a path below the folder
  std::int64_t put_back = 0;  // could not be written now; planned again
};

// The parts for `docs` to deliver now, by planned_at, then id: those planned, and those whose sender died.
//   writes  outbox, in the caller's transaction, which must be committed before deliver
Result<std::vector<OutboxRow>> begin_publish(store::Tx& tx);

// Touches files below `docs_folder` and nothing else.
std::vector<Delivery> deliver(const std::string& docs_folder, std::span<const OutboxRow> parts);

//   writes  outbox, content_item. Every file written has been synced before.
//   errors  conflict when a part was moved meanwhile
Result<PublishCount> finish_publish(const store::Scope& scope, std::span<const Delivery> deliveries);

}  // namespace converge::publish
