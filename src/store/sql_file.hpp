// store/sql_file.hpp — files of named statements, and the C++ source they are embedded as.
//
// A file of store/sql holds blocks: `-- name: job_claim`, comment lines with the reasons, then one statement that ends
// where the next block begins. Comments and the last semicolon do not reach the server.
#pragma once
#include "base/result.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace converge::store {

struct NamedSql {
  std::string name;  // snake_case, and the name of the C++ constant
  std::string text;
};

// `where` names the file in errors. errors: invalid_input with file and line for text outside a block, a name that is not
// snake_case or appears twice, a block without a statement or with two
Result<std::vector<NamedSql>> parse_sql_file(std::string_view text, std::string_view where);

// store/sql.hpp and store/sql.cpp. errors: invalid_input when two statements have one name
Result<std::string> render_sql_header(std::span<const NamedSql> statements);
std::string render_sql_source(std::span<const NamedSql> statements);

}  // namespace converge::store
