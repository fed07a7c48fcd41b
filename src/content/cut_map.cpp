#include "content/cut_map.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <span>

namespace converge::content {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool is_word_byte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || static_cast<unsigned char>(c) >= 0x80;
}

bool is_punctuation(char c) {
  return std::ispunct(static_cast<unsigned char>(c)) != 0;
}

std::size_t skip(std::string_view text, std::size_t at, std::size_t end, std::string_view signs) {
  while (at < end && signs.find(text[at]) != std::string_view::npos) ++at;
  return at;
}

TextRange trim(std::string_view text, TextRange range) {
  while (range.begin < range.end && is_blank(text[range.begin])) ++range.begin;
  while (range.begin < range.end && is_blank(text[range.end - 1])) --range.end;
  return range;
}

// ---- the marks inside of one block ----

constexpr std::array<std::string_view, 6> style_marks{"||", "**", "__", "~~", "*", "_"};
constexpr std::string_view style_names[] = {"a spoiler",   "bold text",   "underlined text",
                                            "struck text", "italic text", "italic text"};

// Beyond these a text is not read as markup: no target takes such an address, and nobody reads such a nest.
constexpr std::size_t openers_max = 32;
constexpr std::size_t target_bytes_max = 8'192;

// Finds wraps in one block of text. A backslash, code and `<...>` win over everything else, as they do for Discord.
class SpanScanner {
 public:
  SpanScanner(std::string_view text, TextRange block, std::vector<Wrap>& wraps)
      : text_(text), at_(block.begin), begin_(block.begin), end_(block.end), wraps_(wraps) {}

  void scan() {
    while (at_ < end_) {
      const std::size_t before = at_;
      switch (text_[at_]) {
        case '\\': scan_escape(); break;
        case '`': scan_code(); break;
        case '<': scan_angle(); break;
        case ':': scan_shortcode(); break;
        case 'h': scan_address(); break;
        case '!': scan_image(); break;
        case '[': open({"[", at_++}); break;
        case ']': scan_link_end(); break;
        case '*':
        case '_':
        case '~':
        case '|':
          runs_.push_back({at_, skip(text_, at_, end_, {&text_[at_], 1})});
          at_ = runs_.back().end;
          break;
        default: break;
      }
      if (at_ == before) ++at_;
    }
    match_styles();
  }

 private:
  struct Opener {
    std::string_view mark;
    std::size_t begin = 0;
    std::size_t link = 0;  // the innermost link that it stands in
  };

  // A text may open as many marks as it likes and close none: the oldest are forgotten.
  void open(Opener opener) {
    if (open_.size() == openers_max) open_.erase(open_.begin());
    open_.push_back(opener);
  }

  std::string_view rest() const { return text_.substr(at_, end_ - at_); }

  void add_whole(std::size_t end, std::string_view name) {
    wraps_.push_back({.whole = {at_, end}, .inner = {end, end}, .name = name});
    at_ = end;
  }

  void scan_escape() {
    if (at_ + 1 < end_ && is_punctuation(text_[at_ + 1])) add_whole(at_ + 2, "an escaped sign");
  }

  void scan_code() {
    const std::size_t run_end = skip(text_, at_, end_, "`");
    const std::size_t run = run_end - at_;
    if (!hopeless_runs_.contains(run)) {
      for (std::size_t close = text_.find('`', run_end); close < end_; close = text_.find('`', close)) {
        const std::size_t close_end = skip(text_, close, end_, "`");
        if (close_end - close == run) {
          const std::string ticks(run, '`');
          wraps_.push_back({{at_, close_end}, {run_end, close}, ticks, ticks, "inline code"});
          at_ = close_end;
          return;
        }
        close = close_end;
      }
      hopeless_runs_.insert(run);
    }
    at_ = run_end;
  }

  // <@1>, <#1>, <:name:1>, <a:name:1>, <t:1:R>, </command:1>, <https://example.org>
  void scan_angle() {
    const std::string_view stops = rest().starts_with("</") ? "<>\n" : "<> \t\r\n";
    const std::size_t close = std::min(text_.find_first_of(stops, at_ + 1), end_);
    if (close == end_ || text_[close] != '>' || close == at_ + 1) return;
    const bool is_address = text_.substr(at_, close - at_).find("://") != std::string_view::npos;
    add_whole(close + 1, is_address ? "an address" : "a mention, emoji or timestamp");
  }

