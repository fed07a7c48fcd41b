// content/mustache.hpp — logic-less templates: github.com/mustache/spec, all core modules, and dynamic names.
//
// Variables, sections, inverted sections, comments, partials, set delimiters, and the rules for tags that stand alone on
// their line. Null, false, the empty text and the empty list are false; a missing name is the empty text. Lambdas and
// inheritance are not part of it. Pure.
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

// A name as a template uses it: for checks against what will be there.
struct MustacheUse {
  std::string name;                   // "metric.auc", or "."
  int line = 0;                       // from 1
  std::vector<std::string> sections;  // the sections it stands in, outermost first
};

// The text of each partial by name; a partial that is not here is empty.
using MustachePartials = std::map<std::string, std::string, std::less<>>;

struct MustacheNode;

class MustacheTemplate {
 public:
  // `where` names the file. errors: invalid_input as "file:line: what" (a tag or section that is not closed, a wrong end)
  static Result<MustacheTemplate> parse(std::string_view text, std::string_view where, int line_first = 1);

  // `escape` is applied to {{name}}, not to {{{name}}} and {{&name}}.
  // errors: invalid_input for a partial that does not parse, or partials nested deeper than 64
  Result<std::string> render(const Json& fields, Escape escape, const MustachePartials& partials = {}) const;

  // Every variable, section and inverted section, in the order of the text.
  std::vector<MustacheUse> uses() const;

 private:
  std::shared_ptr<const std::vector<MustacheNode>> nodes_;
};

}  // namespace converge::content
