#include "content/mustache.hpp"

#include "content/position.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace converge::content {

enum class MustacheKind { text, variable, raw_variable, section, inverted, partial };

struct MustacheNode {
  MustacheKind kind = MustacheKind::text;
  std::string text;  // the text itself, or a name
  int line = 0;
  std::string indent;                  // of a partial that stands alone
  std::vector<MustacheNode> children;  // of a section
};

namespace {

constexpr int partial_depth_max = 64;

using Kind = MustacheKind;

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t") == std::string_view::npos;
}

// The character after the opening delimiter that says what a tag is; a variable has none.
struct Sigil {
  char mark;
  Kind kind;
};
constexpr Sigil sigils[] = {
    {'#', Kind::section},      {'^', Kind::inverted},     {'>', Kind::partial},
    {'&', Kind::raw_variable}, {'{', Kind::raw_variable},
};

// Reads a template from front to back, keeping the sections that are open.
class MustacheParser {
 public:
  MustacheParser(std::string_view text, std::string_view where, int line_first)
      : text_(text), where_(where), line_(line_first) {}

  Result<std::vector<MustacheNode>> parse() {
    open_.push_back({});
    while (true) {
      const std::size_t begin = text_.find(open_mark_, at_);
      if (begin == std::string_view::npos) break;
      TRY_VOID(read_tag(begin));
    }
    add_text(text_.substr(at_));
    if (open_.size() > 1)
      return fail_at(open_.back().line, fmt::format("section '{}' is not closed", open_.back().text));
    return std::move(open_.front().children);
  }

 private:
  struct Tag {
    char mark = 0;  // # ^ / > & { ! = or 0 for a variable
    std::string_view content;
    std::size_t end = 0;
  };

  tl::unexpected<Error> fail_at(int line, std::string_view what) const {
    return fail(Errc::invalid_input, fmt::format("{}:{}: {}", where_, line, what));
  }

  int line_at(std::size_t offset) const {
    const auto begin = text_.begin();
    return line_ + static_cast<int>(std::count(begin, begin + static_cast<std::ptrdiff_t>(offset), '\n'));
  }

  void add_text(std::string_view text) {
    if (!text.empty()) open_.back().children.push_back({.kind = Kind::text, .text = std::string(text)});
  }

  Result<Tag> scan_tag(std::size_t begin) const {
    const std::size_t inside = begin + open_mark_.size();
    constexpr std::string_view marks = "#^/>&{!=";
    Tag tag;
    if (inside < text_.size() && marks.find(text_[inside]) != std::string_view::npos) tag.mark = text_[inside];
    std::string closing = close_mark_;
    if (tag.mark == '{') closing.insert(0, "}");
    if (tag.mark == '=') closing.insert(0, "=");
    const std::size_t content = inside + (tag.mark == 0 ? 0 : 1);
    const std::size_t close = text_.find(closing, content);
    if (close == std::string_view::npos)
      return fail_at(line_at(begin), fmt::format("tag is not closed by '{}'", closing));
    tag.content = trim(text_.substr(content, close - content));
    tag.end = close + closing.size();
    return tag;
  }

  // A tag that is alone on its line takes the line with it. Returns where the text before it ends and where it goes on.
  TextRange cut_around(std::size_t begin, const Tag& tag) const {
    const bool can_stand_alone = tag.mark != 0 && tag.mark != '&' && tag.mark != '{';
    const std::size_t line_feed = begin == 0 ? std::string_view::npos : text_.rfind('\n', begin - 1);
    const std::size_t line_begin = line_feed == std::string_view::npos ? 0 : line_feed + 1;
    if (!can_stand_alone || line_begin < at_ || !is_blank(text_.substr(line_begin, begin - line_begin)))
      return {begin, tag.end};
    const std::size_t rest = text_.find_first_not_of(" \t", tag.end);
    if (rest == std::string_view::npos) return {line_begin, text_.size()};
    if (text_[rest] == '\n') return {line_begin, rest + 1};
    if (text_.substr(rest).starts_with("\r\n")) return {line_begin, rest + 2};
    return {begin, tag.end};
  }

