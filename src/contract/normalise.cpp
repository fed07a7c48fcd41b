#include "contract/normalise.hpp"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <optional>
#include <span>
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

enum class ClauseTokenKind { word, number, name, text, symbol, end };

struct ClauseToken {
  ClauseTokenKind kind = ClauseTokenKind::end;
  std::string text;  // words in lower case; names bare; texts in single quotes; != as <>

  bool is(std::string_view wanted) const {
    return (kind == ClauseTokenKind::word || kind == ClauseTokenKind::symbol) && text == wanted;
  }
};

struct Scanner {
  std::string_view text;
  std::size_t at = 0;

  template <class Predicate>
  std::string_view take_while(Predicate belongs) {
    const std::size_t begin = at;
    while (at < text.size() && belongs(text[at])) ++at;
    return text.substr(begin, at - begin);
  }

  // The quoted text at the cursor with its escapes undone, without its quotes.
  std::string take_quoted() {
    const char quote = text[at++];
    std::string content;
    for (; at < text.size(); ++at) {
      const bool escaped =
          at + 1 < text.size() && ((quote != '`' && text[at] == '\\') || (text[at] == quote && text[at + 1] == quote));
      if (!escaped && text[at] == quote) break;
      if (escaped) ++at;
      content.push_back(text[at]);
    }
    ++at;
    return content;
  }

  ClauseToken take_word() {
    std::string word = to_lower(take_while(is_word));
    const bool is_number = std::isdigit(static_cast<unsigned char>(word[0])) != 0;
    return {is_number ? ClauseTokenKind::number : ClauseTokenKind::word, std::move(word)};
  }

  ClauseToken take_token() {
    const char c = text[at];
    if (c == '\'') return {ClauseTokenKind::text, "'" + take_quoted() + "'"};
    if (c == '`') return {ClauseTokenKind::name, take_quoted()};
    if (is_word(c)) return take_word();
    std::string symbol(is_operator(c) ? take_while(is_operator) : text.substr(at++, 1));
    return {ClauseTokenKind::symbol, symbol == "!=" ? "<>" : symbol};
  }
};

// Without white space, and without the character sets that MySQL writes before texts.
std::vector<ClauseToken> scan(std::string_view text) {
  std::vector<ClauseToken> tokens;
  Scanner scanner{text};
  for (;;) {
    scanner.take_while([](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; });
    if (scanner.at == text.size()) return tokens;
    ClauseToken token = scanner.take_token();
    const bool is_introducer = token.kind == ClauseTokenKind::word && token.text[0] == '_' &&
                               scanner.at < text.size() && text[scanner.at] == '\'';
    if (!is_introducer) tokens.push_back(std::move(token));
  }
}

std::string join(const std::vector<ClauseToken>& tokens) {
  std::string text;
  for (const ClauseToken& token : tokens) text.append(text.empty() ? "" : " ").append(token.text);
  return text;
}

// How tightly an expression holds together: one that holds less than its place asks for stands in parentheses there.
enum class ClauseBinding { any_of, all_of, negation, comparison, sum, product, sign, primary };

struct ClauseExpression {
  std::string text;
  ClauseBinding binding = ClauseBinding::primary;

  std::string inside(ClauseBinding wanted) const { return binding < wanted ? "(" + text + ")" : text; }
};

// Reads what servers make of a CHECK and writes it with as few parentheses as its meaning allows. Whatever is not in this
// grammar no contract asks for.
class ClauseParser {
 public:
  explicit ClauseParser(std::span<const ClauseToken> tokens) : tokens_(tokens) {}

  std::optional<std::string> parse() {
    const ClauseExpression whole = parse_any();
    if (is_lost_ || at_ != tokens_.size()) return std::nullopt;
    return whole.text;
  }

 private:
  static constexpr int depth_max = 200;

