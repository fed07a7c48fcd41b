#include "content/alternatives.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>

namespace converge::content {
namespace {

// PCRE2 refuses an expression whose compiled form is over 64 KiB.
constexpr std::size_t chunk_bytes_max = 8'000;

Result<std::vector<Pattern>> compile_chunks(std::span<const std::string> terms, PatternCase letters) {
  std::vector<Pattern> chunks;
  std::string joined;
  const auto flush = [&]() -> Result<void> {
    if (joined.empty()) return {};
    TRY(auto chunk, Pattern::compile(fmt::format("(?m)\\b(?:{})\\b", joined), letters));
    chunks.push_back(std::move(chunk));
    joined.clear();
    return {};
  };
  for (const std::string& term : terms) {
    TRY_VOID(with_context(Pattern::compile(term, letters), fmt::format("the term '{}'", term)));
    if (joined.size() + term.size() > chunk_bytes_max) TRY_VOID(flush());
    if (!joined.empty()) joined += '|';
    joined += term;
  }
  TRY_VOID(flush());
  return chunks;
}

}  // namespace

Result<Alternatives> Alternatives::compile(std::span<const std::string> patterns, const AlternativesSetup& setup,
                                           PatternPool& pool) {
  Alternatives alternatives;
  alternatives.first_ = static_cast<unsigned>(pool.entries.size());
  for (const std::string& text : patterns) {
    auto pattern = Pattern::compile(fmt::format("{}{}{}", setup.before, text, setup.after), setup.letters);
    if (!pattern) return fail(Errc::invalid_input, fmt::format("'{}': {}", text, pattern.error().message));
    pool.entries.push_back({.prefilter = pattern->prefilter(), .rule = pool.rule});
    alternatives.patterns_.push_back(std::move(*pattern));
  }
  return alternatives;
}

void Alternatives::for_each_match(std::string_view text, std::span<const unsigned> candidates, PatternScratch& scratch,
                                  const Visit& visit) const {
  struct Next {
    std::size_t index;
    TextRange range;
  };
  std::vector<Next> next;
  for (const unsigned id : candidates) {
    if (id < first_ || id >= first_ + patterns_.size()) continue;
    const std::size_t index = id - first_;
    if (const auto range = patterns_[index].find(text, 0, scratch)) next.push_back({index, *range});
  }
  while (!next.empty()) {
    const auto first =
        std::ranges::min_element(next, {}, [](const Next& n) { return std::pair(n.range.begin, n.index); });
    const Next found = *first;
    const std::size_t at = found.range.size() > 0 ? found.range.end : next_character(text, found.range.end);
    if (found.range.size() > 0) visit(found.range, found.index);
    std::erase_if(next, [&](Next& n) {
      if (n.range.begin >= at) return false;
      const auto range = at > text.size() ? std::nullopt : patterns_[n.index].find(text, at, scratch);
      if (range) n.range = *range;
      return !range.has_value();
    });
  }
}

Result<ExceptionList> ExceptionList::compile(std::vector<std::string> terms, PatternCase letters) {
  ExceptionList list;
  std::vector<std::string> phrases;
  for (const std::string& term : terms)
    if (term.find_first_of(" \t") != std::string::npos || term.find("\\s") != std::string::npos)
      phrases.push_back(term);
  TRY(list.chunks_, compile_chunks(terms, letters));
  TRY(list.phrases_, compile_chunks(phrases, PatternCase::ignored));
  return list;
}

bool ExceptionList::matches(std::string_view text, PatternScratch& scratch) const {
  return std::ranges::any_of(chunks_, [&](const Pattern& chunk) { return chunk.matches(text, scratch); });
}

bool ExceptionList::covers(std::string_view text, TextRange range, PatternScratch& scratch) const {
  return std::ranges::any_of(phrases_, [&](const Pattern& chunk) {
    return std::ranges::any_of(chunk.find_all(text, scratch), [&](TextRange phrase) {
      return phrase.begin <= range.begin && range.end <= phrase.end;
    });
  });
}

}  // namespace converge::content