  Result<void> read_tag(std::size_t begin) {
    TRY(const Tag tag, scan_tag(begin));
    const TextRange cut = cut_around(begin, tag);
    const int line = line_at(begin);
    add_text(text_.substr(at_, cut.begin - at_));
    const std::string_view indent = text_.substr(cut.begin, begin - cut.begin);
    at_ = cut.end;
    if (tag.mark == '!') return {};
    if (tag.mark == '=') return set_delimiters(tag.content, line);
    if (tag.content.empty()) return fail_at(line, "tag without a name");
    if (tag.mark == '/') return close_section(tag.content, line);
    add_node(tag, line, indent);
    return {};
  }

  void add_node(const Tag& tag, int line, std::string_view indent) {
    const Sigil* sigil = std::ranges::find(sigils, tag.mark, &Sigil::mark);
    const Kind kind = sigil == std::end(sigils) ? Kind::variable : sigil->kind;
    MustacheNode node{.kind = kind, .text = std::string(tag.content), .line = line, .indent = std::string(indent)};
    const bool opens = kind == Kind::section || kind == Kind::inverted;
    (opens ? open_ : open_.back().children).push_back(std::move(node));
  }

  Result<void> close_section(std::string_view name, int line) {
    if (open_.size() == 1) return fail_at(line, fmt::format("'{}' is closed but was not opened", name));
    if (open_.back().text != name)
      return fail_at(line, fmt::format("'{}' is closed while '{}' of line {} is open", name, open_.back().text,
                                       open_.back().line));
    MustacheNode section = std::move(open_.back());
    open_.pop_back();
    open_.back().children.push_back(std::move(section));
    return {};
  }

  Result<void> set_delimiters(std::string_view content, int line) {
    const std::size_t gap = content.find_first_of(" \t\r\n");
    const std::string_view opening = content.substr(0, gap);
    const std::string_view closing = gap == std::string_view::npos ? std::string_view() : trim(content.substr(gap));
    if (closing.empty() || closing.find_first_of(" \t\r\n=") != std::string_view::npos ||
        opening.find('=') != std::string_view::npos)
      return fail_at(line, "delimiters are set as {{=<% %>=}}");
    open_mark_ = opening;
    close_mark_ = closing;
    return {};
  }

  std::string_view text_;
  std::string_view where_;
  int line_;
  std::size_t at_ = 0;
  std::string open_mark_ = "{{";
  std::string close_mark_ = "}}";
  std::vector<MustacheNode> open_;  // the document, then the open sections
};

std::string render_value(const Json& value) {
  if (value.is_null()) return {};
  if (const auto* text = value.if_string()) return {text->data(), text->size()};
  if (const auto* number = value.if_double()) return render_double(*number);
  return render_json(value);
}

bool is_true(const Json& value) {
  if (const auto* flag = value.if_bool()) return *flag;
  if (const auto* text = value.if_string()) return !text->empty();
  if (const auto* list = value.if_array()) return !list->empty();
  return !value.is_null();
}

// Each line of a partial that stood alone is moved in as far as the partial was.
std::string indent_lines(std::string_view text, std::string_view indent) {
  if (indent.empty()) return std::string(text);
  std::string out;
  while (!text.empty()) {
    const std::size_t feed = text.find('\n');
    const std::size_t size = feed == std::string_view::npos ? text.size() : feed + 1;
    out.append(indent).append(text.substr(0, size));
    text.remove_prefix(size);
  }
  return out;
}

class Renderer {
 public:
  Renderer(const Json& fields, Escape escape, const MustachePartials& partials)
      : stack_{&fields}, escape_(escape), partials_(partials) {}

  Result<void> render(const std::vector<MustacheNode>& nodes) {
    for (const MustacheNode& node : nodes) TRY_VOID(render_node(node));
    return {};
  }

  std::string finish() { return std::move(out_); }

