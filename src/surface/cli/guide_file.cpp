#include "surface/cli/guide_file.hpp"

#include "surface/starter.hpp"

#include <algorithm>

namespace converge::surface {

Result<GuideFile> load_guide_file(const Session& session) {
  constexpr std::string_view path = "style/guide.yaml";
  if (const auto root = session.find_root()) {
    TRY(const std::string text, load_text(*root / path));
    TRY(auto guide, content::parse_style_guide(text, path));
    return GuideFile{.guide = std::move(guide), .where = std::string(path)};
  }
  const auto files = starter_files();
  const auto starter = std::ranges::find(files, path, &StarterFile::path);
  constexpr std::string_view where = "the built-in style guide";
  TRY(auto guide, content::parse_style_guide(starter->text, where));
  return GuideFile{.guide = std::move(guide), .where = std::string(where)};
}

Result<content::StyleGuide> load_guide(const Session& session) {
  TRY(auto file, load_guide_file(session));
  return std::move(file.guide);
}

}  // namespace converge::surface
