#include "content/mustache.hpp"

#include "content/position.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <optional>

namespace converge::content {

enum class MustacheKind { text, variable, raw_variable, section, inverted, partial, parent, block };

// What a block inside of a parent tag puts in the place of the parent's own block, as it was written: it is parsed again
// where it is put, because its lines move in with that place.
struct MustacheArgument {
  std::string source;  // without the indentation that all of its lines share
  int line = 0;        // of its first byte
  std::string open_mark;
  std::string close_mark;
};

struct MustacheNode {
  MustacheKind kind = MustacheKind::text;
  std::string text;  // the text itself, or a name
  int line = 0;
  std::string indent;                  // of a partial or parent that stands alone, and of a block
  std::vector<MustacheNode> children;  // of a section, of a parent (its blocks), of a block (its default)
  MustacheArgument argument;           // of a block inside of a parent
  bool stands_alone = false;           // of a block: its opening tag has a line to itself
};

namespace {

constexpr std::size_t nesting_max = 64;  // of tags in one text
constexpr int depth_max = 256;           // of sections, partials and blocks while rendering
constexpr int partial_depth_max = 64;
constexpr std::int64_t steps_max = 1'000'000;  // nodes of one rendering: partials and lists may multiply without end

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
    {'#', Kind::section},      {'^', Kind::inverted},     {'>', Kind::partial}, {'<', Kind::parent},
    {'&', Kind::raw_variable}, {'{', Kind::raw_variable}, {'$', Kind::block},
};

bool opens_section(Kind kind) {
  return kind == Kind::section || kind == Kind::inverted || kind == Kind::parent || kind == Kind::block;
}

// Calls visit(line) for every line, with its line feed.
template <class Visit>
void for_each_line(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const std::size_t feed = text.find('\n');
    const std::size_t size = feed == std::string_view::npos ? text.size() : feed + 1;
    visit(text.substr(0, size));
    text.remove_prefix(size);
  }
}

// The indentation that all lines share which hold more than blanks.
std::string_view shared_indent(std::string_view text) {
  std::optional<std::string_view> shared;
  for_each_line(text, [&](std::string_view line) {
    const std::size_t begin = line.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return;
    const std::string_view indent = line.substr(0, begin);
    if (!shared) shared = indent;
    const auto differ = std::mismatch(shared->begin(), shared->end(), indent.begin(), indent.end());
    shared = shared->substr(0, static_cast<std::size_t>(differ.first - shared->begin()));
  });
  return shared.value_or(std::string_view());
}

std::string remove_shared_indent(std::string_view text) {
  const std::size_t size = shared_indent(text).size();
  std::string out;
  for_each_line(text, [&](std::string_view line) {
    const std::size_t blanks = std::min(line.find_first_not_of(" \t"), line.size());
    out += line.substr(std::min(size, blanks));
  });
  return out;
}

// Each line is moved in; of a block that goes on behind text, all but the first.
std::string indent_lines(std::string_view text, std::string_view indent, bool first_too = true) {
  if (indent.empty()) return std::string(text);
  std::string out;
  for_each_line(text, [&](std::string_view line) {
    if (first_too || !out.empty()) out += indent;
    out += line;
  });
  return out;
}

// Reads a template from front to back, keeping the sections that are open.
class MustacheParser {
 public:
  MustacheParser(std::string_view text, std::string_view where, int line_first, std::string open_mark = "{{",
                 std::string close_mark = "}}")
      : text_(text),
        where_(where),
        line_(line_first),
        open_mark_(std::move(open_mark)),
        close_mark_(std::move(close_mark)) {}

  Result<std::vector<MustacheNode>> parse() {
    open_.push_back({});
    while (true) {
      const std::size_t begin = text_.find(open_mark_, at_);
      if (begin == std::string_view::npos) break;
      TRY_VOID(read_tag(begin));
    }
    add_text(text_.substr(at_));
    if (open_.size() > 1)
      return fail_at(open_.back().node.line, fmt::format("section '{}' is not closed", open_.back().node.text));
    return std::move(open_.front().node.children);
  }

