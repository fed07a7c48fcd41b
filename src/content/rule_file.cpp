#include "content/rule_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>

namespace converge::content {
namespace {

template <class T>
const T& value_or_absent(const RuleFile& file, std::string_view key) {
  static const T absent{};
  const auto found = file.values.find(key);
  return found == file.values.end() ? absent : std::get<T>(found->second);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// Keys that every rule may have. `tests` and `description` are for people and other programs.
constexpr std::array<std::string_view, 13> shared_keys{"extends", "message", "level",       "link", "scope",
                                                       "limit",   "action",  "description", "name", "author",
                                                       "code",    "tests",   "matchcase"};

std::optional<bool> parse_flag(std::string_view text) {
  constexpr std::array<std::string_view, 4> on{"true", "yes", "on", "1"};
  constexpr std::array<std::string_view, 4> off{"false", "no", "off", "0"};
  const std::string word = lower(text);
  if (std::ranges::find(on, word) != on.end()) return true;
  if (std::ranges::find(off, word) != off.end()) return false;
  return std::nullopt;
}

Result<std::vector<std::string>> read_text_list(const YamlNode& node, std::string_view where) {
  std::vector<std::string> texts;
  if (node.kind == YamlKind::null) return texts;
  if (node.kind == YamlKind::scalar) return std::vector<std::string>{node.text};
  if (node.kind != YamlKind::list) return fail_yaml(node, where, "expected a list of texts");
  for (const YamlNode& item : node.items) {
    if (item.kind == YamlKind::null) continue;
    if (item.kind != YamlKind::scalar) return fail_yaml(item, where, "expected a text");
    texts.push_back(item.text);
  }
  return texts;
}

Result<RuleKeyValue> read_flag(const YamlNode& node, std::string_view where) {
  const auto flag = parse_flag(node.text);
  if (node.kind != YamlKind::scalar || !flag) return fail_yaml(node, where, "expected true or false");
  return RuleKeyValue(*flag);
}

Result<RuleKeyValue> read_number(const YamlNode& node, std::string_view where) {
  double number = 0;
  const char* end = node.text.data() + node.text.size();
  const auto [stop, error] = std::from_chars(node.text.data(), end, number);
  if (node.kind != YamlKind::scalar || error != std::errc() || stop != end)
    return fail_yaml(node, where, fmt::format("expected a number, found '{}'", node.text));
  return RuleKeyValue(number);
}

Result<RuleKeyValue> read_one_text(const YamlNode& node, std::string_view where) {
  if (node.kind != YamlKind::scalar && node.kind != YamlKind::null) return fail_yaml(node, where, "expected a text");
  return RuleKeyValue(node.text);
}

Result<RuleKeyValue> read_several_texts(const YamlNode& node, std::string_view where) {
  TRY(auto texts, read_text_list(node, where));
  return RuleKeyValue(std::move(texts));
}

Result<RuleKeyValue> read_text_pairs(const YamlNode& node, std::string_view where) {
  std::vector<TextPair> pairs;
  if (node.kind == YamlKind::null) return RuleKeyValue(std::move(pairs));
  if (node.kind != YamlKind::map) return fail_yaml(node, where, "expected `one: other` lines here");
  for (const YamlMember& member : node.members) {
    const bool is_text = member.value.kind == YamlKind::scalar || member.value.kind == YamlKind::null;
    if (!is_text) return fail_yaml(member.value, where, "expected a text");
    pairs.emplace_back(member.key, member.value.text);
  }
  return RuleKeyValue(std::move(pairs));
}

using RuleKeyReader = Result<RuleKeyValue> (*)(const YamlNode&, std::string_view where);

// For kinds that are not run here.
Result<RuleKeyValue> read_nothing(const YamlNode&, std::string_view) {
  return RuleKeyValue(false);
}
constexpr std::array<RuleKeyReader, 6> key_readers{read_flag,          read_number,     read_one_text,
                                                   read_several_texts, read_text_pairs, read_nothing};

Result<RuleAction> read_action(const YamlNode& node, std::string_view where) {
  constexpr std::array<std::string_view, 2> keys{"name", "params"};
  RuleAction action;
  if (node.kind == YamlKind::null) return action;
  TRY_VOID(refuse_unknown_keys(node, keys, where));
  if (const YamlNode* name = node.find("name")) action.name = name->text;
  if (const YamlNode* params = node.find("params")) {
    TRY(action.params, read_text_list(*params, where));
  }
  return action;
}

Result<void> read_shared_key(RuleFile& file, std::string_view key, const YamlNode& node) {
  if (key == "message" || key == "link" || key == "extends") {
    TRY(auto text, read_one_text(node, file.where));
    (key == "message" ? file.message : key == "link" ? file.link : file.kind) = std::get<std::string>(std::move(text));
  } else if (key == "level") {
    const auto level = parse_lint_level(node.text);
    if (!level)
      return fail_yaml(node, file.where,
                       fmt::format("'{}' is not a level; write error, warning or suggestion", node.text));
    file.level = *level;
  } else if (key == "scope") {
    TRY(file.scopes, read_text_list(node, file.where));
  } else if (key == "limit") {
    TRY(auto limit, read_number(node, file.where));
    file.limit = static_cast<int>(std::get<double>(limit));
  } else if (key == "action") {
    TRY(file.action, read_action(node, file.where));
  } else if (key == "code") {
    TRY(auto flag, read_flag(node, file.where));
    if (std::get<bool>(flag)) return fail_yaml(node, file.where, "'code' is no longer known; write `scope: raw`");
  }
  return {};
}

}  // namespace

bool RuleFile::flag(std::string_view key, bool otherwise) const {
  const auto found = values.find(key);
  return found == values.end() ? otherwise : std::get<bool>(found->second);
}
double RuleFile::number(std::string_view key, double otherwise) const {
  const auto found = values.find(key);
  return found == values.end() ? otherwise : std::get<double>(found->second);
}
const std::string& RuleFile::text(std::string_view key) const {
  return value_or_absent<std::string>(*this, key);
}
const std::vector<std::string>& RuleFile::texts(std::string_view key) const {
  return value_or_absent<std::vector<std::string>>(*this, key);
}
const std::vector<TextPair>& RuleFile::pairs(std::string_view key) const {
  return value_or_absent<std::vector<TextPair>>(*this, key);
}

tl::unexpected<Error> RuleFile::complain(std::string_view what) const {
  return fail(Errc::invalid_input, fmt::format("{}:{}: rule {}: {}", where, line, name, what));
}

Result<RuleFile> parse_rule_file(std::string_view yaml, std::string_view name, std::string_view where,
                                 FindRuleKeys find_keys) {
  TRY(const YamlNode root, parse_yaml(yaml, where));
  if (root.kind != YamlKind::map) return fail_yaml(root, where, "expected the `key: value` lines of a rule");
  RuleFile file{.name = std::string(name), .where = std::string(where)};
  file.line = std::max(root.line, 1);
  TRY(const YamlNode* extends, require_key(root, "extends", where));
  TRY_VOID(read_shared_key(file, "extends", *extends));
  const std::vector<RuleKey>* keys = find_keys(file.kind);
  if (keys == nullptr)
    return fail_yaml(*extends, where,
                     fmt::format("rule {}: 'extends: {}' is not a kind of rule that is known here", name, file.kind));
  for (const YamlMember& member : root.members) {
    const std::string key = lower(member.key);
    if (std::ranges::find(shared_keys, key) != shared_keys.end()) {
      TRY_VOID(with_context(read_shared_key(file, key, member.value), "rule " + file.name));
      continue;
    }
    const auto known = std::ranges::find(*keys, std::string_view(key), &RuleKey::name);
    if (known == keys->end()) {
      std::vector<std::string_view> names;
      for (const RuleKey& one : *keys) names.push_back(one.name);
      return fail_yaml(member.value, where,
                       fmt::format("rule {}: unknown key '{}' in a rule of kind {}; it knows {}", name, member.key,
                                   file.kind, fmt::join(names, ", ")));
    }
    TRY(auto value, key_readers.at(static_cast<std::size_t>(known->kind))(member.value, where));
    file.values.insert_or_assign(key, std::move(value));
  }
  if (file.message.empty()) return fail_yaml(root, where, fmt::format("rule {}: 'message' is missing", name));
  for (const RuleKey& key : *keys)
    if (key.required && !file.values.contains(key.name))
      return fail_yaml(root, where, fmt::format("rule {}: '{}' is missing", name, key.name));
  return file;
}

}  // namespace converge::content
