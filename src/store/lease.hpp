// store/lease.hpp — exclusive holds by name, as rows: one run on a desk at a time.
//
// A hold ends when it is released, when its time on the database server's clock is over, or at once when its holder is
// provably dead (store/holder.hpp). Each hold has a token, a number greater than that of every earlier hold of that name,
// and a transaction that depends on the hold fences itself with it.
#pragma once
#include "store/db.hpp"

namespace converge::store {

struct Lease {
  std::string name;
  std::string token;
};

// writes   lease, in a transaction of its own
// errors   conflict when somebody else holds it; the message names the holder and says when the hold ends
Result<Lease> acquire_lease(Db& db, std::string_view name, std::string_view holder, std::int64_t lease_ms);

// The next three: errors are conflict when the hold was lost.
Result<void> renew_lease(Db& db, const Lease& lease, std::int64_t lease_ms);
Result<void> release_lease(Db& db, const Lease& lease);
// In the transaction that must not commit without the hold: nobody can take it over before that transaction ends.
Result<void> require_lease(Tx& tx, const Lease& lease);

}  // namespace converge::store
