// content/scope.hpp — which text a rule looks at: `heading`, `~blockquote`, `table.header & ~list`, `sentence`, `raw`.
//
// A passage has a scope too: the names of where it stands ("text.blockquote.heading.h2.md"). A part of a rule's scope fits when
// the passage's scope holds all of its names; `~` turns it round, `&` asks for both, and a list is satisfied by any entry. Pure.
#pragma once
#include "base/result.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace converge::content {

// Passages that a rule must name before it is shown them.
enum class PassageKind { block, paragraph, sentence, span, raw, summary };

class RuleScope {
 public:
  // errors: invalid_input for an empty name or one with a blank
  static Result<RuleScope> parse(std::span<const std::string> entries);

  // `scope` is that of the passage, names joined by dots.
  bool matches(PassageKind kind, std::string_view scope) const;
  // Whether any entry names this kind of passage.
  bool asks_for(PassageKind kind) const;
  bool asks_for_blocks() const {
    return asks_for(PassageKind::block) || asks_for(PassageKind::paragraph) || asks_for(PassageKind::sentence);
  }

 private:
  struct Part {
    std::vector<std::string> names;
    bool negated = false;
  };
  struct Entry {
    PassageKind kind = PassageKind::block;
    std::vector<Part> parts;
  };
  std::vector<Entry> entries_;
};

}  // namespace converge::content
