#include "content/rule_set.hpp"

#include "content/pattern_syntax.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace converge::content {

// A pattern that may match in a block.
struct RuleSet::Hit {
  std::size_t rule;
  std::size_t block;
  unsigned pattern;
  auto operator<=>(const Hit&) const = default;
};

Result<RuleSet> RuleSet::compile(std::vector<RuleFile> files, const RuleSetSetup& setup) {
  RuleSet set;
  PatternPool pool;
  KindSetup kinds{.vocabulary = setup.vocabulary,
                  .pool = pool,
                  .word_before = setup.word_before,
                  .word_after = setup.word_after,
                  .style_folders = setup.style_folders};
  for (RuleFile& file : files) {
    const RuleKind* kind = find_rule_kind(file.kind);
    pool.rule = set.rules_.size();
    const auto first = static_cast<unsigned>(pool.entries.size());
    TRY(auto compiled, kind->compile(file, kinds));
    if (!compiled.not_run.empty()) {
      set.not_run_.push_back(fmt::format("{} ({}): {}", file.name, file.where, compiled.not_run));
      continue;
    }
    const bool is_unset =
        file.scopes.empty() || (kind->default_scope == "summary" && file.scopes == std::vector<std::string>{"text"});
    const std::vector<std::string> scopes =
        is_unset ? std::vector<std::string>{std::string(kind->default_scope)} : file.scopes;
    auto scope = RuleScope::parse(scopes);
    if (!scope) return file.complain(scope.error().message);
    Rule rule{.file = std::move(file),
              .scope = std::move(*scope),
              .kind = std::move(compiled),
              .patterns = {},
              .unfiltered = {}};
    for (auto id = first; id < pool.entries.size(); ++id) rule.patterns.push_back(id);
    set.rules_.push_back(std::move(rule));
  }
  std::vector<PrefilterEntry> entries;
  std::vector<unsigned> unfiltered;
  for (unsigned id = 0; id < pool.entries.size(); ++id) {
    set.rule_of_pattern_.push_back(pool.entries[id].rule);
    if (pool.entries[id].prefilter) {
      entries.push_back({.id = id, .expression = *pool.entries[id].prefilter});
    } else {
      unfiltered.push_back(id);
    }
  }
  TRY(set.prefilter_, Prefilter::compile(std::move(entries), setup.prefilter, unfiltered));
  std::ranges::sort(unfiltered);
  for (const unsigned id : unfiltered) set.rules_[set.rule_of_pattern_[id]].unfiltered.push_back(id);
  for (std::size_t rule = 0; rule < set.rules_.size(); ++rule) {
    const Rule& one = set.rules_[rule];
    const bool beside_blocks = one.scope.asks_for(PassageKind::span) || one.scope.asks_for(PassageKind::raw) ||
                               one.scope.asks_for(PassageKind::summary);
    if (one.kind.sees_every_passage || !one.unfiltered.empty() || beside_blocks) set.always_.push_back(rule);
  }
  return set;
}

RuleSetScratch RuleSet::make_scratch() const {
  return {.patterns = {},
          .prefilter = prefilter_.make_scratch(),
          .seen_in = std::vector<std::size_t>(rule_of_pattern_.size(), 0)};
}

// One document, one run.
struct RuleSet::Run {
  const RuleSet& set;
  const LintDocument& document;
  RuleSetScratch& scratch;
  std::vector<RuleFinding> findings;
  std::vector<std::optional<std::vector<DocumentPassage>>> sentences;  // by block, when asked for
  std::optional<std::string> summary;
  std::vector<KindHit> hits;

  // Which filtered patterns may match in which block.
  std::vector<Hit> scan(const std::vector<bool>& enabled) {
    std::vector<Hit> found;
    std::ranges::fill(scratch.seen_in, std::size_t{0});
    std::size_t block = 0;
    const auto note = [&](unsigned pattern, std::size_t end) {
      const std::size_t rule = set.rule_of_pattern_[pattern];
      if (!enabled[rule]) return;
      const std::size_t last = end - 1;
      const auto holds_end = [&] {
        return document.blocks[block].text.begin <= last && last < document.blocks[block].text.end;
      };
      if (!holds_end()) {
        const auto behind =
            std::ranges::upper_bound(document.blocks, last, {}, [](const DocumentPassage& p) { return p.text.begin; });
        if (behind == document.blocks.begin()) return;
        block = static_cast<std::size_t>(behind - document.blocks.begin()) - 1;
        if (!holds_end()) return;
      }
      if (std::exchange(scratch.seen_in[pattern], block + 1) == block + 1) return;
      found.push_back({.rule = rule, .block = block, .pattern = pattern});
    };
    if (!document.blocks.empty()) set.prefilter_.scan(document.text, scratch.prefilter, note);
    std::ranges::sort(found);
    return found;
  }

