// contract/live_table.hpp — a table as a server describes it, in words that mean the same on both servers.
//
// Filled from information_schema by the store; compared with a contract by contract/diff.hpp. The names and texts are as
// the server gives them; `normalise_live_table` (contract/normalise.hpp) takes the flavors' habits out of them.
#pragma once
#include <string>
#include <vector>

namespace converge::contract {

struct LiveColumn {
  std::string name;
  std::string sql_type;      // COLUMN_TYPE: "decimal(18,8)", "varchar(64)", MariaDB's "bigint(20)"
  bool nullable = false;     // IS_NULLABLE = 'YES'
  std::string charset;       // CHARACTER_SET_NAME, empty for NULL
  std::string collation;     // COLLATION_NAME, empty for NULL
  std::string default_text;  // COLUMN_DEFAULT as given; empty for NULL (MariaDB's 'NULL' is normalised away)
  std::string extra;         // EXTRA: "auto_increment", "STORED GENERATED", ...

  bool operator==(const LiveColumn&) const = default;
};

// One index with its columns in SEQ_IN_INDEX order; the primary key is the one named PRIMARY.
struct LiveIndex {
  std::string name;
  std::vector<std::string> columns;  // a prefix length is written "name(10)"
  bool unique = false;

  bool operator==(const LiveIndex&) const = default;
};

struct LiveCheck {
  std::string name;
  std::string clause;       // CHECK_CONSTRAINTS.CHECK_CLAUSE as given: the servers rewrite it, each in its way
  bool is_enforced = true;  // TABLE_CONSTRAINTS.ENFORCED, of MySQL only

  bool operator==(const LiveCheck&) const = default;
};

struct LiveForeignKey {
  std::string name;
  std::vector<std::string> columns;
  std::string parent_table;
  std::vector<std::string> parent_columns;
  std::string update_rule;  // "RESTRICT" or "NO ACTION" are the same thing in InnoDB
  std::string delete_rule;

  bool operator==(const LiveForeignKey&) const = default;
};

struct LiveTable {
  std::string name;
  std::string engine;                        // "InnoDB"
  std::string collation;                     // TABLE_COLLATION
  bool is_view = false;                      // views have columns and a query, and nothing else
  std::string query;                         // VIEWS.VIEW_DEFINITION in normal form, of a view
  std::vector<LiveColumn> columns;           // in ORDINAL_POSITION order
  std::vector<LiveIndex> indexes;            // by name
  std::vector<LiveCheck> checks;             // by name
  std::vector<LiveForeignKey> foreign_keys;  // by name
  std::vector<std::string> triggers;         // their names: no contract has any

  bool operator==(const LiveTable&) const = default;
};

}  // namespace converge::contract
