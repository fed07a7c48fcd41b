// content/kind.hpp — the kinds of rules that packages are written in, and the table of them.
//
// One kind is one file in content/kind/ and one row of the table in kind.cpp, with the keys that it takes. A rule of a kind is
// data: compiled once, it is shown the passages of its scope and says what it finds in them. Pure.
//
// AGENTS.md has the recipe for another one.
#pragma once
#include "content/alternatives.hpp"
#include "content/prose.hpp"
#include "content/rule_file.hpp"
#include "content/vocabulary.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace converge::content {

// What a kind is compiled with, besides its file.
struct KindSetup {
  const Vocabulary& vocabulary;
  PatternPool& pool;
  std::string word_before = "\\b(?:";  // around the patterns of rules that look for words
  std::string word_after = ")\\b";
  std::vector<std::string> style_folders;  // where dictionaries and word lists may lie
};

struct Passage {
  std::string_view text;
  std::span<const unsigned> candidates;  // numbers of the patterns that may match here
};

struct KindInput {
  std::span<const Passage> passages;  // in the order of the file
  const Prose::Counts& counts;        // of blocks: Prose::counts
  PatternScratch& scratch;
};

struct KindHit {
  std::size_t passage = 0;
  std::optional<TextRange> range;  // in the passage; nothing: the passage as a whole
  std::string message;
  std::vector<std::string> replacements;  // what could stand there instead; the first is the best
  bool has_replacement = false;
};

struct KindRule {
  std::string not_run;              // why this program cannot run it; empty for one that it can
  bool sees_every_passage = false;  // not only those where one of its patterns may match
  std::function<void(const KindInput&, std::vector<KindHit>&)> check;
};

struct RuleKind {
  std::string_view name;
  std::vector<RuleKey> keys;
  Result<KindRule> (*compile)(const RuleFile&, KindSetup&);
  std::string_view default_scope = "text";
};

namespace kind {
RuleKind capitalization();
RuleKind conditional();
RuleKind consistency();
RuleKind existence();
RuleKind metric();
RuleKind occurrence();
RuleKind readability();
RuleKind repetition();
RuleKind script();
RuleKind sequence();
RuleKind spelling();
RuleKind substitution();
}  // namespace kind

std::span<const RuleKind> rule_kinds();
const RuleKind* find_rule_kind(std::string_view name);
const std::vector<RuleKey>* find_rule_keys(std::string_view kind);

// `%s`, `%d` and `%[2]s` filled in order; line feeds and runs of blanks become one blank.
std::string format_rule_message(std::string_view message, std::span<const std::string> words);
// What the rule's action makes of a match; nothing without one, or when only an editor can tell.
std::vector<std::string> apply_rule_action(const RuleAction& action, std::string_view match, PatternScratch& scratch);
// A finding over `range` with the match, and what the action would write, for the message's words.
KindHit make_kind_hit(const RuleFile& rule, std::size_t passage, TextRange range, std::string_view match,
                      PatternScratch& scratch);

// 'a', 'a' or 'b', 'a', 'b', or 'c'
std::string join_quoted(std::span<const std::string> words);
// The first letter in capitals, when it is an ASCII one.
std::string capitalize_first(std::string_view text);
std::string_view trim_blanks(std::string_view text);
// The exceptions of a rule together with the words that the project accepts, when the rule wants those.
Result<ExceptionList> compile_exceptions(const RuleFile& rule, const KindSetup& setup, bool with_vocabulary);

}  // namespace converge::content
