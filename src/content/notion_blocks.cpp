#include "content/notion_blocks.hpp"

#include "content/segment.hpp"
#include "content/text_size.hpp"
#include "content/text_table.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cctype>
#include <deque>
#include <optional>

namespace converge::content {
namespace {

constexpr TextSize text_max{2000, 2000};
constexpr std::size_t rich_text_max = 100;
constexpr std::size_t children_max = 100;
constexpr std::size_t levels_max = 2;
constexpr std::size_t blocks_max = 1000;
constexpr std::size_t bytes_max = 500'000;
constexpr unsigned heading_level_max = 3;
// Of our own. The documentation sets a hundred for every array but the cells of a row; one block is far smaller than a request, and
// a request leaves room for the parent and the page's properties.
constexpr std::size_t columns_max = 100;
constexpr std::size_t block_bytes_max = 200'000;
constexpr std::size_t request_bytes_max = 450'000;
constexpr std::size_t frame_bytes = 64;  // {"object":"block","type":"numbered_list_item",...}

constexpr std::array<TargetLimit, 8> limits{{
    {"text of one rich text", text_max.code_points, "code points and UTF-16 units"},
    {"address of a link", text_max.code_points, "code points and UTF-16 units"},
    {"rich texts of one block or cell", rich_text_max, "rich texts"},
    {"children of one block in a request", children_max, "blocks"},
    {"levels below the first in a request", levels_max, "levels"},
    {"blocks of a request", blocks_max, "blocks"},
    {"size of a request", bytes_max, "bytes"},
    {"columns of a table", columns_max, "columns"},
}};

// What Notion can colour: the languages of a code block.
constexpr std::string_view languages[] = {
    "abap",      "abc",         "agda",    "arduino",    "assembly",     "bash",       "basic",    "bnf",
    "c",         "c#",          "c++",     "clojure",    "coffeescript", "coq",        "css",      "dart",
    "dhall",     "diff",        "docker",  "ebnf",       "elixir",       "elm",        "erlang",   "f#",
    "flow",      "fortran",     "gherkin", "glsl",       "go",           "graphql",    "groovy",   "haskell",
    "hcl",       "html",        "idris",   "java",       "javascript",   "json",       "julia",    "kotlin",
    "latex",     "less",        "lisp",    "livescript", "lua",          "makefile",   "markdown", "markup",
    "matlab",    "mathematica", "mermaid", "nix",        "objective-c",  "ocaml",      "pascal",   "perl",
    "php",       "powershell",  "prolog",  "protobuf",   "purescript",   "python",     "r",        "racket",
    "reason",    "ruby",        "rust",    "sass",       "scala",        "scheme",     "scss",     "shell",
    "smalltalk", "solidity",    "sql",     "swift",      "toml",         "typescript", "vb.net",   "verilog",
    "vhdl",      "webassembly", "xml",     "yaml"};
constexpr std::string_view plain_language = "plain text";

struct LanguageAlias {
  std::string_view alias;
  std::string_view language;
};
constexpr LanguageAlias language_aliases[] = {{"js", "javascript"},
                                              {"jsx", "javascript"},
                                              {"mjs", "javascript"},
                                              {"ts", "typescript"},
                                              {"tsx", "typescript"},
                                              {"py", "python"},
                                              {"python3", "python"},
                                              {"rb", "ruby"},
                                              {"rs", "rust"},
                                              {"golang", "go"},
                                              {"sh", "shell"},
                                              {"zsh", "shell"},
                                              {"console", "shell"},
                                              {"ps1", "powershell"},
                                              {"yml", "yaml"},
                                              {"cpp", "c++"},
                                              {"cc", "c++"},
                                              {"cxx", "c++"},
                                              {"hpp", "c++"},
                                              {"h", "c"},
                                              {"cs", "c#"},
                                              {"csharp", "c#"},
                                              {"fs", "f#"},
                                              {"fsharp", "f#"},
                                              {"md", "markdown"},
                                              {"htm", "html"},
                                              {"svg", "xml"},
                                              {"dockerfile", "docker"},
                                              {"make", "makefile"},
                                              {"objc", "objective-c"},
                                              {"kt", "kotlin"},
                                              {"hs", "haskell"},
                                              {"jl", "julia"},
                                              {"tex", "latex"},
                                              {"wasm", "webassembly"},
                                              {"proto", "protobuf"},
                                              {"gql", "graphql"},
                                              {"mysql", "sql"},
                                              {"jsonc", "json"},
                                              {"terraform", "hcl"},
                                              {"patch", "diff"},
                                              {"text", plain_language},
                                              {"txt", plain_language},
                                              {"plaintext", plain_language},
                                              {"", plain_language}};

struct AlertLook {
  std::string_view kind;
  std::string_view icon;
  std::string_view color;
};
constexpr AlertLook alert_looks[] = {{"note", "\u2139\uFE0F", "blue_background"},
                                     {"tip", "\U0001F4A1", "green_background"},
                                     {"important", "\U0001F4E3", "purple_background"},
                                     {"warning", "\u26A0\uFE0F", "yellow_background"},
                                     {"caution", "\U0001F6D1", "red_background"}};

std::optional<std::string_view> find_language(std::string_view info) {
  std::string word(info.substr(0, std::min(info.find_first_of(" \t{,"), info.size())));
  std::ranges::transform(word, word.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (const auto* language = std::ranges::find(languages, word); language != std::end(languages)) return *language;
  const auto* alias = std::ranges::find(language_aliases, word, &LanguageAlias::alias);
  if (alias != std::end(language_aliases)) return alias->language;
  return std::nullopt;
}

struct Look {
  bool is_bold = false, is_italic = false, is_struck = false, is_code = false;
  std::string link;
  bool operator==(const Look&) const = default;
};

// A stretch of text of one look.
struct Run {
  std::string text;
  Look look;
};

JsonObject render_rich_text(std::string_view text, const Look& look) {
  JsonObject content{{"content", text}};
  if (!look.link.empty()) content["link"] = JsonObject{{"url", look.link}};
  JsonObject item{{"type", "text"}, {"text", std::move(content)}};
  JsonObject annotations;
  if (look.is_bold) annotations["bold"] = true;
  if (look.is_italic) annotations["italic"] = true;
  if (look.is_struck) annotations["strikethrough"] = true;
  if (look.is_code) annotations["code"] = true;
  if (!annotations.empty()) item["annotations"] = std::move(annotations);
  return item;
}

// Pieces of a text that each fit, cut between graphemes; within one only if it does not fit by itself.
std::vector<std::string_view> cut_text(std::string_view text) {
  if (measure_size(text).fits(text_max)) return {text};
  std::vector<std::string_view> pieces;
  TextSize size;
  std::size_t begin = 0, at = 0;
  const auto take = [&](std::string_view unit) {
    const TextSize more = measure_size(unit);
    if (!(size + more).fits(text_max) && at > begin) {
      pieces.push_back(text.substr(begin, at - begin));
      begin = at;
      size = {};
    }
    size += more;
    at += unit.size();
  };
  for (const TextRange& range : find_graphemes(text)) {
    const std::string_view grapheme = text.substr(range.begin, range.size());
    if (measure_size(grapheme).fits(text_max)) {
      take(grapheme);
      continue;
    }
    for (std::size_t i = 0, next = 0; i < grapheme.size(); i = next) {
      next = i + 1;
      while (next < grapheme.size() && (static_cast<unsigned char>(grapheme[next]) & 0xC0) == 0x80) ++next;
      take(grapheme.substr(i, next - i));
    }
  }
  pieces.push_back(text.substr(begin));
  return pieces;
}

std::vector<JsonObject> render_rich_texts(const std::vector<Run>& runs) {
  std::vector<JsonObject> items;
  for (const Run& run : runs)
    for (const std::string_view piece : cut_text(run.text)) items.push_back(render_rich_text(piece, run.look));
  return items;
}

// Rich texts in groups of which each fits into one block; one empty group when there are none.
std::vector<JsonArray> group_rich_texts(const std::vector<Run>& runs) {
  std::vector<JsonArray> groups(1);
  std::size_t bytes = 0;
  for (JsonObject& item : render_rich_texts(runs)) {
    const std::size_t size = render_json(item).size() + 1;
    if (groups.back().size() == rich_text_max || (bytes + size > block_bytes_max && !groups.back().empty())) {
      groups.emplace_back();
      bytes = 0;
    }
    bytes += size;
    groups.back().push_back(std::move(item));
  }
  return groups;
}

bool is_web_address(std::string_view target) {
  return target.starts_with("http://") || target.starts_with("https://") || target.starts_with("mailto:");
}

NotionBlock make_text_block(std::string_view type, JsonArray rich_text) {
  return {.type = std::string(type), .body = {{"rich_text", std::move(rich_text)}}};
}

// Makes the blocks of one tree.
class NotionWriter {
 public:
  explicit NotionWriter(std::vector<TextNote> notes) : notes_(std::move(notes)) {}

  std::vector<NotionBlock> make_blocks(std::span<const TreeNode> nodes) {
    std::vector<NotionBlock> blocks;
    for (const TreeNode& node : nodes) make_block(node, blocks);
    return blocks;
  }

  std::vector<TextNote> take_notes() { return std::move(notes_); }

 private:
  void make_block(const TreeNode& node, std::vector<NotionBlock>& out) {
    if (node.line > 0) line_ = node.line;
    switch (node.kind) {
      case NodeKind::paragraph: return make_paragraph(node, out);
      case NodeKind::heading: return make_heading(node, out);
      case NodeKind::bullet_list:
      case NodeKind::ordered_list: return make_list(node, out);
      case NodeKind::quote: return make_quote(node, out);
      case NodeKind::code: return make_code(node, out);
      case NodeKind::table: return make_table(node, out);
      case NodeKind::rule: return out.push_back({.type = "divider"});
      default: return;
    }
  }

  void note(std::string says) { notes_.push_back({line_, std::move(says)}); }

  void add_texts(std::string_view type, const std::vector<Run>& runs, std::vector<NotionBlock>& out) {
    std::vector<JsonArray> groups = group_rich_texts(runs);
    note_groups(groups.size());
    for (JsonArray& group : groups) out.push_back(make_text_block(type, std::move(group)));
  }

  void note_groups(std::size_t groups) {
    if (groups > 1) note(fmt::format("a text too long for one block became {}", groups));
  }

  void make_paragraph(const TreeNode& node, std::vector<NotionBlock>& out) {
    const bool is_picture = node.spans.size() == 1 && node.spans[0].kind == SpanKind::image;
    if (is_picture && is_picture_address(node.spans[0].target)) {
      const Span& image = node.spans[0];
      std::vector<JsonArray> caption = group_rich_texts(runs_of_text(image.text));
      JsonObject body{{"type", "external"}, {"external", JsonObject{{"url", image.target}}}};
      if (!caption[0].empty()) body["caption"] = std::move(caption[0]);
      out.push_back({.type = "image", .body = std::move(body)});
      if (!image.title.empty()) note(fmt::format("the title of an image is left out: {}", image.title));
      for (std::size_t i = 1; i < caption.size(); ++i)
        out.push_back(make_text_block("paragraph", std::move(caption[i])));
      return;
    }
    add_texts("paragraph", runs_of(node.spans), out);
  }

  static bool is_picture_address(const std::string& target) {
    return is_web_address(target) && !target.starts_with("mailto:") && measure_size(target).fits(text_max);
  }

  static std::vector<Run> runs_of_text(const std::string& text) {
    return text.empty() ? std::vector<Run>{} : std::vector<Run>{{text, {}}};
  }

  void make_heading(const TreeNode& node, std::vector<NotionBlock>& out) {
    if (node.level > heading_level_max)
      note(fmt::format("a heading of level {} became one of level {}", node.level, heading_level_max));
    add_texts(fmt::format("heading_{}", std::min(node.level, heading_level_max)), runs_of(node.spans), out);
  }

  void make_list(const TreeNode& list, std::vector<NotionBlock>& out) {
    const bool is_ordered = list.kind == NodeKind::ordered_list;
    if (is_ordered && list.start != 1) note(fmt::format("a list that starts with {} starts with 1", list.start));
    for (const TreeNode& item : list.children) {
      const std::string_view type = item.is_task ? "to_do" : is_ordered ? "numbered_list_item" : "bulleted_list_item";
      NotionBlock block = make_container(type, item.children);
      if (item.is_task) block.body["checked"] = item.is_done;
      out.push_back(std::move(block));
    }
  }

  // A block with text and children: the first paragraph is its text.
  NotionBlock make_container(std::string_view type, std::span<const TreeNode> nodes) {
    NotionBlock block = make_text_block(type, {});
    const bool has_text = !nodes.empty() && nodes[0].kind == NodeKind::paragraph && !is_lone_picture(nodes[0]);
    if (has_text) {
      line_ = nodes[0].line;
      std::vector<JsonArray> groups = group_rich_texts(runs_of(nodes[0].spans));
      note_groups(groups.size());
      block.body["rich_text"] = std::move(groups[0]);
      for (std::size_t i = 1; i < groups.size(); ++i)
        block.children.push_back(make_text_block("paragraph", std::move(groups[i])));
    }
    for (NotionBlock& child : make_blocks(nodes.subspan(has_text ? 1 : 0))) block.children.push_back(std::move(child));
    return block;
  }

  static bool is_lone_picture(const TreeNode& node) {
    return node.spans.size() == 1 && node.spans[0].kind == SpanKind::image && is_picture_address(node.spans[0].target);
  }

  void make_quote(const TreeNode& quote, std::vector<NotionBlock>& out) {
    if (quote.alert.empty()) return out.push_back(make_container("quote", quote.children));
    NotionBlock block = make_container("callout", quote.children);
    const auto* look = std::ranges::find(alert_looks, quote.alert, &AlertLook::kind);
    block.body["icon"] = JsonObject{{"type", "emoji"}, {"emoji", look->icon}};
    block.body["color"] = look->color;
    out.push_back(std::move(block));
  }

  void make_code(const TreeNode& code, std::vector<NotionBlock>& out) {
    const auto language = find_language(code.info);
    if (!language) note(fmt::format("Notion knows no language '{}': plain text", code.info));
    add_code(code.text, language.value_or(plain_language), out);
  }

  void add_code(const std::string& text, std::string_view language, std::vector<NotionBlock>& out) {
    const std::size_t first = out.size();
    add_texts("code", runs_of_text(text), out);
    for (std::size_t i = first; i < out.size(); ++i) out[i].body["language"] = language;
  }

  void make_table(const TreeNode& table, std::vector<NotionBlock>& out) {
    const std::size_t columns = table.columns.size();
    if (columns > columns_max) {
      note(fmt::format("a table of {} columns became a code block", columns));
      std::string text;
      for (const std::string& line : render_text_table(table)) text += line + '\n';
      return add_code(text, plain_language, out);
    }
    if (std::ranges::any_of(table.columns,
                            [](ColumnAlign a) { return a == ColumnAlign::center || a == ColumnAlign::right; }))
      note("the alignment of a table's columns is left out");
    NotionBlock block{.type = "table",
                      .body = {{"table_width", columns}, {"has_column_header", true}, {"has_row_header", false}}};
    for (const TreeNode& row : table.children) add_rows(row, columns, block.children);
    out.push_back(std::move(block));
  }

  // A row whose cells hold more than one row may goes on in the next.
  void add_rows(const TreeNode& row, std::size_t columns, std::vector<NotionBlock>& out) {
    if (row.line > 0) line_ = row.line;
    std::vector<std::vector<JsonObject>> cells(columns);
    std::vector<std::size_t> taken(columns, 0);
    for (std::size_t i = 0; i < std::min(columns, row.children.size()); ++i)
      cells[i] = render_rich_texts(runs_of(row.children[i].spans));
    std::size_t rows = 0;
    for (bool is_done = false; !is_done; ++rows) {
      is_done = true;
      JsonArray rendered;
      std::size_t bytes = 0;
      for (std::size_t i = 0; i < columns; ++i) {
        JsonArray cell;
        for (; taken[i] < cells[i].size() && cell.size() < rich_text_max; ++taken[i]) {
          const std::size_t size = render_json(cells[i][taken[i]]).size() + 1;
          if (bytes > 0 && bytes + size > block_bytes_max) break;
          bytes += size;
          cell.push_back(std::move(cells[i][taken[i]]));
        }
        is_done = is_done && taken[i] == cells[i].size();
        rendered.push_back(std::move(cell));
      }
      out.push_back({.type = "table_row", .body = {{"cells", std::move(rendered)}}});
    }
    if (rows > 1) note(fmt::format("a row of a table too long for one became {}", rows));
  }

  std::vector<Run> runs_of(const std::vector<Span>& spans) {
    std::vector<Run> runs;
    add_runs(spans, {}, runs);
    return runs;
  }

  void add_runs(const std::vector<Span>& spans, const Look& look, std::vector<Run>& runs) {
    for (const Span& span : spans) add_run(span, look, runs);
  }

  static void add_text(std::string_view text, const Look& look, std::vector<Run>& runs) {
    if (text.empty()) return;
    if (runs.empty() || runs.back().look != look) runs.push_back({{}, look});
    runs.back().text += text;
  }

  void add_run(const Span& span, Look look, std::vector<Run>& runs) {
    switch (span.kind) {
      case SpanKind::text:
        if (span.text.find("$$") != std::string::npos) note("a formula is left as text");
        return add_text(span.text, look, runs);
      case SpanKind::soft_break: return add_text(" ", look, runs);
      case SpanKind::hard_break: return add_text("\n", look, runs);
      case SpanKind::code: look.is_code = true; return add_text(span.text, look, runs);
      case SpanKind::emphasis: look.is_italic = true; break;
      case SpanKind::strong: look.is_bold = true; break;
      case SpanKind::strike: look.is_struck = true; break;
      case SpanKind::link:
        note_title(span, "link");
        link_to(span.target, look);
        break;
      case SpanKind::autolink: link_to(span.target, look); return add_text(span.text, look, runs);
      case SpanKind::image:
        note(fmt::format("an image inside of a text became a link: {}", span.target));
        note_title(span, "image");
        link_to(span.target, look);
        return add_text(span.text.empty() ? span.target : span.text, look, runs);
    }
    add_runs(span.children, look, runs);
  }

  void note_title(const Span& span, std::string_view kind) {
    if (!span.title.empty()) note(fmt::format("the title of a {} is left out: {}", kind, span.title));
  }

  // Notion refuses the whole request for one address that is not of the web or too long.
  void link_to(const std::string& target, Look& look) {
    if (!is_web_address(target)) {
      if (!target.empty()) note(fmt::format("a link that leads to no web address became text: {}", target));
    } else if (!measure_size(target).fits(text_max)) {
      note(fmt::format("a link to an address of {} characters became text; the limit is {}",
                       measure_size(target).utf16_units, text_max.utf16_units));
    } else {
      look.link = target;
    }
  }

  std::vector<TextNote> notes_;
  std::size_t line_ = 0;
};

// Children of one parent that are still to be written.
struct Waiting {
  std::vector<std::size_t> parent;
  std::span<const NotionBlock> blocks;
  std::size_t from = 0;
};

// Fills requests within their limits, and keeps what did not fit.
class RequestPlanner {
 public:
  std::vector<NotionRequest> plan(std::span<const NotionBlock> blocks) {
    std::vector<NotionRequest> requests;
    waiting_.push_back({{}, blocks, 0});
    while (!waiting_.empty()) {
      Waiting next = std::move(waiting_.front());
      waiting_.pop_front();
      blocks_left_ = blocks_max;
      bytes_left_ = request_bytes_max;
      NotionRequest request{.parent = next.parent};
      request.children = take(next, 0);
      requests.push_back(std::move(request));
    }
    return requests;
  }

 private:
  // As many of the blocks as go into this request; the rest waits.
  JsonArray take(Waiting& list, std::size_t level) {
    JsonArray taken;
    while (list.from < list.blocks.size() && taken.size() < children_max && fits(list.blocks[list.from], level)) {
      const NotionBlock& block = list.blocks[list.from];
      --blocks_left_;
      bytes_left_ -= bytes_of(block);
      JsonObject body = block.body;
      if (!block.children.empty()) {
        Waiting children{list.parent, block.children, 0};
        children.parent.push_back(list.from);
        if (level < levels_max) {
          if (JsonArray inside = take(children, level + 1); !inside.empty()) body["children"] = std::move(inside);
        } else {
          waiting_.push_back(std::move(children));
        }
      }
      JsonObject object{{"object", "block"}, {"type", block.type}};
      object[block.type] = std::move(body);
      taken.push_back(std::move(object));
      ++list.from;
    }
    if (list.from < list.blocks.size()) waiting_.push_back(list);
    return taken;
  }

  static std::size_t bytes_of(const NotionBlock& block) {
    return frame_bytes + 2 * block.type.size() + render_json(block.body).size();
  }

  // A table is never written without its first row.
  bool fits(const NotionBlock& block, std::size_t level) const {
    const bool needs_child = block.type == "table";
    if (needs_child && level == levels_max) return false;
    const std::size_t bytes = bytes_of(block) + (needs_child ? bytes_of(block.children[0]) : 0);
    return blocks_left_ >= (needs_child ? 2U : 1U) && bytes_left_ >= bytes;
  }

  std::deque<Waiting> waiting_;
  std::size_t blocks_left_ = 0;
  std::size_t bytes_left_ = 0;
};

}  // namespace

std::span<const TargetLimit> notion_limits() {
  return limits;
}

NotionDocument make_notion_blocks(const BlockTree& tree) {
  NotionWriter writer(tree.notes);
  NotionDocument document{.blocks = writer.make_blocks(tree.nodes)};
  document.notes = writer.take_notes();
  std::ranges::stable_sort(document.notes, {}, &TextNote::line);
  return document;
}

std::vector<NotionRequest> plan_notion_requests(std::span<const NotionBlock> blocks) {
  return RequestPlanner().plan(blocks);
}

}  // namespace converge::content
