#include "content/entity.hpp"

#include <unicode/unistr.h>
#include <algorithm>
#include <charconv>

namespace converge::content {
namespace {

struct CharacterName {
  std::string_view name;
  std::string_view text;
};

constexpr CharacterName character_names[] = {
    {"amp", "&"},         {"lt", "<"},          {"gt", ">"},          {"quot", "\""},       {"apos", "'"},
    {"nbsp", "\u00A0"},   {"iexcl", "\u00A1"},  {"cent", "\u00A2"},   {"pound", "\u00A3"},  {"yen", "\u00A5"},
    {"sect", "\u00A7"},   {"copy", "\u00A9"},   {"laquo", "\u00AB"},  {"reg", "\u00AE"},    {"deg", "\u00B0"},
    {"plusmn", "\u00B1"}, {"sup2", "\u00B2"},   {"sup3", "\u00B3"},   {"micro", "\u00B5"},  {"para", "\u00B6"},
    {"middot", "\u00B7"}, {"raquo", "\u00BB"},  {"frac14", "\u00BC"}, {"frac12", "\u00BD"}, {"frac34", "\u00BE"},
    {"times", "\u00D7"},  {"szlig", "\u00DF"},  {"auml", "\u00E4"},   {"ouml", "\u00F6"},   {"uuml", "\u00FC"},
    {"eacute", "\u00E9"}, {"divide", "\u00F7"}, {"ndash", "\u2013"},  {"mdash", "\u2014"},  {"horbar", "\u2015"},
    {"lsquo", "\u2018"},  {"rsquo", "\u2019"},  {"ldquo", "\u201C"},  {"rdquo", "\u201D"},  {"bull", "\u2022"},
    {"hellip", "\u2026"}, {"euro", "\u20AC"},   {"trade", "\u2122"},  {"larr", "\u2190"},   {"uarr", "\u2191"},
    {"rarr", "\u2192"},   {"darr", "\u2193"},   {"minus", "\u2212"},  {"infin", "\u221E"},  {"ne", "\u2260"},
    {"le", "\u2264"},     {"ge", "\u2265"},     {"asymp", "\u2248"},
};

std::string encode_character(UChar32 character) {
  if (character == 0 || (character >= 0xD800 && character <= 0xDFFF)) return "\uFFFD";
  std::string text;
  return icu::UnicodeString(character).toUTF8String(text);
}

}  // namespace

std::string decode_entity(std::string_view entity) {
  if (entity.size() < 3 || entity.front() != '&' || entity.back() != ';') return std::string(entity);
  std::string_view name = entity.substr(1, entity.size() - 2);
  if (name.front() != '#') {
    const auto* named = std::ranges::find(character_names, name, &CharacterName::name);
    return std::string(named == std::end(character_names) ? entity : named->text);
  }
  name.remove_prefix(1);
  const bool is_hexadecimal = name.starts_with('x') || name.starts_with('X');
  if (is_hexadecimal) name.remove_prefix(1);
  std::uint32_t code = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), code, is_hexadecimal ? 16 : 10);
  const bool is_number = error == std::errc() && end == name.data() + name.size() && code <= 0x10FFFF;
  return encode_character(is_number ? static_cast<UChar32>(code) : 0);
}

}  // namespace converge::content
