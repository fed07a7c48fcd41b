// content/draft.hpp — from a template and its fields to a text that has been checked and mended. Pure.
#pragma once
#include "content/content_template.hpp"
#include "content/fix.hpp"

#include <string>
#include <vector>

namespace converge::content {

struct Draft {
  std::string title;  // the words of its first heading
  std::string path;   // below a target
  std::string markdown;
  std::vector<LintFinding> fixed;
  std::vector<LintFinding> left;

  // A finding of level error that autofix could not mend keeps a text from being published.
  bool is_blocked() const { return has_errors(left); }
};

// errors: those of render_note and fix_text
Result<Draft> make_draft(const Linter& linter, const ContentTemplate& note, const JsonObject& fields,
                         Escape escape = escape_markdown);

// A text that came from elsewhere, checked and mended. It has no path. errors: those of fix_text
Result<Draft> check_draft(const Linter& linter, std::string_view markdown);

}  // namespace converge::content
