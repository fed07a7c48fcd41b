#include "content/draft.hpp"

#include <algorithm>

namespace converge::content {
namespace {

// The block as its reader sees it. The block's own text hides what no rule may look at: @handles, code, tags.
std::string read_words(std::string_view markdown, const ProseBlock& block) {
  std::string words;
  for (const Piece& piece : block.pieces) {
    if (is_break(piece.kind)) words += ' ';
    if (piece.kind == PieceKind::decoded) words += block.text.substr(piece.text.begin, piece.text.size());
    if (piece.kind == PieceKind::verbatim || piece.kind == PieceKind::guarded)
      words += markdown.substr(piece.source.begin, piece.source.size());
  }
  return words;
}

}  // namespace

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
  return Draft{.title = heading == prose.blocks.end() ? std::string() : read_words(checked.text, *heading),
               .path = {},
               .markdown = std::move(checked.text),
               .fixed = std::move(checked.fixed),
               .left = std::move(checked.left)};
}

}  // namespace converge::content
