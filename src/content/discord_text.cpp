#include "content/discord_text.hpp"

#include "content/text_table.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cctype>
#include <span>

namespace converge::content {
namespace {

constexpr std::string_view zero_width_space = "\u200B";
constexpr std::string_view fence = "```";
constexpr std::string_view rule_line = "\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500";
constexpr std::size_t fence_language_max = 32;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

// A line is markup by what it begins with: the length of what may stand before the sign that must be escaped.
// npos when the line is text anyway.
std::size_t find_line_mark(std::string_view line) {
  const std::size_t begin = std::min(line.find_first_not_of(' '), line.size());
  std::string_view rest = line.substr(begin);
  if (rest.starts_with('>')) return begin;
  if (rest.starts_with("-#")) return begin;
  const std::size_t signs = std::min(rest.find_first_not_of('#'), rest.size());
  const auto is_blank_at = [&](std::size_t at) { return at == rest.size() || rest[at] == ' '; };
  if (signs > 0 && signs <= 6 && is_blank_at(signs)) return begin;
  if ((rest.starts_with('-') || rest.starts_with('+')) && is_blank_at(1)) return begin;
  const bool is_ruler = rest.size() >= 2 && (rest[0] == '-' || rest[0] == '=');
  if (is_ruler && rest.find_first_not_of(std::string{rest[0], ' '}) == std::string_view::npos) return begin;
  std::size_t digits = 0;
  while (digits < rest.size() && is_digit(rest[digits])) ++digits;
  const bool is_number = digits > 0 && digits < rest.size() && (rest[digits] == '.' || rest[digits] == ')');
  if (is_number && is_blank_at(digits + 1)) return begin + digits;
  return std::string_view::npos;
}

// Discord's clients mask only addresses of the web.
bool is_web_address(std::string_view target) {
  return target.starts_with("http://") || target.starts_with("https://");
}

// An address that fits between `(` and `)`, and between `<` and `>`.
std::string encode_address(std::string_view target) {
  std::string out;
  for (const char c : target) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_kept =
        byte > 0x20 && byte != 0x7F && std::string_view("()<>\\`|*\"'").find(c) == std::string_view::npos;
    out += is_kept ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return out;
}

std::string fence_language(std::string_view info) {
  const std::string_view word = info.substr(0, std::min(info.find_first_of(" \t"), info.size()));
  const bool is_known_shape =
      word.size() <= fence_language_max && std::ranges::all_of(word, [](unsigned char c) {
        return std::isalnum(c) != 0 || std::string_view("_+-.#").find(static_cast<char>(c)) != std::string_view::npos;
      });
  return is_known_shape ? std::string(word) : std::string();
}

std::string capitalize(std::string_view word) {
  std::string text(word);
  text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

// One line of the text. A line of a fence is flush: a list does not indent it.
struct DiscordLine {
  std::string text;
  bool is_flush = false;
};
using DiscordLines = std::vector<DiscordLine>;

// Text that Discord shows to the letter wherever it stands in a line: no markup, mention, emoji or link comes of it.
std::string escape_text(std::string_view text) {
  constexpr std::string_view active = "\\*_~`|[]<>";
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::string_view rest = text.substr(at);
    if (active.find(text[at]) != std::string_view::npos || rest.starts_with("://")) out += '\\';
    out += text[at];
    const bool is_mention = text[at] == '@' && (rest.starts_with("@everyone") || rest.starts_with("@here") ||
                                                (at > 0 && text[at - 1] == '<'));
    if (is_mention) out += zero_width_space;
  }
  return out;
}

// Writes one tree.
class DiscordWriter {
 public:
  explicit DiscordWriter(std::vector<TextNote> notes) : notes_(std::move(notes)) {}

  DiscordLines write_blocks(std::span<const TreeNode> nodes, bool is_spaced) {
    DiscordLines lines;
    for (const TreeNode& node : nodes) {
      DiscordLines block = write_block(node);
      if (block.empty()) continue;
      if (is_spaced && !lines.empty()) lines.push_back({});
      std::ranges::move(block, std::back_inserter(lines));
    }
    return lines;
  }

  std::vector<TextNote> take_notes() { return std::move(notes_); }

 private:
  DiscordLines write_block(const TreeNode& node) {
    line_ = node.line;
    switch (node.kind) {
      case NodeKind::paragraph: return write_paragraph(node);
      case NodeKind::heading: return write_heading(node);
      case NodeKind::bullet_list:
      case NodeKind::ordered_list: return write_list(node);
      case NodeKind::quote: return write_quote(node);
      case NodeKind::code: return write_code(node);
      case NodeKind::table: return write_table(node);
      case NodeKind::rule: note("a rule is drawn with box characters"); return {{std::string(rule_line)}};
      default: return {};
    }
  }

