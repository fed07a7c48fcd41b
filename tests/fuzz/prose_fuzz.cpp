// Any bytes as Markdown: every piece of text must stand where it says in the file, in order and without gaps, and what a piece
// says is verbatim must be so. Front matter's texts too.
#include "content/lint_document.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace converge::content;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check_block(const ProseBlock& block, std::string_view source) {
  std::size_t text_at = 0;
  for (const Piece& piece : block.pieces) {
    require(piece.text.begin == text_at && piece.text.end >= text_at);
    require(piece.source.begin <= piece.source.end && piece.source.end <= source.size());
    text_at = piece.text.end;
    const bool is_verbatim = piece.kind == PieceKind::verbatim && piece.text.size() == piece.source.size();
    for (std::size_t i = 0; is_verbatim && i < piece.text.size(); ++i) {
      const char shown = block.text[piece.text.begin + i];
      require(shown == source[piece.source.begin + i] || shown == object_mark);
    }
  }
  require(text_at == block.text.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto document = make_lint_document(text, {.front_matter = true});
  if (!document) return 0;
  for (const ProseBlock& block : document->prose.blocks) check_block(block, text);
  for (const InlineSpan& span : document->prose.spans) {
    require(span.block < document->prose.blocks.size());
    require(span.text.begin < span.text.end && span.text.end <= document->prose.blocks[span.block].text.size());
  }
  for (const DocumentPassage& block : document->blocks) {
    for (const DocumentPassage& sentence : split_sentences(*document, block)) {
      const TextRange place = document->source_of(sentence, {0, sentence.text.size()});
      require(place.begin <= place.end && place.end <= text.size());
    }
  }
  return 0;
}
