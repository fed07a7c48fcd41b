#include "wire/toml.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace converge {
namespace {

Result<Json> to_json(const toml::node& node, std::string_view where);

Result<Json> table_to_json(const toml::table& table, std::string_view where) {
  std::vector<std::pair<std::string, const toml::node*>> members;
  for (const auto& [key, value] : table) members.emplace_back(std::string(key.str()), &value);
  const auto place = [](const auto& member) {
    const auto begin = member.second->source().begin;
    return std::pair(begin.line, begin.column);
  };
  std::ranges::stable_sort(members, {}, place);
  JsonObject object;
  for (const auto& [key, value] : members) {
    TRY(object[key], to_json(*value, where));
  }
  return Json(std::move(object));
}

Result<Json> array_to_json(const toml::array& array, std::string_view where) {
  JsonArray out;
  for (const auto& element : array) {
    TRY(Json value, to_json(element, where));
    out.push_back(std::move(value));
  }
  return Json(std::move(out));
}

Result<Json> to_json(const toml::node& node, std::string_view where) {
  if (const auto* table = node.as_table()) return table_to_json(*table, where);
  if (const auto* array = node.as_array()) return array_to_json(*array, where);
  if (const auto* text = node.as_string()) return Json(boost::json::string(text->get()));
  if (const auto* integer = node.as_integer()) return Json(integer->get());
  if (const auto* number = node.as_floating_point()) return Json(number->get());
  if (const auto* boolean = node.as_boolean()) return Json(boolean->get());
  return fail(Errc::invalid_input,
              fmt::format("{}:{}: dates and times are written as text, in quotes", where, node.source().begin.line));
}

}  // namespace

Result<JsonObject> parse_toml(std::string_view text, std::string_view where) {
  toml::table table;
  try {
    table = toml::parse(text, where);
  } catch (const toml::parse_error& error) {
    return fail(Errc::invalid_input, fmt::format("{}:{}:{}: {}", where, error.source().begin.line,
                                                 error.source().begin.column, error.description()));
  }
  TRY(Json json, table_to_json(table, where));
  return std::move(json.get_object());
}

bool TableReader::has(std::string_view key) const {
  return object_->contains(key);
}

std::vector<std::string> TableReader::keys() const {
  std::vector<std::string> keys;
  for (const auto& member : *object_) keys.emplace_back(member.key());
  return keys;
}

Result<std::string> TableReader::text(std::string_view key) {
  const Json* value = ask(key);
  if (value == nullptr || !value->is_string() || value->get_string().empty()) return refuse(key, "must be a text");
  return std::string(value->get_string());
}

Result<std::string> TableReader::word(std::string_view key, std::span<const std::string_view> words) {
  const Json* value = ask(key);
  if (value != nullptr && value->is_string() &&
      std::ranges::find(words, std::string_view(value->get_string())) != words.end())
    return std::string(value->get_string());
  return refuse(key, fmt::format("must be one of: {}", fmt::join(words, ", ")));
}

Result<std::int64_t> TableReader::integer(std::string_view key, std::int64_t min, std::int64_t max) {
  const Json* value = ask(key);
  if (value == nullptr || !value->is_int64() || value->get_int64() < min || value->get_int64() > max)
    return refuse(key, fmt::format("must be an integer from {} to {}", min, max));
  return value->get_int64();
}

Result<double> TableReader::number(std::string_view key, double min, double max) {
  const Json* value = ask(key);
  if (value != nullptr && (value->is_double() || value->is_int64())) {
    const double number = value->to_number<double>();
    if (number >= min && number <= max) return number;
  }
  return refuse(key, fmt::format("must be a number from {} to {}", render_double(min), render_double(max)));
}

Result<TableReader> TableReader::table(std::string_view key) {
  const Json* value = ask(key);
  if (value == nullptr || !value->is_object()) return refuse(key, "must be a table");
  return TableReader(value->get_object(), where_, fmt::format("{}/{}", pointer_, key));
}

Result<bool> TableReader::flag(std::string_view key) {
  const Json* value = ask(key);
  if (value == nullptr || !value->is_bool()) return refuse(key, "must be true or false");
  return value->get_bool();
}

Result<std::vector<std::string>> TableReader::texts(std::string_view key) {
  const Json* value = ask(key);
  if (value == nullptr || !value->is_array()) return refuse(key, "must be a list of texts");
  std::vector<std::string> texts;
  for (const Json& one : value->get_array()) {
    if (!one.is_string()) return refuse(key, "must be a list of texts");
    texts.emplace_back(one.get_string());
  }
  return texts;
}

Result<std::vector<TableReader>> TableReader::tables(std::string_view key) {
  const Json* value = ask(key);
  if (value == nullptr || !value->is_array()) return refuse(key, "must be a list of tables");
  std::vector<TableReader> tables;
  for (const Json& one : value->get_array()) {
    if (!one.is_object()) return refuse(key, "must be a list of tables");
    tables.emplace_back(one.get_object(), where_, fmt::format("{}/{}/{}", pointer_, key, tables.size()));
  }
  return tables;
}

Result<void> TableReader::refuse_rest() const {
  for (const auto& member : *object_)
    if (!asked_.contains(std::string_view(member.key())))
      return refuse(member.key(), "is not a key that is known here");
  return {};
}

tl::unexpected<Error> TableReader::refuse(std::string_view key, std::string_view what) const {
  return fail(Errc::invalid_input, fmt::format("{}: {}/{} {}", where_, pointer_, key, what));
}

const Json* TableReader::ask(std::string_view key) {
  asked_.emplace(key);
  return object_->if_contains(key);
}

}  // namespace converge