  void scan_shortcode() {
    std::size_t close = at_ + 1;
    while (close < end_ && (std::isalnum(static_cast<unsigned char>(text_[close])) != 0 ||
                            std::string_view("_+-").find(text_[close]) != std::string_view::npos))
      ++close;
    if (close > at_ + 1 && close < end_ && text_[close] == ':') add_whole(close + 1, "an emoji code");
  }

  void scan_address() {
    const bool is_address = rest().starts_with("https://") || rest().starts_with("http://");
    if (!is_address || (at_ > begin_ && is_word_byte(text_[at_ - 1]))) return;
    std::size_t close = at_, depth = 0;
    for (; close < end_ && !is_blank(text_[close]); ++close) {
      const char c = text_[close];
      if (std::string_view("<>|*]\\`").find(c) != std::string_view::npos) break;
      if (c == '(') ++depth;
      if (c == ')' && depth-- == 0) break;
    }
    add_whole(close, "an address");
  }

  void scan_image() {
    if (rest().starts_with("![")) {
      open({"![", at_});
      at_ += 2;
    }
  }

  void scan_link_end() {
    if (open_.empty()) return;
    const Opener link = open_.back();
    open_.pop_back();
    const std::size_t target_end = find_target_end(at_ + 1);
    if (target_end == 0) return;
    const TextRange inner{link.begin + link.mark.size(), at_};
    wraps_.push_back({{link.begin, target_end},
                      inner.size() > 0 ? inner : TextRange{target_end, target_end},
                      std::string(link.mark),
                      std::string(text_.substr(at_, target_end - at_)),
                      link.mark == "[" ? "a link" : "an image"});
    // What looks like an address or a style inside of the target is part of it.
    at_ = target_end;
  }

  // The end of `(...)` that begins at `at`; 0 when none does.
  std::size_t find_target_end(std::size_t at) const {
    if (at >= end_ || text_[at] != '(') return 0;
    std::size_t depth = 0;
    const std::size_t end = std::min(end_, at + target_bytes_max);
    for (; at < end && text_[at] != '\n'; ++at) {
      if (text_[at] == '\\' && at + 1 < end_ && is_punctuation(text_[at + 1])) {
        ++at;
      } else if (text_[at] == '(') {
        ++depth;
      } else if (text_[at] == ')' && --depth == 0) {
        return at + 1;
      }
    }
    return 0;
  }

  // Links bind before styles: a style lies in one link as a whole, or outside of all.
  void match_styles() {
    std::vector<TextRange> links;
    for (const Wrap& wrap : std::span(wraps_).subspan(wraps_before_))
      if (wrap.open.ends_with('[')) links.push_back(wrap.whole);
    std::ranges::sort(links, {}, &TextRange::begin);
    std::size_t next_link = 0;
    std::vector<std::size_t> links_open{0};  // one above their index; 0 is outside of all
    open_.clear();
    for (const TextRange& run : runs_) {
      while (next_link < links.size() && links[next_link].begin < run.begin) links_open.push_back(++next_link);
      while (links_open.back() > 0 && links[links_open.back() - 1].end <= run.begin) links_open.pop_back();
      const Flanks flanks = flanks_of(run);
      for (at_ = run.begin; at_ < run.end;) match_style(run.end, flanks, links_open.back());
    }
  }

  struct Flanks {
    bool can_open = false, can_close = false;
  };

  // CommonMark's rules for left- and right-flanking runs, with ASCII's punctuation.
  Flanks flanks_of(const TextRange& run) const {
    if (text_[run.begin] == '|') return {true, true};
    const bool is_begin = run.begin == begin_, is_end = run.end == end_;
    const bool blank_before = is_begin || is_blank(text_[run.begin - 1]);
    const bool blank_behind = is_end || is_blank(text_[run.end]);
    const bool sign_before = !is_begin && is_punctuation(text_[run.begin - 1]);
    const bool sign_behind = !is_end && is_punctuation(text_[run.end]);
    const bool is_left = !blank_behind && (!sign_behind || blank_before || sign_before);
    const bool is_right = !blank_before && (!sign_before || blank_behind || sign_behind);
    if (text_[run.begin] != '_') return {is_left, is_right};
    return {is_left && (!is_right || sign_before), is_right && (!is_left || sign_behind)};
  }

