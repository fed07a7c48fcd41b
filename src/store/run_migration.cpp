#include "base/hash.hpp"
#include "store/schema.hpp"
#include "store/sql.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <cctype>
#include <charconv>
#include <thread>

namespace converge::store {
namespace {

using Contracts = std::span<const contract::Contract>;

const contract::Contract* find_contract(Contracts contracts, const std::string& table) {
  const auto found = std::ranges::find_if(
      contracts, [&](const contract::Contract& one) { return one.table == table || one.latest_view == table; });
  return found == contracts.end() ? nullptr : &*found;
}

// The lock lives on the connection that runs the statements: when the client dies in the middle of one, the server
// finishes the statement first and only then gives the lock to the next migration.
Result<void> take_lock(Connection& connection, std::chrono::seconds timeout) {
  TRY(const auto database, connection.select(sql::schema_database));
  const auto* name = std::get_if<std::string>(&database.rows.at(0).at(0));
  if (name == nullptr) return fail(Errc::invalid_input, "migrate: no database is selected");
  TRY(const auto answer, connection.select(sql::schema_lock, params(make_migration_lock_name(*name), timeout.count())));
  const auto* taken = std::get_if<std::int64_t>(&answer.rows.at(0).at(0));  // NULL: the server could not try
  if (taken != nullptr && *taken == 1) return {};
  return fail(Errc::timeout, fmt::format("migrate {}: another migration of this database did not end within {} s",
                                         *name, timeout.count()));
}

// GET_LOCK is known to one node only, and a schema change stops the whole cluster.
Result<ClusterStatus> load_cluster_status(Connection& connection) {
  TRY(const auto answer, connection.select(sql::schema_wsrep));
  ClusterStatus status;
  for (const auto& row : answer.rows) status[std::get<std::string>(row.at(0))] = std::get<std::string>(row.at(1));
  return status;
}

Result<void> refuse_busy_cluster(Connection& connection) {
  TRY(const auto first, load_cluster_status(connection));
  if (!is_cluster(first)) return {};
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  TRY(const auto second, load_cluster_status(connection));
  const auto obstacle = find_cluster_obstacle(first, second);
  if (!obstacle) return {};
  return fail(Errc::denied, "migrate: " + *obstacle);
}

// A transaction that somebody left open keeps its tables from being changed; the server gives up after lock_wait_timeout.
Result<void> run_statement(Connection& connection, const SchemaStep& step, int attempts_max) {
  const Statement statement{"schema_step", step.statement};
  auto done = connection.run(statement);
  for (int attempt = 1; attempt < attempts_max && !done && connection.last_failure_repeats(); ++attempt) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100) * attempt);
    done = connection.run(statement);
  }
  return with_context(std::move(done), "migrate " + step.table + ": " + step.reason);
}

Result<std::int64_t> load_next_sequence(Connection& connection) {
  TRY(const auto next, connection.select(sql::schema_step_next));
  return std::get<std::int64_t>(next.rows.at(0).at(0));
}

Result<void> refuse(const std::vector<std::string>& differences) {
  if (differences.empty()) return {};
  return fail(
      Errc::contract_violation,
      fmt::format("the live schema differs from the contracts in {} point(s): {}; run `converge schema verify`, then "
                  "`converge schema apply`, or mend it by hand",
                  differences.size(), fmt::join(differences, "; ")));
}

class Migration {
 public:
  Migration(Connection& connection, Contracts contracts, const MigrationOptions& options)
      : connection_(connection), contracts_(contracts), options_(options) {}

  Result<MigrationReport> run() {
    TRY_VOID(connection_.execute(sql::schema_lock_wait, params(options_.statement_timeout.count())));
    TRY_VOID(take_lock(connection_, options_.lock_timeout));
    TRY_VOID(refuse_busy_cluster(connection_));
    watch(MigrationMoment::locked, {});
    TRY_VOID(look());
    TRY_VOID(make_journal());
    TRY_VOID(recover());
    if (options_.makes_only) TRY_VOID(refuse(compute_schema_changes(contracts_, live_)));
    TRY(const auto steps, plan_schema(contracts_, live_));
    for (const auto& step : steps) TRY_VOID(run_step(step));
    const auto left = compute_schema_differences(contracts_, live_);
    if (!left.empty())
      return fail(Errc::internal, "migrate: after every step the schema still differs: " + left.front());
    return std::move(report_);
  }

 private:
  void watch(MigrationMoment moment, const SchemaStep& step) const {
    if (options_.watch) options_.watch(moment, step);
  }

  Result<void> look() {
    TRY(live_, load_live_schema(connection_));
    return {};
  }

  // The journal's own table comes first and is the one change without an intent: it was made or altered, or it was not.
  Result<void> make_journal() {
    const auto* journal = find_contract(contracts_, std::string(SchemaStepRow::table));
    if (journal == nullptr) return {};
    if (options_.makes_only) TRY_VOID(refuse(compute_schema_changes({journal, 1}, live_)));
    TRY(const auto steps, plan_schema({journal, 1}, live_));
    for (const auto& step : steps) {
      TRY_VOID(run_statement(connection_, step, options_.attempts_max));
      watch(MigrationMoment::statement_run, step);
      report_.steps.push_back(step);
    }
    return steps.empty() ? Result<void>() : look();
  }

