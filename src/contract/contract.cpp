#include "contract/contract.hpp"

#include "base/hash.hpp"
#include "contract/pattern.hpp"
#include "contract/rule.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <span>

namespace converge::contract {
namespace {

constexpr std::size_t name_length_max = 64;              // identifiers, on both servers
constexpr std::int64_t text_length_max = 1'000'000'000;  // LONGTEXT holds four bytes for each
constexpr int decimal_scale_max = 30;                    // of DECIMAL, on both servers

// A JSON value and where it stands, for errors that can be found: "bar.schema.json: /properties/open: ...".
struct Node {
  const Json& value;
  std::string_view where;
  std::string pointer;

  tl::unexpected<Error> refuse(std::string_view why) const {
    return fail(Errc::invalid_input, fmt::format("{}: {}: {}", where, pointer.empty() ? "/" : pointer, why));
  }
};

std::string_view view_of(const boost::json::string_view& text) {
  return {text.data(), text.size()};
}

std::string escape_pointer(std::string_view key) {
  std::string text;
  for (const char c : key) c == '~' ? text += "~0" : c == '/' ? text += "~1" : text += c;
  return text;
}

Node child_of(const Node& node, std::string_view key, const Json& value) {
  return {value, node.where, node.pointer + "/" + escape_pointer(key)};
}

std::optional<Node> find_member(const Node& node, std::string_view key) {
  const Json* value = node.value.as_object().if_contains({key.data(), key.size()});
  if (value == nullptr) return std::nullopt;
  return child_of(node, key, *value);
}

Result<Node> require_member(const Node& node, std::string_view key) {
  auto member = find_member(node, key);
  if (!member) return node.refuse(fmt::format("'{}' is missing", key));
  return *std::move(member);
}

Result<void> require_keywords(const Node& node, std::span<const std::string_view> keywords, std::string_view of) {
  if (!node.value.is_object()) return node.refuse(fmt::format("{} must be an object", of));
  for (const auto& member : node.value.get_object())
    if (std::ranges::find(keywords, view_of(member.key())) == keywords.end())
      return child_of(node, view_of(member.key()), member.value())
          .refuse(fmt::format("{} cannot carry this keyword into the table and the validator", of));
  return {};
}

Result<std::string> parse_text(const Node& node) {
  if (!node.value.is_string()) return node.refuse("must be a string");
  return std::string(view_of(node.value.get_string()));
}

// One line of plain text: it is copied into comments of generated files.
Result<std::string> parse_description(const Node& node) {
  TRY(std::string text, parse_text(node));
  if (text.empty() || std::ranges::any_of(text, [](unsigned char c) { return c < ' '; }))
    return node.refuse("must be one line of text");
  return text;
}

Result<std::string> parse_name(const Node& node) {
  TRY(std::string name, parse_text(node));
  const auto is_part = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  const bool shaped = !name.empty() && name[0] >= 'a' && name[0] <= 'z' && std::ranges::all_of(name, is_part) &&
                      name.find("__") == std::string::npos && !name.ends_with('_');
  if (!shaped || name.size() > name_length_max)
    return node.refuse(fmt::format("'{}' is not a snake_case name of at most {} characters", name, name_length_max));
  return name;
}

Result<std::int64_t> parse_count(const Node& node, std::int64_t low, std::int64_t high) {
  if (!node.value.is_int64() || node.value.get_int64() < low || node.value.get_int64() > high)
    return node.refuse(fmt::format("must be a whole number from {} to {}", low, high));
  return node.value.get_int64();
}

Result<bool> parse_flag(const Node& node) {
  if (!node.value.is_bool()) return node.refuse("must be true or false");
  return node.value.get_bool();
}

Result<std::vector<Node>> parse_array(const Node& node) {
  if (!node.value.is_array() || node.value.get_array().empty())
    return node.refuse("must be a list with something in it");
  std::vector<Node> items;
  for (const Json& item : node.value.get_array()) items.push_back(child_of(node, std::to_string(items.size()), item));
  return items;
}

Result<std::vector<std::string>> parse_names(const Node& node) {
  TRY(const std::vector<Node> items, parse_array(node));
  std::vector<std::string> names;
  for (const Node& item : items) {
    TRY(std::string name, parse_text(item));
    if (std::ranges::find(names, name) != names.end()) return item.refuse(fmt::format("'{}' stands twice", name));
    names.push_back(std::move(name));
  }
  return names;
}

// Boost.JSON reads numbers as doubles; up to 15 digits the shortest text of the double is the text that was written.
Result<Decimal> parse_bound(const Node& node, const Column& column) {
  if (!node.value.is_number()) return node.refuse("must be a number");
  const bool whole = node.value.is_int64();
  const std::string text =
      whole ? std::to_string(node.value.get_int64()) : render_double(node.value.to_number<double>());
  auto bound = Decimal::parse(text);
  if (!bound || (!whole && bound->significant_scale() + bound->integer_digits() > 15))
    return node.refuse("must have at most 15 digits");
  const bool fits = column.type == ColumnType::number || bound->significant_scale() <= column.scale;
  if (!fits) return node.refuse(fmt::format("has more than the {} digits after the point of its column", column.scale));
  return *std::move(bound);
}

// What a column's JSON type means, and which further keywords it can carry.
struct Shape {
  std::string_view type;
  std::string_view format;
  ColumnType column;
  std::array<std::string_view, 4> keywords;
};

constexpr std::array shapes = std::to_array<Shape>({
    {"string", "", ColumnType::text, {"minLength", "maxLength", "pattern", "enum"}},
    {"string", "ulid", ColumnType::text, {"format"}},
    {"string", "sha256", ColumnType::text, {"format"}},
    {"string", "date-time", ColumnType::instant, {"format"}},
    {"string", "date", ColumnType::date, {"format"}},
    {"integer", "", ColumnType::integer, {"minimum", "exclusiveMinimum", "maximum"}},
    {"number", "", ColumnType::number, {"minimum", "exclusiveMinimum", "maximum", "x-decimal"}},
    {"boolean", "", ColumnType::boolean, {}},
    {"object", "", ColumnType::json, {}},
});

struct JsonType {
  std::string name;
  bool nullable = false;
};

Result<JsonType> parse_type(const Node& node) {
  if (node.value.is_string()) return JsonType{std::string(view_of(node.value.get_string())), false};
  TRY(const std::vector<std::string> names, parse_names(node));
  if (names.size() != 2 || names[1] != "null" || names[0] == "null")
    return node.refuse("must be one type, or [type, \"null\"]");
  return JsonType{names[0], true};
}

Result<void> load_length(const Node& node, Column& column) {
  if (const auto low = find_member(node, "minLength")) {
    TRY(column.length_min, parse_count(*low, 0, text_length_max));
  }
  const auto high = find_member(node, "maxLength");
  if (!high) return node.refuse("text needs a maxLength, a format or an enum");
  TRY(column.length_max, parse_count(*high, std::max<std::int64_t>(1, column.length_min), text_length_max));
  return {};
}

// JSON Schema's enum must list null where null is allowed, whatever the type says.
Result<void> load_enum(const Node& node, Column& column) {
  Json words = node.value;
  const bool lists_null = words.is_array() && !words.get_array().empty() && words.get_array().back().is_null();
  if (lists_null) words.get_array().pop_back();
  if (lists_null != column.nullable)
    return node.refuse(column.nullable ? "a column that may be null must list null last" : "null is not of this type");
  TRY(column.enum_values, parse_names({words, node.where, node.pointer}));
  for (const std::string& word : column.enum_values) {
    const bool plain = !word.empty() && word.size() <= name_length_max && std::ranges::all_of(word, [](char c) {
      return c > ' ' && c <= '~' && c != '\'' && c != '"' && c != '\\';
    });
    if (!plain) return node.refuse(fmt::format("'{}' is not a word of at most 64 plain ASCII characters", word));
  }
  return {};
}

Result<void> load_text_rules(const Node& node, Column& column) {
  const auto words = find_member(node, "enum");
  if (!words) {
    if (const auto pattern = find_member(node, "pattern")) {
      TRY(column.pattern, parse_text(*pattern));
      if (auto parsed = parse_pattern(column.pattern); !parsed) return pattern->refuse(parsed.error().message);
    }
    return load_length(node, column);
  }
  for (const std::string_view other : {"minLength", "maxLength", "pattern"})
    if (const auto both = find_member(node, other)) return both->refuse("says nothing beside an enum");
  return load_enum(*words, column);
}

Result<void> load_decimal(const Node& node, Column& column) {
  TRY(const std::vector<Node> sizes, parse_array(node));
  if (sizes.size() != 2) return node.refuse("must be [precision, scale]");
  TRY(const std::int64_t precision, parse_count(sizes[0], 1, Decimal::precision_max));
  TRY(const std::int64_t scale, parse_count(sizes[1], 0, std::min<std::int64_t>(precision, decimal_scale_max)));
  column.type = ColumnType::decimal;
  column.precision = static_cast<int>(precision);
  column.scale = static_cast<int>(scale);
  return {};
}

Result<void> load_bounds(const Node& node, Column& column) {
  const auto load = [&](std::string_view keyword, std::optional<Decimal>& bound) -> Result<void> {
    if (const auto member = find_member(node, keyword)) {
      TRY(bound, parse_bound(*member, column));
    }
    return {};
  };
  TRY_VOID(load("minimum", column.minimum));
  TRY_VOID(load("exclusiveMinimum", column.exclusive_minimum));
  TRY_VOID(load("maximum", column.maximum));
  if (column.minimum && column.exclusive_minimum) return node.refuse("minimum and exclusiveMinimum exclude each other");
  const auto& low = column.minimum ? column.minimum : column.exclusive_minimum;
  if (low && column.maximum && (*low > *column.maximum || (column.exclusive_minimum && *low == *column.maximum)))
    return node.refuse("no value lies between its bounds");
  return {};
}

Result<Column> load_column(const Node& node, std::string_view name) {
  if (!node.value.is_object()) return node.refuse("a column must be an object");
  Column column;
  TRY(column.name, parse_name({Json(boost::json::string_view(name.data(), name.size())), node.where, node.pointer}));
  TRY(const Node type_node, require_member(node, "type"));
  TRY(const JsonType type, parse_type(type_node));
  if (const auto format = find_member(node, "format")) {
    TRY(column.format, parse_text(*format));
  }
  const auto shape =
      std::ranges::find_if(shapes, [&](const Shape& s) { return s.type == type.name && s.format == column.format; });
  if (shape == shapes.end())
    return type_node.refuse(fmt::format("no column can hold type '{}' with format '{}'", type.name, column.format));

  std::vector<std::string_view> keywords{"type", "description", "x-volatile"};
  keywords.insert(keywords.end(), shape->keywords.begin(), shape->keywords.end());
  TRY_VOID(require_keywords(node, keywords, fmt::format("a column of type {}", type.name)));
  TRY(const Node description, require_member(node, "description"));
  TRY(column.description, parse_description(description));
  if (const auto flag = find_member(node, "x-volatile")) {
    TRY(column.is_volatile, parse_flag(*flag));
  }
  column.type = shape->column;
  column.nullable = type.nullable;
  if (const auto sizes = find_member(node, "x-decimal")) TRY_VOID(load_decimal(*sizes, column));
  if (column.type == ColumnType::text && column.format.empty()) TRY_VOID(load_text_rules(node, column));
  TRY_VOID(load_bounds(node, column));
  return column;
}

Result<void> load_columns(const Node& root, Contract& contract) {
  TRY(const Node properties, require_member(root, "properties"));
  TRY(const Node required_node, require_member(root, "required"));
  TRY(const std::vector<std::string> required, parse_names(required_node));
  if (!properties.value.is_object()) return properties.refuse("must be an object");
  for (const auto& member : properties.value.get_object()) {
    const std::string_view name = view_of(member.key());
    const Node node = child_of(properties, name, member.value());
    TRY(Column column, load_column(node, name));
    const bool is_required = std::ranges::find(required, name) != required.end();
    if (!is_required && !column.nullable)
      return node.refuse("a column that is not required must allow null: a row always has all of its columns");
    contract.columns.push_back(std::move(column));
  }
  for (const std::string& name : required)
    if (contract.find_column(name) == nullptr) return required_node.refuse(fmt::format("no property '{}'", name));
  return {};
}

Result<std::vector<std::string>> load_column_names(const Node& node, const Contract& contract) {
  TRY(std::vector<std::string> names, parse_names(node));
  for (const std::string& name : names)
    if (contract.find_column(name) == nullptr) return node.refuse(fmt::format("no property '{}'", name));
  return names;
}

Result<Index> load_index(const Node& node, const Contract& contract) {
  TRY_VOID(require_keywords(node, std::array<std::string_view, 3>{"name", "columns", "unique"}, "an index"));
  Index index;
  TRY(const Node name, require_member(node, "name"));
  TRY(index.name, parse_name(name));
  TRY(const Node columns, require_member(node, "columns"));
  TRY(index.columns, load_column_names(columns, contract));
  if (const auto unique = find_member(node, "unique")) {
    TRY(index.unique, parse_flag(*unique));
  }
  return index;
}

Result<Check> load_check(const Node& node, const Contract& contract) {
  TRY_VOID(require_keywords(node, std::array<std::string_view, 2>{"name", "rule"}, "a check"));
  Check check;
  TRY(const Node name, require_member(node, "name"));
  TRY(check.name, parse_name(name));
  if (!check.name.starts_with("ck_" + contract.table + "_"))
    return name.refuse(
        fmt::format("must begin with ck_{}_, for MySQL keeps check names unique per database", contract.table));
  TRY(const Node rule, require_member(node, "rule"));
  TRY(check.rule, parse_text(rule));
  if (auto compiled = Rule::compile(check.rule, contract); !compiled) return rule.refuse(compiled.error().message);
  return check;
}

Result<ForeignKey> load_foreign_key(const Node& node, const Contract& contract) {
  TRY_VOID(require_keywords(node, std::array<std::string_view, 3>{"name", "columns", "references"}, "a foreign key"));
  ForeignKey key;
  TRY(const Node name, require_member(node, "name"));
  TRY(key.name, parse_name(name));
  TRY(const Node columns, require_member(node, "columns"));
  TRY(key.columns, load_column_names(columns, contract));
  TRY(const Node references, require_member(node, "references"));
  TRY_VOID(require_keywords(references, std::array<std::string_view, 2>{"table", "columns"}, "a reference"));
  TRY(const Node parent, require_member(references, "table"));
  TRY(key.parent_table, parse_name(parent));
  TRY(const Node parent_columns, require_member(references, "columns"));
  TRY(key.parent_columns, parse_names(parent_columns));
  if (key.parent_columns.size() != key.columns.size())
    return references.refuse("has another number of columns than the key");
  return key;
}

// Loads the list under `keyword`, if there is one, refusing names that stand twice.
template <class T>
Result<void> load_list(const Node& node, std::string_view keyword, const Contract& contract, std::vector<T>& items,
                       Result<T> (*load)(const Node&, const Contract&)) {
  const auto list = find_member(node, keyword);
  if (!list || (list->value.is_array() && list->value.get_array().empty())) return {};
  TRY(const std::vector<Node> nodes, parse_array(*list));
  for (const Node& item : nodes) {
    TRY(T loaded, load(item, contract));
    if (std::ranges::find(items, loaded.name, &T::name) != items.end())
      return item.refuse(fmt::format("'{}' stands twice", loaded.name));
    items.push_back(std::move(loaded));
  }
  return {};
}

Result<void> load_mysql(const Node& node, Contract& contract) {
  TRY_VOID(require_keywords(
      node, std::array<std::string_view, 5>{"primary_key", "indexes", "checks", "foreign_keys", "latest_view"},
      "x-mysql"));
  TRY(const Node key, require_member(node, "primary_key"));
  TRY(contract.primary_key, load_column_names(key, contract));
  for (const std::string& name : contract.primary_key)
    if (contract.find_column(name)->nullable) return key.refuse(fmt::format("'{}' may be null", name));
  TRY_VOID(load_list(node, "indexes", contract, contract.indexes, load_index));
  TRY_VOID(load_list(node, "checks", contract, contract.checks, load_check));
  TRY_VOID(load_list(node, "foreign_keys", contract, contract.foreign_keys, load_foreign_key));
  if (const auto view = find_member(node, "latest_view")) {
    TRY(contract.latest_view, parse_name(*view));
    const auto revision = std::ranges::find(contract.primary_key, "revision");
    if (revision == contract.primary_key.end() || contract.primary_key.size() < 2)
      return view->refuse("needs a primary key of 'revision' and something else");
  }
  return {};
}

constexpr std::array<std::string_view, 9> root_keywords{
    "$schema", "$id", "title", "description", "type", "additionalProperties", "required", "properties", "x-mysql"};

Result<void> require_value(const Node& root, std::string_view key, const Json& value) {
  TRY(const Node node, require_member(root, key));
  if (node.value != value) return node.refuse("must be " + render_json(value));
  return {};
}

}  // namespace

const Column* Contract::find_column(std::string_view name) const {
  const auto found = std::ranges::find(columns, name, &Column::name);
  return found == columns.end() ? nullptr : &*found;
}

Result<Contract> load_contract(std::string_view schema_text, std::string_view where) {
  TRY(const Json json, with_context(parse_json(schema_text), std::string(where)));
  const Node root{json, where, ""};
  TRY_VOID(require_keywords(root, root_keywords, "a contract"));
  TRY_VOID(require_value(root, "$schema", "https://json-schema.org/draft/2020-12/schema"));
  TRY_VOID(require_value(root, "type", "object"));
  TRY_VOID(require_value(root, "additionalProperties", false));
  Contract contract;
  TRY(const Node title, require_member(root, "title"));
  TRY(contract.table, parse_name(title));
  TRY(const Node description, require_member(root, "description"));
  TRY(contract.description, parse_description(description));
  TRY_VOID(load_columns(root, contract));
  TRY(const Node mysql, require_member(root, "x-mysql"));
  TRY_VOID(load_mysql(mysql, contract));
  contract.hash = compute_sha256_hex(render_canonical_json(json));
  return contract;
}

}  // namespace converge::contract