  // Takes the next mark of a run of one sign, which may be `**` and `*` in one.
  void match_style(std::size_t run_end, const Flanks& flanks, std::size_t link) {
    const std::size_t run = run_end - at_;
    const char sign = text_[at_];
    const bool is_single_open = !open_.empty() && open_.back().mark == std::string_view(&sign, 1);
    const bool is_single = run == 1 || (run == 3 && is_single_open);
    const auto* mark = std::ranges::find_if(
        style_marks, [&](std::string_view m) { return m[0] == sign && m.size() == (is_single ? 1U : 2U); });
    if (mark == style_marks.end()) return void(at_ = run_end);
    const std::size_t mark_end = at_ + mark->size();
    const auto opener =
        std::find_if(open_.rbegin(), open_.rend(), [&](const Opener& o) { return o.mark == *mark && o.link == link; });
    if (flanks.can_close && opener != open_.rend() && opener->begin + mark->size() < at_) {
      const std::string shown(*mark);
      wraps_.push_back({{opener->begin, mark_end},
                        {opener->begin + mark->size(), at_},
                        shown,
                        shown,
                        style_names[static_cast<std::size_t>(mark - style_marks.begin())]});
      open_.erase(std::prev(opener.base()), open_.end());
    } else if (flanks.can_open) {
      open({*mark, at_, link});
    }
    at_ = mark_end;
  }

  std::string_view text_;
  std::size_t at_;
  std::size_t begin_;
  std::size_t end_;
  std::vector<Wrap>& wraps_;
  std::size_t wraps_before_ = wraps_.size();
  std::vector<TextRange> runs_;  // of the signs that styles are made of
  std::vector<Opener> open_;
  std::set<std::size_t> hopeless_runs_;  // lengths of backtick runs that nothing closes
};

// ---- lines ----

enum class LineKind { blank, text, heading, item, nested_item, fence, table };

struct LineShape {
  TextRange line;            // without its line end
  std::size_t rest = 0;      // behind the quote marks
  std::size_t indented = 0;  // behind quote marks and indentation
  std::size_t content = 0;   // behind a heading's mark as well
  LineKind kind = LineKind::text;
  bool is_quoted = false;
  bool begins_block = false;  // the first line of a fence or a table
};

LineShape shape_line(std::string_view text, std::size_t begin) {
  LineShape shape;
  shape.line = {begin, std::min(text.find('\n', begin), text.size())};
  std::size_t end = shape.line.end;
  if (end > begin && text[end - 1] == '\r') --end;
  std::size_t at = begin;
  while (true) {
    const std::size_t mark = skip(text, at, end, " ");
    if (mark >= end || text[mark] != '>' || mark - at > 3) break;
    at = mark + 1;
    shape.is_quoted = true;
  }
  if (shape.is_quoted && at < end && text[at] == ' ') ++at;
  shape.rest = at;
  const std::size_t indented = skip(text, at, end, " \t");
  shape.indented = shape.content = indented;
  const std::string_view rest = text.substr(indented, end - indented);
  const auto is_mark_end = [&](std::size_t size) {
    return size < rest.size() && (rest[size] == ' ' || rest[size] == '\t');
  };
  if (rest.empty()) {
    shape.kind = LineKind::blank;
  } else if (const std::size_t signs = skip(rest, 0, rest.size(), "#"); signs > 0 && signs <= 6 && is_mark_end(signs)) {
    shape.kind = LineKind::heading;
    shape.content = indented + signs + 1;
  } else if (rest.starts_with("-# ")) {
    shape.kind = LineKind::heading;
    shape.content = indented + 3;
  } else {
    const std::size_t digits = skip(rest, 0, std::min<std::size_t>(rest.size(), 9), "0123456789");
    const bool is_number = digits > 0 && digits < rest.size() && (rest[digits] == '.' || rest[digits] == ')');
    const bool is_bullet = std::string_view("-*+").find(rest[0]) != std::string_view::npos;
    if ((is_number && is_mark_end(digits + 1)) || (is_bullet && is_mark_end(1)))
      shape.kind = indented == at ? LineKind::item : LineKind::nested_item;
  }
  return shape;
}

