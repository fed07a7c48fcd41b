// content/style_guide.hpp — the style guide: the one source of the linter's rules and of what an assistant is told.
//
// Read from style/guide.yaml. Every key is known or refused with its line; the settings of a rule are those its row in
// rules.cpp declares. Pure.
#pragma once
#include "content/rule.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace converge::content {

// One thing said badly and well. The linter finds `rule` in `bad` and nothing in `good`: a test holds the guide to it.
struct StyleExample {
  std::string rule;
  std::string bad;
  std::string good;
};

struct StyleGuide {
  std::string name;
  std::string hash;  // SHA-256 of the file: the version a text was checked against
  std::vector<std::string> voice;
  std::vector<RuleSetting> rules;  // in the order of the file, which is their order of importance
  std::vector<StyleExample> examples;
};

// `where` names the file. errors: invalid_input as "file:line: what"
Result<StyleGuide> parse_style_guide(std::string_view text, std::string_view where);

// The guide as Markdown instructions for a writer, human or not: voice, one line per rule, examples.
std::string render_style_prompt(const StyleGuide& guide);

}  // namespace converge::content
