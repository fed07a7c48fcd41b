#include "content/style_block.hpp"
#include "content/style_prompt.hpp"
#include "surface/cli/command_tables.hpp"
#include "surface/cli/guide_file.hpp"
#include "surface/cli/session.hpp"
#include "wire/file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <filesystem>
#include <ostream>

namespace converge::surface {
namespace {

namespace fs = std::filesystem;

JsonArray make_text_array(const std::vector<std::string>& texts) {
  JsonArray array;
  for (const std::string& text : texts) array.emplace_back(boost::json::string(text));
  return array;
}

// The guide as --target asks for it.
Result<content::StyleGuide> load_target_guide(const Invocation& call) {
  TRY(auto guide, load_guide(call.session));
  if (const auto target = call.arguments.find("--target")) return guide.for_target(*target);
  return guide;
}

Result<content::StylePrompt> make_prompt(const Invocation& call, const content::StyleGuide& guide) {
  TRY(const auto chars_max, call.arguments.find_count("--max-chars"));
  return content::render_style_prompt(guide, chars_max);
}

Result<int> run_style_prompt(Invocation& call) {
  TRY(const content::StyleGuide guide, load_target_guide(call));
  TRY(const content::StylePrompt prompt, make_prompt(call, guide));
  call.answer(prompt.text, [&] {
    return Json(JsonObject{{"prompt", prompt.text},
                           {"style_hash", guide.hash},
                           {"rules_left_out", make_text_array(prompt.rules_left_out)},
                           {"examples_left_out", make_text_array(prompt.examples_left_out)}});
  });
  return exit_ok;
}

Result<int> run_style_page(Invocation& call) {
  TRY(const content::StyleGuide guide, load_guide(call.session));
  const std::string page = content::render_style_page(guide);
  call.answer(page, [&] { return Json(JsonObject{{"page", page}, {"style_hash", guide.hash}}); });
  return exit_ok;
}

Result<int> run_style_check(Invocation& call) {
  TRY(const GuideFile file, load_guide_file(call.session));
  TRY(const auto faults, content::check_style_examples(file.guide));
  std::string text;
  JsonArray listed;
  for (const content::StyleFault& fault : faults) {
    text += fmt::format("{}:{}: {}\n", file.where, fault.line, fault.message);
    listed.push_back(JsonObject{{"line", fault.line}, {"message", fault.message}});
  }
  if (faults.empty())
    text = fmt::format("{}: {} rules, {} examples: the linter agrees with all of them\n", file.where,
                       file.guide.rules.size(), file.guide.examples.size());
  call.answer(text, [&] {
    return Json(JsonObject{{"file", file.where}, {"style_hash", file.guide.hash}, {"faults", std::move(listed)}});
  });
  return faults.empty() ? exit_ok : exit_findings;
}

// A file as it is, and as it should be.
struct StyledFile {
  std::string path;
  bool exists = false;
  std::string before;
  std::string after;

  bool is_current() const { return exists && before == after; }
};

// A link is followed, so that CLAUDE.md may be one to AGENTS.md.
std::string follow_link(const std::string& path) {
  std::error_code error;
  const fs::path target = fs::is_symlink(path, error) ? fs::canonical(path, error) : fs::path(path);
  return error ? path : target.string();
}

Result<StyledFile> style_file(const Invocation& call, const std::string& path, const std::string& prompt,
                              const content::StyleGuide& guide) {
  StyledFile file{.path = path};
  const auto text = read_file(follow_link(path));
  file.exists = text.has_value();
  if (!text && text.error().code != Errc::not_found) return fail(text.error());
  const bool removes = call.arguments.has("--remove");
  if (!text && removes) return fail(text.error());
  file.before = text ? *text : content::make_style_file(path);
  TRY(file.after, removes ? content::remove_style_block(file.before, path)
                          : content::install_style_block(file.before, prompt, guide, path));
  return file;
}

Result<void> write_styled(const StyledFile& file) {
  const std::string path = follow_link(file.path);
  TRY_VOID(create_folder_of(path));
  return replace_file(path, file.after);
}

Result<int> run_style_install(Invocation& call) {
  TRY(const content::StyleGuide guide, load_target_guide(call));
  TRY(const content::StylePrompt prompt, make_prompt(call, guide));
  const bool checks = call.arguments.has("--check");
  if (checks && call.arguments.has("--remove"))
    return fail(Errc::invalid_input, "--check and --remove cannot be given together");
  // Every file is read and judged before the first one is written.
  std::vector<StyledFile> files;
  for (const std::string& path : call.arguments.list("FILE")) {
    TRY(auto file, style_file(call, path, prompt.text, guide));
    files.push_back(std::move(file));
  }
  std::string text;
  std::vector<std::string> changed;
  for (const StyledFile& file : files) {
    if (file.is_current()) continue;
    if (!checks) TRY_VOID(write_styled(file));
    text += fmt::format("{}: {}\n", file.path, checks ? "is not up to date" : file.exists ? "changed" : "written");
    changed.push_back(file.path);
  }
  if (!prompt.rules_left_out.empty())
    text += fmt::format("left out for length: {}\n", fmt::join(prompt.rules_left_out, ", "));
  call.answer(text, [&] {
    return Json(JsonObject{{"changed", make_text_array(changed)},
                           {"style_hash", guide.hash},
                           {"rules_left_out", make_text_array(prompt.rules_left_out)}});
  });
  return checks && !changed.empty() ? exit_findings : exit_ok;
}

constexpr Option prompt_options[] = {
    {"--target", "NAME", "As the guide is for this target: discord, notion, docs, or any that it names"},
    {"--max-chars", "N", "At most so many characters: the least important rules are left out, and named"}};
constexpr Option install_options[] = {
    {"FILE", "", "AGENTS.md, CLAUDE.md, .cursor/rules/*.mdc, .github/copilot-instructions.md, ...", true, true},
    {"--target", "NAME", "As the guide is for this target"},
    {"--max-chars", "N", "At most so many characters: the least important rules are left out, and named"},
    {"--check", "", "Change nothing; exit 1 when a file is not up to date"},
    {"--remove", "", "Take the block out"}};

constexpr Command style_table[] = {
    {"style", "prompt", "Print the style guide as instructions for a writer or an assistant", prompt_options,
     run_style_prompt},
    {"style", "install", "Keep the style guide as a block of its own in an assistant's memory file", install_options,
     run_style_install},
    {"style", "page", "Print the style guide as a page of documentation", {}, run_style_page},
    {"style", "check", "Check the style guide, and its examples against its own linter", {}, run_style_check},
};

}  // namespace

std::span<const Command> style_commands() {
  return style_table;
}

}  // namespace converge::surface
