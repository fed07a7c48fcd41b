#include "content/content_template.hpp"

#include "base/time.hpp"
#include "content/prose.hpp"
#include "content/yaml.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cctype>
#include <charconv>
#include <cmath>

namespace converge::content {
namespace {

constexpr int digits_max = 17;

bool is_text(const Json& value) {
  return value.is_string();
}
bool is_name(const Json& value) {
  const auto is_name_byte = [](unsigned char c) {
    return std::isalnum(c) != 0 || std::string_view("_.:/-").find(char(c)) != std::string_view::npos;
  };
  return value.is_string() && !value.get_string().empty() && std::ranges::all_of(value.get_string(), is_name_byte);
}
bool is_integer(const Json& value) {
  return value.is_int64() || value.is_uint64();
}
bool is_number(const Json& value) {
  return is_integer(value) || (value.is_double() && std::isfinite(value.get_double()));
}
bool is_boolean(const Json& value) {
  return value.is_bool();
}
bool is_date(const Json& value) {
  return value.is_string() && parse_date(value.get_string()).has_value();
}
bool is_url(const Json& value) {
  if (!value.is_string()) return false;
  const std::string_view text = value.get_string();
  const bool has_scheme = text.starts_with("https://") || text.starts_with("http://");
  const auto breaks_link = [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == 0x7F ||
           std::string_view("<>()[]\"'`\\|").find(c) != std::string_view::npos;
  };
  return has_scheme && text.find("://") + 3 < text.size() && std::ranges::none_of(text, breaks_link);
}
bool is_list(const Json& value) {
  return value.is_array();
}

// Null where the text is not of the type.
template <class T>
Json read_number(std::string_view text) {
  T number{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end ? Json(number) : Json();
}
Json read_plain(std::string_view text) {
  return Json(boost::json::string(text));
}
Json read_any_number(std::string_view text) {
  const Json whole = read_number<std::int64_t>(text);
  return whole.is_null() ? read_number<double>(text) : whole;
}
Json read_boolean(std::string_view text) {
  if (text != "true" && text != "false") return {};
  return Json(text == "true");
}
Json read_json(std::string_view text) {
  auto value = parse_json(text);
  return value ? std::move(*value) : Json();
}

struct FieldTypeRow {
  FieldType type;
  std::string_view name;
  bool (*holds)(const Json&);
  Json (*read)(std::string_view);
  bool takes_digits;
};
constexpr FieldTypeRow field_types[] = {
    {FieldType::text, "text", is_text, read_plain, false},
    {FieldType::name, "name", is_name, read_plain, false},
    {FieldType::integer, "integer", is_integer, read_number<std::int64_t>, false},
    {FieldType::number, "number", is_number, read_any_number, true},
    {FieldType::boolean, "boolean", is_boolean, read_boolean, false},
    {FieldType::date, "date", is_date, read_plain, false},
    {FieldType::url, "url", is_url, read_plain, false},
    {FieldType::list, "list", is_list, read_json, true},
};

const FieldTypeRow& type_row(FieldType type) {
  return *std::ranges::find(field_types, type, &FieldTypeRow::type);
}

Result<const FieldTypeRow*> read_type(const YamlNode& node, std::string_view where) {
  const auto* row = std::ranges::find(field_types, node.text, &FieldTypeRow::name);
  if (row != std::end(field_types)) return row;
  std::vector<std::string_view> names;
  for (const FieldTypeRow& known : field_types) names.push_back(known.name);
  return fail_yaml(node, where, fmt::format("'{}' is not a field type; known: {}", node.text, fmt::join(names, ", ")));
}

Result<std::vector<FieldSpec>> read_fields(const YamlNode& node, std::string_view where);

Result<FieldSpec> read_field(const YamlMember& member, std::string_view where) {
  const YamlNode& node = member.value;
  FieldSpec spec{.name = member.key};
  if (node.kind == YamlKind::scalar) {
    TRY(const auto* type, read_type(node, where));
    spec.type = type->type;
    return spec;
  }
  constexpr std::string_view keys[] = {"type", "digits", "optional", "of"};
  TRY_VOID(refuse_unknown_keys(node, keys, where));
  TRY(const YamlNode* type_node, require_key(node, "type", where));
  TRY(const auto* type, read_type(*type_node, where));
  spec.type = type->type;
  if (const YamlNode* digits = node.find("digits")) {
    TRY(const auto count, read_count(*digits, where));
    if (!type->takes_digits || count > digits_max)
      return fail_yaml(*digits, where, "digits are for numbers and lists, 17 at most");
    spec.digits = static_cast<int>(count);
  }
  if (const YamlNode* optional = node.find("optional")) {
    if (optional->text != "true" && optional->text != "false")
      return fail_yaml(*optional, where, "expected true or false");
    spec.optional = optional->text == "true";
  }
  if (const YamlNode* of = node.find("of")) {
    if (type->type != FieldType::list) return fail_yaml(*of, where, "'of' is for lists");
    TRY(spec.of, read_fields(*of, where));
  }
  return spec;
}

Result<std::vector<FieldSpec>> read_fields(const YamlNode& node, std::string_view where) {
  if (node.kind != YamlKind::map) return fail_yaml(node, where, "expected `field: type` lines here");
  std::vector<FieldSpec> fields;
  for (const YamlMember& member : node.members) {
    TRY(auto spec, read_field(member, where));
    fields.push_back(std::move(spec));
  }
  return fields;
}

const FieldSpec* find_field(const std::vector<FieldSpec>& fields, std::string_view name) {
  const auto found = std::ranges::find(fields, name, &FieldSpec::name);
  return found == fields.end() ? nullptr : &*found;
}

// Inside a section over a list, a name may also belong to the item.
bool is_declared(const std::vector<FieldSpec>& fields, const MustacheUse& use) {
  if (find_field(fields, use.name.substr(0, use.name.find('.'))) != nullptr) return true;
  if (use.name == "." && !use.sections.empty()) return true;
  return std::ranges::any_of(use.sections, [&](const std::string& section) {
    const FieldSpec* over = find_field(fields, section);
    return over != nullptr && over->type == FieldType::list;
  });
}

// A part of the template's file: what it uses must be declared there, wherever it is used.
Result<MustacheTemplate> parse_declared(std::string_view text, const ContentTemplate& note, int line_first) {
  TRY(auto parsed, MustacheTemplate::parse(text, note.where, line_first));
  TRY(const auto uses, with_context(parsed.uses(*note.partials), note.where));
  for (const MustacheUse& use : uses) {
    if (use.kind == MustacheUseKind::absent_partial)
      return fail(Errc::invalid_input,
                  fmt::format("{}:{}: there is no templates/partials/{}.md", use.where, use.line, use.name));
    if (is_declared(note.fields, use)) continue;
    const std::string whose = use.where == note.where ? std::string() : fmt::format(" of {}", note.where);
    return fail(Errc::invalid_input, fmt::format("{}:{}: '{}' is used but not declared under fields{}", use.where,
                                                 use.line, use.name, whose));
  }
  return parsed;
}

Result<MustacheTemplate> read_template(const YamlNode& root, std::string_view key, const ContentTemplate& note) {
  TRY(const YamlNode* node, require_key(root, key, note.where));
  TRY(const auto text, read_text(*node, note.where));
  return parse_declared(text, note, node->line);
}

Result<std::vector<std::string>> read_targets(const YamlNode& node, std::string_view where) {
  TRY(auto targets, read_texts(node, where));
  for (auto target = targets.begin(); target != targets.end(); ++target)
    if (std::find(targets.begin(), target, *target) != target)
      return fail_yaml(node, where, fmt::format("target '{}' is listed twice", *target));
  return targets;
}

std::string render_number(const Json& value, int digits) {
  if (digits < 0 || !value.is_number()) return render_json(value);
  return fmt::format("{:.{}f}", value.to_number<double>(), digits);
}

// Numbers that have digits become their text; everything else stays.
Json format_numbers(const Json& value, int digits) {
  if (digits < 0) return value;
  if (value.is_double()) return Json(render_number(value, digits));
  if (const auto* list = value.if_array()) {
    JsonArray formatted;
    for (const Json& item : *list) formatted.push_back(format_numbers(item, digits));
    return formatted;
  }
  if (const auto* object = value.if_object()) {
    JsonObject formatted;
    for (const auto& [key, item] : *object) formatted.emplace(key, format_numbers(item, digits));
    return formatted;
  }
  return value;
}

Result<Json> make_view(const std::vector<FieldSpec>& specs, const JsonObject& fields);

// A list of objects, each with the fields that are declared for them.
Result<Json> make_list(const FieldSpec& spec, const JsonArray& items) {
  JsonArray made;
  for (const Json& item : items) {
    const std::string place = fmt::format("field '{}', item {}", spec.name, made.size() + 1);
    const auto* object = item.if_object();
    if (object == nullptr)
      return fail(Errc::invalid_input, fmt::format("{} must be an object, found {}", place, render_json(item)));
    TRY(auto view, with_context(make_view(spec.of, *object), place));
    made.push_back(std::move(view));
  }
  return Json(std::move(made));
}

Result<Json> make_field(const FieldSpec& spec, const JsonObject& fields) {
  const Json* value = fields.if_contains(spec.name);
  if (value == nullptr || value->is_null()) {
    if (spec.optional) return Json();
    return fail(Errc::invalid_input, fmt::format("field '{}' is missing", spec.name));
  }
  const FieldTypeRow& row = type_row(spec.type);
  if (!row.holds(*value))
    return fail(Errc::invalid_input,
                fmt::format("field '{}' must be of type {}, found {}", spec.name, row.name, render_json(*value)));
  if (!spec.of.empty()) return make_list(spec, value->get_array());
  if (spec.type == FieldType::number) return Json(render_number(*value, spec.digits));
  return format_numbers(*value, spec.digits);
}

Result<Json> make_view(const std::vector<FieldSpec>& specs, const JsonObject& fields) {
  for (const auto& [name, value] : fields) {
    if (find_field(specs, name) == nullptr)
      return fail(Errc::invalid_input, fmt::format("field '{}' is not declared", std::string_view(name)));
  }
  JsonObject view;
  for (const FieldSpec& spec : specs) {
    TRY(auto value, make_field(spec, fields));
    view.emplace(spec.name, std::move(value));
  }
  return Json(std::move(view));
}

std::string_view trim_line_feeds(std::string_view text) {
  while (text.starts_with('\n')) text.remove_prefix(1);
  while (text.ends_with('\n')) text.remove_suffix(1);
  return text;
}

}  // namespace

Result<ContentTemplate> parse_content_template(std::string_view text, std::string_view name, std::string_view where,
                                               std::shared_ptr<const MustachePartials> partials) {
  const std::size_t body_begin = find_front_matter_end(text);
  if (body_begin == 0)
    return fail(Errc::invalid_input,
                fmt::format("{}:1: a template begins with front matter between two `---` lines", where));
  const std::string_view head = text.substr(0, body_begin);
  const std::string_view yaml = head.substr(head.find('\n') + 1, head.rfind("---") - head.find('\n') - 1);
  TRY(const YamlNode root, parse_yaml(yaml, where, 2));
  constexpr std::string_view keys[] = {"title", "path", "targets", "fields"};
  TRY_VOID(refuse_unknown_keys(root, keys, where));

  ContentTemplate note;
  note.name = name;
  note.where = where;
  note.partials = partials ? std::move(partials) : std::make_shared<const MustachePartials>();
  TRY(const YamlNode* fields, require_key(root, "fields", where));
  TRY(note.fields, read_fields(*fields, where));
  TRY(const YamlNode* targets, require_key(root, "targets", where));
  TRY(note.targets, read_targets(*targets, where));
  note.targets_line = targets->line;
  TRY(note.title, read_template(root, "title", note));
  TRY(note.path, read_template(root, "path", note));
  const int body_line = 1 + static_cast<int>(std::ranges::count(head, '\n'));
  TRY(note.body, parse_declared(text.substr(body_begin), note, body_line));
  return note;
}

Result<Json> read_field_text(const FieldSpec& spec, std::string_view text) {
  const FieldTypeRow& row = type_row(spec.type);
  Json value = row.read(text);
  if (!row.holds(value))
    return fail(Errc::invalid_input,
                fmt::format("field '{}' must be of type {}, found '{}'", spec.name, row.name, text));
  return value;
}

Result<RenderedNote> render_note(const ContentTemplate& note, const JsonObject& fields, Escape escape) {
  const std::string doing = "template " + note.name;
  TRY(const Json view, with_context(make_view(note.fields, fields), doing));
  TRY(const auto title, with_context(note.title.render(view, escape, *note.partials), doing));
  TRY(const auto path, with_context(note.path.render(view, render_slug, *note.partials), doing));
  TRY(const auto body, with_context(note.body.render(view, escape, *note.partials), doing));
  if (path.empty()) return fail(Errc::invalid_input, fmt::format("{}: its path comes out empty", doing));
  return RenderedNote{.path = path + ".md", .markdown = fmt::format("# {}\n\n{}\n", title, trim_line_feeds(body))};
}

}  // namespace converge::content