  // An intent that was never marked as done: the table itself says whether its statement ran.
  Result<void> recover() {
    TRY(const auto intents, load_rows<SchemaStepRow>(connection_, sql::schema_step_intent));
    for (const auto& intent : intents) {
      const auto fingerprint = compute_fingerprint(live_, intent.table_name);
      if (fingerprint == intent.before_fingerprint) {
        TRY_VOID(connection_.execute(sql::schema_step_withdraw, params(intent.sequence)));
        continue;
      }
      TRY_VOID(require_complete(intent, fingerprint));
      TRY_VOID(connection_.execute(sql::schema_step_done, params(fingerprint, intent.sequence)));
      ++report_.recovered;
    }
    return {};
  }

  Result<void> require_complete(const SchemaStepRow& intent, const std::string& fingerprint) const {
    if (fingerprint == intent.after_fingerprint) return {};
    const auto* contract = find_contract(contracts_, intent.table_name);
    const auto differences = contract == nullptr
                                 ? std::vector<std::string>{intent.table_name + ": no contract has that name any more"}
                                 : compute_schema_differences({contract, 1}, live_);
    return fail(
        Errc::contract_violation,
        fmt::format("migrate: step {} was interrupted ({}), and {} is neither as before nor as its contract says: {}; "
                    "mend the table by hand, or finish with the program that began it",
                    intent.sequence, intent.statement.substr(0, 120), intent.table_name, fmt::join(differences, "; ")));
  }

  Result<void> run_step(const SchemaStep& step) {
    TRY(const auto sequence, load_next_sequence(connection_));
    TRY_VOID(connection_.execute(sql::schema_step_begin,
                                 params(sequence, step.table, compute_sha256_hex(step.statement), step.statement,
                                        compute_fingerprint(live_, step.table), step.after_fingerprint)));
    watch(MigrationMoment::intent_written, step);
    auto ran = run_statement(connection_, step, options_.attempts_max);
    if (!ran) {
      // The server said that it did not run. A lost connection says nothing: the intent stays for the next run.
      if (connection_.is_usable()) TRY_VOID(connection_.execute(sql::schema_step_withdraw, params(sequence)));
      return ran;
    }
    watch(MigrationMoment::statement_run, step);
    TRY_VOID(look());
    const auto fingerprint = compute_fingerprint(live_, step.table);
    if (fingerprint != step.after_fingerprint)
      return fail(Errc::internal,
                  fmt::format("migrate {}: the statement ran, and the table is not what it asked for", step.table));
    TRY_VOID(connection_.execute(sql::schema_step_done, params(fingerprint, sequence)));
    watch(MigrationMoment::done_written, step);
    report_.steps.push_back(step);
    return {};
  }

  Connection& connection_;
  Contracts contracts_;
  const MigrationOptions& options_;
  LiveSchema live_;
  MigrationReport report_;
};

std::int64_t number(const ClusterStatus& status, const char* name) {
  const auto found = status.find(name);
  std::int64_t value = 0;
  if (found != status.end()) std::from_chars(found->second.data(), found->second.data() + found->second.size(), value);
  return value;
}

}  // namespace

bool is_cluster(const ClusterStatus& status) {
  return number(status, "wsrep_cluster_size") > 1;
}

std::optional<std::string> find_cluster_obstacle(const ClusterStatus& first, const ClusterStatus& second) {
  constexpr std::int64_t synced = 4;
  const auto component = second.find("wsrep_cluster_status");
  if (component == second.end() || component->second != "Primary")
    return "this Galera node has no quorum; migrate when the cluster is whole";
  if (number(second, "wsrep_local_state") != synced) return "this Galera node is not synced; migrate when it is";
  const auto received = number(second, "wsrep_received") - number(first, "wsrep_received");
  if (received != 0)
    return fmt::format("another Galera node is writing ({} write sets in half a second); stop the other writers first",
                       received);
  return std::nullopt;
}

Result<MigrationReport> run_migration(const Db& db, Contracts contracts, const MigrationOptions& options) {
  auto connect = db.options();
  connect.read_timeout = std::chrono::hours(24);  // an ALTER that rewrites a large table is silent for long
  TRY(auto connection, Connection::open(connect));
  return Migration(connection, contracts, options).run();
}

Result<std::vector<std::string>> verify_schema(Connection& connection, Contracts contracts) {
  TRY(const auto live, load_live_schema(connection));
  return compute_schema_differences(contracts, live);
}

Result<bool> is_migration_interrupted(Connection& connection) {
  TRY(const auto intents, connection.select(sql::schema_step_intent));
  return !intents.rows.empty();
}

Result<void> require_schema(Connection& connection, Contracts contracts) {
  TRY(const auto differences, verify_schema(connection, contracts));
  return refuse(differences);
}

std::string make_migration_lock_name(std::string_view database) {
  constexpr std::size_t length_max = 64;
  auto name = fmt::format("converge:{}:migrate", database);
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (name.size() <= length_max) return name;
  return fmt::format("converge:{}:migrate", compute_sha256_hex(name).substr(0, 40));
}

}  // namespace converge::store
