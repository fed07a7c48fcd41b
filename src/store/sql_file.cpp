#include "store/sql_file.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <set>

namespace converge::store {

namespace {

constexpr std::string_view name_mark = "-- name: ";

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool is_snake_case(std::string_view name) {
  return !name.empty() && name.front() >= 'a' && name.front() <= 'z' &&
         std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

// Up to the end of the quoted part that starts at `from`. A doubled quote reads as two parts, which comes to the same.
std::size_t skip_quoted(std::string_view text, std::size_t from) {
  const auto end = text.find(text[from], from + 1);
  return end == text.npos ? text.size() : end + 1;
}

bool has_second_statement(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == ';') return !trim(text.substr(i + 1)).empty();
    i = text[i] == '\'' || text[i] == '"' || text[i] == '`' ? skip_quoted(text, i) : i + 1;
  }
  return false;
}

Result<void> finish_block(NamedSql& block, std::string_view where) {
  std::string_view text = trim(block.text);
  if (has_second_statement(text))
    return fail(Errc::invalid_input, fmt::format("{}: {} holds more than one statement", where, block.name));
  if (text.ends_with(';')) text = trim(text.substr(0, text.size() - 1));
  if (text.empty()) return fail(Errc::invalid_input, fmt::format("{}: {} has no statement", where, block.name));
  block.text = std::string(text);
  return {};
}

}  // namespace

Result<std::vector<NamedSql>> parse_sql_file(std::string_view text, std::string_view where) {
  std::vector<NamedSql> blocks;
  std::set<std::string, std::less<>> names;
  std::size_t line_number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    ++line_number;
    if (line.starts_with(name_mark)) {
      const std::string_view name = trim(line.substr(name_mark.size()));
      if (!is_snake_case(name))
        return fail(Errc::invalid_input, fmt::format("{}:{}: '{}' is not a snake_case name", where, line_number, name));
      if (!names.emplace(name).second)
        return fail(Errc::invalid_input, fmt::format("{}:{}: {} is there twice", where, line_number, name));
      if (!blocks.empty()) TRY_VOID(finish_block(blocks.back(), where));
      blocks.push_back({std::string(name), {}});
    } else if (trim(line).starts_with("--") || trim(line).empty()) {
      continue;
    } else if (blocks.empty()) {
      return fail(Errc::invalid_input, fmt::format("{}:{}: text before the first '-- name:' line", where, line_number));
    } else {
      blocks.back().text.append(line).append("\n");
    }
  }
  if (!blocks.empty()) TRY_VOID(finish_block(blocks.back(), where));
  return blocks;
}

Result<std::string> render_sql_header(std::span<const NamedSql> statements) {
  std::set<std::string_view> names;
  std::string out =
      "// store/sql.hpp — every named statement of store/sql/*.sql. Generated: edit those.\n"
      "#pragma once\n"
      "#include \"store/value.hpp\"\n\n"
      "#include <span>\n\n"
      "namespace converge::sql {\n\n";
  for (const NamedSql& statement : statements) {
    if (!names.insert(statement.name).second)
      return fail(Errc::invalid_input, fmt::format("two files name a statement {}", statement.name));
    out += fmt::format("extern const store::Statement {};\n", statement.name);
  }
  out +=
      "\n// All of them, in the order of the files.\nstd::span<const store::Statement> all_statements();\n\n"
      "}  // namespace converge::sql\n";
  return out;
}

std::string render_sql_source(std::span<const NamedSql> statements) {
  std::string out = "#include \"store/sql.hpp\"\n\n#include <array>\n\nnamespace converge::sql {\n\n";
  for (const NamedSql& statement : statements)
    out += fmt::format("constinit const store::Statement {0}{{\"{0}\", R\"~sql~({1})~sql~\"}};\n", statement.name,
                       statement.text);
  out += fmt::format(
      "\nstd::span<const store::Statement> all_statements() {{\n"
      "  static constexpr std::size_t count = {};\n"
      "  static const std::array<store::Statement, count> all{{{{\n",
      statements.size());
  for (const NamedSql& statement : statements) out += fmt::format("      {},\n", statement.name);
  out += "  }};\n  return all;\n}\n\n}  // namespace converge::sql\n";
  return out;
}

}  // namespace converge::store
