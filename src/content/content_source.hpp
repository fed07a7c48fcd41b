// content/content_source.hpp — what a desk says about its texts: style/guide.yaml and templates/*.md, read and compiled.
#pragma once
#include "content/content_template.hpp"
#include "content/lint.hpp"

#include <map>
#include <string>
#include <string_view>

namespace converge::content {

struct ContentSource {
  StyleGuide guide;
  Linter linter;
  std::map<std::string, ContentTemplate, std::less<>> templates;  // by file name without ".md"
};

// Reads DESK/style/guide.yaml and DESK/templates/*.md. errors: not_found, invalid_input naming file below the desk and line
Result<ContentSource> load_content_source(const std::string& desk_folder);

// errors: not_found naming the templates there are
Result<const ContentTemplate*> require_template(const ContentSource& source, std::string_view name);

}  // namespace converge::content
