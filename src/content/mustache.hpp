// content/mustache.hpp — logic-less templates: github.com/mustache/spec, all core modules, inheritance and dynamic names.
//
// Variables, sections, inverted sections, comments, partials, parents with blocks, set delimiters, and the rules for tags
// that stand alone on their line. Null, false, the empty text and the empty list are false; a missing name is the empty
// text. Lambdas are not part of it.
//
// Nothing that a template or its fields hold can make a rendering go on for ever: nesting, partials and steps have limits,
// and beyond them is an error. Pure.
#pragma once
#include "base/result.hpp"
#include "content/escape.hpp"
#include "wire/json.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace converge::content {

enum class MustacheUseKind {
  field,           // a variable, a section, or what names a dynamic partial
  absent_partial,  // a partial or parent that is not among those given
};

// A name as a template uses it: for checks against what will be there.
struct MustacheUse {
  MustacheUseKind kind = MustacheUseKind::field;
  std::string name;                   // "metric.auc", or "."
  std::string where;                  // the file, or "partial footer"
  int line = 0;                       // from 1
  std::vector<std::string> sections;  // the sections it stands in, outermost first
};

// The text of each partial and parent by name; one that is not here is empty.
using MustachePartials = std::map<std::string, std::string, std::less<>>;

struct MustacheNode;

class MustacheTemplate {
 public:
  // `where` names the file. errors: invalid_input as "file:line: what" (a tag or section that is not closed, a wrong end)
  static Result<MustacheTemplate> parse(std::string_view text, std::string_view where, int line_first = 1);

  // `escape` is applied to {{name}}, not to {{{name}}} and {{&name}}.
  // errors: invalid_input for a partial that does not parse, for partials without end, and beyond the limits
  Result<std::string> render(const Json& fields, Escape escape, const MustachePartials& partials = {}) const;

  // Every name in the order of the text, with those in partials and in what is put in place of blocks; what dynamic names
  // stand for cannot be known. errors: as render
  Result<std::vector<MustacheUse>> uses(const MustachePartials& partials = {}) const;

 private:
  std::string where_;
  std::shared_ptr<const std::vector<MustacheNode>> nodes_;
};

}  // namespace converge::content
