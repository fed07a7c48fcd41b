// contract/ddl.hpp — the tables and views that contracts ask for, in the dialect that MySQL and MariaDB share.
//
// Pure. Names in backticks, character set and collation on every text column, every CHECK named and at table level, one
// per column (`ck_<table>__<column>`) beside the contract's own; nothing that one of the servers would ignore.
#pragma once
#include "contract/contract.hpp"
#include "contract/flavor.hpp"
#include "contract/live_table.hpp"

namespace converge::contract {

// What a column is on the server. type as both servers are told and, normalised, as both say it: "decimal(18,8)".
struct ColumnSql {
  std::string type;
  std::string charset;  // empty unless it holds text
  std::string collation;
};

ColumnSql compute_column_sql(const Column& column);

// All CHECKs of the table: those that carry the columns' keywords, in column order, then the contract's own.
std::vector<LiveCheck> render_checks(const Contract& contract);

std::string render_create_table(const Contract& contract);

// The view that shows, for each key, the row of the highest revision. The contract must name a latest_view.
std::string render_view_query(const Contract& contract);
std::string render_create_view(const Contract& contract);
// The same over a view that is there: one statement, so there is no moment without a view.
std::string render_replace_view(const Contract& contract);

// One line of CREATE TABLE, also the operand of ADD COLUMN and MODIFY COLUMN: "`open` decimal(18,8) NOT NULL".
std::string render_column(const Column& column);

// The other lines: "CONSTRAINT `ck_bar_low` CHECK (...)", "KEY `ix_bar_batch` (`batch_id`)".
std::string render_check(const LiveCheck& check);
std::string render_index(const Index& index);
std::string render_foreign_key(const ForeignKey& key);

}  // namespace converge::contract
