#include "wire/json.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_stack.hpp>
#include <charconv>
#include <cmath>
#include <vector>

namespace converge {
namespace {

// Builds the value and sees what boost::json::parse does not: two equal keys in one object (it keeps the last), and every
// digit of a number (its own conversion to double may be off by one in the last place; std::from_chars is not).
struct ExactHandler {
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  using error_code = boost::json::error_code;
  using string_view = boost::json::string_view;

  boost::json::value_stack stack;
  std::vector<std::vector<std::string>> keys;
  std::string key_part;
  std::string number_part;
  std::string duplicate;

  bool on_document_begin(error_code&) {
    stack.reset();
    return true;
  }
  bool on_document_end(error_code&) { return true; }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t count, error_code&) {
    stack.push_array(count);
    return true;
  }
  bool on_object_begin(error_code&) {
    keys.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t count, error_code&) {
    std::ranges::sort(keys.back());
    const auto twice = std::ranges::adjacent_find(keys.back());
    if (twice != keys.back().end()) duplicate = *twice;
    keys.pop_back();
    stack.push_object(count);
    return true;
  }
  bool on_string_part(string_view text, std::size_t, error_code&) {
    stack.push_chars(text);
    return true;
  }
  bool on_string(string_view text, std::size_t, error_code&) {
    stack.push_string(text);
    return true;
  }
  bool on_key_part(string_view text, std::size_t, error_code&) {
    key_part.append(text);
    stack.push_chars(text);
    return true;
  }
  bool on_key(string_view text, std::size_t, error_code&) {
    keys.back().push_back(std::move(key_part.append(text)));
    key_part.clear();
    stack.push_key(text);
    return true;
  }
  bool on_number_part(string_view text, error_code&) {
    number_part.append(text);
    return true;
  }
  bool on_int64(std::int64_t value, string_view, error_code&) {
    number_part.clear();
    stack.push_int64(value);
    return true;
  }
  bool on_uint64(std::uint64_t value, string_view, error_code&) {
    number_part.clear();
    stack.push_uint64(value);
    return true;
  }
  bool on_double(double value, string_view text, error_code& code) {
    number_part.append(text);
    std::from_chars(number_part.data(), number_part.data() + number_part.size(), value);
    number_part.clear();
    stack.push_double(value);
    if (std::isfinite(value)) return true;  // what is nearer to zero than any double has become zero
    code = boost::json::error::exponent_overflow;
    return false;
  }
  bool on_bool(bool value, error_code&) {
    stack.push_bool(value);
    return true;
  }
  bool on_null(error_code&) {
    stack.push_null();
    return true;
  }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }
};

// Order of UTF-16 code units, which is RFC 8785's: in UTF-8, characters beyond U+FFFF come before U+E000 to U+FFFF.
bool stands_before(std::string_view a, std::string_view b) {
  const auto rank = [](char c) {
    const int byte = static_cast<unsigned char>(c);
    return byte >= 0xF0 ? byte - 2 : byte >= 0xEE ? byte + 7 : byte;
  };
  return std::ranges::lexicographical_compare(a, b, {}, rank, rank);
}

enum class Layout { compact, canonical, pretty };

void append_string(std::string& out, std::string_view text) {
  out.append(boost::json::serialize(boost::json::string_view(text.data(), text.size())));
}

void append_value(std::string& out, const Json& value, Layout layout, std::size_t depth);

void append_break(std::string& out, Layout layout, std::size_t depth) {
  if (layout == Layout::pretty) out.append("\n").append(depth * 2, ' ');
}

void append_object(std::string& out, const JsonObject& object, Layout layout, std::size_t depth) {
  std::vector<const JsonObject::value_type*> members;
  for (const auto& member : object) members.push_back(&member);
  if (layout == Layout::canonical)
    std::ranges::sort(members, [](const auto* a, const auto* b) { return stands_before(a->key(), b->key()); });
  out.push_back('{');
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i > 0) out.push_back(',');
    append_break(out, layout, depth + 1);
    append_string(out, members[i]->key());
    out.append(layout == Layout::pretty ? ": " : ":");
    append_value(out, members[i]->value(), layout, depth + 1);
  }
  if (!members.empty()) append_break(out, layout, depth);
  out.push_back('}');
}

void append_array(std::string& out, const JsonArray& array, Layout layout, std::size_t depth) {
  out.push_back('[');
  for (std::size_t i = 0; i < array.size(); ++i) {
    if (i > 0) out.push_back(',');
    append_break(out, layout, depth + 1);
    append_value(out, array[i], layout, depth + 1);
  }
  if (!array.empty()) append_break(out, layout, depth);
  out.push_back(']');
}