 private:
  struct Tag {
    char mark = 0;  // # ^ / > < $ & { ! = or 0 for a variable
    std::string_view content;
    std::size_t end = 0;
  };

  // A section, parent or block whose end has not been read yet, and what must be known of its opening tag by then.
  struct Open {
    MustacheNode node;
    std::size_t content_begin = 0;  // behind the opening tag
    int content_line = 0;
    std::string open_mark;  // the delimiters there
    std::string close_mark;
  };

  tl::unexpected<Error> fail_at(int line, std::string_view what) const {
    return fail(Errc::invalid_input, fmt::format("{}:{}: {}", where_, line, what));
  }

  // Asked for rising offsets only, so that a long template is counted through once.
  int line_at(std::size_t offset) {
    const auto begin = text_.begin();
    line_ += static_cast<int>(
        std::count(begin + static_cast<std::ptrdiff_t>(counted_), begin + static_cast<std::ptrdiff_t>(offset), '\n'));
    counted_ = offset;
    return line_;
  }

  // Text directly inside of a parent is of no account: only its blocks are.
  void add_text(std::string_view text) {
    if (!text.empty() && !inside_parent())
      open_.back().node.children.push_back({.kind = Kind::text, .text = std::string(text)});
  }

  bool inside_parent() const { return open_.back().node.kind == Kind::parent; }

