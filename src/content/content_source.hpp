// content/content_source.hpp — what a desk says about its texts: style/guide.yaml, templates/*.md and templates/partials/*.md,
// read and compiled.
#pragma once
#include "content/content_template.hpp"
#include "content/lint.hpp"

#include <map>
#include <span>
#include <string>
#include <string_view>

namespace converge::content {

struct ContentSource {
  StyleGuide guide;
  Linter linter;
  std::map<std::string, ContentTemplate, std::less<>> templates;  // by file name without ".md"
};

// A file of a desk: its path below it, "templates/signal_post.md", and its text.
struct ContentFile {
  std::string path;
  std::string text;
};

// From the files of a desk, in any order; those that say nothing about texts are passed over. Pure.
// errors: not_found (no guide), invalid_input naming file below the desk and line
Result<ContentSource> parse_content_source(std::span<const ContentFile> files);

// Reads DESK/style/guide.yaml and the templates. errors: not_found, invalid_input naming file below the desk and line
Result<ContentSource> load_content_source(const std::string& desk_folder);

// errors: not_found naming the templates there are
Result<const ContentTemplate*> require_template(const ContentSource& source, std::string_view name);

}  // namespace converge::content