  const std::vector<DocumentPassage>& sentences_of(std::size_t block) {
    if (!sentences[block]) sentences[block] = split_sentences(document, document.blocks[block]);
    return *sentences[block];
  }

  // Shows a rule the passages that were gathered for it.
  Result<void> show(std::size_t rule, std::span<const DocumentPassage* const> places,
                    std::span<const Passage> passages) {
    if (passages.empty()) return {};
    hits.clear();
    set.rules_[rule].kind.check({.passages = passages, .counts = document.prose.counts, .scratch = scratch.patterns},
                                hits);
    if (scratch.patterns.exhausted) {
      scratch.patterns.exhausted = false;
      return set.rules_[rule].file.complain(
          "a pattern takes more steps on this text than are allowed; make it simpler");
    }
    for (KindHit& hit : hits) add_finding(rule, *places[hit.passage], hit);
    return {};
  }

  void add_finding(std::size_t rule, const DocumentPassage& place, KindHit& hit) {
    RuleFinding finding{.rule = rule, .message = std::move(hit.message), .replacements = std::move(hit.replacements)};
    const bool is_raw = place.kind == PassageKind::raw;
    finding.is_whole_file = is_raw || place.kind == PassageKind::summary;
    if (is_raw && hit.range) {
      finding.range = *hit.range;
      finding.match = document.source.substr(hit.range->begin, hit.range->size());
    } else if (!finding.is_whole_file) {
      const std::string_view text = document.text_of(place);
      const TextRange range = hit.range.value_or(TextRange{0, std::min<std::size_t>(1, text.size())});
      finding.range = document.source_of(place, range);
      finding.match = text.substr(range.begin, range.size());
      const TextRange in_block{place.in_block + range.begin, place.in_block + range.end};
      finding.can_replace = hit.range && document.prose.blocks[place.block].maps_whole(in_block);
      if (!hit.range) finding.range.end = finding.range.begin;
    }
    findings.push_back(std::move(finding));
  }

  Result<void> run_on_blocks(std::size_t rule, std::span<const Hit> filtered) {
    const Rule& one = set.rules_[rule];
    const bool everywhere = one.kind.sees_every_passage || !one.unfiltered.empty();
    const bool wants_sentences = one.scope.asks_for(PassageKind::sentence);
    std::vector<const DocumentPassage*> places;
    std::vector<Passage> passages;
    std::vector<std::vector<unsigned>> kept;  // candidates that are not a part of `filtered`
    std::size_t next = 0;
    const auto visit = [&](std::size_t index) {
      const DocumentPassage& block = document.blocks[index];
      std::vector<unsigned> candidates = one.unfiltered;
      for (; next < filtered.size() && filtered[next].block == index; ++next)
        candidates.push_back(filtered[next].pattern);
      if (folds_) candidates = one.patterns;
      std::ranges::sort(candidates);
      kept.push_back(std::move(candidates));
      const std::span<const unsigned> shown = kept.back();
      const bool as_paragraph = block.is_plain && one.scope.matches(PassageKind::paragraph, "paragraph." + block.scope);
      if (as_paragraph || one.scope.matches(PassageKind::block, block.scope)) {
        places.push_back(&block);
        passages.push_back({.text = document.text_of(block), .candidates = shown});
      }
      if (!wants_sentences || !one.scope.matches(PassageKind::sentence, "sentence." + block.scope)) return;
      for (const DocumentPassage& sentence : sentences_of(index)) {
        places.push_back(&sentence);
        passages.push_back({.text = document.text_of(sentence), .candidates = shown});
      }
    };
    kept.reserve(everywhere || folds_ ? document.blocks.size() : filtered.size());
    if (everywhere || folds_) {
      for (std::size_t index = 0; index < document.blocks.size(); ++index) visit(index);
    } else {
      while (next < filtered.size()) visit(filtered[next].block);
    }
    return show(rule, places, passages);
  }