  const ClauseToken& peek() const {
    static const ClauseToken end;
    return at_ < tokens_.size() ? tokens_[at_] : end;
  }
  bool take(std::string_view wanted) {
    if (!peek().is(wanted)) return false;
    ++at_;
    return true;
  }
  void require(std::string_view wanted) {
    if (!take(wanted)) is_lost_ = true;
  }
  // The next token if it is one of these, as a text; empty otherwise.
  std::string take_one_of(std::initializer_list<std::string_view> wanted) {
    for (const std::string_view text : wanted)
      if (take(text)) return std::string(text);
    return "";
  }

  ClauseExpression parse_any() { return parse_flat("or", ClauseBinding::any_of, &ClauseParser::parse_all); }
  ClauseExpression parse_all() { return parse_flat("and", ClauseBinding::all_of, &ClauseParser::parse_negation); }

  // Both servers flatten chains of one of these: a and (b and c) is a and b and c.
  ClauseExpression parse_flat(std::string_view word, ClauseBinding binding,
                              ClauseExpression (ClauseParser::*parse_part)()) {
    ClauseExpression left = (this->*parse_part)();
    while (!is_lost_ && take(word)) {
      const ClauseExpression right = (this->*parse_part)();
      left = {left.inside(binding) + " " + std::string(word) + " " + right.inside(binding), binding};
    }
    return left;
  }

  ClauseExpression parse_negation() {
    if (!take("not")) return parse_comparison();
    return {"not " + parse_negation().inside(ClauseBinding::negation), ClauseBinding::negation};
  }

  ClauseExpression parse_comparison() {
    ClauseExpression left = parse_sum();
    const std::string begin = left.inside(ClauseBinding::sum);
    if (take("is")) {
      const std::string negation = take("not") ? "not " : "";
      const std::string word = take_one_of({"null", "true", "false", "unknown"});
      is_lost_ = is_lost_ || word.empty();
      return {begin + " is " + negation + word, ClauseBinding::comparison};
    }
    const std::string negation = take("not") ? " not" : "";
    if (take("in")) return {begin + negation + " in " + parse_list(), ClauseBinding::comparison};
    if (take("between")) {
      const std::string low = parse_sum().inside(ClauseBinding::sum);
      require("and");
      return {begin + negation + " between " + low + " and " + parse_sum().inside(ClauseBinding::sum),
              ClauseBinding::comparison};
    }
    const std::string op = negation.empty() ? take_one_of({"<=>", "<=", ">=", "<>", "<", ">", "=", "like", "regexp"})
                                            : take_one_of({"like", "regexp"});
    if (op.empty()) {
      is_lost_ = is_lost_ || !negation.empty();
      return left;
    }
    return {begin + negation + " " + op + " " + parse_sum().inside(ClauseBinding::sum), ClauseBinding::comparison};
  }

  ClauseExpression parse_sum() { return parse_left({"+", "-"}, ClauseBinding::sum, &ClauseParser::parse_product); }
  ClauseExpression parse_product() {
    return parse_left({"*", "/", "%"}, ClauseBinding::product, &ClauseParser::parse_sign);
  }

  ClauseExpression parse_left(std::initializer_list<std::string_view> ops, ClauseBinding binding,
                              ClauseExpression (ClauseParser::*parse_part)()) {
    ClauseExpression left = (this->*parse_part)();
    for (std::string op = take_one_of(ops); !op.empty() && !is_lost_; op = take_one_of(ops)) {
      const ClauseExpression right = (this->*parse_part)();
      const auto tighter = static_cast<ClauseBinding>(static_cast<int>(binding) + 1);
      left = {left.inside(binding) + " " + op + " " + right.inside(tighter), binding};
    }
    return left;
  }

  ClauseExpression parse_sign() {
    const std::string sign = take_one_of({"-", "!"});
    if (sign.empty()) return parse_primary();
    return {sign + " " + parse_sign().inside(ClauseBinding::sign), ClauseBinding::sign};
  }

  ClauseExpression parse_primary() {
    if (is_lost_ || ++depth_ > depth_max) return lose();
    ClauseExpression found = parse_atom();
    --depth_;
    return found;
  }