  void note(std::string says) { notes_.push_back({line_, std::move(says)}); }

  DiscordLines write_paragraph(const TreeNode& node) {
    DiscordLines lines;
    std::string_view rest = render(node.spans);
    while (true) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      std::string line(rest.substr(0, end));
      const std::size_t mark = find_line_mark(line);
      if (mark != std::string::npos) line.insert(mark, "\\");
      if (!line.empty()) lines.push_back({std::move(line)});
      if (end == rest.size()) return lines;
      rest.remove_prefix(end + 1);
    }
  }

  DiscordLines write_heading(const TreeNode& node) {
    const bool is_known = node.level <= 3;
    if (!is_known) note(fmt::format("a heading of level {} became bold text", node.level));
    is_strong_ = !is_known;
    std::string text(render(node.spans));
    is_strong_ = false;
    std::ranges::replace(text, '\n', ' ');
    if (text.empty()) return {};
    return {{is_known ? std::string(node.level, '#') + ' ' + text : "**" + text + "**"}};
  }

  DiscordLines write_list(const TreeNode& list) {
    DiscordLines lines;
    std::size_t number = list.start;
    for (const TreeNode& item : list.children) {
      const std::string mark = list.kind == NodeKind::ordered_list ? fmt::format("{}. ", number++) : "- ";
      DiscordLines block = write_blocks(item.children, false);
      if (item.is_task) {
        if (block.empty() || block[0].is_flush) block.insert(block.begin(), DiscordLine{});
        block[0].text.insert(0, item.is_done ? "\u2611 " : "\u2610 ");
        line_ = item.line;
        note("a task became a list item with a box");
      }
      if (block.empty() || block[0].is_flush) block.insert(block.begin(), DiscordLine{});
      const std::string indent(mark.size(), ' ');
      for (DiscordLine& line : block)
        if (!line.is_flush) line.text.insert(0, &line == &block[0] ? mark : indent);
      while (block[0].text.ends_with(' ')) block[0].text.pop_back();
      std::ranges::move(block, std::back_inserter(lines));
    }
    return lines;
  }

  DiscordLines write_quote(const TreeNode& quote) {
    if (is_quoted_) {
      note("a quote inside of a quote became part of it");
      return write_blocks(quote.children, true);
    }
    is_quoted_ = true;
    DiscordLines lines = write_blocks(quote.children, true);
    is_quoted_ = false;
    if (!quote.alert.empty()) lines.insert(lines.begin(), {fmt::format("**{}**", capitalize(quote.alert))});
    for (DiscordLine& line : lines) line = {"> " + line.text, true};
    return lines;
  }

  DiscordLines write_code(const TreeNode& code) {
    if (code.text.find_first_not_of(" \n") == std::string::npos) {
      note("a code block without code is left out");
      return {};
    }
    const std::string language = fence_language(code.info);
    if (language.size() < code.info.size())
      note(fmt::format("the words behind a fence are left out: {}", code.info.substr(language.size())));
    return write_fence(code.text, language);
  }

  DiscordLines write_table(const TreeNode& table) {
    note("a table became a code block");
    std::string text;
    for (const std::string& line : render_text_table(table)) text += (text.empty() ? "" : "\n") + line;
    return write_fence(std::move(text), "");
  }

  // Discord ends a code block at the next three backticks, wherever they stand.
  DiscordLines write_fence(std::string text, std::string_view language) {
    if (text.find(fence) != std::string::npos) {
      note("backticks inside of a code block are kept apart by a zero-width space");
      replace_all(text, "``", fmt::format("`{}`", zero_width_space));
    }
    DiscordLines lines{{fmt::format("{}{}", fence, language), true}};
    for (std::string_view rest = text;;) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      lines.push_back({std::string(rest.substr(0, end)), true});
      if (end == rest.size()) break;
      rest.remove_prefix(end + 1);
    }
    if (lines.back().text.ends_with('`')) lines.back().text += zero_width_space;
    lines.push_back({std::string(fence), true});
    return lines;
  }

  // The spans of one block; styles do not reach over a line end.
  std::string_view render(const std::vector<Span>& spans) {
    out_.clear();
    marks_.clear();
    write_spans(spans);
    const std::size_t end = out_.find_last_not_of(" \n");
    out_.erase(end == std::string::npos ? 0 : end + 1);
    return out_;
  }

  void write_spans(const std::vector<Span>& spans) {
    for (const Span& span : spans) write_span(span);
  }

  void write_span(const Span& span) {
    switch (span.kind) {
      case SpanKind::text: append(escape_text(span.text)); break;
      case SpanKind::code: write_code_span(span.text); break;
      case SpanKind::soft_break: out_ += ' '; break;
      case SpanKind::hard_break: break_line(); break;
      case SpanKind::emphasis: write_styled(span, "*", is_emphasis_); break;
      case SpanKind::strong: write_styled(span, "**", is_strong_); break;
      case SpanKind::strike: write_styled(span, "~~", is_strike_); break;
      case SpanKind::link: write_link(span); break;
      case SpanKind::autolink: write_address(span.target, span.text); break;
      case SpanKind::image: write_image(span); break;
    }
  }