// The fence that opens a line: its run of signs, empty when there is none.
std::string_view find_fence(std::string_view text, const LineShape& shape) {
  if (shape.kind != LineKind::text) return {};
  const std::string_view rest = text.substr(shape.content, shape.line.end - shape.content);
  for (const char sign : {'`', '~'}) {
    const std::size_t run = skip(rest, 0, rest.size(), {&sign, 1});
    if (run < 3 || (sign == '`' && rest.find('`', run) != std::string_view::npos)) continue;
    return rest.substr(0, run);
  }
  return {};
}

bool closes_fence(std::string_view text, const LineShape& shape, std::string_view fence) {
  const std::string_view rest = text.substr(shape.content, shape.line.end - shape.content);
  const std::size_t run = skip(rest, 0, rest.size(), fence.substr(0, 1));
  return run >= fence.size() && skip(rest, run, rest.size(), " \t\r") == rest.size();
}

// The row under a table's head: `|---|:-:|`.
bool is_delimiter_row(std::string_view line) {
  return line.find('|') != std::string_view::npos && line.find('-') != std::string_view::npos &&
         line.find_first_not_of("|:- \t\r") == std::string_view::npos;
}

// The rule under the head of a table that was drawn into a fence.
bool is_drawn_rule(std::string_view line) {
  return line.find("-") != std::string_view::npos && line.find_first_not_of("- \r") == std::string_view::npos;
}

// Reads the text line by line. One text, one use.
class LineScanner {
 public:
  explicit LineScanner(std::string_view text) : text_(text) {}

  CutMap scan() {
    map_.body = trim(text_, {0, text_.size()});
    for (std::size_t begin = 0; begin < text_.size(); begin = shape_line(text_, begin).line.end + 1)
      lines_.push_back(shape_line(text_, begin));
    for (std::size_t i = 0; i < lines_.size();) i = scan_block(i);
    close_group();
    const auto first = std::ranges::find_if(lines_, [&](const LineShape& l) { return l.line.end > map_.body.begin; });
    if (first != lines_.end() && first->begins_block) map_.body.begin = first->line.begin;
    add_line_places();
    std::ranges::sort(map_.margins, {}, [](const LineMargin& margin) { return margin.margin.begin; });
    std::ranges::sort(map_.wraps, [](const Wrap& a, const Wrap& b) {
      return a.whole.begin != b.whole.begin ? a.whole.begin < b.whole.begin : a.whole.end > b.whole.end;
    });
    std::ranges::sort(map_.places, {}, [](const CutPlace& place) { return place.gap.begin; });
    return std::move(map_);
  }

 private:
  std::string_view line_text(std::size_t i) const { return text_.substr(lines_[i].line.begin, lines_[i].line.size()); }

  // Takes the block or the line that begins with line i; the index behind it.
  std::size_t scan_block(std::size_t i) {
    const LineShape& shape = lines_[i];
    const bool is_continued = !group_.empty() && shape.kind == LineKind::text &&
                              lines_[group_.back()].is_quoted == shape.is_quoted &&
                              lines_[group_.back()].kind != LineKind::heading;
    const std::string_view fence = find_fence(text_, shape);
    if (!fence.empty()) return scan_fence(i, fence);
    const bool has_head = shape.kind == LineKind::text && line_text(i).find('|') != std::string_view::npos;
    if (has_head && i + 1 < lines_.size() && is_delimiter_row(line_text(i + 1))) return scan_table(i);
    if (!is_continued) close_group();
    if (shape.kind != LineKind::blank) group_.push_back(i);
    return i + 1;
  }

