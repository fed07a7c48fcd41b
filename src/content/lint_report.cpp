#include "content/lint_report.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace converge::content {
namespace {

std::int64_t count_level(std::span<const FileFindings> files, LintLevel level) {
  std::int64_t count = 0;
  for (const FileFindings& file : files) count += std::ranges::count(file.findings, level, &LintFinding::level);
  return count;
}

// GitHub's commands end at these.
std::string escape_annotation(std::string_view text, bool is_property) {
  std::string out;
  for (const char c : text) {
    const bool is_special = c == '%' || c == '\r' || c == '\n' || (is_property && (c == ':' || c == ','));
    if (is_special) {
      out += fmt::format("%{:02X}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out;
}

constexpr std::array<std::string_view, 3> annotation_names{"notice", "warning", "error"};

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
                    {"link", finding.link.empty() ? Json(nullptr) : Json(finding.link)},
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

std::string render_lint_text(std::span<const FileFindings> files) {
  std::string text;
  std::size_t with_findings = 0;
  for (const FileFindings& file : files) {
    if (file.findings.empty()) continue;
    ++with_findings;
    text += fmt::format("{}\n", file.path);
    for (const LintFinding& finding : file.findings) {
      const std::string place = fmt::format("{}:{}", finding.at.line, finding.at.col);
      text += fmt::format("  {:<8} {:<10}  {}  ({})\n", place, lint_level_name(finding.level), finding.message,
                          finding.rule);
    }
    text += '\n';
  }
  return text + fmt::format("{} errors, {} warnings and {} suggestions in {} of {} files\n",
                            count_level(files, LintLevel::error), count_level(files, LintLevel::warning),
                            count_level(files, LintLevel::suggestion), with_findings, files.size());
}

std::string render_github_annotations(std::span<const FileFindings> files) {
  std::string lines;
  for (const FileFindings& file : files) {
    for (const LintFinding& finding : file.findings) {
      lines += fmt::format("::{} file={},line={},col={},title={}::{}\n",
                           annotation_names.at(static_cast<std::size_t>(finding.level)),
                           escape_annotation(file.path, true), finding.at.line, finding.at.col,
                           escape_annotation(finding.rule, true), escape_annotation(finding.message, false));
    }
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
