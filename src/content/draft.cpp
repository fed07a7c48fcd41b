#include "content/draft.hpp"

#include <algorithm>

namespace converge::content {

Result<Draft> make_draft(const Linter& linter, const ContentTemplate& note, const JsonObject& fields, Escape escape) {
  TRY(auto rendered, render_note(note, fields, escape));
  TRY(auto draft, check_draft(linter, rendered.markdown));
  draft.path = std::move(rendered.path);
  return draft;
}

Result<Draft> check_draft(const Linter& linter, std::string_view markdown) {
  TRY(auto checked, fix_text(linter, markdown));
  TRY(const Prose prose, parse_prose(checked.text));
  const auto heading = std::ranges::find(prose.blocks, BlockKind::heading, &ProseBlock::kind);
  return Draft{.title = heading == prose.blocks.end() ? std::string() : heading->text,
               .path = {},
               .markdown = std::move(checked.text),
               .fixed = std::move(checked.fixed),
               .left = std::move(checked.left)};
}

}  // namespace converge::content
