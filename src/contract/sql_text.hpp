// contract/sql_text.hpp — names and texts as SQL quotes them.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace converge::contract {

// `name`. Names of contracts hold no backtick.
std::string quote_name(std::string_view name);
// `a`, `b`
std::string quote_names(const std::vector<std::string>& names);
// 'text', with quotes and backslashes doubled: right in every sql_mode the program sets.
std::string quote_text(std::string_view text);

}  // namespace converge::contract
