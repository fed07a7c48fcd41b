#include "content/content_source.hpp"

#include "wire/file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <filesystem>
#include <vector>

namespace converge::content {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view guide_path = "style/guide.yaml";
constexpr std::string_view template_folder = "templates";
constexpr std::string_view partial_folder = "templates/partials";

// A folder of partials need not be there.
Result<void> read_folder(const fs::path& desk, std::string_view folder, bool required,
                         std::vector<ContentFile>& files) {
  std::error_code error;
  std::vector<std::string> names;
  for (fs::directory_iterator entry(desk / folder, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    if (entry->path().extension() == ".md") names.push_back(entry->path().filename().string());
  }
  if (error == std::errc::no_such_file_or_directory && !required) return {};
  if (error) return fail(Errc::not_found, fmt::format("list {}: {}", (desk / folder).string(), error.message()));
  std::ranges::sort(names);
  for (const std::string& name : names) {
    TRY(auto text, read_file((desk / folder / name).string()));
    files.push_back({.path = fmt::format("{}/{}", folder, name), .text = std::move(text)});
  }
  return {};
}

// The name that a file of the folder goes by; empty for a file that is not one of its Markdown files.
std::string name_in(std::string_view folder, const std::string& path) {
  const fs::path file(path);
  return file.parent_path() == fs::path(folder) && file.extension() == ".md" ? file.stem().string() : std::string();
}

}  // namespace

Result<ContentSource> parse_content_source(std::span<const ContentFile> files) {
  const auto guide = std::ranges::find(files, guide_path, &ContentFile::path);
  if (guide == files.end()) return fail(Errc::not_found, fmt::format("there is no {}", guide_path));
  ContentSource source;
  TRY(source.guide, parse_style_guide(guide->text, guide_path));
  TRY(source.linter, Linter::compile(source.guide));
  auto partials = std::make_shared<MustachePartials>();
  for (const ContentFile& file : files) {
    if (const std::string name = name_in(partial_folder, file.path); !name.empty()) partials->emplace(name, file.text);
  }
  for (const ContentFile& file : files) {
    const std::string name = name_in(template_folder, file.path);
    if (name.empty()) continue;
    TRY(auto parsed, parse_content_template(file.text, name, file.path, partials));
    source.templates.emplace(name, std::move(parsed));
  }
  return source;
}

Result<ContentSource> load_content_source(const std::string& desk_folder) {
  const fs::path desk(desk_folder);
  std::vector<ContentFile> files;
  TRY(auto guide, read_file((desk / guide_path).string()));
  files.push_back({.path = std::string(guide_path), .text = std::move(guide)});
  TRY_VOID(read_folder(desk, template_folder, true, files));
  TRY_VOID(read_folder(desk, partial_folder, false, files));
  return parse_content_source(files);
}

Result<const ContentTemplate*> require_template(const ContentSource& source, std::string_view name) {
  const auto found = source.templates.find(name);
  if (found != source.templates.end()) return &found->second;
  std::vector<std::string_view> names;
  for (const auto& [known, parsed] : source.templates) names.push_back(known);
  return fail(Errc::not_found, fmt::format("no template '{}'; known: {}", name, fmt::join(names, ", ")));
}

}  // namespace converge::content
