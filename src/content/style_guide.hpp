// content/style_guide.hpp — the style guide: the one source of the linter's rules and of what an assistant is told.
//
//   name: Desk notes
//   voice: [Plain, short and exact.]            who speaks
//   tone: [No advice, no excitement.]           and how; may be left out
//   rules:                                      most important first
//     no_emoji: {level: error, allow: ["✅"]}
//     sentence_length: {level: warning, words_max: 35}
//   examples:
//     - {rule: no_emoji, bad: "New champion 🚀", good: New champion}
//   targets:                                    what is different where a text is published
//     discord:
//       voice: [One idea in a message.]         added
//       tone: []                                added
//       rules:
//         no_emoji: off
//         sentence_length: {words_max: 20}      the settings given here replace those above, the others stay
//         paragraph_length: {level: error, words_max: 60}
//       examples: []                            added
//
// Every key is known or refused with its line; the settings of a rule are those its row in rules.cpp declares. The version of
// a guide is the hash of its file. Pure.
#pragma once
#include "content/rule.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace converge::content {

// One thing said badly and well. The linter finds `rule` in `bad` and nothing in `good`: check_style_examples holds the
// guide to it.
struct StyleExample {
  std::string rule;
  std::string bad;
  std::string good;
  int line = 0;  // in the file
};

// What a guide says about one target, as it stands in the file.
struct StyleTarget {
  std::string name;
  std::vector<std::string> voice;
  std::vector<std::string> tone;
  std::vector<RuleSetting> rules;  // whole: with what stays of the setting above
  std::vector<std::string> rules_off;
  std::vector<StyleExample> examples;
};

struct StyleGuide {
  std::string name;
  std::string hash;    // SHA-256 of the file: the version a text was checked against
  std::string target;  // that it was made for; empty for what holds everywhere
  std::vector<std::string> voice;
  std::vector<std::string> tone;
  std::vector<RuleSetting> rules;  // in the order of the file, which is their order of importance
  std::vector<StyleExample> examples;
  std::vector<StyleTarget> targets;

  // The guide as it holds for one target: its rules put in place (new ones come last), what it adds added, and of the
  // examples those whose rules it leaves alone, then its own. A target that is not named in the guide gets what holds
  // everywhere.
  StyleGuide for_target(std::string_view name) const;

  // The first characters of its hash: enough for a person to tell two versions apart.
  std::string version() const { return hash.substr(0, 12); }
};

// `where` names the file. errors: invalid_input as "file:line: what"
Result<StyleGuide> parse_style_guide(std::string_view text, std::string_view where);

struct StyleFault {
  int line = 0;  // in the guide's file
  std::string message;
};

// Puts every example of the guide, for every target, through the linter that the guide makes: what the two disagree on.
// errors: invalid_input when an example is not UTF-8
Result<std::vector<StyleFault>> check_style_examples(const StyleGuide& guide);

}  // namespace converge::content