  std::size_t scan_fence(std::size_t first, std::string_view fence) {
    close_group();
    std::size_t last = first + 1;
    while (last < lines_.size() && lines_[last].is_quoted == lines_[first].is_quoted &&
           !closes_fence(text_, lines_[last], fence))
      ++last;
    const bool is_closed = last < lines_.size() && lines_[last].is_quoted == lines_[first].is_quoted;
    const std::size_t behind = is_closed ? last + 1 : last;  // the first line that is not of the fence
    mark_block(first, behind, LineKind::fence);
    add_block_wrap(first, behind, is_closed ? last : behind, "a code block");
    Wrap& wrap = map_.wraps.back();
    const std::string margin(text_.substr(lines_[first].line.begin, lines_[first].content - lines_[first].line.begin));
    wrap.close = '\n' + margin + std::string(fence);
    wrap.is_left_open = !is_closed;
    const bool is_table = first + 3 < last && is_drawn_rule(content_text(first + 2));
    open_block(wrap, first, first + (is_table ? 3 : 1));
    return behind;
  }

  std::size_t scan_table(std::size_t first) {
    close_group();
    std::size_t behind = first + 2;
    while (behind < lines_.size() && lines_[behind].kind == LineKind::text &&
           lines_[behind].is_quoted == lines_[first].is_quoted && find_fence(text_, lines_[behind]).empty())
      ++behind;
    mark_block(first, behind, LineKind::table);
    add_block_wrap(first, behind, behind, "a table");
    open_block(map_.wraps.back(), first, first + 2);
    return behind;
  }

  void mark_block(std::size_t first, std::size_t behind, LineKind kind) {
    for (std::size_t i = first; i < behind; ++i) lines_[i].kind = kind;
    lines_[first].begins_block = true;
  }

  std::string_view content_text(std::size_t i) const {
    return text_.substr(lines_[i].content, lines_[i].line.end - lines_[i].content);
  }

  // Lines [first, behind); the lines of its content end before line `inner_behind`.
  void add_block_wrap(std::size_t first, std::size_t behind, std::size_t inner_behind, std::string_view name) {
    Wrap wrap{.name = name, .is_block = true};
    wrap.whole = {lines_[first].line.begin, lines_[behind - 1].line.end};
    wrap.inner.end = inner_behind > first + 1 ? lines_[inner_behind - 1].line.end : wrap.whole.end;
    map_.wraps.push_back(std::move(wrap));
  }

  // The content begins with line `content`; the lines before it are written again behind a cut.
  void open_block(Wrap& wrap, std::size_t first, std::size_t content) {
    if (content >= lines_.size() || lines_[content].line.begin >= wrap.inner.end) {
      wrap.inner = {wrap.whole.end, wrap.whole.end};
      return;
    }
    wrap.inner.begin = lines_[content].line.begin;
    wrap.open = text_.substr(lines_[first].line.begin, wrap.inner.begin - lines_[first].line.begin);
    for (std::size_t i = content; i < lines_.size() && lines_[i].line.begin < wrap.inner.end; ++i) {
      const LineShape& shape = lines_[i];
      if (shape.is_quoted) add_margin(shape, shape.rest, shape.rest);
      const std::size_t end = std::min(shape.line.end, wrap.inner.end);
      for (std::size_t at = text_.find(' ', shape.content); at < end; at = text_.find(' ', at)) {
        at = skip(text_, at, end, " \t\r");
        if (at < end) map_.places.push_back({{at, at}, CutRank::word});
      }
    }
  }

  // The margin of the line ends before byte `rest`; what stands before byte `prefix_end` is written again behind a cut. The
  // indentation of a line without quote marks is white space like any other.
  void add_margin(const LineShape& shape, std::size_t rest, std::size_t prefix_end) {
    const std::size_t begin = shape.is_quoted ? shape.line.begin : shape.indented;
    if (begin == rest) return;
    const std::size_t prefix_begin = std::min(begin, prefix_end);
    map_.margins.push_back(
        {{begin, rest}, shape.line.end, std::string(text_.substr(prefix_begin, prefix_end - prefix_begin))});
  }

