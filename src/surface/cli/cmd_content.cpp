#include "content/content_source.hpp"
#include "content/lint_files.hpp"
#include "content/lint_report.hpp"
#include "surface/cli/command_tables.hpp"
#include "surface/cli/session.hpp"
#include "surface/starter.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <ostream>

namespace converge::surface {
namespace {

// The guide of the desk when there is one, else the one that `converge init` writes: linting needs no desk.
Result<content::StyleGuide> load_guide(Invocation& call) {
  if (const auto root = call.session.find_root()) {
    TRY(const std::string text, load_text(*root / "style" / "guide.yaml"));
    return content::parse_style_guide(text, "style/guide.yaml");
  }
  const auto files = starter_files();
  const auto guide = std::ranges::find(files, "style/guide.yaml", &StarterFile::path);
  return content::parse_style_guide(guide->text, "the built-in style guide");
}

bool has_errors(std::span<const content::FileFindings> files) {
  return std::ranges::any_of(files, [](const content::FileFindings& file) {
    return std::ranges::any_of(file.findings,
                               [](const content::LintFinding& f) { return f.level == content::LintLevel::error; });
  });
}

Result<int> run_content_lint(Invocation& call) {
  TRY(const content::StyleGuide guide, load_guide(call));
  TRY(const content::Linter linter, content::Linter::compile(guide));
  TRY(const auto paths, content::find_markdown_files(call.arguments.list("PATH")));
  TRY(const auto files, content::lint_files(linter, paths));
  call.answer(content::render_lint_lines(files), [&] { return content::make_lint_json(files); });
  return has_errors(files) ? exit_findings : exit_ok;
}

Result<int> run_content_fix(Invocation& call) {
  TRY(const content::StyleGuide guide, load_guide(call));
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

Result<int> run_style_prompt(Invocation& call) {
  TRY(const content::StyleGuide guide, load_guide(call));
  const std::string prompt = content::render_style_prompt(guide);
  call.answer(prompt, [&] { return Json(JsonObject{{"prompt", prompt}, {"style_hash", guide.hash}}); });
  return exit_ok;
}

constexpr Option lint_options[] = {{"PATH", "", "Markdown files, or folders of them", true, true}};
constexpr Option fix_options[] = {{"PATH", "", "Markdown files, or folders of them", true, true},
                                  {"--dry-run", "", "Say what would change, and change nothing"}};

constexpr Command content_table[] = {
    {"content", "lint", "Check Markdown against the style guide; needs no desk and no database", lint_options,
     run_content_lint},
    {"content", "fix", "Mend what can be mended safely; what is left is still reported", fix_options, run_content_fix},
};
constexpr Command style_table[] = {
    {"style", "prompt", "Print the style guide as instructions for a writer or an assistant", {}, run_style_prompt},
};

}  // namespace

std::span<const Command> content_commands() {
  return content_table;
}

std::span<const Command> style_commands() {
  return style_table;
}

}  // namespace converge::surface
