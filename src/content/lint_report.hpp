// content/lint_report.hpp — findings in the forms in which people and programs read them.
#pragma once
#include "content/lint.hpp"
#include "wire/json.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace converge::content {

struct FileFindings {
  std::string path;
  std::vector<LintFinding> findings;
};

// "docs/note.md:7:19:no_em_dash:em dash; write a comma, a colon or a new sentence"
std::string render_finding_line(std::string_view path, const LintFinding& finding);
// One line each, with its line feed; empty when there are none.
std::string render_lint_lines(std::span<const FileFindings> files);
// By file, with levels and a count at the end, for people.
std::string render_lint_text(std::span<const FileFindings> files);
// Annotations of a GitHub workflow: `::error file=docs/note.md,line=7,col=19,title=no_em_dash::em dash; ...`
std::string render_github_annotations(std::span<const FileFindings> files);

// {"files": n, "errors": n, "warnings": n, "suggestions": n, "findings": [{"file", "line", "col", "rule", "level", "message",
// "link", "fix": null | {"safety", "replacement"}}]}
Json make_lint_json(std::span<const FileFindings> files);

}  // namespace converge::content