  Result<Tag> scan_tag(std::size_t begin) {
    const std::size_t inside = begin + open_mark_.size();
    constexpr std::string_view marks = "#^/><$&{!=";
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

  // The blanks before `offset`, when nothing else that has not been used up stands before it on its line.
  std::optional<std::string_view> indent_before(std::size_t offset) const {
    const std::size_t line_feed = offset == 0 ? std::string_view::npos : text_.rfind('\n', offset - 1);
    const std::size_t line_begin = line_feed == std::string_view::npos ? 0 : line_feed + 1;
    const std::string_view before = text_.substr(line_begin, offset - line_begin);
    if (line_begin < at_ || !is_blank(before)) return std::nullopt;
    return before;
  }

  // Where the next line begins, when only blanks stand between `offset` and the end of its line.
  std::optional<std::size_t> line_end_after(std::size_t offset) const {
    const std::size_t rest = text_.find_first_not_of(" \t", offset);
    if (rest == std::string_view::npos) return text_.size();
    if (text_[rest] == '\n') return rest + 1;
    if (text_.substr(rest).starts_with("\r\n")) return rest + 2;
    return std::nullopt;
  }

  // A tag that is alone on its line takes the line with it. Returns where the text before it ends and where it goes on.
  TextRange cut_around(std::size_t begin, const Tag& tag) const {
    constexpr std::string_view never_alone("\0&{<$", 5);  // variables; parents and blocks have rules of their own
    if (never_alone.find(tag.mark) != std::string_view::npos) return {begin, tag.end};
    const auto indent = indent_before(begin);
    const auto line_end = line_end_after(tag.end);
    if (!indent || !line_end) return {begin, tag.end};
    return {begin - indent->size(), *line_end};
  }

  Result<void> read_tag(std::size_t begin) {
    TRY(const Tag tag, scan_tag(begin));
    const int line = line_at(begin);
    if (tag.mark == '<' || tag.mark == '$') return open_inheritance(begin, tag, line);
    if (tag.mark == '/' && open_.back().node.kind == Kind::parent) return close_parent(tag, line);
    const TextRange cut = cut_around(begin, tag);
    add_text(text_.substr(at_, cut.begin - at_));
    const std::string_view indent = text_.substr(cut.begin, begin - cut.begin);
    at_ = cut.end;
    if (tag.mark == '!') return {};
    if (tag.mark == '=') return set_delimiters(tag.content, line);
    if (tag.content.empty()) return fail_at(line, "tag without a name");
    if (tag.mark == '/') return close_section(tag.content, line, cut.begin);
    return add_node(tag, line, indent);
  }

  Result<void> add_node(const Tag& tag, int line, std::string_view indent) {
    const Sigil* sigil = std::ranges::find(sigils, tag.mark, &Sigil::mark);
    const Kind kind = sigil == std::end(sigils) ? Kind::variable : sigil->kind;
    MustacheNode node{.kind = kind, .text = std::string(tag.content), .line = line, .indent = std::string(indent)};
    if (opens_section(kind)) return open_node(std::move(node));
    if (!inside_parent()) open_.back().node.children.push_back(std::move(node));
    return {};
  }

  Result<void> open_node(MustacheNode node) {
    if (open_.size() > nesting_max) return fail_at(node.line, fmt::format("nested deeper than {} levels", nesting_max));
    open_.push_back({.node = std::move(node),
                     .content_begin = at_,
                     .content_line = line_at(at_),
                     .open_mark = open_mark_,
                     .close_mark = close_mark_});
    return {};
  }

  // A parent is alone on its line if nothing stands before its opening and behind its closing tag: that is known at its
  // end. A block's opening tag is alone if its line ends behind it; else the block goes on behind the text before it.
  Result<void> open_inheritance(std::size_t begin, const Tag& tag, int line) {
    if (tag.content.empty()) return fail_at(line, "tag without a name");
    const auto indent = indent_before(begin);
    const auto line_end = line_end_after(tag.end);
    const bool is_parent = tag.mark == '<';
    const bool stands_alone = is_parent ? indent.has_value() : line_end && (indent || inside_parent());
    const bool takes_line = !is_parent && stands_alone;
    const std::string_view blanks = indent.value_or(std::string_view());
    add_text(text_.substr(at_, begin - at_ - (takes_line ? blanks.size() : 0)));
    at_ = takes_line ? *line_end : tag.end;
    return open_node({.kind = is_parent ? Kind::parent : Kind::block,
                      .text = std::string(tag.content),
                      .line = line,
                      .indent = std::string(blanks),
                      .stands_alone = stands_alone});
  }

  Result<void> close_parent(const Tag& tag, int line) {
    at_ = tag.end;
    TRY(Open parent, take_open(tag.content, line));
    const auto line_end = line_end_after(tag.end);
    if (!parent.node.stands_alone || !line_end) parent.node.indent.clear();
    if (parent.node.stands_alone && line_end) {
      drop_text(parent.node.indent.size());
      at_ = *line_end;
    }
    if (!inside_parent()) open_.back().node.children.push_back(std::move(parent.node));
    return {};
  }

  // Takes the indentation before a parent back: it goes before each line of the parent instead.
  void drop_text(std::size_t size) {
    if (size == 0 || inside_parent()) return;
    std::string& text = open_.back().node.children.back().text;
    text.resize(text.size() - size);
  }

  Result<Open> take_open(std::string_view name, int line) {
    if (open_.size() == 1) return fail_at(line, fmt::format("'{}' is closed but was not opened", name));
    const MustacheNode& last = open_.back().node;
    if (last.text != name)
      return fail_at(line, fmt::format("'{}' is closed while '{}' of line {} is open", name, last.text, last.line));
    Open taken = std::move(open_.back());
    open_.pop_back();
    return taken;
  }

  Result<void> close_section(std::string_view name, int line, std::size_t content_end) {
    TRY(Open section, take_open(name, line));
    const bool is_argument = inside_parent() && section.node.kind == Kind::block;
    if (is_argument) section.node.argument = make_argument(section, content_end);
    if (is_argument || !inside_parent()) open_.back().node.children.push_back(std::move(section.node));
    return {};
  }

  MustacheArgument make_argument(const Open& block, std::size_t content_end) const {
    std::string_view source = text_.substr(block.content_begin, content_end - block.content_begin);
    const std::size_t last_line = source.rfind('\n') + 1;  // 0 without a line feed
    if (last_line > 0 && is_blank(source.substr(last_line))) source = source.substr(0, last_line);
    return {.source = remove_shared_indent(source),
            .line = block.content_line,
            .open_mark = block.open_mark,
            .close_mark = block.close_mark};
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
  int line_;  // of the byte `counted_`
  std::size_t counted_ = 0;
  std::size_t at_ = 0;
  std::string open_mark_;
  std::string close_mark_;
  std::vector<Open> open_;  // the document, then the open sections
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

using Nodes = std::vector<MustacheNode>;

// What partials, parents and blocks stand for where they are met. Of the arguments for one block, those given furthest
// outside win; while one is in place it does not apply inside of itself.
class Expansion {
 public:
  Expansion(const MustachePartials& partials, std::string_view where) : partials_(partials), where_(where) {}

  // Where the nodes that are being visited are written.
  const std::string& where() const { return where_; }
  bool is_inside(std::string_view partial) const { return std::ranges::find(path_, partial) != path_.end(); }
  bool has(std::string_view partial) const { return partials_.contains(partial); }

  // Calls visit(nodes) with the text of the partial or parent, or not at all where there is none.
  template <class Visit>
  Result<void> expand_partial(const MustacheNode& node, std::string_view name, Visit visit) {
    const auto partial = partials_.find(name);
    if (partial == partials_.end()) return {};
    if (path_.size() == partial_depth_max)
      return fail(Errc::invalid_input, fmt::format("partial {} includes itself without end", name));
    std::string where = fmt::format("partial {}", name);
    TRY(const Nodes nodes, MustacheParser(indent_lines(partial->second, node.indent), where, 1).parse());
    Frame frame;
    for (const MustacheNode& block : node.children) frame.insert_or_assign(block.text, Given{&block.argument, where_});
    frames_.push_back(std::move(frame));
    path_.emplace_back(name);
    where_.swap(where);
    TRY_VOID(visit(nodes));
    where_.swap(where);
    path_.pop_back();
    frames_.pop_back();
    return {};
  }

  // Calls visit(nodes) with what was given for the block, or with its default.
  template <class Visit>
  Result<void> expand_block(const MustacheNode& node, Visit visit) {
    const auto frame = std::ranges::find_if(frames_, [&](const Frame& f) { return f.contains(node.text); });
    if (frame == frames_.end()) return visit(node.children);
    const auto level = frame - frames_.begin();
    auto taken = frame->extract(node.text);
    const MustacheArgument& argument = *taken.mapped().argument;
    const std::string source = indent_lines(argument.source, block_indent(node), node.stands_alone);
    std::string where = taken.mapped().where;
    TRY(const Nodes nodes,
        MustacheParser(source, where, argument.line, argument.open_mark, argument.close_mark).parse());
    where_.swap(where);
    TRY_VOID(visit(nodes));
    where_.swap(where);
    frames_[static_cast<std::size_t>(level)].insert(std::move(taken));
    return {};
  }

 private:
  struct Given {
    const MustacheArgument* argument = nullptr;
    std::string where;
  };
  using Frame = std::map<std::string, Given, std::less<>>;

  // A block with lines of its own is as far in as its default is, else as its tag is.
  static std::string block_indent(const MustacheNode& block) {
    if (!block.stands_alone || block.children.empty()) return block.indent;
    const MustacheNode& first = block.children.front();
    if (first.kind != Kind::text) return block.indent;
    const bool is_blank_text = first.text.find_first_not_of(" \t\r\n") == std::string::npos;
    return is_blank_text && block.children.size() == 1 ? block.indent : std::string(shared_indent(first.text));
  }

  const MustachePartials& partials_;
  std::string where_;
  std::vector<Frame> frames_;      // of the parents that are being visited, outermost first
  std::vector<std::string> path_;  // partials and parents that are being visited
};

// Keeps a rendering within bounds that no honest template comes near.
class Budget {
 public:
  Result<void> enter() {
    if (++depth_ > depth_max)
      return fail(Errc::invalid_input, fmt::format("sections and partials nested deeper than {} levels", depth_max));
    return {};
  }
  void leave() { --depth_; }
  Result<void> step() {
    if (++steps_ > steps_max) return fail(Errc::invalid_input, fmt::format("takes more than {} steps", steps_max));
    return {};
  }

 private:
  int depth_ = 0;
  std::int64_t steps_ = 0;
};

bool is_dynamic(const MustacheNode& node) {
  return node.text.starts_with('*');
}
std::string_view dynamic_field(const MustacheNode& node) {
  return trim(std::string_view(node.text).substr(1));
}

class Renderer {
 public:
  Renderer(const Json& fields, Escape escape, const MustachePartials& partials)
      : stack_{&fields}, escape_(escape), expansion_(partials, "") {}

  Result<void> render(const Nodes& nodes) {
    TRY_VOID(budget_.enter());
    for (const MustacheNode& node : nodes) {
      TRY_VOID(budget_.step());
      TRY_VOID(render_node(node));
    }
    budget_.leave();
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
      case Kind::partial:
      case Kind::parent: return render_partial(node);
      case Kind::block: return expansion_.expand_block(node, [&](const Nodes& nodes) { return render(nodes); });
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

  Result<void> render_inside(const Json& context, const Nodes& nodes) {
    stack_.push_back(&context);
    TRY_VOID(render(nodes));
    stack_.pop_back();
    return {};
  }

  Result<void> render_partial(const MustacheNode& node) {
    const std::string name = is_dynamic(node) ? render_value(look_up(dynamic_field(node))) : node.text;
    return expansion_.expand_partial(node, name, [&](const Nodes& nodes) { return render(nodes); });
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
  Expansion expansion_;
  Budget budget_;
  std::string out_;
};

// Walks a template as a rendering would in which every section is shown once.
class UseCollector {
 public:
  UseCollector(const MustachePartials& partials, std::string_view where) : expansion_(partials, where) {}

  Result<void> collect(const Nodes& nodes) {
    TRY_VOID(budget_.enter());
    for (const MustacheNode& node : nodes) {
      TRY_VOID(budget_.step());
      TRY_VOID(collect_node(node));
    }
    budget_.leave();
    return {};
  }

  std::vector<MustacheUse> finish() { return std::move(uses_); }

 private:
  Result<void> collect_node(const MustacheNode& node) {
    switch (node.kind) {
      case Kind::text: return {};
      case Kind::block: return expansion_.expand_block(node, [&](const Nodes& nodes) { return collect(nodes); });
      case Kind::partial:
      case Kind::parent: return collect_partial(node);
      default: break;
    }
    add_use(MustacheUseKind::field, node.text, node.line);
    if (node.kind == Kind::section) sections_.push_back(node.text);
    TRY_VOID(collect(node.children));
    if (node.kind == Kind::section) sections_.pop_back();
    return {};
  }

  // A partial that includes itself, as a tree does, is looked at once.
  Result<void> collect_partial(const MustacheNode& node) {
    if (is_dynamic(node)) {
      add_use(MustacheUseKind::field, std::string(dynamic_field(node)), node.line);
      return {};
    }
    if (!expansion_.has(node.text)) add_use(MustacheUseKind::absent_partial, node.text, node.line);
    if (expansion_.is_inside(node.text)) return {};
    return expansion_.expand_partial(node, node.text, [&](const Nodes& nodes) { return collect(nodes); });
  }

  void add_use(MustacheUseKind kind, const std::string& name, int line) {
    uses_.push_back({.kind = kind, .name = name, .where = expansion_.where(), .line = line, .sections = sections_});
  }

  Expansion expansion_;
  Budget budget_;
  std::vector<std::string> sections_;
  std::vector<MustacheUse> uses_;
};

}  // namespace

Result<MustacheTemplate> MustacheTemplate::parse(std::string_view text, std::string_view where, int line_first) {
  TRY(auto nodes, MustacheParser(text, where, line_first).parse());
  MustacheTemplate parsed;
  parsed.where_ = where;
  parsed.nodes_ = std::make_shared<const Nodes>(std::move(nodes));
  return parsed;
}

Result<std::string> MustacheTemplate::render(const Json& fields, Escape escape,
                                             const MustachePartials& partials) const {
  Renderer renderer(fields, escape, partials);
  TRY_VOID(renderer.render(*nodes_));
  return renderer.finish();
}

Result<std::vector<MustacheUse>> MustacheTemplate::uses(const MustachePartials& partials) const {
  UseCollector collector(partials, where_);
  TRY_VOID(collector.collect(*nodes_));
  return collector.finish();
}

}  // namespace converge::content
