#include "content/prose.hpp"

#include "content/entity.hpp"

#include <fmt/format.h>
#include <md4c.h>
#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <optional>
#include <span>

namespace converge::content {
namespace {

// Without md4c's own formulas: it takes the words between two prices for one ("from $5 to $6").
constexpr unsigned dialect = MD_DIALECT_GITHUB;

bool is_word_byte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool is_shortcode_byte(char c) {
  return is_word_byte(c) || c == '+' || c == '-';
}

std::size_t skip_while(std::string_view text, std::size_t at, bool (*keep)(char)) {
  while (at < text.size() && keep(text[at])) ++at;
  return at;
}

// The end of a shortcode or handle that begins at `at`; `at` itself when none does.
std::size_t find_word_mask_end(std::string_view text, std::size_t at) {
  if (at > 0 && is_word_byte(text[at - 1])) return at;
  if (text[at] == ':') {
    const std::size_t close = skip_while(text, at + 1, is_shortcode_byte);
    return close > at + 1 && text.substr(close).starts_with(':') ? close + 1 : at;
  }
  if (text[at] == '@') {
    const std::size_t end = skip_while(text, at + 1, is_word_byte);
    return end > at + 1 ? end : at;
  }
  return at;
}

// Splits the piece that the place lies inside of; the two parts of a decoded one or a break cannot be told apart.
void split_piece(std::vector<Piece>& pieces, std::size_t at) {
  const auto piece = std::ranges::upper_bound(pieces, at, {}, [](const Piece& p) { return p.text.end; });
  const bool splits = piece != pieces.end() && piece->text.begin < at && piece->text.size() == piece->source.size();
  if (!splits) return;
  Piece rest = *piece;
  const std::size_t kept = at - piece->text.begin;
  piece->text.end = rest.text.begin = at;
  piece->source.end = rest.source.begin = piece->source.begin + kept;
  pieces.insert(piece + 1, rest);
}

void guard(ProseBlock& block, TextRange range) {
  if (range.size() == 0) return;
  std::fill_n(block.text.begin() + static_cast<std::ptrdiff_t>(range.begin), range.size(), object_mark);
  split_piece(block.pieces, range.begin);
  split_piece(block.pieces, range.end);
  for (Piece& piece : block.pieces)
    if (piece.text.begin >= range.begin && piece.text.end <= range.end) piece.kind = PieceKind::guarded;
}

// A template tag, a comment or a formula may hold what looks like emphasis, code or a link: it reaches over pieces. md4c knows
// comments, but takes one that holds `--` for words, as CommonMark did before version 0.31.
struct TagMarks {
  std::string_view open;
  std::string_view close;
};
constexpr TagMarks tag_marks[] = {{"{{", "}}"}, {"<!--", "-->"}};

void mask_tags(ProseBlock& block) {
  const std::string& text = block.text;
  for (const TagMarks& marks : tag_marks) {
    for (std::size_t at = text.find(marks.open); at != std::string::npos; at = text.find(marks.open, at)) {
      const std::size_t close = text.find(marks.close, at + marks.open.size());
      if (close == std::string::npos) break;
      guard(block, {at, close + marks.close.size()});
      at = close + marks.close.size();
    }
  }
}

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\t';
}

// The end of a formula that begins with the first of `dollars`, the unescaped ones of a text, by Pandoc's rule
// (tex_math_dollars): no blank behind the first, none before the last, no digit behind it. 0 when none begins there.
std::size_t find_formula_end(std::string_view text, std::span<const std::size_t> dollars) {
  const std::size_t begin = dollars[0];
  const bool is_display = dollars.size() > 3 && dollars[1] == begin + 1;
  if (is_display) {
    for (std::size_t i = 2; i + 1 < dollars.size(); ++i)
      if (dollars[i + 1] == dollars[i] + 1 && dollars[i] > begin + 2) return dollars[i + 1] + 1;
    return 0;
  }
  if (dollars.size() < 2) return 0;
  const std::size_t last = dollars[1];
  const bool is_empty = last == begin + 1;
  const bool is_digit_behind = last + 1 < text.size() && std::isdigit(static_cast<unsigned char>(text[last + 1])) != 0;
  return is_empty || is_space(text[begin + 1]) || is_space(text[last - 1]) || is_digit_behind ? 0 : last + 1;
}

void mask_formulas(ProseBlock& block, std::span<const std::size_t> dollars) {
  while (!dollars.empty()) {
    const std::size_t begin = dollars[0];
    const std::size_t end = find_formula_end(block.text, dollars);
    if (end > 0) guard(block, {begin, end});
    dollars = dollars.subspan(1);
    while (!dollars.empty() && dollars[0] < end) dollars = dollars.subspan(1);
  }
}

void mask_words(ProseBlock& block) {
  if (block.text.find_first_of(":@") == std::string::npos) return;
  std::vector<TextRange> masks;
  for (const Piece& piece : block.pieces) {
    if (piece.kind != PieceKind::verbatim) continue;
    const std::string_view text = std::string_view(block.text).substr(0, piece.text.end);
    for (std::size_t at = piece.text.begin; at < piece.text.end;) {
      const std::size_t end = find_word_mask_end(text, at);
      if (end > at) masks.push_back({at, end});
      at = std::max(end, at + 1);
    }
  }
  for (const TextRange mask : masks) guard(block, mask);
}

constexpr std::string_view heading_tags[] = {"h1", "h2", "h3", "h4", "h5", "h6"};

// The HTML tags that a block or span would be written with.
struct BlockTag {
  MD_BLOCKTYPE type;
  std::string_view tag;
};
constexpr BlockTag block_tags[] = {{MD_BLOCK_QUOTE, "blockquote"},
                                   {MD_BLOCK_UL, "ul"},
                                   {MD_BLOCK_OL, "ol"},
                                   {MD_BLOCK_LI, "li"},
                                   {MD_BLOCK_CODE, "pre"},
                                   {MD_BLOCK_P, "p"},
                                   {MD_BLOCK_TABLE, "table"},
                                   {MD_BLOCK_TH, "th"},
                                   {MD_BLOCK_TD, "td"}};

struct SpanTag {
  MD_SPANTYPE type;
  std::string_view scope;
  std::string_view tag;
};
constexpr SpanTag span_tags[] = {{MD_SPAN_EM, "emphasis", "em"},
                                 {MD_SPAN_STRONG, "strong", "strong"},
                                 {MD_SPAN_A, "link", "a"},
                                 {MD_SPAN_CODE, "code", "code"},
                                 {MD_SPAN_DEL, "", "del"}};

const SpanTag* find_span_tag(MD_SPANTYPE type) {
  const auto* found = std::ranges::find(span_tags, type, &SpanTag::type);
  return found == std::end(span_tags) ? nullptr : found;
}

// What names a block in ProseBlock::scope and Prose::counts; empty for one that does not.
std::string_view scope_part(MD_BLOCKTYPE type) {
  switch (type) {
    case MD_BLOCK_QUOTE: return "blockquote";
    case MD_BLOCK_LI: return "list";
    case MD_BLOCK_TH: return "table.header";
    case MD_BLOCK_TD: return "table.cell";
    default: return "";
  }
}

bool holds(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// What md4c's callbacks build up. One document, one use.
class Reader {
 public:
  Reader(std::string_view source, std::size_t begin, const ProseSelection& selection)
      : selection_(selection), source_(source), source_end_(begin) {}

  void enter_block(MD_BLOCKTYPE type, const void* detail) {
    close_block();
    if (type != MD_BLOCK_P) item_begins_ = type == MD_BLOCK_LI;
    const int level = type == MD_BLOCK_H ? static_cast<int>(static_cast<const MD_BLOCK_H_DETAIL*>(detail)->level) : 0;
    open_block(type, level);
    outline_tag('B', type);
    switch (type) {
      case MD_BLOCK_H: outline_number(static_cast<const MD_BLOCK_H_DETAIL*>(detail)->level); break;
      case MD_BLOCK_UL:
        outline_number(static_cast<unsigned>(static_cast<const MD_BLOCK_UL_DETAIL*>(detail)->is_tight));
        break;
      case MD_BLOCK_OL: outline_list(*static_cast<const MD_BLOCK_OL_DETAIL*>(detail)); break;
      case MD_BLOCK_LI: outline_task(*static_cast<const MD_BLOCK_LI_DETAIL*>(detail)); break;
      case MD_BLOCK_CODE: outline_attribute(static_cast<const MD_BLOCK_CODE_DETAIL*>(detail)->info); break;
      case MD_BLOCK_TH:
      case MD_BLOCK_TD:
        outline_number(static_cast<unsigned>(static_cast<const MD_BLOCK_TD_DETAIL*>(detail)->align));
        break;
      default: break;
    }
  }

  void leave_block() {
    close_block();
    if (blocks_open_.back().skipped) --skipping_;
    blocks_open_.pop_back();
    outline_mark("/B");
  }

  void enter_span(MD_SPANTYPE type, const void* detail) {
    outline_tag('S', type);
    if (type == MD_SPAN_IMG) suspended_.push_back(std::exchange(block_, std::nullopt));
    ensure_block();
    if (type == MD_SPAN_IMG) {
      block_->kind = BlockKind::alternative;
      block_->scope = "text.attr.alt";
    }
    spans_open_.push_back({.first_piece = block_->pieces.size(), .text_begin = block_->text.size(), .target = {}});
    if (type == MD_SPAN_A) {
      const auto* link = static_cast<const MD_SPAN_A_DETAIL*>(detail);
      spans_open_.back().target = {link->href.text, link->href.size};
      outline_attribute(link->href);
      outline_attribute(link->title);
    } else if (type == MD_SPAN_IMG) {
      const auto* image = static_cast<const MD_SPAN_IMG_DETAIL*>(detail);
      outline_attribute(image->src);
      outline_attribute(image->title);
    } else if (type == MD_SPAN_CODE) {
      code_ = TextRange{source_end_, source_end_};
    }
  }

  void leave_span(MD_SPANTYPE type) {
    // md4c can leave a span that it never entered: `*a [*b*](/*c)*`.
    if (spans_open_.empty()) return;
    ensure_block();
    if (type == MD_SPAN_CODE) add_code();
    const SpanOpen span = std::move(spans_open_.back());
    if (type == MD_SPAN_A) guard_bare_link(span);
    spans_open_.pop_back();
    const bool has_text = block_->text.size() > span.text_begin;
    if (has_text) {
      outline_mark("+");
      note_span(type, {span.text_begin, block_->text.size()});
    }
    outline_mark("/S");
    if (type == MD_SPAN_IMG && !suspended_.empty()) {
      close_block();
      block_ = std::move(suspended_.back());
      suspended_.pop_back();
    }
  }

  void add_text(MD_TEXTTYPE type, std::string_view text) {
    switch (type) {
      case MD_TEXT_NORMAL: add_words(PieceKind::verbatim, text, text); break;
      case MD_TEXT_ENTITY: add_words(PieceKind::decoded, decode_entity(text), text); break;
      case MD_TEXT_NULLCHAR: add_piece(PieceKind::decoded, "\uFFFD", {source_end_, source_end_}); break;
      case MD_TEXT_SOFTBR: add_break(PieceKind::soft_break, "\n", 's'); break;
      case MD_TEXT_BR: add_break(PieceKind::hard_break, "\n", 'b'); break;
      case MD_TEXT_HTML: add_html(text); break;
      default: add_literal(text); break;
    }
  }

  Prose finish() {
    close_block();
    return std::move(prose_);
  }

 private:
  struct BlockOpen {
    MD_BLOCKTYPE type;
    int level = 0;  // of a heading
    bool skipped = false;
  };

  struct SpanOpen {
    std::size_t first_piece = 0;
    std::size_t text_begin = 0;
    std::string target;  // of a link
  };

  // Marks of the outline: a letter, a number, or a text with its length before it.
  void outline_mark(std::string_view mark) {
    if (selection_.outline) prose_.outline += mark;
  }
  void outline_tag(char kind, int type) {
    if (selection_.outline) prose_.outline += fmt::format("{}{}:", kind, type);
  }
  void outline_number(unsigned number) {
    if (selection_.outline) prose_.outline += fmt::format("{}.", number);
  }
  void outline_text(std::string_view text) {
    if (selection_.outline) prose_.outline += fmt::format("{}'{}'", text.size(), text);
  }
  void outline_attribute(const MD_ATTRIBUTE& attribute) { outline_text({attribute.text, attribute.size}); }
  void outline_list(const MD_BLOCK_OL_DETAIL& list) {
    outline_number(static_cast<unsigned>(list.is_tight));
    outline_number(list.start);
  }

  void outline_task(const MD_BLOCK_LI_DETAIL& item) {
    if (item.is_task != 0) outline_mark({&item.task_mark, 1});
  }

  std::optional<std::size_t> find_offset(std::string_view text) const {
    const bool inside = std::less_equal<>{}(source_.data(), text.data()) &&
                        std::less_equal<>{}(text.data() + text.size(), source_.data() + source_.size());
    if (!inside) return std::nullopt;
    return static_cast<std::size_t>(text.data() - source_.data());
  }

  void open_block(MD_BLOCKTYPE type, int level) {
    const auto* named = std::ranges::find(block_tags, type, &BlockTag::type);
    std::string_view tag = named == std::end(block_tags) ? "" : named->tag;
    if (level > 0) tag = heading_tags[level - 1];
    const bool skipped = !tag.empty() && holds(selection_.skipped, tag);
    blocks_open_.push_back({.type = type, .level = level, .skipped = skipped});
    if (skipped) ++skipping_;
    if (level > 0) ++prose_.counts["heading." + std::string(tag)];
    if (type == MD_BLOCK_CODE) ++prose_.counts["pre"];
    if (const std::string_view part = scope_part(type); !part.empty()) ++prose_.counts[std::string(part)];
  }

  BlockKind block_kind() {
    const MD_BLOCKTYPE type = blocks_open_.back().type;
    if (type == MD_BLOCK_H) return BlockKind::heading;
    if (type == MD_BLOCK_TH || type == MD_BLOCK_TD) return BlockKind::table_cell;
    return std::exchange(item_begins_, false) ? BlockKind::list_item : BlockKind::paragraph;
  }

  std::string block_scope() const {
    std::string scope = "text";
    for (const BlockOpen& open : blocks_open_) {
      if (open.level > 0) scope += fmt::format(".heading.h{}", open.level);
      const std::string_view part = scope_part(open.type);
      if (!part.empty() && scope.find(part) == std::string::npos) scope += fmt::format(".{}", part);
    }
    return scope;
  }

  void ensure_block() {
    if (!block_) block_ = ProseBlock{.kind = block_kind(), .scope = block_scope(), .text = {}, .pieces = {}};
  }

  void close_block() {
    if (!block_) return;
    if (!block_->text.empty()) {
      outline_mark("+");
      mask_tags(*block_);
      mask_formulas(*block_, find_dollars());
      mask_words(*block_);
      const auto index = prose_.blocks.size();
      const bool is_parent = suspended_.empty();
      for (InlineSpan& span : spans_) {
        if (!is_parent || skipping_ > 0) break;
        span.block = index;
        prose_.spans.push_back(span);
      }
      if (skipping_ == 0) prose_.blocks.push_back(std::move(*block_));
    }
    if (suspended_.empty()) spans_.clear();
    block_.reset();
  }

  void note_span(MD_SPANTYPE type, TextRange range) {
    const SpanTag* span = find_span_tag(type);
    if (span == nullptr || !suspended_.empty()) return;
    const bool masked = holds(selection_.masked, span->tag);
    if (masked && type != MD_SPAN_CODE) guard(*block_, range);
    if (!span->scope.empty()) spans_.push_back({.scope = span->scope, .block = 0, .text = range});
  }

  void add_code() {
    const std::string_view raw = source_.substr(code_.begin, code_.size());
    const bool masked = holds(selection_.masked, "code");
    add_piece(PieceKind::guarded, masked ? std::string(raw.size(), object_mark) : std::string(raw), code_);
  }

  // Dollar signs of the block that no backslash escapes.
  std::vector<std::size_t> find_dollars() const {
    std::vector<std::size_t> dollars;
    std::size_t source_end = 0;  // of the piece before
    for (const Piece& piece : block_->pieces) {
      const std::size_t begin = piece.source.begin;
      const bool escaped = begin > source_end && source_[begin - 1] == '\\';
      for (std::size_t at = piece.text.begin; piece.kind == PieceKind::verbatim && at < piece.text.end; ++at)
        if (block_->text[at] == '$' && !(escaped && at == piece.text.begin)) dollars.push_back(at);
      source_end = piece.source.end;
    }
    return dollars;
  }

  void add_words(PieceKind kind, std::string_view text, std::string_view source) {
    const std::optional<std::size_t> offset = find_offset(source);
    const std::size_t begin = offset.value_or(source_end_);
    add_piece(offset ? kind : PieceKind::guarded, text, {begin, offset ? begin + source.size() : begin});
  }

  void add_piece(PieceKind kind, std::string_view text, TextRange source) {
    ensure_block();
    std::vector<Piece>& pieces = block_->pieces;
    const bool styled = !spans_open_.empty();
    const TextRange range{block_->text.size(), block_->text.size() + text.size()};
    if (!pieces.empty() && is_break(pieces.back().kind)) pieces.back().source.end = source.begin;
    block_->text += text;
    source_end_ = source.end;
    const bool continues = !pieces.empty() && kind == PieceKind::verbatim && pieces.back().kind == kind &&
                           pieces.back().styled == styled && pieces.back().source.end == source.begin;
    if (continues) {
      pieces.back().text.end = range.end;
      pieces.back().source.end = source.end;
    } else {
      pieces.push_back({.kind = kind, .styled = styled, .text = range, .source = source});
    }
  }

  void add_break(PieceKind kind, std::string_view text, char mark) {
    outline_mark({&mark, 1});
    add_piece(kind, text, {source_end_, source_end_});
  }

  // Code and HTML: kept to the letter in the outline, not words. Inline code leaves marks among the words.
  void add_literal(std::string_view text) {
    outline_text(text);
    if (const auto offset = find_offset(text)) {
      if (code_.begin == code_.end) code_.begin = *offset;
      code_.end = source_end_ = *offset + text.size();
      const bool reads_fence = blocks_open_.back().type == MD_BLOCK_CODE && skipping_ == 0;
      if (reads_fence && !text.empty()) {
        code_ = {*offset, *offset + text.size()};
        add_code();
      }
    } else if (block_ && blocks_open_.back().type == MD_BLOCK_CODE && text == "\n") {
      add_piece(PieceKind::soft_break, text, {source_end_, source_end_});
    }
  }

  void add_html(std::string_view text) {
    outline_text(text);
    const auto offset = find_offset(text);
    if (!offset) return;
    source_end_ = *offset + text.size();
    for (std::size_t at = text.find("<!--"); at != std::string_view::npos; at = text.find("<!--", at + 4)) {
      const std::size_t begin = *offset + at + 4;
      const std::size_t end = source_.find("-->", begin);
      if (end != std::string_view::npos) prose_.comments.push_back({begin, end});
    }
  }

  // A link whose text is its own address: `<https://example.org>`, www.example.org, someone@example.org.
  void guard_bare_link(const SpanOpen& span) {
    std::vector<Piece>& pieces = block_->pieces;
    if (span.first_piece >= pieces.size()) return;
    const TextRange range{pieces[span.first_piece].source.begin, pieces.back().source.end};
    const std::string raw(source_.substr(range.begin, range.size()));
    if (span.target != raw && span.target != "http://" + raw && span.target != "mailto:" + raw) return;
    pieces.resize(span.first_piece);
    block_->text.resize(span.text_begin);
    outline_text(raw);
    add_piece(PieceKind::guarded, std::string(range.size(), object_mark), range);
  }

  const ProseSelection& selection_;
  std::string_view source_;
  std::size_t source_end_;  // where the last piece ended
  Prose prose_;
  std::optional<ProseBlock> block_;
  std::vector<std::optional<ProseBlock>> suspended_;  // the blocks around the image that is being read
  std::vector<InlineSpan> spans_;                     // of the block
  std::vector<BlockOpen> blocks_open_;
  int skipping_ = 0;
  std::vector<SpanOpen> spans_open_;
  TextRange code_;
  bool item_begins_ = false;
};

Reader& reader_of(void* user) {
  return *static_cast<Reader*>(user);
}

}  // namespace

const Piece& ProseBlock::piece_at(std::size_t at) const {
  return *std::ranges::upper_bound(pieces, at, {}, [](const Piece& piece) { return piece.text.end; });
}

bool ProseBlock::maps_whole(TextRange range) const {
  if (range.size() == 0) return false;
  const Piece& first = piece_at(range.begin);
  const Piece& last = piece_at(range.end - 1);
  if (&first == &last && first.kind == PieceKind::verbatim) return true;
  std::size_t source_at = first.source.begin;
  for (const Piece* piece = &first; piece <= &last; ++piece) {
    const bool whole = piece->text.begin >= range.begin && piece->text.end <= range.end;
    const bool words = piece->kind == PieceKind::verbatim || (piece->kind == PieceKind::decoded && whole);
    if (!words || piece->source.begin != source_at) return false;
    source_at = piece->source.end;
  }
  return true;
}

TextRange ProseBlock::source_of(TextRange range) const {
  const Piece& first = piece_at(range.begin);
  const Piece& last = piece_at(range.end - 1);
  const auto is_same_size = [](const Piece& piece) { return piece.text.size() == piece.source.size(); };
  const std::size_t skipped = is_same_size(first) ? range.begin - first.text.begin : 0;
  const std::size_t unused = is_same_size(last) ? last.text.end - range.end : 0;
  return {first.source.begin + skipped, last.source.end - unused};
}

std::size_t find_front_matter_end(std::string_view markdown) {
  const std::size_t begin = markdown.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
  const auto line_end = [&](std::size_t at) {
    const std::size_t end = markdown.find('\n', at);
    return end == std::string_view::npos ? markdown.size() : end + 1;
  };
  const auto is_fence = [&](std::size_t at, std::size_t end) {
    std::string_view line = markdown.substr(at, end - at);
    while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back())) != 0) line.remove_suffix(1);
    return line == "---";
  };
  std::size_t at = line_end(begin);
  if (!is_fence(begin, at)) return 0;
  while (at < markdown.size()) {
    const std::size_t next = line_end(at);
    if (is_fence(at, next)) return next;
    at = next;
  }
  return 0;
}

