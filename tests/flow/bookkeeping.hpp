// tests/flow/bookkeeping.hpp — what must hold of the tables that a crash may leave other bytes in: jobs, leases, the
// migration journal, and the attempts of the outbox.
//
// Of a replay that has ended by itself, however often it or its server was killed before:
//   job          every one is done; none holds a lease or blocks its key; claims = crashes + 1, so that exactly one claim
//                ended by itself; no more crashes in all than kills; one version and one gate decision for each that says
//                it made one, none for the others
//   lease        nobody holds one
//   schema_step  every step is done, and each statement of the undisturbed replay was recorded once, and no other
//   outbox       every part was sent, was begun once, and is the file it says, which is what the outbox says it is
//   the server   has ended with the last of its users (checked by the caller)
#pragma once
#include "flow/desk_tables.hpp"

namespace converge::flow {

Faults check_bookkeeping(const Tables& tables, const Tables& undisturbed, const std::filesystem::path& docs_dir,
                         std::size_t kills);

}  // namespace converge::flow
