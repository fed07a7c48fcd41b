#include "content/lint_baseline.hpp"
#include "content/lint_files.hpp"
#include "content/lint_report.hpp"
#include "surface/cli/command_tables.hpp"
#include "surface/cli/guide_file.hpp"
#include "surface/cli/session.hpp"
#include "wire/file.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <ostream>

namespace converge::surface {
namespace {

bool has_errors(std::span<const content::FileFindings> files) {
  return std::ranges::any_of(files,
                             [](const content::FileFindings& file) { return content::has_errors(file.findings); });
}

// --config, else the guide of the desk, else the nearest .vale.ini, else the built-in guide and style.
Result<content::Linter> load_linter(Invocation& call) {
  const content::PrefilterSetup prefilter{.cache_folder = content::find_lint_cache_folder()};
  std::optional<std::string> ini = call.arguments.find("--config");
  if (!ini && !call.session.find_root()) ini = content::find_vale_ini(".");
  if (!ini) {
    TRY(const content::StyleGuide guide, load_guide(call.session));
    if (call.session.find_root()) return content::Linter::compile(guide);
    TRY(auto style, content::LintProject::built_in(prefilter));
    return content::Linter::compile(guide, std::move(style));
  }
  TRY(auto project, content::LintProject::load(*ini, prefilter));
  for (const std::string& notice : project.notices()) call.err << "notice: " << notice << '\n';
  return content::Linter::of_project(std::move(project));
}

struct LintOutput {
  std::string_view name;
  std::string (*render)(std::span<const content::FileFindings>);
};
constexpr LintOutput lint_outputs[] = {
    {"line", content::render_lint_lines},
    {"text", content::render_lint_text},
    {"github", content::render_github_annotations},
    {"json",
     [](std::span<const content::FileFindings> files) {
       return render_canonical_json(content::make_lint_json(files)) + "\n";
     }},
};

Result<int> run_content_lint(Invocation& call) {
  const std::string wanted = call.arguments.find("--output").value_or("line");
  const auto* output = std::ranges::find(lint_outputs, wanted, &LintOutput::name);
  if (output == std::end(lint_outputs))
    return fail(Errc::invalid_input, fmt::format("--output {}: write line, text, json or github", wanted));
  TRY(const content::Linter linter, load_linter(call));
  TRY(auto files, content::lint_files(linter, call.arguments.list("PATH")));
  if (const auto path = call.arguments.find("--baseline")) {
    TRY(const std::string text, load_text(*path));
    TRY(const auto baseline, content::LintBaseline::parse(text, *path));
    baseline.leave_out(files);
  }
  if (const auto path = call.arguments.find("--write-baseline")) {
    TRY_VOID(replace_file(*path, content::render_baseline(files)));
    return exit_ok;
  }
  call.answer(output->render(files), [&] { return content::make_lint_json(files); });
  return has_errors(files) ? exit_findings : exit_ok;
}

Result<int> run_content_fix(Invocation& call) {
  TRY(const content::Linter linter, load_linter(call));
  const auto mode = call.arguments.has("--dry-run") ? content::FixMode::dry_run : content::FixMode::write;
  TRY(const auto fixes, content::fix_files(linter, call.arguments.list("PATH"), mode));
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

constexpr Option lint_options[] = {
    {"PATH", "", "Markdown or text files, or folders of Markdown", true, true},
    {"--config", "FILE", "A .vale.ini; else the desk's guide, else the nearest .vale.ini, else the built-in guide"},
    {"--output", "FORM", "line (file:line:col:Rule:message), text, json or github"},
    {"--baseline", "FILE", "Leave out the findings that the file knows"},
    {"--write-baseline", "FILE", "Write what is found to the file, and report nothing"}};
constexpr Option fix_options[] = {{"PATH", "", "Markdown or text files, or folders of Markdown", true, true},
                                  {"--config", "FILE", "As for content lint"},
                                  {"--dry-run", "", "Say what would change, and change nothing"}};

constexpr Command content_table[] = {
    {"content", "lint", "Check texts against a style guide or rule packages; needs no desk and no database",
     lint_options, run_content_lint},
    {"content", "fix", "Mend what can be mended safely; what is left is still reported", fix_options, run_content_fix},
};

}  // namespace

std::span<const Command> content_commands() {
  return content_table;
}

}  // namespace converge::surface
