#include "contract/dml.hpp"

#include <fmt/format.h>

namespace converge::contract {

namespace {

std::string quoted_list(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "`" : ", `") + name + "`";
  return list;
}

std::vector<std::string> column_names(const Contract& contract) {
  std::vector<std::string> names;
  for (const Column& column : contract.columns) names.push_back(column.name);
  return names;
}

}  // namespace

std::string render_insert_prefix(const Contract& contract) {
  return fmt::format("INSERT INTO `{}` ({}) VALUES ", contract.table, quoted_list(column_names(contract)));
}

std::string render_select_all(const Contract& contract) {
  return fmt::format("SELECT {} FROM `{}` ORDER BY {}", quoted_list(column_names(contract)), contract.table,
                     quoted_list(contract.primary_key));
}

}  // namespace converge::contract
