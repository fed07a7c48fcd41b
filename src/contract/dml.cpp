#include "contract/dml.hpp"

#include "contract/sql_text.hpp"

#include <fmt/format.h>

namespace converge::contract {
namespace {

std::string quote_columns(const Contract& contract) {
  std::vector<std::string> names;
  for (const Column& column : contract.columns) names.push_back(column.name);
  return quote_names(names);
}

}  // namespace

std::string render_insert_prefix(const Contract& contract) {
  return fmt::format("INSERT INTO {} ({}) VALUES ", quote_name(contract.table), quote_columns(contract));
}

std::string render_select_all(const Contract& contract) {
  return fmt::format("SELECT {} FROM {} ORDER BY {}", quote_columns(contract), quote_name(contract.table),
                     quote_names(contract.primary_key));
}

}  // namespace converge::contract
