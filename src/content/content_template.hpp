// content/content_template.hpp — templates/*.md: YAML front matter that declares the fields, and a Mustache body.
//
//   ---
//   title: "{{model}}: version {{version}} is champion"
//   path: "{{decided_on}}-{{model}}-version-{{version}}"       values become slugs; ".md" is added
//   targets: [docs]
//   fields:
//     model: name                                             a type, or a map with type, digits, optional, of
//     score: {type: number, digits: 4, optional: true}
//     rows: {type: list, of: {name: text, link: url}}
//   ---
//   Version {{version}} of {{model}} ...
//   {{>footer}}                                             templates/partials/footer.md: Mustache without front matter
//
// A template may only use what it declares, its partials and parents included, and gets all of what it declares or an error. Pure.
#pragma once
#include "base/result.hpp"
#include "content/mustache.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace converge::content {

enum class FieldType {
  text,  // any text; escaped where it is put
  name,  // an identifier: letters, digits and _ . : / -
  integer,
  number,
  boolean,
  date,  // "2020-03-16"
  url,  // http:// or https://, without blanks, brackets and quotes, so that it can stand in a link as it is: `[x]({{{link}}})`
  list,  // of anything, digits applying to the numbers in it; or of objects with the fields under `of`
};

struct FieldSpec {
  std::string name;
  FieldType type = FieldType::text;
  int digits = -1;  // after the point, for numbers; -1 is as many as needed
  bool optional = false;
  std::vector<FieldSpec> of = {};  // of the objects in a list; empty: anything
};

struct ContentTemplate {
  std::string name;
  std::string where;  // its file, as errors name it
  std::vector<FieldSpec> fields;
  std::vector<std::string> targets;  // names, each once; whether they exist is for publish/ to say
  int targets_line = 0;              // in the file, from 1
  MustacheTemplate title;
  MustacheTemplate path;
  MustacheTemplate body;
  std::shared_ptr<const MustachePartials> partials;
};

// `where` names the file in errors. errors: invalid_input as "file:line: what", also for a name that is used and not declared,
// and for a partial that is not there
Result<ContentTemplate> parse_content_template(std::string_view text, std::string_view name, std::string_view where,
                                               std::shared_ptr<const MustachePartials> partials = {});

// A value of the field's type from its text in a CSV file, in a matrix, or from a database. A list is written as JSON.
// errors: invalid_input
Result<Json> read_field_text(const FieldSpec& spec, std::string_view text);

struct RenderedNote {
  std::string path;      // below a target, "2020-03-16-sp500-vol5-version-3.md"
  std::string markdown;  // "# title", an empty line, the body
};

// errors: invalid_input naming template and field, when one is missing, undeclared or not of its type
Result<RenderedNote> render_note(const ContentTemplate& note, const JsonObject& fields,
                                 Escape escape = escape_markdown);

}  // namespace converge::content
