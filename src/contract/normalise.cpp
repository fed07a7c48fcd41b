#include "contract/normalise.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace converge::contract {
namespace {

std::string to_lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

// MariaDB prints bigint(20) where MySQL prints bigint.
std::string normalise_type(std::string_view type) {
  std::string text = to_lower(type);
  const std::size_t open = text.find("int(");
  const bool is_integer = open != std::string::npos && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == open + 3;
  if (!is_integer || text == "tinyint(1)") return text;
  return text.erase(open + 3, text.find(')') - open - 2);
}

std::string normalise_rule(std::string_view rule) {
  const std::string text = to_lower(rule);
  return text == "no action" || text.empty() ? "restrict" : text;
}

// MySQL escapes the clause as a whole once more: \' for every quote, \\ for every backslash.
std::string unescape(std::string_view clause) {
  std::string text;
  for (std::size_t i = 0; i < clause.size(); ++i) {
    if (clause[i] == '\\' && i + 1 < clause.size()) ++i;
    text.push_back(clause[i]);
  }
  return text;
}

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
}

bool is_operator(char c) {
  return std::string_view("<>=!").find(c) != std::string_view::npos;
}

struct Scanner {
  std::string_view text;
  std::size_t at = 0;

  template <class Predicate>
  std::string_view take_while(Predicate belongs) {
    const std::size_t begin = at;
    while (at < text.size() && belongs(text[at])) ++at;
    return text.substr(begin, at - begin);
  }

  // The quoted text at the cursor with its escapes undone, in the quotes that it was written in.
  std::string take_quoted() {
    const char quote = text[at++];
    std::string content(1, quote);
    for (; at < text.size(); ++at) {
      const bool escaped =
          at + 1 < text.size() && ((quote != '`' && text[at] == '\\') || (text[at] == quote && text[at + 1] == quote));
      if (!escaped && text[at] == quote) break;
      if (escaped) ++at;
      content.push_back(text[at]);
    }
    ++at;
    return content + quote;
  }
};

}  // namespace

std::string normalise_check_clause(std::string_view clause, ServerFlavor flavor) {
  const std::string text = flavor == ServerFlavor::mysql ? unescape(clause) : std::string(clause);
  Scanner scanner{text};
  std::string normal;
  bool in_regexp_like = false;
  const auto add = [&](std::string_view token) { normal.append(normal.empty() ? "" : " ").append(token); };
  while (scanner.at < text.size()) {
    const char c = text[scanner.at];
    if (c == '\'') {
      add(scanner.take_quoted());
    } else if (c == '`') {
      const std::string name = scanner.take_quoted();
      add(std::string_view(name).substr(1, name.size() - 2));
    } else if (is_operator(c)) {
      const std::string_view symbol = scanner.take_while(is_operator);
      add(symbol == "!=" ? "<>" : symbol);
    } else if (is_word(c)) {
      const std::string word = to_lower(scanner.take_while(is_word));
      const bool is_introducer = word[0] == '_' && scanner.at < text.size() && text[scanner.at] == '\'';
      if (word == "regexp_like")
        in_regexp_like = true;
      else if (!is_introducer)
        add(word);
    } else {
      ++scanner.at;
      if (c == ',' && in_regexp_like) {
        add("regexp");
        in_regexp_like = false;
      } else if (c != '(' && c != ')' && std::isspace(static_cast<unsigned char>(c)) == 0) {
        add(std::string_view(&c, 1));
      }
    }
  }
  return normal;
}

LiveTable normalise_live_table(LiveTable table, ServerFlavor flavor) {
  table.engine = to_lower(table.engine);
  for (LiveColumn& column : table.columns) {
    column.sql_type = normalise_type(column.sql_type);
    column.extra = to_lower(column.extra);
    if (column.extra == "default_generated") column.extra.clear();
    if (to_lower(column.default_text) == "null") column.default_text.clear();
  }
  for (LiveForeignKey& key : table.foreign_keys) {
    key.update_rule = normalise_rule(key.update_rule);
    key.delete_rule = normalise_rule(key.delete_rule);
  }
  for (LiveCheck& check : table.checks) check.clause = normalise_check_clause(check.clause, flavor);
  std::erase_if(table.indexes, [&](const LiveIndex& index) {
    const auto key = std::ranges::find(table.foreign_keys, index.name, &LiveForeignKey::name);
    return key != table.foreign_keys.end() && key->columns == index.columns && !index.unique;
  });
  std::ranges::sort(table.indexes, {}, &LiveIndex::name);
  std::ranges::sort(table.checks, {}, &LiveCheck::name);
  std::ranges::sort(table.foreign_keys, {}, &LiveForeignKey::name);
  return table;
}

}  // namespace converge::contract