  // Marks of one kind that meet would be read as others: `**a**` and `*b*`.
  void append(std::string_view text) {
    const bool is_mark = !out_.empty() && !text.empty() && out_.back() == text.front() &&
                         std::string_view("*~`").find(text.front()) != std::string_view::npos;
    if (is_mark && closed_mark_end_ == out_.size()) out_ += zero_width_space;
    out_ += text;
  }

  void write_styled(const Span& span, std::string_view mark, bool& is_open) {
    if (is_open || render_plain_text(span.children).find_first_not_of(' ') == std::string::npos)
      return write_spans(span.children);
    is_open = true;
    marks_.push_back(mark);
    append(mark);
    write_spans(span.children);
    out_ += mark;
    marks_.pop_back();
    if (marks_.empty()) closed_mark_end_ = out_.size();
    is_open = false;
  }

  void break_line() {
    if (in_link_) return void(out_ += ' ');
    for (auto mark = marks_.rbegin(); mark != marks_.rend(); ++mark) out_ += *mark;
    while (out_.ends_with(' ')) out_.pop_back();
    out_ += '\n';
    for (const std::string_view mark : marks_) out_ += mark;
  }

  void write_code_span(const std::string& code) {
    if (code.find_first_not_of(' ') == std::string::npos) return void(out_ += code);
    std::size_t run = 0, longest = 0;
    for (const char c : code) longest = std::max(longest, run = c == '`' ? run + 1 : 0);
    if (longest >= fence.size()) {
      note("code with three backticks in a row became text");
      return append(escape_text(code));
    }
    const std::string ticks(longest + 1, '`');
    const bool is_padded = code.front() == '`' || code.back() == '`';
    append(is_padded ? fmt::format("{0} {1} {0}", ticks, code) : fmt::format("{0}{1}{0}", ticks, code));
    closed_mark_end_ = out_.size();
  }

  void write_address(const std::string& target, const std::string& shown) {
    if (!is_web_address(target)) return append(escape_text(shown));
    append(fmt::format("<{}>", encode_address(target)));
  }

  // A text that looks like an address is not shown as the text of a link by Discord.
  static bool looks_like_address(std::string_view text) {
    return text.find("://") != std::string_view::npos || text.starts_with("www.") ||
           text.find("discord.gg/") != std::string_view::npos;
  }

  void write_link(const Span& link) {
    if (!link.title.empty()) note(fmt::format("the title of a link is left out: {}", link.title));
    const std::string shown = render_plain_text(link.children);
    if (in_link_ || !is_web_address(link.target)) {
      if (!link.target.empty()) note(fmt::format("a link that leads to no web address became text: {}", link.target));
      return write_spans(link.children);
    }
    if (shown.find_first_not_of(' ') == std::string::npos) return write_address(link.target, "");
    if (looks_like_address(shown)) {
      note(fmt::format("a link whose text is another address shows its own: {}", link.target));
      append(escape_text(shown) + ' ');
      return write_address(link.target, "");
    }
    in_link_ = true;
    append("[");
    write_spans(link.children);
    out_ += fmt::format("]({})", encode_address(link.target));
    in_link_ = false;
  }

  void write_image(const Span& image) {
    if (in_link_ || !is_web_address(image.target)) {
      note(fmt::format("an image became its text: {}", image.target));
      return append(escape_text(image.text));
    }
    note(fmt::format("an image became a link: {}", image.target));
    const bool has_text = image.text.find_first_not_of(' ') != std::string::npos && !looks_like_address(image.text);
    if (!has_text) return write_address(image.target, "");
    append(fmt::format("[{}]({})", escape_text(image.text), encode_address(image.target)));
  }

  std::vector<TextNote> notes_;
  std::size_t line_ = 0;  // of the block that is being written
  std::string out_;       // spans of one block
  std::vector<std::string_view> marks_;
  std::size_t closed_mark_end_ = std::string::npos;
  bool is_quoted_ = false, is_strong_ = false, is_emphasis_ = false, is_strike_ = false, in_link_ = false;
};

}  // namespace

DiscordText render_discord_text(const BlockTree& tree) {
  DiscordWriter writer(tree.notes);
  DiscordText result;
  for (const DiscordLine& line : writer.write_blocks(tree.nodes, true))
    result.text += (result.text.empty() ? "" : "\n") + line.text;
  result.notes = writer.take_notes();
  std::ranges::stable_sort(result.notes, {}, &TextNote::line);
  return result;
}

}  // namespace converge::content
