#include "content/lint.hpp"

#include "content/built_in_style.hpp"
#include "content/comment_switch.hpp"
#include "content/letter_case.hpp"
#include "content/rules.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <mutex>
#include <tuple>

namespace converge::content {

// Scratch memory of threads that are not linting just now.
class Linter::ScratchPool {
 public:
  RuleSetScratch take(const RuleSet& rules) {
    const std::scoped_lock lock(lock_);
    if (idle_.empty()) return rules.make_scratch();
    RuleSetScratch scratch = std::move(idle_.back());
    idle_.pop_back();
    return scratch;
  }

  void give_back(RuleSetScratch scratch) {
    const std::scoped_lock lock(lock_);
    idle_.push_back(std::move(scratch));
  }

 private:
  std::mutex lock_;
  std::vector<RuleSetScratch> idle_;
};

namespace {

std::string without_blanks(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c != ' ' && c != '\t') out += c;
  return out;
}

// A swap of letter case or of white space cannot change what is meant; any other is for a person to decide.
FixSafety judge_fix(std::string_view match, const std::vector<std::string>& replacements) {
  if (replacements.size() != 1 || match == replacements[0]) return FixSafety::suggest;
  const bool is_case = to_lower(match) == to_lower(replacements[0]);
  const bool is_space = !without_blanks(match).empty() && without_blanks(match) == without_blanks(replacements[0]);
  return is_case || is_space ? FixSafety::safe : FixSafety::suggest;
}

LintFinding make_finding(const RuleFile& rule, RuleFinding found) {
  LintFinding finding{.rule = rule.name,
                      .level = rule.level,
                      .message = std::move(found.message),
                      .range = found.range,
                      .link = rule.link};
  if (found.can_replace && !found.replacements.empty()) {
    const FixSafety safety = judge_fix(found.match, found.replacements);
    finding.fix = LintFix{.range = found.range, .replacement = found.replacements[0], .safety = safety};
  }
  return finding;
}

bool comes_first(const LintFinding& a, const LintFinding& b) {
  return std::tie(a.range.begin, a.range.end, a.rule) < std::tie(b.range.begin, b.range.end, b.rule);
}

// Takes out what a guide's rule says about the same words. A finding about a whole sentence is about something else.
void leave_out_overlaps(std::vector<LintFinding>& findings, const std::vector<LintFinding>& own) {
  constexpr std::size_t words_bytes_max = 60;
  std::erase_if(findings, [&](const LintFinding& finding) {
    const std::size_t from = finding.range.begin > words_bytes_max ? finding.range.begin - words_bytes_max : 0;
    auto other = std::ranges::lower_bound(own, from, {}, [](const LintFinding& f) { return f.range.begin; });
    for (; other != own.end() && other->range.begin < finding.range.end; ++other)
      if (other->range.size() <= words_bytes_max && finding.range.begin < other->range.end) return true;
    return false;
  });
}

// What the patterns of TokenIgnores and BlockIgnores match: their first group, or the whole.
std::vector<TextRange> find_ignored(std::string_view text, const std::vector<const Pattern*>& patterns) {
  std::vector<TextRange> ranges;
  if (patterns.empty() || !is_utf8(text)) return ranges;
  PatternScratch scratch;
  for (const Pattern* pattern : patterns) {
    std::size_t at = 0;
    while (const auto match = pattern->find_groups(text, at, scratch)) {
      const bool has_group = match->groups.size() > 1 && match->groups[1];
      ranges.push_back(has_group ? *match->groups[1] : match->range);
      at = match->range.size() > 0 ? match->range.end : next_character(text, match->range.end);
      if (at > text.size()) break;
    }
  }
  return ranges;
}

}  // namespace

Result<Linter> Linter::compile(const StyleGuide& guide) {
  Linter linter;
  for (const RuleSetting& setting : guide.rules) {
    TRY(auto check, with_context(find_rule(setting.rule)->compile(setting), "rule " + setting.rule));
    linter.rules_.push_back({.name = setting.rule, .level = setting.level, .check = std::move(check)});
  }
  return linter;
}

// Rules of the built-in style that no kind of rule can state: they know graphemes, and what stands beside a dash.
struct CodedRule {
  std::string_view name;  // in the style
  std::string_view rule;  // in rules.hpp
};
constexpr CodedRule coded_rules[] = {{"Converge.EmDash", "no_em_dash"}, {"Converge.Emoji", "no_emoji"}};