  ClauseExpression parse_atom() {
    if (take("(")) {
      ClauseExpression inner = parse_any();
      require(")");
      return inner;
    }
    const ClauseToken token = peek();
    if (token.kind == ClauseTokenKind::end || token.kind == ClauseTokenKind::symbol) return lose();
    ++at_;
    const bool is_call = token.kind == ClauseTokenKind::word && peek().is("(");
    if (!is_call) return {token.text};
    return token.text == "regexp_like" ? parse_regexp_like() : ClauseExpression{token.text + parse_list()};
  }

  // MySQL's spelling of REGEXP.
  ClauseExpression parse_regexp_like() {
    require("(");
    const std::string subject = parse_any().inside(ClauseBinding::sum);
    require(",");
    const std::string pattern = parse_any().inside(ClauseBinding::sum);
    require(")");
    return {subject + " regexp " + pattern, ClauseBinding::comparison};
  }

  std::string parse_list() {
    require("(");
    std::string text = "(";
    while (!is_lost_ && !peek().is(")")) {
      text += (text.size() > 1 ? ", " : "") + parse_any().text;
      if (!peek().is(")")) require(",");
    }
    require(")");
    return text + ")";
  }

  ClauseExpression lose() {
    is_lost_ = true;
    return {};
  }

  std::span<const ClauseToken> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
  bool is_lost_ = false;
};

// `database`.`bar` after FROM and JOIN, where a server always says whose table it is.
void erase_database(std::vector<ClauseToken>& tokens, std::string_view database) {
  for (std::size_t i = 0; i + 3 < tokens.size(); ++i) {
    const bool is_source = tokens[i].is("from") || tokens[i].is("join");
    if (!is_source || tokens[i + 1].text != database || tokens[i + 2].text != ".") continue;
    const auto first = tokens.begin() + static_cast<std::ptrdiff_t>(i) + 1;
    tokens.erase(first, first + 2);
  }
}

bool ends_with(const std::vector<ClauseToken>& tokens, std::string_view last_but_one, std::string_view last) {
  return tokens.size() >= 2 && tokens[tokens.size() - 2].text == last_but_one && tokens.back().text == last;
}

}  // namespace

std::string normalise_check_clause(std::string_view clause, ServerFlavor flavor) {
  const std::vector<ClauseToken> tokens = scan(flavor == ServerFlavor::mysql ? unescape(clause) : std::string(clause));
  return ClauseParser(tokens).parse().value_or(join(tokens));
}

std::string normalise_view_query(std::string_view query, std::string_view database, ServerFlavor flavor) {
  std::vector<ClauseToken> tokens = scan(query);
  erase_database(tokens, database);
  std::erase_if(tokens, [](const ClauseToken& token) { return token.is("(") || token.is(")") || token.is("as"); });
  for (ClauseToken& token : tokens)
    if (token.is("!")) token = {ClauseTokenKind::word, "not"};
  const auto drop_two = [&] { tokens.resize(tokens.size() - 2); };
  if (flavor == ServerFlavor::mariadb && ends_with(tokens, "limit", "1")) drop_two();  // it adds this inside EXISTS
  const auto exists = std::ranges::find_if(tokens, [](const ClauseToken& token) { return token.is("exists"); });
  if (flavor == ServerFlavor::mysql && exists != tokens.end() && ends_with(tokens, "is", "false")) {
    tokens.insert(exists, {ClauseTokenKind::word, "not"});  // MySQL 8.4 writes NOT EXISTS (...) as exists(...) is false
    drop_two();
  }
  return join(tokens);
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
  std::ranges::sort(table.triggers);
  std::ranges::sort(table.indexes, {}, &LiveIndex::name);
  std::ranges::sort(table.checks, {}, &LiveCheck::name);
  std::ranges::sort(table.foreign_keys, {}, &LiveForeignKey::name);
  return table;
}

}  // namespace converge::contract
