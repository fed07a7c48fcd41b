// content/yaml.hpp — YAML read strictly, for files that people write: every scalar is text, every node knows its line.
//
// yaml-cpp underneath. One document; anchors, tags and duplicate keys are refused, so what is written is what is meant.
#pragma once
#include "base/result.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace converge::content {

enum class YamlKind { null, scalar, list, map };

struct YamlMember;

struct YamlNode {
  YamlKind kind = YamlKind::null;
  int line = 0;                     // from 1
  std::string text;                 // of a scalar
  std::vector<YamlNode> items;      // of a list
  std::vector<YamlMember> members;  // of a map, in the order of the file

  const YamlNode* find(std::string_view key) const;
};

struct YamlMember {
  std::string key;
  YamlNode value;
};

// `where` names the file in errors, and line_first its first line there. errors: invalid_input as "file:line: what"
Result<YamlNode> parse_yaml(std::string_view text, std::string_view where, int line_first = 1);

// An invalid_input at the node's line.
tl::unexpected<Error> fail_yaml(const YamlNode& node, std::string_view where, std::string_view what);

// errors (all of these): invalid_input naming file, line and key
Result<void> refuse_unknown_keys(const YamlNode& map, std::span<const std::string_view> known, std::string_view where);
Result<const YamlNode*> require_key(const YamlNode& map, std::string_view key, std::string_view where);
Result<std::string> read_text(const YamlNode& node, std::string_view where);
Result<std::int64_t> read_count(const YamlNode& node, std::string_view where);  // a whole number, 1 or more
Result<std::vector<std::string>> read_texts(const YamlNode& node, std::string_view where);

}  // namespace converge::content