Result<Linter> Linter::of_project(LintProject project) {
  Linter linter;
  if (project.names_style(built_in_style_name)) {
    for (const CodedRule& coded : coded_rules) {
      const RuleSetting setting{
          .rule = std::string(coded.rule), .level = project.level_of(coded.name, LintLevel::error), .values = {}};
      if (setting.level < project.level_min()) continue;
      TRY(auto check, find_rule(coded.rule)->compile(setting));
      linter.rules_.push_back({.name = std::string(coded.name), .level = setting.level, .check = std::move(check)});
    }
  }
  linter.project_ = std::make_shared<const LintProject>(std::move(project));
  linter.scratch_ = std::make_shared<ScratchPool>();
  return linter;
}

Result<Linter> Linter::compile(const StyleGuide& guide, LintProject project) {
  TRY(Linter linter, compile(guide));
  linter.project_ = std::make_shared<const LintProject>(std::move(project));
  linter.scratch_ = std::make_shared<ScratchPool>();
  return linter;
}

std::vector<std::string> Linter::extensions() const {
  return project_ ? project_->extensions() : std::vector<std::string>{".md", ".markdown"};
}

const std::vector<std::string>& Linter::notices() const {
  static const std::vector<std::string> none;
  return project_ ? project_->notices() : none;
}

Result<void> Linter::add_project_findings(const LintDocument& document, const FileLinting& linting,
                                          std::vector<LintFinding>& findings) const {
  const RuleSet& rules = project_->rules();
  RuleSetScratch scratch = scratch_->take(rules);
  auto found = rules.check(document, linting.enabled, scratch);
  scratch_->give_back(std::move(scratch));
  TRY(auto hits, std::move(found));
  std::ranges::stable_sort(
      hits, {}, [&](const RuleFinding& hit) { return std::tuple(hit.range.begin, hit.range.end, hit.rule); });
  CommentSwitch comments(document.source, document.prose.comments, linting.styles);
  std::map<std::size_t, int> counts;
  const RuleFinding* last = nullptr;
  for (RuleFinding& hit : hits) {
    const RuleFile& rule = rules.file(hit.rule);
    comments.advance_to(hit.range.begin);
    // A comment that names a rule does not reach rules that look at the file as a whole, as in Vale.
    if (hit.is_whole_file ? comments.is_off() : comments.silences(rule.name, hit.match)) continue;
    const bool repeats = last != nullptr && last->rule == hit.rule && last->range.begin == hit.range.begin;
    last = &hit;
    if (repeats || (rule.limit > 0 && ++counts[hit.rule] > rule.limit)) continue;
    RuleFinding taken = hit;
    findings.push_back(make_finding(rule, std::move(taken)));
  }
  return {};
}

void Linter::add_own_findings(const LintDocument& document, const FileLinting& linting,
                              std::vector<LintFinding>& findings) const {
  std::vector<RuleHit> hits;
  std::vector<LintFinding> found;
  for (const CompiledRule& rule : rules_) {
    if (rule.name.find('.') != std::string::npos && !linting.wants(rule.name)) continue;
    hits.clear();
    rule.check(document.prose, hits);
    for (RuleHit& hit : hits)
      found.push_back({.rule = rule.name,
                       .level = rule.level,
                       .message = std::move(hit.message),
                       .range = hit.range,
                       .fix = std::move(hit.fix)});
  }
  std::ranges::sort(found, comes_first);
  CommentSwitch comments(document.source, document.prose.comments, linting.styles);
  for (LintFinding& finding : found) {
    comments.advance_to(finding.range.begin);
    if (!comments.silences(finding.rule, document.source.substr(finding.range.begin, finding.range.size())))
      findings.push_back(std::move(finding));
  }
}

Result<std::vector<LintFinding>> Linter::lint(std::string_view text, std::string_view path) const {
  static const auto every_file = std::make_shared<const FileLinting>();
  std::vector<LintFinding> findings;
  const std::shared_ptr<const FileLinting> kept = project_ ? project_->linting_of(path) : every_file;
  const FileLinting& linting = *kept;
  if (!linting.is_wanted) return findings;
  DocumentSetup setup = linting.document;
  setup.ignored = find_ignored(text, linting.ignores);
  TRY(const LintDocument document, make_lint_document(text, setup));
  if (project_) TRY_VOID(add_project_findings(document, linting, findings));
  std::vector<LintFinding> own;
  add_own_findings(document, linting, own);
  if (project_ && !own.empty()) leave_out_overlaps(findings, own);
  findings.insert(findings.end(), std::make_move_iterator(own.begin()), std::make_move_iterator(own.end()));
  std::ranges::stable_sort(findings, comes_first);
  PositionCursor cursor(text);
  for (LintFinding& finding : findings) finding.at = cursor.advance_to(finding.range.begin);
  return findings;
}

bool has_errors(const std::vector<LintFinding>& findings) {
  return std::ranges::any_of(findings, [](const LintFinding& finding) { return finding.level == LintLevel::error; });
}

}  // namespace converge::content
