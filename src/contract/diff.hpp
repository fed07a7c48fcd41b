// contract/diff.hpp — where a live table differs from its contract, and the one statement that mends it.
//
// Pure. Live tables must be in normal form (contract/normalise.hpp). The order of columns is not compared: every statement
// of the program names its columns.
#pragma once
#include "contract/contract.hpp"
#include "contract/flavor.hpp"
#include "contract/live_table.hpp"

#include <optional>
#include <span>

namespace converge::contract {

enum class DifferenceKind {
  missing,  // the contract has it, the server does not
  extra,    // the other way round
  type,
  nullability,
  collation,
  default_value,
  attribute,  // AUTO_INCREMENT, generated, ...
  definition  // an index, check, foreign key, engine or view's query that reads otherwise
};

enum class DifferencePart { table, view, column, index, check, foreign_key, trigger };

struct Difference {
  DifferenceKind kind;
  DifferencePart part;
  std::string table;
  std::string name;  // of the part; empty for the table itself
  std::string expected;
  std::string found;

  bool operator==(const Difference&) const = default;
};

// "bar.high: type decimal(18,8) expected, double found"
std::string render_difference(const Difference& difference);

// The live description that a table made from this contract has, in normal form.
LiveTable make_expected_table(const Contract& contract);
LiveTable make_expected_view(const Contract& contract);

// Empty when they are the same. A live table without columns is a missing one.
std::vector<Difference> compare_tables(const LiveTable& expected, const LiveTable& live);
inline std::vector<Difference> compare_table(const Contract& contract, const LiveTable& live) {
  return compare_tables(make_expected_table(contract), live);
}
// What `to` would change in a table made from `from`.
inline std::vector<Difference> compare_contracts(const Contract& from, const Contract& to) {
  return compare_tables(make_expected_table(to), make_expected_table(from));
}

// What can be done about the differences of one table. Mending is safe when it cannot change or lose a stored value; the
// server may still refuse it as a whole, for instance because a row breaks the new CHECK.
struct AlterPlan {
  std::string statement;           // one ALTER TABLE; empty when there is nothing to mend, or nothing that is safe
  std::vector<Difference> unsafe;  // left to a person
};

AlterPlan plan_alter(const Contract& contract, const LiveTable& live);

}  // namespace converge::contract
