// store/desk_setting.hpp — the facts about a desk that its rows depend on: they are written once and compared ever after.
#pragma once
#include "store/db.hpp"

namespace converge::store {

// Both stand in converge.toml too. Every id and every random draw follows from the seed.
struct DeskIdentity {
  std::string desk_id;
  std::uint64_t seed = 0;
};

// Writes the identity into a database that has none, and otherwise requires that it is the same.
// writes   desk_setting, in the caller's transaction
// errors   contract_violation when the database belongs to another desk or was filled with another seed
Result<void> init_desk(Tx& tx, const DeskIdentity& identity);

// errors   not_found when the database belongs to no desk yet; contract_violation as above
Result<void> verify_desk(Tx& tx, const DeskIdentity& identity);

}  // namespace converge::store
