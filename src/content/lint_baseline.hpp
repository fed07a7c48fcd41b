// content/lint_baseline.hpp — findings that were there when linting began, kept in a file so that only new ones are reported.
//
// Known by file, rule and message, not by line: an edit above does not bring an old finding back. Where a file holds one
// several times, as many are left out as were there. Pure.
#pragma once
#include "content/lint_report.hpp"

#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace converge::content {

class LintBaseline {
 public:
  // errors: invalid_input for a text that render_baseline did not write
  static Result<LintBaseline> parse(std::string_view text, std::string_view where);

  // Takes what the baseline knows out of the findings.
  void leave_out(std::vector<FileFindings>& files) const;

 private:
  std::map<std::tuple<std::string, std::string, std::string>, int> counts_;  // file, rule, message
};

// JSON, sorted: {"findings": [{"file", "rule", "message", "count"}]}
std::string render_baseline(std::span<const FileFindings> files);

}  // namespace converge::content
