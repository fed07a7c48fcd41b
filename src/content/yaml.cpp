#include "content/yaml.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>
#include <algorithm>
#include <charconv>
#include <optional>
#include <sstream>

namespace converge::content {
namespace {

constexpr std::size_t depth_max = 32;

// Builds the tree from the parser's events, because the finished tree of yaml-cpp no longer shows anchors and repeated keys.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(std::string_view where, int line_first) : where_(where), line_first_(line_first) {}

  Result<YamlNode> finish() {
    if (error_) return fail(std::move(*error_));
    return std::move(root_);
  }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    add({.kind = YamlKind::null, .line = line_of(mark)});
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    refuse(line_of(mark), "an alias is not allowed here");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    add({.kind = YamlKind::scalar, .line = line_of(mark), .text = text});
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, YamlKind::list);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, YamlKind::map);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    YamlNode node;
    bool awaits_value = false;  // of a map: the key stands at the end of node.members
  };

  int line_of(const YAML::Mark& mark) const { return mark.line + line_first_; }

  void refuse(int line, std::string_view what) {
    if (!error_) error_ = Error{Errc::invalid_input, fmt::format("{}:{}: {}", where_, line, what)};
  }
  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) refuse(line_of(mark), "an anchor is not allowed here");
  }
  // "?" is a plain node and "!" a quoted one; any other tag was written in the file.
  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (!tag.empty() && tag != "?" && tag != "!")
      refuse(line_of(mark), fmt::format("the tag {} is not allowed here", tag));
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlKind kind) {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    if (open_.size() == depth_max) refuse(line_of(mark), fmt::format("nested deeper than {} levels", depth_max));
    open_.push_back({.node = {.kind = kind, .line = line_of(mark)}});
  }

  void close() {
    YamlNode node = std::move(open_.back().node);
    open_.pop_back();
    add(std::move(node));
  }

  void add(YamlNode node) {
    if (error_) return;
    if (open_.empty()) {
      root_ = std::move(node);
    } else if (open_.back().node.kind == YamlKind::list) {
      open_.back().node.items.push_back(std::move(node));
    } else if (std::exchange(open_.back().awaits_value, !open_.back().awaits_value)) {
      open_.back().node.members.back().value = std::move(node);
    } else {
      add_key(node);
    }
  }

  void add_key(const YamlNode& key) {
    YamlNode& map = open_.back().node;
    if (key.kind != YamlKind::scalar) refuse(key.line, "a key must be plain text");
    if (map.find(key.text) != nullptr) refuse(key.line, fmt::format("'{}' is written twice", key.text));
    map.members.push_back({.key = key.text, .value = {}});
  }

  std::string where_;
  int line_first_;
  YamlNode root_;
  std::vector<Open> open_;
  std::optional<Error> error_;
};

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  const auto member = std::ranges::find(members, key, &YamlMember::key);
  return member == members.end() ? nullptr : &member->value;
}

tl::unexpected<Error> fail_yaml(const YamlNode& node, std::string_view where, std::string_view what) {
  return fail(Errc::invalid_input, fmt::format("{}:{}: {}", where, node.line, what));
}

Result<YamlNode> parse_yaml(std::string_view text, std::string_view where, int line_first) {
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    TreeBuilder builder(where, line_first);
    parser.HandleNextDocument(builder);
    TreeBuilder rest(where, line_first);
    if (parser.HandleNextDocument(rest))
      return fail(Errc::invalid_input, fmt::format("{}: holds more than one YAML document", where));
    return builder.finish();
  } catch (const YAML::Exception& error) {
    return fail(Errc::invalid_input, fmt::format("{}:{}: {}", where, error.mark.line + line_first, error.msg));
  }
}

Result<void> refuse_unknown_keys(const YamlNode& map, std::span<const std::string_view> known, std::string_view where) {
  if (map.kind != YamlKind::map) return fail_yaml(map, where, "expected `key: value` lines here");
  for (const YamlMember& member : map.members) {
    if (std::ranges::find(known, member.key) != known.end()) continue;
    return fail_yaml(member.value, where,
                     fmt::format("unknown key '{}'; known here: {}", member.key, fmt::join(known, ", ")));
  }
  return {};
}

Result<const YamlNode*> require_key(const YamlNode& map, std::string_view key, std::string_view where) {
  const YamlNode* node = map.find(key);
  if (node == nullptr) return fail_yaml(map, where, fmt::format("'{}' is missing", key));
  return node;
}

Result<std::string> read_text(const YamlNode& node, std::string_view where) {
  if (node.kind != YamlKind::scalar || node.text.empty()) return fail_yaml(node, where, "expected a text");
  return node.text;
}

Result<std::int64_t> read_count(const YamlNode& node, std::string_view where) {
  std::int64_t count = 0;
  const char* end = node.text.data() + node.text.size();
  const auto [stop, error] = std::from_chars(node.text.data(), end, count);
  if (node.kind != YamlKind::scalar || error != std::errc() || stop != end || count < 1)
    return fail_yaml(node, where, fmt::format("expected a whole number from 1, found '{}'", node.text));
  return count;
}

Result<std::vector<std::string>> read_texts(const YamlNode& node, std::string_view where) {
  if (node.kind != YamlKind::list) return fail_yaml(node, where, "expected a list");
  std::vector<std::string> texts;
  for (const YamlNode& item : node.items) {
    TRY(auto text, read_text(item, where));
    texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace converge::content
