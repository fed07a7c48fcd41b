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

Result<std::vector<fs::path>> find_template_files(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    if (entry->path().extension() == ".md") files.push_back(entry->path());
  }
  if (error) return fail(Errc::not_found, fmt::format("list {}: {}", folder.string(), error.message()));
  std::ranges::sort(files);
  return files;
}

}  // namespace

Result<ContentSource> load_content_source(const std::string& desk_folder) {
  const fs::path desk(desk_folder);
  ContentSource source;
  TRY(const auto guide_text, read_file((desk / "style" / "guide.yaml").string()));
  TRY(source.guide, parse_style_guide(guide_text, "style/guide.yaml"));
  TRY(source.linter, Linter::compile(source.guide));
  TRY(const auto files, find_template_files(desk / "templates"));
  for (const fs::path& file : files) {
    TRY(const auto text, read_file(file.string()));
    TRY(auto parsed, parse_content_template(text, file.stem().string(), "templates/" + file.filename().string()));
    source.templates.emplace(file.stem().string(), std::move(parsed));
  }
  return source;
}

Result<const ContentTemplate*> require_template(const ContentSource& source, std::string_view name) {
  const auto found = source.templates.find(name);
  if (found != source.templates.end()) return &found->second;
  std::vector<std::string_view> names;
  for (const auto& [known, parsed] : source.templates) names.push_back(known);
  return fail(Errc::not_found, fmt::format("no template '{}'; known: {}", name, fmt::join(names, ", ")));
}

}  // namespace converge::content
