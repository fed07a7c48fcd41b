#include "surface/outline.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace converge::surface {
namespace {

std::string render_scalar(const Json& value) {
  if (value.is_null()) return "none";
  return value.is_string() ? std::string(value.as_string()) : render_json(value);
}

void append_lines(std::string& out, const Json& value, const std::string& name, std::size_t depth) {
  out += std::string(depth * 2, ' ') + name;
  if (value.is_object()) {
    out += "\n";
    for (const auto& [key, part] : value.as_object()) append_lines(out, part, std::string(key), depth + 1);
  } else if (value.is_array()) {
    out += value.as_array().empty() ? ": none\n" : "\n";
    std::size_t number = 0;
    for (const Json& part : value.as_array()) append_lines(out, part, std::to_string(++number), depth + 1);
  } else {
    out += ": " + render_scalar(value) + "\n";
  }
}

}  // namespace

std::string render_outline(const JsonObject& document) {
  std::string out;
  for (const auto& [key, value] : document) append_lines(out, value, std::string(key), 0);
  return out;
}

}  // namespace converge::surface
