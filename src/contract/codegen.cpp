#include "contract/codegen.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cctype>

namespace converge::contract {
namespace {

// [lex.key] of C++20, and its alternative tokens.
constexpr std::array cpp_keywords = std::to_array<std::string_view>(
    {"alignas",     "alignof",  "and",        "and_eq",    "asm",       "auto",         "bitand",
     "bitor",       "bool",     "break",      "case",      "catch",     "char",         "char16_t",
     "char32_t",    "char8_t",  "class",      "co_await",  "co_return", "co_yield",     "compl",
     "concept",     "const",    "const_cast", "consteval", "constexpr", "constinit",    "continue",
     "decltype",    "default",  "delete",     "do",        "double",    "dynamic_cast", "else",
     "enum",        "explicit", "export",     "extern",    "false",     "float",        "for",
     "friend",      "goto",     "if",         "inline",    "int",       "long",         "mutable",
     "namespace",   "new",      "noexcept",   "not",       "not_eq",    "nullptr",      "operator",
     "or",          "or_eq",    "private",    "protected", "public",    "register",     "reinterpret_cast",
     "requires",    "return",   "short",      "signed",    "sizeof",    "static",       "static_assert",
     "static_cast", "struct",   "switch",     "template",  "this",      "thread_local", "throw",
     "true",        "try",      "typedef",    "typeid",    "typename",  "union",        "unsigned",
     "using",       "virtual",  "void",       "volatile",  "wchar_t",   "while",        "xor",
     "xor_eq"});

std::string cpp_name(std::string_view name) {
  std::string text(name);
  if (std::ranges::find(cpp_keywords, name) != cpp_keywords.end()) text.push_back('_');
  return text;
}

std::string pascal_case(std::string_view snake) {
  std::string text;
  bool upper = true;
  for (const char c : snake) {
    if (c != '_') text.push_back(upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c);
    upper = c == '_';
  }
  return text;
}

bool is_identifier(std::string_view word) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return !word.empty() && is_letter(word[0]) &&
         std::ranges::all_of(word, [&](char c) { return is_letter(c) || is_digit(c); });
}

bool has_enum(const Column& column) {
  return !column.enum_values.empty() && std::ranges::all_of(column.enum_values, is_identifier);
}

std::string enum_name(const Contract& contract, const Column& column) {
  return pascal_case(contract.table) + pascal_case(column.name);
}

struct CppType {
  ColumnType column;
  std::string_view type;
  std::string_view initial;
};

constexpr std::array cpp_types = std::to_array<CppType>({
    {ColumnType::text, "std::string", "{}"},
    {ColumnType::integer, "std::int64_t", " = 0"},
    {ColumnType::number, "double", " = 0"},
    {ColumnType::decimal, "Decimal", "{}"},
    {ColumnType::boolean, "bool", " = false"},
    {ColumnType::instant, "Instant", "{}"},
    {ColumnType::date, "Date", "{}"},
    {ColumnType::json, "std::string", "{}"},
});

std::string render_member(const Contract& contract, const Column& column) {
  const CppType& plain = *std::ranges::find(cpp_types, column.type, &CppType::column);
  const std::string type = has_enum(column) ? enum_name(contract, column) : std::string(plain.type);
  const std::string_view initial = column.nullable || has_enum(column) ? "{}" : plain.initial;
  return fmt::format("  {} {}{};  // {}\n", column.nullable ? "std::optional<" + type + ">" : type,
                     cpp_name(column.name), initial, column.description);
}

std::string render_enum(const Contract& contract, const Column& column) {
  std::string names;
  std::string words;
  for (const std::string& word : column.enum_values) {
    const std::string_view separator = names.empty() ? "" : ", ";
    names += fmt::format("{}{}", separator, cpp_name(word));
    words += fmt::format("{}\"{}\"", separator, word);
  }
  const std::string name = enum_name(contract, column);
  return fmt::format(
      "enum class {0} {{ {1} }};\n"
      "template <>\n"
      "struct EnumWords<{0}> {{\n"
      "  static constexpr std::array<std::string_view, {2}> words{{{3}}};\n"
      "}};\n\n",
      name, names, column.enum_values.size(), words);
}

std::string render_row(const Contract& contract) {
  std::string text = "// " + contract.description + "\n";
  std::string members;
  std::string calls;
  for (const Column& column : contract.columns) {
    members += render_member(contract, column);
    calls += fmt::format("  f(\"{}\", row.{});\n", column.name, cpp_name(column.name));
  }
  const std::string row = pascal_case(contract.table) + "Row";
  text += fmt::format(
      "struct {0} {{\n"
      "  static constexpr std::string_view table = \"{1}\";\n"
      "  static constexpr std::size_t column_count = {4};\n"
      "{2}\n"
      "  bool operator==(const {0}&) const = default;\n"
      "}};\n"
      "template <class Row, class F>\n"
      "  requires std::same_as<std::remove_const_t<Row>, {0}>\n"
      "void for_each_field(Row& row, F&& f) {{\n"
      "{3}"
      "}}\n\n",
      row, contract.table, members, calls, contract.columns.size());
  return text;
}

}  // namespace

std::string render_rows_header(std::span<const Contract> contracts) {
  std::string text =
      "// contract/rows.hpp — generated from contracts/*.schema.json by contract_codegen; edit those instead.\n"
      "#pragma once\n"
      "#include \"base/decimal.hpp\"\n"
      "#include \"base/time.hpp\"\n"
      "#include \"contract/row_enum.hpp\"\n\n"
      "#include <array>\n"
      "#include <concepts>\n"
      "#include <cstddef>\n"
      "#include <cstdint>\n"
      "#include <optional>\n"
      "#include <string>\n"
      "#include <string_view>\n"
      "#include <type_traits>\n\n"
      "namespace converge {\n\n";
  for (const Contract& contract : contracts) {
    for (const Column& column : contract.columns)
      if (has_enum(column)) text += render_enum(contract, column);
    text += render_row(contract);
  }
  text += "}  // namespace converge\n";
  return text;
}

}  // namespace converge::contract
