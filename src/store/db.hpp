// store/db.hpp — transactions and rows: how every stage reads and writes.
//
// SQL lives in store/sql/<table>.sql as named statements and reaches code as `sql::<name>` (generated header store/sql.hpp).
// Rows are the structs generated from the contracts (contract/rows.hpp): one name from the file to the field.
//
//   TRY(auto bars, db.transact([&](Tx& tx) { return tx.load<BarRow>(sql::bar_known, params(symbol, now)); }));
#pragma once
#include "base/time.hpp"
#include "contract/contract.hpp"
#include "contract/rows.hpp"
#include "contract/validator.hpp"
#include "store/bulk_insert.hpp"
#include "store/connection.hpp"
#include "store/row_field.hpp"
#include "store/value.hpp"

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace converge::store {

// One transaction on one connection. Made by Db::transact only, so that a deadlock always repeats the whole of it.
class Tx {
 public:
  Tx(const Tx&) = delete;
  Tx& operator=(const Tx&) = delete;

  // Rows matched by an UPDATE, changed or not; rows inserted or deleted otherwise.
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
  Result<void> insert(const std::vector<Row>& rows) {
    return insert(std::span<const Row>(rows));
  }
  template <class Row>
  Result<void> insert(const Row& row) {
    return insert(std::span<const Row>(&row, 1));
  }

  Connection& connection() { return connection_; }

 private:
  friend class Db;
  explicit Tx(Connection& connection) : connection_(connection) {}

  Connection& connection_;
};

// A pool of connections to the desk's database. Threads: any number, each with its own transaction; a transaction that
// begins another waits for a second connection and can run out of them.
class Db {
 public:
  static constexpr std::size_t connections_max = 16;

  // Connects once, so that a wrong address is known now. errors: as Connection::open
  static Result<Db> open(ConnectOptions options);

  // Runs `work` in one transaction and commits when it succeeds. The whole of it is repeated, with backoff, when the server
  // chose it as a deadlock victim or a lock timed out (1213, 1205): work must not change anything but the database and what
  // it assigns anew each time. A lost connection is reported as `unavailable`: only the caller knows whether the commit may
  // have happened.
  template <class Work>  // Result<T>(Tx&)
  auto transact(Work&& work) -> std::invoke_result_t<Work, Tx&>;

  // A connection of one's own, outside of the pool: for schema changes and the lock that guards them.
  Result<Connection> open_connection() const;

  const ServerIdentity& server() const;
  const ConnectOptions& options() const;
  std::int64_t transactions_begun() const;  // since open; a repeated transaction counts each time

 private:
  struct State;
  explicit Db(std::shared_ptr<State> state) : state_(std::move(state)) {}
  Result<void> transact_erased(const std::function<Result<void>(Tx&)>& work);

  std::shared_ptr<State> state_;
};

// What every run_ function is given: the open transaction, the instant of the desk clock, the seed of the desk.
struct Scope {
  Tx& tx;
  Instant now;
  std::uint64_t seed;

  // The id of a row made now. natural_key: the columns that make the row unique, joined by '\x1f'.
  std::string id(std::string_view table, std::string_view natural_key) const;
};

template <class Work>
auto Db::transact(Work&& work) -> std::invoke_result_t<Work, Tx&> {
  using Outcome = std::invoke_result_t<Work, Tx&>;
  std::optional<Outcome> outcome;
  auto committed = transact_erased([&](Tx& tx) -> Result<void> {
    outcome.emplace(work(tx));
    if (!*outcome) return fail(outcome->error());
    return {};
  });
  if (!committed) return fail(std::move(committed).error());
  return *std::move(outcome);
}

// Field i of the row is column order[i] of the answer. errors: contract_violation naming the column that is missing
Result<std::vector<std::size_t>> match_columns(const Statement& statement, std::string_view table,
                                               std::span<const std::string_view> fields,
                                               std::span<const std::string_view> columns);
// "row 3: /high: ..." for the first of them.
std::string render_refusal(std::size_t row, std::span<const contract::Violation> violations);
Error unreadable_cell(const Statement& statement, std::string_view table, std::string_view column);

// Tx::load on a connection without a transaction: for the migration, whose statements commit by themselves.
template <class Row>
Result<std::vector<Row>> load_rows(Connection& connection, const Statement& statement,
                                   std::span<const Value> params = {}) {
  std::vector<Row> rows;
  std::vector<std::size_t> order;
  const ColumnsFn match = [&](std::span<const std::string_view> columns) -> Result<void> {
    std::vector<std::string_view> fields;
    const Row blank;
    for_each_field(blank, [&](std::string_view name, const auto&) { fields.push_back(name); });
    TRY(order, match_columns(statement, Row::table, fields, columns));
    return {};
  };
  TRY_VOID(connection.select_each(statement, params, match, [&](std::span<const Cell> cells) -> Result<void> {
    std::size_t i = 0;
    std::string_view unreadable;
    for_each_field(rows.emplace_back(), [&](std::string_view name, auto& field) {
      if (!read_field(cells[order[i++]], field) && unreadable.empty()) unreadable = name;
    });
    if (!unreadable.empty()) return fail(unreadable_cell(statement, Row::table, unreadable));
    return {};
  }));
  return rows;
}

template <class Row>
Result<std::vector<Row>> Tx::load(const Statement& statement, std::span<const Value> params) {
  return load_rows<Row>(connection_, statement, params);
}

template <class Row>
Result<std::optional<Row>> Tx::find(const Statement& statement, std::span<const Value> params) {
  TRY(auto rows, load<Row>(statement, params));
  if (rows.empty()) return std::optional<Row>{};
  return std::optional<Row>(std::move(rows.front()));
}

template <class Row>
Result<void> Tx::insert(std::span<const Row> rows) {
  const contract::Validator& validator = contract::system_validator(Row::table);
  BulkInsert bulk(connection_, contract::system_contract(Row::table));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (const auto violations = validator.validate_row(rows[i]); !violations.empty())
      return bulk.refuse(render_refusal(i, violations));
    for_each_field(rows[i], [&](std::string_view, const auto& field) { bulk.add(to_value(field)); });
    TRY_VOID(bulk.end_row());
  }
  return bulk.finish();
}

}  // namespace converge::store
