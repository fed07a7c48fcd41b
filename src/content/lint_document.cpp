#include "content/lint_document.hpp"

#include "content/segment.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cctype>

namespace converge::content {
namespace {

ProseBlock make_plain_block(std::string_view source, TextRange range, std::string scope, PieceKind kind) {
  ProseBlock block{.kind = BlockKind::paragraph,
                   .scope = std::move(scope),
                   .text = std::string(source.substr(range.begin, range.size())),
                   .pieces = {}};
  block.pieces.push_back({.kind = kind, .styled = false, .text = {0, range.size()}, .source = range});
  return block;
}

// A file without markup: what blank lines part.
Result<Prose> read_plain(std::string_view source) {
  if (!is_utf8(source)) return fail(Errc::invalid_input, "text is not UTF-8; save the file as UTF-8");
  Prose prose;
  std::size_t begin = source.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
  while (begin < source.size()) {
    std::size_t end = std::min(source.find("\n\n", begin), source.size());
    const std::size_t crlf = source.find("\n\r\n", begin);
    end = std::min(end, crlf);
    if (end > begin) prose.blocks.push_back(make_plain_block(source, {begin, end}, "text", PieceKind::verbatim));
    begin = end;
    while (begin < source.size() && (source[begin] == '\n' || source[begin] == '\r')) ++begin;
  }
  return prose;
}

bool is_text_value(std::string_view value) {
  if (value.empty() || std::string_view("[{|>&*#").find(value.front()) != std::string_view::npos) return false;
  const bool is_number = value.find_first_not_of("0123456789.-:+TZ") == std::string_view::npos;
  return !is_number && value != "true" && value != "false" && value != "null";
}

// `title: A text` lines of front matter are passages of scope text.frontmatter.title, which no fix may change.
void add_front_matter(std::string_view source, Prose& prose) {
  const std::size_t end = find_front_matter_end(source);
  std::size_t at = end == 0 ? 0 : source.find('\n') + 1;
  while (at < end) {
    const std::size_t line_end = std::min(source.find('\n', at), end);
    const std::string_view line = source.substr(at, line_end - at);
    const std::size_t colon = line.find(": ");
    const bool has_key = colon != std::string_view::npos && colon > 0 &&
                         std::isalnum(static_cast<unsigned char>(line[0])) != 0 &&
                         line.substr(0, colon).find_first_of(" \t\"'") == std::string_view::npos;
    if (has_key) {
      TextRange range{at + colon + 2, line_end};
      const auto is_cut = [&](std::size_t place) {
        return source[place] == ' ' || source[place] == '\r' || source[place] == '\t';
      };
      while (range.size() > 0 && is_cut(range.begin)) ++range.begin;
      while (range.size() > 0 && is_cut(range.end - 1)) --range.end;
      const bool quoted = range.size() > 1 && (source[range.begin] == '"' || source[range.begin] == '\'') &&
                          source[range.end - 1] == source[range.begin];
      if (quoted) range = {range.begin + 1, range.end - 1};
      if (quoted ? range.size() > 0 : is_text_value(source.substr(range.begin, range.size())))
        prose.blocks.push_back(make_plain_block(
            source, range, fmt::format("text.frontmatter.{}", line.substr(0, colon)), PieceKind::guarded));
    }
    at = line_end + 1;
  }
}

// Overwrites what stands in one of the ignored ranges of the source, which do not overlap and rise.
void mask_ignored(Prose& prose, const std::vector<TextRange>& ignored) {
  for (ProseBlock& block : prose.blocks) {
    if (block.pieces.empty()) continue;
    const std::size_t begin = block.pieces.front().source.begin;
    const std::size_t end = block.pieces.back().source.end;
    for (const TextRange range : ignored) {
      if (range.end <= begin || range.begin >= end) continue;
      for (Piece& piece : block.pieces) {
        if (range.end <= piece.source.begin || range.begin >= piece.source.end) continue;
        const bool same = piece.text.size() == piece.source.size();
        const std::size_t from = same && range.begin > piece.source.begin ? range.begin - piece.source.begin : 0;
        const std::size_t to =
            same && range.end < piece.source.end ? range.end - piece.source.begin : piece.text.size();
        std::fill_n(block.text.begin() + static_cast<std::ptrdiff_t>(piece.text.begin + from), to - from, object_mark);
      }
    }
  }
}

}  // namespace

TextRange LintDocument::source_of(const DocumentPassage& passage, TextRange range) const {
  const ProseBlock& block = prose.blocks[passage.block];
  return block.source_of({passage.in_block + range.begin, passage.in_block + range.end});
}

Result<LintDocument> make_lint_document(std::string_view source, const DocumentSetup& setup) {
  LintDocument document;
  document.source = source;
  const bool is_plain = setup.extension == ".txt";
  ProseSelection selection = setup.selection;
  selection.outline = false;
  TRY(document.prose, is_plain ? read_plain(source) : parse_prose(source, selection));
  if (!is_plain && setup.front_matter) add_front_matter(source, document.prose);
  mask_ignored(document.prose, setup.ignored);
  std::size_t size = 0;
  for (const ProseBlock& block : document.prose.blocks) size += block.text.size() + 2;
  document.text.reserve(size);
  for (std::size_t i = 0; i < document.prose.blocks.size(); ++i) {
    const ProseBlock& block = document.prose.blocks[i];
    const std::size_t begin = document.text.size();
    document.text += block.text;
    document.blocks.push_back({.kind = PassageKind::block,
                               .scope = block.scope + setup.extension,
                               .text = {begin, document.text.size()},
                               .block = i,
                               .in_block = 0,
                               .is_plain = block.scope == "text"});
    document.text += "\n\n";
  }
  return document;
}

std::vector<DocumentPassage> split_sentences(const LintDocument& document, const DocumentPassage& block) {
  std::vector<DocumentPassage> sentences;
  for (const TextRange range : find_sentences(document.text_of(block))) {
    DocumentPassage sentence = block;
    sentence.kind = PassageKind::sentence;
    sentence.scope = "sentence." + block.scope;
    sentence.text = {block.text.begin + range.begin, block.text.begin + range.end};
    sentence.in_block = block.in_block + range.begin;
    sentences.push_back(std::move(sentence));
  }
  return sentences;
}

std::string make_summary(const LintDocument& document) {
  std::string summary;
  for (const DocumentPassage& block : document.blocks) {
    const std::string& scope = document.prose.blocks[block.block].scope;
    const bool counts =
        block.is_plain || (scope.find("heading") == std::string::npos &&
                           (scope.find("list") != std::string::npos || scope.find("blockquote") != std::string::npos));
    if (!counts) continue;
    summary += document.text_of(block);
    summary += "\n\n";
  }
  return summary;
}

}  // namespace converge::content