Result<Prose> parse_prose(std::string_view markdown, const ProseSelection& selection) {
  if (!is_utf8(markdown)) return fail(Errc::invalid_input, "text is not UTF-8; save the file as UTF-8");
  if (markdown.size() > std::numeric_limits<MD_SIZE>::max() / 2)
    return fail(Errc::invalid_input, fmt::format("text of {} bytes is too long for one document", markdown.size()));
  std::size_t begin = find_front_matter_end(markdown);
  if (begin == 0 && markdown.starts_with(byte_order_mark)) begin = byte_order_mark.size();

  Reader reader(markdown, begin, selection);
  const MD_PARSER parser{
      .abi_version = 0,
      .flags = dialect,
      .enter_block = [](MD_BLOCKTYPE type, void* detail,
                        void* user) { return reader_of(user).enter_block(type, detail), 0; },
      .leave_block = [](MD_BLOCKTYPE, void*, void* user) { return reader_of(user).leave_block(), 0; },
      .enter_span = [](MD_SPANTYPE type, void* detail,
                       void* user) { return reader_of(user).enter_span(type, detail), 0; },
      .leave_span = [](MD_SPANTYPE type, void*, void* user) { return reader_of(user).leave_span(type), 0; },
      .text =
          [](MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size, void* user) {
            return reader_of(user).add_text(type, {text, size}), 0;
          },
      .debug_log = nullptr,
      .syntax = nullptr,
  };
  const std::string_view document = markdown.substr(begin);
  if (md_parse(document.data(), static_cast<MD_SIZE>(document.size()), &parser, &reader) != 0)
    return fail(Errc::internal, "the Markdown parser ran out of memory");
  return reader.finish();
}

}  // namespace converge::content
