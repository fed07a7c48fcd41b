#include "content/lint_report.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace converge::content {
namespace {

std::int64_t count_level(std::span<const FileFindings> files, LintLevel level) {
  std::int64_t count = 0;
  for (const FileFindings& file : files) count += std::ranges::count(file.findings, level, &LintFinding::level);
  return count;
}

Json make_fix_json(const std::optional<LintFix>& fix) {
  if (!fix) return nullptr;
  return JsonObject{{"safety", fix->safety == FixSafety::safe ? "safe" : "suggest"}, {"replacement", fix->replacement}};
}

Json make_finding_json(const std::string& path, const LintFinding& finding) {
  return JsonObject{{"file", path},
                    {"line", finding.at.line},
                    {"col", finding.at.col},
                    {"rule", finding.rule},
                    {"level", std::string(lint_level_name(finding.level))},
                    {"message", finding.message},
                    {"fix", make_fix_json(finding.fix)}};
}

}  // namespace

std::string render_finding_line(std::string_view path, const LintFinding& finding) {
  return fmt::format("{}:{}:{}:{}:{}", path, finding.at.line, finding.at.col, finding.rule, finding.message);
}

std::string render_lint_lines(std::span<const FileFindings> files) {
  std::string lines;
  for (const FileFindings& file : files) {
    for (const LintFinding& finding : file.findings) lines += render_finding_line(file.path, finding) + '\n';
  }
  return lines;
}

Json make_lint_json(std::span<const FileFindings> files) {
  JsonArray findings;
  for (const FileFindings& file : files) {
    for (const LintFinding& finding : file.findings) findings.push_back(make_finding_json(file.path, finding));
  }
  return JsonObject{{"files", files.size()},
                    {"errors", count_level(files, LintLevel::error)},
                    {"warnings", count_level(files, LintLevel::warning)},
                    {"suggestions", count_level(files, LintLevel::suggestion)},
                    {"findings", std::move(findings)}};
}

}  // namespace converge::content
