#include "content/block_tree.hpp"

#include "content/entity.hpp"
#include "content/position.hpp"
#include "content/prose.hpp"

#include <fmt/format.h>
#include <md4c.h>
#include <algorithm>
#include <cctype>
#include <functional>
#include <limits>
#include <optional>

namespace converge::content {
namespace {

constexpr unsigned dialect = MD_DIALECT_GITHUB;

std::string_view text_of(const MD_ATTRIBUTE& attribute) {
  return {attribute.text, attribute.size};
}

std::string decode_attribute(const MD_ATTRIBUTE& attribute) {
  std::string text;
  for (std::size_t i = 0; attribute.size > 0 && attribute.substr_offsets[i] < attribute.size; ++i) {
    const std::size_t begin = attribute.substr_offsets[i], end = attribute.substr_offsets[i + 1];
    const std::string_view piece = text_of(attribute).substr(begin, end - begin);
    if (attribute.substr_types[i] == MD_TEXT_NULLCHAR) {
      text += "\uFFFD";
    } else {
      text += attribute.substr_types[i] == MD_TEXT_ENTITY ? decode_entity(piece) : piece;
    }
  }
  return text;
}

// `<br>` and `<br />` are the only HTML that has a meaning here.
bool is_break_tag(std::string_view html) {
  std::string letters;
  for (const char c : html)
    if (c != ' ' && c != '/') letters += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return letters == "<br>";
}

// A scheme of CommonMark: two characters or more.
bool has_scheme(std::string_view target) {
  const std::size_t size = std::min(target.find(':'), target.size());
  return size >= 2 && std::isalpha(static_cast<unsigned char>(target[0])) != 0 &&
         std::ranges::all_of(target.substr(0, size),
                             [](unsigned char c) { return std::isalnum(c) != 0 || c == '+' || c == '-' || c == '.'; });
}

std::string shorten(std::string_view text) {
  constexpr std::size_t bytes_max = 40;
  while (text.ends_with('\n')) text.remove_suffix(1);
  const std::size_t line_end = std::min(text.find('\n'), text.size());
  if (line_end == text.size() && text.size() <= bytes_max) return std::string(text);
  std::size_t end = std::min(line_end, bytes_max);
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "...";
}

// The alert that a quote's first line names, taken off that line.
std::string take_alert(TreeNode& quote) {
  if (quote.children.empty() || quote.children[0].kind != NodeKind::paragraph) return {};
  std::vector<Span>& spans = quote.children[0].spans;
  if (spans.empty() || spans[0].kind != SpanKind::text) return {};
  for (const std::string_view kind : alert_kinds) {
    std::string mark = fmt::format("[!{}]", kind);
    std::ranges::transform(mark, mark.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    std::string written = spans[0].text;
    std::ranges::transform(written, written.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    const bool is_alone = spans.size() == 1 || spans[1].kind == SpanKind::soft_break;
    if (written != mark || !is_alone) continue;
    spans.erase(spans.begin(), spans.begin() + (spans.size() == 1 ? 1 : 2));
    if (spans.empty()) quote.children.erase(quote.children.begin());
    return std::string(kind);
  }
  return {};
}

// What md4c's callbacks build up. One document, one use. A callback that returns true ends the parse.
class BlockTreeBuilder {
 public:
  explicit BlockTreeBuilder(std::string_view source) : source_(source) { open_.emplace_back(); }

  bool enter_block(MD_BLOCKTYPE type, const void* detail) {
    close_loose_paragraph();
    if (open_.size() > node_depth_max) {
      is_too_deep_ = true;
      return true;
    }
    TreeNode node;
    switch (type) {
      case MD_BLOCK_DOC:
      case MD_BLOCK_THEAD:
      case MD_BLOCK_TBODY: return false;
      case MD_BLOCK_HTML: html_.emplace(); return false;
      case MD_BLOCK_P: break;
      case MD_BLOCK_QUOTE: node.kind = NodeKind::quote; break;
      case MD_BLOCK_UL: node.kind = NodeKind::bullet_list; break;
      case MD_BLOCK_OL:
        node.kind = NodeKind::ordered_list;
        node.start = static_cast<const MD_BLOCK_OL_DETAIL*>(detail)->start;
        break;
      case MD_BLOCK_LI: {
        const auto* item = static_cast<const MD_BLOCK_LI_DETAIL*>(detail);
        node.kind = NodeKind::item;
        node.is_task = item->is_task != 0;
        node.is_done = node.is_task && item->task_mark != ' ';
        break;
      }
      case MD_BLOCK_HR: node.kind = NodeKind::rule; break;
      case MD_BLOCK_H:
        node.kind = NodeKind::heading;
        node.level = static_cast<const MD_BLOCK_H_DETAIL*>(detail)->level;
        break;
      case MD_BLOCK_CODE:
        node.kind = NodeKind::code;
        node.info = decode_attribute(static_cast<const MD_BLOCK_CODE_DETAIL*>(detail)->info);
        break;
      case MD_BLOCK_TABLE: node.kind = NodeKind::table; break;
      case MD_BLOCK_TR: node.kind = NodeKind::row; break;
      case MD_BLOCK_TH:
        table_of_cell().columns.push_back(align_of(static_cast<const MD_BLOCK_TD_DETAIL*>(detail)->align));
        node.kind = NodeKind::cell;
        break;
      case MD_BLOCK_TD: node.kind = NodeKind::cell; break;
    }
    open_.push_back(std::move(node));
    return false;
  }

  void leave_block(MD_BLOCKTYPE type) {
    while (!spans_.empty()) leave_span();
    close_loose_paragraph();
    if (type == MD_BLOCK_DOC || type == MD_BLOCK_THEAD || type == MD_BLOCK_TBODY) return;
    if (type == MD_BLOCK_HTML) {
      note_html(*html_, true);
      html_.reset();
      return;
    }
    if (type == MD_BLOCK_CODE && open_.back().text.ends_with('\n')) open_.back().text.pop_back();
    if (type == MD_BLOCK_QUOTE) open_.back().alert = take_alert(open_.back());
    close_node();
  }

  bool enter_span(MD_SPANTYPE type, const void* detail) {
    open_loose_paragraph();
    if (spans_.size() > node_depth_max) {
      is_too_deep_ = true;
      return true;
    }
    Span span;
    switch (type) {
      case MD_SPAN_EM: span.kind = SpanKind::emphasis; break;
      case MD_SPAN_STRONG: span.kind = SpanKind::strong; break;
      case MD_SPAN_DEL: span.kind = SpanKind::strike; break;
      case MD_SPAN_CODE: span.kind = SpanKind::code; break;
      case MD_SPAN_A: {
        const auto* link = static_cast<const MD_SPAN_A_DETAIL*>(detail);
        span.kind = SpanKind::link;
        span.target = decode_attribute(link->href);
        span.title = decode_attribute(link->title);
        break;
      }
      case MD_SPAN_IMG: {
        const auto* image = static_cast<const MD_SPAN_IMG_DETAIL*>(detail);
        span.kind = SpanKind::image;
        span.target = decode_attribute(image->src);
        span.title = decode_attribute(image->title);
        break;
      }
      default: break;  // formulas, wiki links and underline are not of this dialect
    }
    spans_.push_back(std::move(span));
    return false;
  }

  // md4c 0.4.8 leaves some spans that it has not entered, and enters some that it does not leave (links in odd tables).
  void leave_span() {
    if (spans_.empty()) return;
    Span span = std::move(spans_.back());
    spans_.pop_back();
    if (span.kind == SpanKind::image || span.kind == SpanKind::code) {
      span.text = render_plain_text(span.children);
      span.children.clear();
    } else if (span.kind == SpanKind::link) {
      // md4c takes `<:name:1>` for an address, and a link to a file may show its target.
      const std::string shown = render_plain_text(span.children);
      if (span.target == shown || span.target == "http://" + shown || span.target == "mailto:" + shown) {
        if (shown.starts_with(':')) return add_words('<' + shown + '>');
        if (has_scheme(span.target)) {
          span.kind = SpanKind::autolink;
          span.text = shown;
          span.children.clear();
        }
      }
    }
    siblings().push_back(std::move(span));
  }

  void add_text(MD_TEXTTYPE type, std::string_view text) {
    move_to(text);
    if (type == MD_TEXT_HTML) return html_ ? void(*html_ += text) : add_inline_html(text);
    if (open_.back().kind == NodeKind::code) {
      if (type == MD_TEXT_NULLCHAR) text = "\uFFFD";
      open_.back().text += text;
      return;
    }
    open_loose_paragraph();
    const bool in_code = !spans_.empty() && spans_.back().kind == SpanKind::code;
    switch (type) {
      case MD_TEXT_ENTITY: return add_words(decode_entity(text));
      case MD_TEXT_NULLCHAR: return add_words("\uFFFD");
      case MD_TEXT_SOFTBR: return in_code ? add_words(" ") : add_break(SpanKind::soft_break);
      case MD_TEXT_BR: return add_break(SpanKind::hard_break);
      default: return add_words(text);
    }
  }

  bool is_too_deep() const { return is_too_deep_; }
  std::size_t line() const { return line_; }
  BlockTree finish() { return {std::move(open_.front().children), std::move(notes_)}; }

 private:
  static ColumnAlign align_of(MD_ALIGN align) {
    constexpr ColumnAlign aligns[] = {ColumnAlign::none, ColumnAlign::left, ColumnAlign::center, ColumnAlign::right};
    return aligns[align];
  }

  TreeNode& table_of_cell() { return open_[open_.size() - 2]; }  // the cell's row is open, not yet the cell

  std::vector<Span>& siblings() { return spans_.empty() ? open_.back().spans : spans_.back().children; }

  // Lines are counted only as far as text has been seen; text that md4c has made up has no place.
  void move_to(std::string_view text) {
    const bool is_inside = std::less_equal<>{}(source_.data(), text.data()) &&
                           std::less_equal<>{}(text.data() + text.size(), source_.data() + source_.size());
    if (is_inside && text.data() >= source_.data() + at_) {
      const auto offset = static_cast<std::size_t>(text.data() - source_.data());
      line_ += static_cast<std::size_t>(std::count(source_.begin() + static_cast<std::ptrdiff_t>(at_),
                                                   source_.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
      at_ = offset;
    }
    for (auto node = open_.rbegin(); node != open_.rend() && node->line == 0; ++node) node->line = line_;
  }

  // The text of an item of a tight list stands in it without a paragraph: it is given one.
  void open_loose_paragraph() {
    const NodeKind kind = open_.back().kind;
    const bool is_container = open_.size() == 1 || kind == NodeKind::item || kind == NodeKind::quote;
    if (!is_container) return;
    open_.emplace_back();
    open_.back().line = line_;
    has_loose_paragraph_ = true;
  }

  void close_loose_paragraph() {
    if (std::exchange(has_loose_paragraph_, false)) close_node();
  }

  void close_node() {
    TreeNode node = std::move(open_.back());
    open_.pop_back();
    // A paragraph may be nothing but HTML that was left out.
    if (node.kind == NodeKind::paragraph && node.spans.empty()) return;
    open_.back().children.push_back(std::move(node));
  }

  void add_words(std::string_view words) {
    std::vector<Span>& spans = siblings();
    if (spans.empty() || spans.back().kind != SpanKind::text) spans.emplace_back();
    spans.back().text += words;
  }

  void add_break(SpanKind kind) {
    std::vector<Span>& spans = siblings();
    spans.emplace_back();
    spans.back().kind = kind;
  }

  void add_inline_html(std::string_view html) {
    open_loose_paragraph();
    if (is_break_tag(html)) return add_break(SpanKind::hard_break);
    note_html(html, false);
  }

  void note_html(std::string_view html, bool is_block) {
    const std::string_view kind = html.starts_with("<!--") ? "an HTML comment" : is_block ? "an HTML block" : "HTML";
    notes_.push_back({line_, fmt::format("{} is left out: {}", kind, shorten(html))});
  }

  std::string_view source_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::vector<TreeNode> open_;  // the document, then what is open in it
  std::vector<Span> spans_;
  std::optional<std::string> html_;
  std::vector<TextNote> notes_;
  bool has_loose_paragraph_ = false;
  bool is_too_deep_ = false;
};

BlockTreeBuilder& builder_of(void* user) {
  return *static_cast<BlockTreeBuilder*>(user);
}

constexpr std::string_view node_names[] = {"paragraph", "heading", "bullet_list", "ordered_list", "item", "quote",
                                           "code",      "table",   "row",         "cell",         "rule"};
constexpr std::string_view span_names[] = {"text",   "code",   "soft_break", "hard_break", "emphasis",
                                           "strong", "strike", "link",       "autolink",   "image"};
constexpr std::string_view align_names[] = {"none", "left", "center", "right"};

void outline_spans(std::string& out, const std::vector<Span>& spans) {
  for (const Span& span : spans) {
    out += fmt::format(" [{}", span_names[static_cast<std::size_t>(span.kind)]);
    if (!span.text.empty()) out += fmt::format(" '{}'", span.text);
    if (!span.target.empty()) out += fmt::format(" -> {}", span.target);
    if (!span.title.empty()) out += fmt::format(" \"{}\"", span.title);
    outline_spans(out, span.children);
    out += ']';
  }
}

void outline_nodes(std::string& out, const std::vector<TreeNode>& nodes, std::size_t depth) {
  for (const TreeNode& node : nodes) {
    out += fmt::format("{}{}", std::string(2 * depth, ' '), node_names[static_cast<std::size_t>(node.kind)]);
    if (node.kind == NodeKind::heading) out += fmt::format(" {}", node.level);
    if (node.kind == NodeKind::ordered_list) out += fmt::format(" from {}", node.start);
    if (node.is_task) out += node.is_done ? " done" : " to do";
    if (!node.alert.empty()) out += ' ' + node.alert;
    for (const ColumnAlign align : node.columns)
      out += fmt::format(" {}", align_names[static_cast<std::size_t>(align)]);
    if (!node.info.empty()) out += fmt::format(" ({})", node.info);
    if (node.kind == NodeKind::code) out += fmt::format(" {} bytes", node.text.size());
    if (node.line > 0) out += fmt::format(" @{}", node.line);
    outline_spans(out, node.spans);
    out += '\n';
    outline_nodes(out, node.children, depth + 1);
  }
}

}  // namespace

Result<BlockTree> parse_block_tree(std::string_view markdown) {
  if (!is_utf8(markdown)) return fail(Errc::invalid_input, "text is not UTF-8; save the file as UTF-8");
  if (markdown.size() > std::numeric_limits<MD_SIZE>::max() / 2)
    return fail(Errc::invalid_input, fmt::format("text of {} bytes is too long for one document", markdown.size()));
  std::size_t begin = find_front_matter_end(markdown);
  if (begin == 0 && markdown.starts_with(byte_order_mark)) begin = byte_order_mark.size();

  BlockTreeBuilder builder(markdown);
  const MD_PARSER parser{
      .abi_version = 0,
      .flags = dialect,
      .enter_block = [](MD_BLOCKTYPE type, void* detail,
                        void* user) { return builder_of(user).enter_block(type, detail) ? 1 : 0; },
      .leave_block = [](MD_BLOCKTYPE type, void*, void* user) { return builder_of(user).leave_block(type), 0; },
      .enter_span = [](MD_SPANTYPE type, void* detail,
                       void* user) { return builder_of(user).enter_span(type, detail) ? 1 : 0; },
      .leave_span = [](MD_SPANTYPE, void*, void* user) { return builder_of(user).leave_span(), 0; },
      .text =
          [](MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size, void* user) {
            return builder_of(user).add_text(type, {text, size}), 0;
          },
      .debug_log = nullptr,
      .syntax = nullptr,
  };
  const std::string_view document = markdown.substr(begin);
  const int status = md_parse(document.data(), static_cast<MD_SIZE>(document.size()), &parser, &builder);
  if (builder.is_too_deep())
    return fail(Errc::invalid_input,
                fmt::format("line {}: nested deeper than {} levels; flatten the lists or quotes there", builder.line(),
                            node_depth_max));
  if (status != 0) return fail(Errc::internal, "the Markdown parser ran out of memory");
  return builder.finish();
}

std::string render_plain_text(const std::vector<Span>& spans) {
  std::string text;
  for (const Span& span : spans) {
    if (span.kind == SpanKind::soft_break || span.kind == SpanKind::hard_break) text += ' ';
    text += span.text;
    text += render_plain_text(span.children);
  }
  return text;
}

std::string render_outline(const BlockTree& tree) {
  std::string out;
  outline_nodes(out, tree.nodes, 0);
  for (const TextNote& note : tree.notes) out += "note " + render_note(note) + '\n';
  return out;
}

std::string render_note(const TextNote& note) {
  return note.line > 0 ? fmt::format("line {}: {}", note.line, note.says) : note.says;
}

}  // namespace converge::content
