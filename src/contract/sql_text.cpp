#include "contract/sql_text.hpp"

namespace converge::contract {

std::string quote_name(std::string_view name) {
  return "`" + std::string(name) + "`";
}

std::string quote_names(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + quote_name(name);
  return text;
}

std::string quote_text(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted.push_back(c);
    quoted.push_back(c);
  }
  return quoted + "'";
}

}  // namespace converge::contract
