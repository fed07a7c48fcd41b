#include "content/lint_files.hpp"
#include "content/lint_report.hpp"
#include "surface/cli/command_tables.hpp"
#include "surface/cli/guide_file.hpp"
#include "surface/cli/session.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <ostream>

namespace converge::surface {
namespace {

bool has_errors(std::span<const content::FileFindings> files) {
  return std::ranges::any_of(files, [](const content::FileFindings& file) {
    return std::ranges::any_of(file.findings,
                               [](const content::LintFinding& f) { return f.level == content::LintLevel::error; });
  });
}

Result<int> run_content_lint(Invocation& call) {
  TRY(const content::StyleGuide guide, load_guide(call.session));
  TRY(const content::Linter linter, content::Linter::compile(guide));
  TRY(const auto paths, content::find_markdown_files(call.arguments.list("PATH")));
  TRY(const auto files, content::lint_files(linter, paths));
  call.answer(content::render_lint_lines(files), [&] { return content::make_lint_json(files); });
  return has_errors(files) ? exit_findings : exit_ok;
}

Result<int> run_content_fix(Invocation& call) {
  TRY(const content::StyleGuide guide, load_guide(call.session));
  TRY(const content::Linter linter, content::Linter::compile(guide));
  TRY(const auto paths, content::find_markdown_files(call.arguments.list("PATH")));
  const auto mode = call.arguments.has("--dry-run") ? content::FixMode::dry_run : content::FixMode::write;
  TRY(const auto fixes, content::fix_files(linter, paths, mode));
  std::string text;
  std::vector<content::FileFindings> left;
  JsonArray changed;
  for (const content::FileFix& fix : fixes) {
    if (fix.changed) {
      text += fmt::format("{}: {} fixed, {} left\n", fix.path, fix.fixed.size(), fix.left.size());
      changed.emplace_back(boost::json::string(fix.path));
    }
    left.push_back({fix.path, fix.left});
  }
  text += content::render_lint_lines(left);
  call.answer(text, [&] { return Json(JsonObject{{"changed", changed}, {"left", content::make_lint_json(left)}}); });
  return has_errors(left) ? exit_findings : exit_ok;
}

constexpr Option lint_options[] = {{"PATH", "", "Markdown files, or folders of them", true, true}};
constexpr Option fix_options[] = {{"PATH", "", "Markdown files, or folders of them", true, true},
                                  {"--dry-run", "", "Say what would change, and change nothing"}};

constexpr Command content_table[] = {
    {"content", "lint", "Check Markdown against the style guide; needs no desk and no database", lint_options,
     run_content_lint},
    {"content", "fix", "Mend what can be mended safely; what is left is still reported", fix_options, run_content_fix},
};

}  // namespace

std::span<const Command> content_commands() {
  return content_table;
}

}  // namespace converge::surface
