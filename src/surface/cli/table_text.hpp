// surface/cli/table_text.hpp — answers of the database as people and programs read them. Pure.
#pragma once
#include "store/value.hpp"
#include "wire/json.hpp"

#include <string>

namespace converge::surface {

// Columns padded to their widest value, numbers to the right.
std::string render_table(const store::RowSet& rows);
// One object for each row.
Json render_rows_json(const store::RowSet& rows);
// "2020-03-16T20:00:00Z", "12.50", "" for NULL: exact decimals, shortest doubles.
std::string render_value(const store::Value& value);

}  // namespace converge::surface
