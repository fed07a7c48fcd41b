// store/connection.hpp — one connection to a MySQL or MariaDB server, set up the way the product relies on.
//
// Every connection speaks utf8mb4_bin, UTC, strict mode and READ COMMITTED, and has read its settings back. It never
// serves LOCAL INFILE: a server cannot ask this client for a file. Statements are prepared once and kept.
// MariaDB Connector/C underneath. Threads: one at a time.
#pragma once
#include "base/result.hpp"
#include "contract/flavor.hpp"
#include "store/value.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace converge::store {

// Where a server listens and who we are there. A socket path wins over host and port.
struct ConnectOptions {
  std::string socket_path;
  std::string host;
  unsigned port = 3306;
  std::string user;
  std::string password;  // never logged, never part of a message
  std::string database;  // empty: none selected
  std::chrono::seconds connect_timeout{5};
  std::chrono::seconds read_timeout{300};
  std::chrono::seconds write_timeout{60};
  bool require_tls = false;  // encrypted and the certificate verified; meant for host and port
  std::string tls_ca_file;   // empty: the system's authorities

  // "ada@/run/desk.sock" or "ada@db.example:3306", and the database. Without the password.
  std::string describe() const;
};

struct ServerIdentity {
  ServerFlavor flavor = ServerFlavor::mysql;
  std::string version;  // as the server says it: "9.7.4-2", "10.11.19-MariaDB-0+deb12u1"

  std::string describe() const;  // "MySQL 9.7.4", "MariaDB 10.11.19"
};

// A text as the server's own parser reads it, or NULL.
using TextCell = std::optional<std::string_view>;

using ColumnsFn = std::function<Result<void>(std::span<const std::string_view> names)>;
using RowFn = std::function<Result<void>(std::span<const Cell> cells)>;
using TextRowFn = std::function<Result<void>(std::span<const TextCell> cells)>;

class Connection {
 public:
  // errors: unavailable, denied, not_found (no such database), contract_violation (a setting did not stay as set)
  static Result<Connection> open(const ConnectOptions& options);

  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  ~Connection();

  // Rows matched (not only changed) by an UPDATE, inserted or deleted otherwise.
  Result<std::int64_t> execute(const Statement& statement, std::span<const Value> params = {});
  Result<RowSet> select(const Statement& statement, std::span<const Value> params = {});
  // `columns` is called once, also when there are no rows, then `row` for each row; an error from either ends it.
  // The callbacks may not use the connection (internal): the statement they are given rows of could be closed under them.
  Result<void> select_each(const Statement& statement, std::span<const Value> params, const ColumnsFn& columns,
                           const RowFn& row);
  // Row by row from the server, with constant memory: nothing else may run on this connection until it ends.
  Result<void> stream(const Statement& statement, const TextRowFn& row);

  // Parameters as texts, for the bulk path. MariaDB takes row after row of them (row-major) in one message; MySQL one row.
  // Rows before a refused one may stay applied: undo to a savepoint.
  Result<std::int64_t> execute_texts(const Statement& statement, std::span<const TextCell> cells);

  // Text protocol, for what cannot be prepared: schema changes and session settings.
  Result<void> run(const Statement& statement);
  // Checks that the server understands it, and keeps it prepared.
  Result<void> prepare(const Statement& statement);

  Result<void> begin();
  // errors: also internal, when a statement inside (a schema change) has committed behind our back; unavailable when the
  // connection was lost on the way: then nobody knows whether the commit took effect
  Result<void> commit();
  // Never fails: a connection that cannot roll back is no longer usable, and its server rolls back by itself.
  void rollback() noexcept;

  bool in_transaction() const;
  // The server has rolled back the whole transaction (a deadlock) although it was not told to. Every statement until
  // rollback() fails: it would be applied outside of any transaction.
  bool is_transaction_lost() const;
  // Some statement of this transaction failed in a way that running all of it again can cure.
  bool wants_repeat() const;
  // Of the last statement that failed: it alone can be run again and then succeed. Not so when somebody interrupted it.
  bool last_failure_repeats() const;
  bool is_usable() const;  // false once the connection was lost

  const ServerIdentity& server() const;
  std::uint64_t id() const;  // the server's number for this connection

 private:
  struct State;
  explicit Connection(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace converge::store