void append_value(std::string& out, const Json& value, Layout layout, std::size_t depth) {
  switch (value.kind()) {
    case boost::json::kind::null: out.append("null"); break;
    case boost::json::kind::bool_: out.append(value.get_bool() ? "true" : "false"); break;
    case boost::json::kind::int64: out.append(std::to_string(value.get_int64())); break;
    case boost::json::kind::uint64: out.append(std::to_string(value.get_uint64())); break;
    case boost::json::kind::double_: out.append(render_double(value.get_double())); break;
    case boost::json::kind::string: append_string(out, value.get_string()); break;
    case boost::json::kind::array: append_array(out, value.get_array(), layout, depth); break;
    case boost::json::kind::object: append_object(out, value.get_object(), layout, depth); break;
  }
}

template <class T>
Result<T> missing(std::string_view key, std::string_view where, const char* kind) {
  return fail(Errc::invalid_input, fmt::format("{}: /{} must be {}", where, key, kind));
}

}  // namespace

Result<Json> parse_json(std::string_view text, std::size_t depth_max) {
  boost::json::error_code code;
  boost::json::parse_options options;
  options.max_depth = depth_max;
  boost::json::basic_parser<ExactHandler> parser(options);
  const std::size_t used = parser.write_some(false, text.data(), text.size(), code);
  if (!code && used < text.size() && text.substr(used).find_first_not_of(" \t\r\n") != std::string_view::npos)
    code = boost::json::error::extra_data;
  if (code) return fail(Errc::invalid_input, fmt::format("JSON: {} at byte {}", code.message(), used));
  if (!parser.handler().duplicate.empty())
    return fail(Errc::invalid_input,
                fmt::format("JSON: key '{}' stands twice in one object", parser.handler().duplicate));
  return parser.handler().stack.release();
}

std::string render_json(const Json& value) {
  std::string out;
  append_value(out, value, Layout::compact, 0);
  return out;
}

std::string render_json_pretty(const Json& value) {
  std::string out;
  append_value(out, value, Layout::pretty, 0);
  out.push_back('\n');
  return out;
}

std::string render_canonical_json(const Json& value) {
  std::string out;
  append_value(out, value, Layout::canonical, 0);
  return out;
}

std::string render_double(double value) {
  if (!std::isfinite(value)) return "null";
  if (value == 0) return "0";
  std::array<char, 32> text{};
  const auto [end, code] =
      std::to_chars(text.data(), text.data() + text.size(), std::abs(value), std::chars_format::scientific);
  const std::string_view scientific(text.data(), static_cast<std::size_t>(end - text.data()));
  const std::size_t e = scientific.find('e');
  std::string digits(scientific.substr(0, e));
  std::erase(digits, '.');
  int exponent = 0;
  std::from_chars(scientific.data() + e + (scientific[e + 1] == '+' ? 2 : 1), end, exponent);

  // Number::toString of ECMA-262: the point stands behind digit `point`, and only far out there is an exponent.
  const int point = exponent + 1;
  const auto count = static_cast<int>(digits.size());
  const std::string sign = value < 0 ? "-" : "";
  if (point > 21 || point < -5) {
    if (count > 1) digits.insert(1, ".");
    return fmt::format("{}{}e{:+}", sign, digits, exponent);
  }
  if (point <= 0) return fmt::format("{}0.{:0>{}}", sign, digits, count - point);
  if (count <= point) return fmt::format("{}{:0<{}}", sign, digits, point);
  digits.insert(static_cast<std::size_t>(point), ".");
  return sign + digits;
}

Result<std::string> require_string(const JsonObject& object, std::string_view key, std::string_view where) {
  const Json* value = object.if_contains({key.data(), key.size()});
  if (value == nullptr || !value->is_string()) return missing<std::string>(key, where, "a string");
  return std::string(value->get_string());
}

Result<double> require_number(const JsonObject& object, std::string_view key, std::string_view where) {
  const Json* value = object.if_contains({key.data(), key.size()});
  if (value == nullptr || !value->is_number()) return missing<double>(key, where, "a number");
  return value->to_number<double>();
}

Result<std::int64_t> require_int(const JsonObject& object, std::string_view key, std::string_view where) {
  const Json* value = object.if_contains({key.data(), key.size()});
  boost::json::error_code code;
  if (value == nullptr || !value->is_number()) return missing<std::int64_t>(key, where, "a whole number");
  const auto number = value->to_number<std::int64_t>(code);
  if (code) return missing<std::int64_t>(key, where, "a whole number");
  return number;
}

}  // namespace converge