  // A group is the lines of one paragraph, heading or item: the reach of inline marks.
  void close_group() {
    if (group_.empty()) return;
    const LineShape& first = lines_[group_.front()];
    const TextRange range{first.content, lines_[group_.back()].line.end};
    const std::size_t wraps_before = map_.wraps.size();
    SpanScanner(text_, range, map_.wraps).scan();
    if (first.is_quoted) {
      for (std::size_t w = wraps_before; w < map_.wraps.size(); ++w) {
        Wrap& wrap = map_.wraps[w];
        const bool is_one_line = text_.substr(wrap.whole.begin, wrap.whole.size()).find('\n') == std::string_view::npos;
        if (!is_one_line) wrap.inner = {wrap.whole.end, wrap.whole.end};
      }
    }
    for (const std::size_t i : group_) {
      const LineShape& shape = lines_[i];
      const std::size_t words = find_words(shape);
      if (shape.kind == LineKind::heading) {
        add_margin(shape, words, words);
      } else {
        add_margin(shape, words, shape.is_quoted ? shape.rest : shape.indented);
      }
      add_word_places(shape);
    }
    group_.clear();
  }

  // Where the text of a line begins, behind all of its marks.
  std::size_t find_words(const LineShape& shape) const {
    std::size_t at = shape.content;
    if (shape.kind != LineKind::item && shape.kind != LineKind::nested_item) return at;
    while (at < shape.line.end && !is_blank(text_[at])) ++at;
    return skip(text_, at, shape.line.end, " \t");
  }

  void add_word_places(const LineShape& shape) {
    const TextRange words = trim(text_, {find_words(shape), shape.line.end});
    std::size_t at = words.begin;
    for (; at < words.end; ++at) {
      if (is_blank(text_[at])) {
        const std::size_t behind = skip(text_, at, words.end, " \t\r");
        map_.places.push_back({{at, behind}, ends_sentence(at, words.begin) ? CutRank::sentence : CutRank::word});
        at = behind - 1;
      } else if (static_cast<unsigned char>(text_[at]) >= 0xE3 && at + 3 < words.end) {
        const std::string_view sign = text_.substr(at, 3);
        if (sign == "\u3002" || sign == "\uFF01" || sign == "\uFF1F")
          map_.places.push_back({{at + 3, at + 3}, CutRank::sentence});
      }
    }
  }

  bool ends_sentence(std::size_t at, std::size_t begin) const {
    while (at > begin && std::string_view("\"')]*_~|").find(text_[at - 1]) != std::string_view::npos) --at;
    return at > begin && std::string_view(".!?").find(text_[at - 1]) != std::string_view::npos;
  }

  CutRank rank_between(std::size_t before, std::size_t behind) const {
    const LineShape& left = lines_[before];
    const LineShape& right = lines_[behind];
    const bool has_empty_lines = behind > before + 1;
    const bool is_one_block = left.kind == right.kind && !right.begins_block;
    if (is_one_block && (left.kind == LineKind::fence || left.kind == LineKind::table))
      return has_empty_lines ? CutRank::item : CutRank::line;
    if (left.kind == LineKind::heading) return CutRank::word;  // a heading stays with its text
    if (has_empty_lines) return left.is_quoted && right.is_quoted ? CutRank::item : CutRank::block;
    if (right.kind == LineKind::item) return CutRank::item;
    const bool is_continued = right.kind == LineKind::nested_item || right.kind == LineKind::text;
    return is_continued && left.is_quoted == right.is_quoted && left.kind != LineKind::fence &&
                   left.kind != LineKind::table
               ? CutRank::line
               : CutRank::block;
  }

  // A place between each line that shows something and the next one that does.
  void add_line_places() {
    std::size_t before = lines_.size();
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const LineShape& shape = lines_[i];
      const TextRange shown = trim(text_, {shape.rest, shape.line.end});
      if (shown.size() == 0) continue;
      if (before < lines_.size()) {
        const LineShape& left = lines_[before];
        const bool is_code = shape.kind == LineKind::fence && left.kind == LineKind::fence;
        const std::size_t gap_begin = trim(text_, {left.line.begin, left.line.end}).end;
        // Code keeps its indentation, a quote its marks.
        const std::size_t gap_end = is_code || shape.is_quoted || shape.begins_block ? shape.line.begin : shown.begin;
        map_.places.push_back({{gap_begin, gap_end}, rank_between(before, i)});
      }
      before = i;
    }
  }

  std::string_view text_;
  std::vector<LineShape> lines_;
  std::vector<std::size_t> group_;
  CutMap map_;
};

}  // namespace

CutMap map_cuts(std::string_view text) {
  return LineScanner(text).scan();
}

}  // namespace converge::content