 private:
  Result<void> render_node(const MustacheNode& node) {
    switch (node.kind) {
      case Kind::text: out_ += node.text; return {};
      case Kind::variable: out_ += escape_(render_value(look_up(node.text))); return {};
      case Kind::raw_variable: out_ += render_value(look_up(node.text)); return {};
      case Kind::section: return render_section(node);
      case Kind::inverted: return is_true(look_up(node.text)) ? Result<void>() : render(node.children);
      case Kind::partial: return render_partial(node);
    }
    return {};
  }

  Result<void> render_section(const MustacheNode& node) {
    const Json& value = look_up(node.text);
    if (!is_true(value)) return {};
    const auto* list = value.if_array();
    if (list == nullptr) return render_inside(value, node.children);
    for (const Json& item : *list) TRY_VOID(render_inside(item, node.children));
    return {};
  }

  Result<void> render_inside(const Json& context, const std::vector<MustacheNode>& nodes) {
    stack_.push_back(&context);
    TRY_VOID(render(nodes));
    stack_.pop_back();
    return {};
  }

  Result<void> render_partial(const MustacheNode& node) {
    const bool is_dynamic = node.text.starts_with('*');
    const std::string name =
        is_dynamic ? render_value(look_up(trim(std::string_view(node.text).substr(1)))) : node.text;
    const auto partial = partials_.find(name);
    if (partial == partials_.end()) return {};
    if (++depth_ > partial_depth_max)
      return fail(Errc::invalid_input, fmt::format("partial {} includes itself without end", name));
    TRY(const auto nodes, MustacheParser(indent_lines(partial->second, node.indent), name, 1).parse());
    TRY_VOID(render(nodes));
    --depth_;
    return {};
  }

  const Json& look_up(std::string_view name) const {
    static const Json absent;
    if (name == ".") return *stack_.back();
    const std::size_t dot = name.find('.');
    const std::string_view first = name.substr(0, dot);
    const auto holder = std::find_if(stack_.rbegin(), stack_.rend(), [&](const Json* context) {
      return context->is_object() && context->get_object().contains(first);
    });
    if (holder == stack_.rend()) return absent;
    const Json* value = &(*holder)->get_object().at(first);
    std::string_view rest = dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1);
    while (!rest.empty()) {
      const std::size_t next = rest.find('.');
      const auto* object = value->if_object();
      value = object == nullptr ? nullptr : object->if_contains(rest.substr(0, next));
      if (value == nullptr) return absent;
      rest = next == std::string_view::npos ? std::string_view() : rest.substr(next + 1);
    }
    return *value;
  }

  std::vector<const Json*> stack_;
  Escape escape_;
  const MustachePartials& partials_;
  int depth_ = 0;
  std::string out_;
};

void collect_uses(const std::vector<MustacheNode>& nodes, std::vector<std::string>& sections,
                  std::vector<MustacheUse>& uses) {
  for (const MustacheNode& node : nodes) {
    if (node.kind == Kind::text || node.kind == Kind::partial) continue;
    uses.push_back({.name = node.text, .line = node.line, .sections = sections});
    if (node.kind == Kind::section) sections.push_back(node.text);
    collect_uses(node.children, sections, uses);
    if (node.kind == Kind::section) sections.pop_back();
  }
}

}  // namespace

Result<MustacheTemplate> MustacheTemplate::parse(std::string_view text, std::string_view where, int line_first) {
  TRY(auto nodes, MustacheParser(text, where, line_first).parse());
  MustacheTemplate parsed;
  parsed.nodes_ = std::make_shared<const std::vector<MustacheNode>>(std::move(nodes));
  return parsed;
}

Result<std::string> MustacheTemplate::render(const Json& fields, Escape escape,
                                             const MustachePartials& partials) const {
  Renderer renderer(fields, escape, partials);
  TRY_VOID(renderer.render(*nodes_));
  return renderer.finish();
}

std::vector<MustacheUse> MustacheTemplate::uses() const {
  std::vector<MustacheUse> uses;
  std::vector<std::string> sections;
  collect_uses(*nodes_, sections, uses);
  return uses;
}

}  // namespace converge::content