  Result<void> run_on_spans(std::size_t rule) {
    const Rule& one = set.rules_[rule];
    if (!one.scope.asks_for(PassageKind::span)) return {};
    std::vector<DocumentPassage> spans;
    for (const InlineSpan& span : document.prose.spans) {
      const DocumentPassage& block = document.blocks[span.block];
      const std::string scope = fmt::format("{}.{}", span.scope, block.scope);
      if (!one.scope.matches(PassageKind::span, scope)) continue;
      spans.push_back({.kind = PassageKind::span,
                       .scope = scope,
                       .text = {block.text.begin + span.text.begin, block.text.begin + span.text.end},
                       .block = span.block,
                       .in_block = span.text.begin});
    }
    std::vector<const DocumentPassage*> places;
    std::vector<Passage> passages;
    for (const DocumentPassage& span : spans) {
      places.push_back(&span);
      passages.push_back({.text = document.text_of(span), .candidates = one.patterns});
    }
    return show(rule, places, passages);
  }

  Result<void> run_on_whole(std::size_t rule, PassageKind kind, std::string_view name, std::string_view extension) {
    const Rule& one = set.rules_[rule];
    if (!one.scope.asks_for(kind)) return {};
    const DocumentPassage place{.kind = kind, .scope = fmt::format("{}{}", name, extension)};
    if (!one.scope.matches(kind, place.scope)) return {};
    if (kind == PassageKind::summary && !summary) summary = make_summary(document);
    const Passage passage{.text = kind == PassageKind::raw ? document.source : *summary, .candidates = one.patterns};
    const DocumentPassage* places[] = {&place};
    return show(rule, places, {&passage, 1});
  }

  Result<void> run_rule(std::size_t rule, std::span<const Hit> filtered, const std::vector<bool>& enabled,
                        std::string_view extension) {
    if (!enabled[rule]) return {};
    const Rule& one = set.rules_[rule];
    const bool looks = !filtered.empty() || one.kind.sees_every_passage || !one.unfiltered.empty() || folds_;
    if (looks && one.scope.asks_for_blocks()) TRY_VOID(run_on_blocks(rule, filtered));
    TRY_VOID(run_on_spans(rule));
    TRY_VOID(run_on_whole(rule, PassageKind::summary, "summary", extension));
    return run_on_whole(rule, PassageKind::raw, "raw", extension);
  }

  bool folds_ = false;
};

Result<std::vector<RuleFinding>> RuleSet::check(const LintDocument& document, const std::vector<bool>& enabled,
                                                RuleSetScratch& scratch) const {
  Run run{.set = *this,
          .document = document,
          .scratch = scratch,
          .findings = {},
          .sentences = {},
          .summary = {},
          .hits = {}};
  run.sentences.resize(document.blocks.size());
  run.folds_ = folds_into_ascii(document.text);
  const std::vector<Hit> hits = run.scan(enabled);
  std::string_view extension = ".md";
  if (!document.blocks.empty())
    extension = std::string_view(document.blocks[0].scope).substr(document.blocks[0].scope.rfind('.'));
  auto always = always_.begin();
  auto begin = hits.begin();
  while (!run.folds_ && (begin != hits.end() || always != always_.end())) {
    // The next rule that has anything to look at.
    std::size_t rule = begin == hits.end() ? *always : begin->rule;
    if (always != always_.end()) rule = std::min(rule, *always);
    const auto end = std::find_if(begin, hits.end(), [&](const Hit& hit) { return hit.rule > rule; });
    TRY_VOID(run.run_rule(rule, std::span<const Hit>(begin, end), enabled, extension));
    begin = end;
    if (always != always_.end() && *always == rule) ++always;
  }
  // Where letters fold into ASCII ones the prefilter's word does not count.
  for (std::size_t rule = 0; run.folds_ && rule < rules_.size(); ++rule)
    TRY_VOID(run.run_rule(rule, {}, enabled, extension));
  return std::move(run.findings);
}

}  // namespace converge::content
