// store/bulk_insert.hpp — many rows into one table, all or none, at the server's best speed.
//
// MariaDB: array binding, one message per chunk. MySQL, which refuses that: INSERT with up to 128 rows per statement
// (measured on MySQL 9.7, `bar`: the server needs a tenth less time for 64 to 256 rows than for 1,000).
// Both are strict: a row that the table refuses fails the whole insert (LOAD DATA LOCAL would drop it silently).
#pragma once
#include "base/text_arena.hpp"
#include "contract/contract.hpp"
#include "store/connection.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace converge::store {

// Rows are given cell by cell in the contract's column order, and sent when a chunk is full. Lives inside a transaction.
// On an error everything that this object sent is undone and the transaction is as before (unless the server ended it).
class BulkInsert {
 public:
  BulkInsert(Connection& connection, const contract::Contract& contract);

  void add(const Value& value);
  // Text as the server reads it: instants as "2020-03-16 20:00:00.000000", booleans as 0 and 1.
  void add_text(TextCell text);
  // The same without a copy: the text stays where it is until finish() or an error.
  void add_kept(TextCell text);
  // errors: contract_violation (a number that is not finite, a refused row), conflict (duplicate key)
  Result<void> end_row();
  Result<void> finish();
  // Undoes it all because of a row that must not go in. returns contract_violation with the reason
  Result<void> refuse(std::string reason);

 private:
  Result<void> send();
  void clear_chunk();
  Result<void> undo(Result<void> failed);

  Connection& connection_;
  const contract::Contract& contract_;
  std::size_t rows_max_;

  TextArena texts_;  // of the chunk, but for those that are kept elsewhere
  std::vector<TextCell> cells_;
  std::size_t chunk_bytes_ = 0;
  std::string statement_;  // for statement_rows_ rows
  std::size_t statement_rows_ = 0;
  bool has_infinite_ = false;
  bool has_savepoint_ = false;
};

// Rows of any table, also the owner's own, as raw texts in the contract's column order and in the contract's forms: RFC 3339
// instants, true and false, JSON in any layout. cells: row-major, a multiple of the columns.
// The caller has validated the rows (contract/validator.hpp), because it keeps the refused ones: a decimal with more digits
// than its scale, which the servers would round, is not found here.
// errors: as BulkInsert, and contract_violation for a cell that is not in its column's form
Result<void> insert_raw(Connection& connection, const contract::Contract& contract, std::span<const TextCell> cells);

}  // namespace converge::store
