#include "surface/named_query.hpp"

#include "store/sql.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace converge::surface {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The end of what begins at `i` and is to be copied as it is: a quoted text or a comment. `i` itself when nothing does.
std::size_t skip_opaque(std::string_view text, std::size_t i) {
  const auto find_or_end = [&](std::string_view what, std::size_t from) {
    const std::size_t at = text.find(what, from);
    return at == std::string_view::npos ? text.size() + 1 : at + what.size();
  };
  if (text[i] == '\'' || text[i] == '"' || text[i] == '`') return find_or_end(text.substr(i, 1), i + 1);
  if (text.substr(i).starts_with("/*")) return find_or_end("*/", i + 2);
  if (text.substr(i).starts_with("-- ") || text[i] == '#') return std::min(text.size(), find_or_end("\n", i));
  return i;
}

}  // namespace

Result<QueryText> parse_query(std::string_view text, std::string_view where) {
  QueryText query;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t opaque = skip_opaque(text, i);
    if (opaque > text.size())
      return fail(Errc::invalid_input, fmt::format("{}: a quote or comment is not closed", where));
    if (opaque > i) {
      query.sql.append(text.substr(i, opaque - i));
      i = opaque;
      continue;
    }
    const char c = text[i];
    if (c == '?') return fail(Errc::invalid_input, fmt::format("{}: parameters are written :name, not ?", where));
    if (c == ';') {
      if (text.find_first_not_of(" \t\r\n;", i) != std::string_view::npos)
        return fail(Errc::invalid_input, fmt::format("{}: one query, nothing after the ;", where));
      break;
    }
    if (c == ':' && i + 1 < text.size() && is_word(text[i + 1])) {
      std::size_t end = i + 1;
      while (end < text.size() && is_word(text[end])) ++end;
      query.parameters.emplace_back(text.substr(i + 1, end - i - 1));
      query.sql.push_back('?');
      i = end;
      continue;
    }
    query.sql.push_back(c);
    ++i;
  }
  return query;
}

Result<store::RowSet> run_query(const store::ConnectOptions& options, std::string_view query_name,
                                const QueryText& query, const std::map<std::string, std::string>& values,
                                const QueryLimits& limits) {
  std::vector<store::Value> params;
  for (const std::string& name : query.parameters) {
    const auto found = values.find(name);
    if (found == values.end())
      return fail(Errc::invalid_input, "parameter '" + name + "' is missing: add --param " + name + "=VALUE");
    params.emplace_back(found->second);
  }
  for (const auto& [name, value] : values)
    if (std::ranges::find(query.parameters, name) == query.parameters.end())
      return fail(Errc::invalid_input, "the query has no parameter '" + name + "'");

  TRY(store::Connection connection, store::Connection::open(options));
  TRY_VOID(connection.run(sql::query_read_only));
  TRY_VOID(connection.execute(sql::query_row_limit, store::params(limits.rows_max)));
  TRY_VOID(connection.execute(sql::query_time_limit, store::params(limits.time_max.count())));
  TRY_VOID(connection.begin());
  auto answer = connection.select({query_name, query.sql}, params);
  connection.rollback();
  if (!answer && answer.error().code == Errc::timeout)
    return fail(Errc::timeout, fmt::format("query '{}' was ended after {} s; ask for less, or give it longer with "
                                           "--seconds-max",
                                           query_name, std::chrono::duration<double>(limits.time_max).count()));
  return answer;
}

}  // namespace converge::surface
