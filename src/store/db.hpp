// store/db.hpp — statements, transactions and rows: how every stage reads and writes.
//
// SQL lives in store/sql/<table>.sql as named statements and reaches code as `sql::<name>` (generated header store/sql.hpp).
// Rows are the structs generated from the contracts (contract/rows.hpp): one name from the file to the field.
#pragma once
#include "base/decimal.hpp"
#include "base/time.hpp"
#include "contract/rows.hpp"
#include "store/connection.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace converge::store {

// A SQL value on its way in or out. Text columns, JSON and enums are strings; NULL is std::monostate.
using Value = std::variant<std::monostate, std::int64_t, double, std::string, Instant, Date, Decimal>;

// A named statement with `?` placeholders; see store/sql.hpp for all of them.
struct Statement {
  std::string_view name;
  std::string_view text;
};

// The answer to a statement that is not a whole table row.
struct RowSet {
  std::vector<std::string> columns;
  std::vector<std::vector<Value>> rows;
};

// One transaction on one connection. Made by Db::transact only, so that a deadlock always repeats the whole of it.
class Tx {
 public:
  explicit Tx(Connection& connection) : connection_(connection) {}

  // Affected rows.
  Result<std::int64_t> execute(const Statement& statement, std::span<const Value> params = {});
  Result<RowSet> select(const Statement& statement, std::span<const Value> params = {});

  // Rows of one table, matched to the struct by column name. errors: contract_violation when a column is missing or
  // holds a value the contract does not allow.
  template <class Row>
  Result<std::vector<Row>> load(const Statement& statement, std::span<const Value> params = {});
  // The first row, if any.
  template <class Row>
  Result<std::optional<Row>> find(const Statement& statement, std::span<const Value> params = {});

  // Inserts all rows or none: array binding on MariaDB, multi-row INSERT on MySQL. Every row is validated against its
  // contract first. errors: contract_violation, conflict (duplicate key)
  template <class Row>
  Result<void> insert(std::span<const Row> rows);
  template <class Row>
  Result<void> insert(const Row& row) {
    return insert(std::span<const Row>(&row, 1));
  }

  Connection& connection() { return connection_; }

 private:
  Connection& connection_;
};

// Params are written as `params("sp500", now)`.
template <class... T>
std::vector<Value> params(T&&... values);

// A pool of connections to the desk's database. Thread-safe.
class Db {
 public:
  static Result<Db> open(ConnectOptions options);

  // Runs `work` in one transaction and commits when it succeeds. The whole of it is repeated, with backoff, when the server
  // chose it as a deadlock victim or a lock timed out (1213, 1205). A lost connection is reported as `unavailable`: only
  // the caller knows whether the commit may have happened.
  template <class Work>  // Result<T>(Tx&)
  auto transact(Work&& work) -> std::invoke_result_t<Work, Tx&>;

  const ServerIdentity& server() const;
  std::int64_t transactions_begun() const;  // since open

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// What every run_ function is given: the open transaction, the instant of the desk clock, the seed of the desk.
struct Scope {
  Tx& tx;
  Instant now;
  std::uint64_t seed;

  std::string id(std::string_view table, std::string_view natural_key) const;
};

}  // namespace converge::store
