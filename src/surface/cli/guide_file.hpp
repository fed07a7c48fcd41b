// surface/cli/guide_file.hpp — the style guide for commands that need no desk.
#pragma once
#include "content/style_guide.hpp"
#include "surface/cli/session.hpp"

namespace converge::surface {

struct GuideFile {
  content::StyleGuide guide;
  std::string where;  // "style/guide.yaml"
};

// The guide of the desk when there is one, else the one that `converge init` writes. errors: those of parse_style_guide
Result<GuideFile> load_guide_file(const Session& session);
Result<content::StyleGuide> load_guide(const Session& session);

}  // namespace converge::surface
