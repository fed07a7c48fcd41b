// store/schema.hpp — the live schema: read it, compare it with the contracts, and change it so that a kill at any moment
// leaves either the old table or the new one, and a journal that knows which.
//
// Neither server can roll a schema change back, and a client killed in the middle of an ALTER does not stop it. So each
// change is one statement on one table (which both servers apply whole or not at all), and the journal table
// `schema_step` has its intent, committed, before it runs. The next run looks at the table itself to see what happened.
#pragma once
#include "contract/contract.hpp"
#include "contract/live_table.hpp"
#include "store/db.hpp"

#include <functional>
#include <map>

namespace converge::store {

// Every table and view of the connection's database, by name, with the habits of the server's flavor taken out.
// One round trip for each view of information_schema.
using LiveSchema = std::map<std::string, contract::LiveTable>;
Result<LiveSchema> load_live_schema(Connection& connection);

// What the live schema lacks of the contracts, or has otherwise, in words: "bar.high: decimal(18,8) expected, double
// found". Tables that no contract names are the owner's and are not looked at. Pure.
std::vector<std::string> compute_schema_differences(std::span<const contract::Contract> contracts,
                                                    const LiveSchema& live);

// The same, but of those tables and views only that are there: what somebody changed, or an older program left.
std::vector<std::string> compute_schema_changes(std::span<const contract::Contract> contracts, const LiveSchema& live);

// The differences of the connected server. An empty list means that the program may write.
Result<std::vector<std::string>> verify_schema(Connection& connection, std::span<const contract::Contract> contracts);
// errors   contract_violation that names every difference: called at the start of each command that writes
Result<void> require_schema(Connection& connection, std::span<const contract::Contract> contracts);

// Whether the journal holds a step that began and was not written down as done: the next migration finishes it, also when the
// live schema is as the contracts say already. errors: contract_violation when there is no journal
Result<bool> is_migration_interrupted(Connection& connection);

// One statement that changes one table or view.
struct SchemaStep {
  std::string table;
  std::string statement;
  std::string reason;             // for people
  std::string after_fingerprint;  // of what its contract asks for, which is what the statement must lead to
};

// The steps from the live schema to the contracts, in the order of the contracts: parents before children. Pure.
// errors   contract_violation when a difference cannot be mended without losing rows or rewriting what they mean; it
//          names each. Nothing is planned then.
Result<std::vector<SchemaStep>> plan_schema(std::span<const contract::Contract> contracts, const LiveSchema& live);

// SHA-256 over everything that is compared of a table: equal exactly when compare_tables finds no difference, so what a
// statement will lead to is known before it runs. Of a table that does not exist, the hash of nothing.
std::string compute_fingerprint(const contract::LiveTable& table);
std::string compute_fingerprint(const LiveSchema& live, const std::string& table);

// The moments between which a migration can be killed. Tests stop at each.
enum class MigrationMoment { locked, intent_written, statement_run, done_written };
using MigrationWatch = std::function<void(MigrationMoment, const SchemaStep&)>;

struct MigrationOptions {
  std::chrono::seconds lock_timeout{60};       // how long to wait for another migration to end
  std::chrono::seconds statement_timeout{10};  // how long one attempt waits for a transaction that uses the table
  int attempts_max = 6;
  // Makes what is missing and finishes what was interrupted, and refuses (contract_violation, naming each difference) to
  // alter a table that is there: a change is never mended behind a person's back.
  bool makes_only = false;
  MigrationWatch watch = {};  // may be empty
};

struct MigrationReport {
  std::vector<SchemaStep> steps;  // run by this call
  std::int64_t recovered = 0;     // steps of an interrupted run that turned out to be complete
};

// Brings the database to the contracts, on a connection of its own.
// writes   the schema, schema_step
// idempotent: with nothing to do it writes nothing; after a kill it goes on where the killed run stopped
// errors   timeout: another migration holds the lock, or a transaction kept a table locked
//          contract_violation: see plan_schema; also when an interrupted step left a table that is neither as before nor as
//          its contract says
//          denied: a Galera cluster in which another node is writing, or which is not whole
Result<MigrationReport> run_migration(const Db& db, std::span<const contract::Contract> contracts,
                                      const MigrationOptions& options = {});

// A node's wsrep_* status by name; empty on a server without Galera.
using ClusterStatus = std::map<std::string, std::string>;
bool is_cluster(const ClusterStatus& status);
// Why a schema change must not run now, judged from two looks half a second apart. Pure.
std::optional<std::string> find_cluster_obstacle(const ClusterStatus& first, const ClusterStatus& second);

// The name under which migrations of a database exclude each other: lower case, at most 64 characters.
std::string make_migration_lock_name(std::string_view database);

}  // namespace converge::store
