// tests/flow/desk_tables.hpp — every table of a desk as it stands, and what two desks differ in.
#pragma once
#include "contract/contract.hpp"
#include "flow/replay_desk.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace converge::flow {

using Row = std::vector<std::optional<std::string>>;  // in contract order, in the contract's forms

struct Table {
  const contract::Contract* contract = nullptr;
  std::vector<Row> rows;  // in key order

  const std::optional<std::string>& cell(const Row& row, std::string_view column) const;
  std::string text(const Row& row, std::string_view column) const { return cell(row, column).value_or(""); }
};

using Tables = std::map<std::string, Table, std::less<>>;
using Faults = std::vector<std::string>;  // what is wrong, in words; empty: nothing

// All system tables of a desk, read from its own server, which is started when it does not run.
// errors: std::runtime_error
Tables load_tables(const ReplayDesk& desk);

// What the bytes of a comparison are made of.
struct Comparison {
  std::vector<std::string> without_tables;
  // Columns left out beside those that their contract calls volatile: "bar.batch_id".
  std::vector<std::string> without_columns;
  // Rows that count; all of them when empty.
  std::function<bool(const Table& table, const Row& row)> has_row;
};

// The rows of one table as CSV, without volatile columns.
std::string render_domain(const Table& table, const Comparison& comparison = {});
// One fault for each table that differs, with the first row that does.
Faults compare_tables(const Tables& left, const Tables& right, const Comparison& comparison = {});

// Files below a folder: path below it -> bytes.
std::map<std::string, std::string> load_files(const std::filesystem::path& folder);
Faults compare_files(const std::filesystem::path& left, const std::filesystem::path& right);

// The first line in which two texts differ: "line 7: 'a' against 'b'"; empty when they are the same.
std::string describe_difference(std::string_view left, std::string_view right);

}  // namespace converge::flow
