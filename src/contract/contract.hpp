// contract/contract.hpp — a table's contract, loaded: the one place where a name, a type or a rule is written down.
//
// Read from contracts/<table>.schema.json (JSON Schema 2020-12 plus "x-mysql", "x-decimal", "x-volatile"). Everything
// else is derived from this struct: DDL, validators, C++ rows, factories, documentation. Pure: no I/O.
#pragma once
#include "base/decimal.hpp"
#include "base/result.hpp"
#include "wire/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace converge::contract {

enum class ColumnType { text, integer, number, decimal, boolean, instant, date, json };

struct Column {
  std::string name;
  std::string description;
  ColumnType type = ColumnType::text;
  bool nullable = false;
  bool is_volatile = false;                // wall-clock, attempt, lease or worker facts: not reproducible
  std::string format;                      // "ulid", "sha256", "date-time", "date", or empty
  std::int64_t length_min = 0;             // code points
  std::optional<std::int64_t> length_max;  // code points; required for text without a format or enum
  std::string pattern;                     // anchored ECMA-262 subset that both PCRE2 and the servers understand
  std::vector<std::string> enum_values;
  std::optional<Decimal> minimum;
  std::optional<Decimal> exclusive_minimum;
  std::optional<Decimal> maximum;
  int precision = 0;  // DECIMAL(precision, scale), for decimals only
  int scale = 0;
};

struct Index {
  std::string name;
  std::vector<std::string> columns;
  bool unique = false;
};

struct Check {
  std::string name;
  std::string rule;  // contract/rule.hpp has the grammar
};

struct ForeignKey {
  std::string name;
  std::vector<std::string> columns;
  std::string parent_table;
  std::vector<std::string> parent_columns;
};

struct Contract {
  std::string table;
  std::string description;
  std::vector<Column> columns;  // in the order of the file, which is the order of the table
  std::vector<std::string> primary_key;
  std::vector<Index> indexes;
  std::vector<Check> checks;
  std::vector<ForeignKey> foreign_keys;
  std::string latest_view;  // name of the view that shows the highest `revision` of each key; empty without one
  std::string hash;         // SHA-256 of the canonical schema text

  const Column* find_column(std::string_view name) const;
};

// `where` names the file in errors. errors: invalid_input with file and JSON pointer, also for any keyword that cannot be
// carried into the DDL and the validator: nothing in a contract is ever ignored.
Result<Contract> load_contract(std::string_view schema_text, std::string_view where);

// The contracts that the program itself needs, embedded at build time, in an order in which foreign keys point back.
const std::vector<Contract>& system_contracts();
const Contract& system_contract(std::string_view table);  // the name of a system table; anything else is a bug

}  // namespace converge::contract
