#include "content/fix.hpp"

#include <algorithm>
#include <iterator>
#include <span>

namespace converge::content {
namespace {

constexpr int passes_max = 8;

// Pointers into the findings of one pass, by place in the file.
using Picked = std::vector<const LintFinding*>;

bool starts_before(const LintFinding* a, const LintFinding* b) {
  return a->fix->range.begin < b->fix->range.begin;
}

Picked pick_safe(const std::vector<LintFinding>& findings) {
  Picked picked;
  for (const LintFinding& finding : findings) {
    if (finding.fix && finding.fix->safety == FixSafety::safe) picked.push_back(&finding);
  }
  std::ranges::stable_sort(picked, starts_before);
  return picked;
}

bool overlaps(const LintFinding* a, const LintFinding* b) {
  return a->fix->range.begin < b->fix->range.end && b->fix->range.begin < a->fix->range.end;
}

// Moves the candidates that can be tried together out of `candidates`; those that a kept one rules out are dropped. Fixes
// that only touch can be applied together.
Picked take_disjoint(Picked& candidates, const Picked& kept) {
  std::erase_if(candidates, [&](const LintFinding* candidate) {
    return std::ranges::any_of(kept, [&](const LintFinding* other) { return overlaps(candidate, other); });
  });
  Picked taken;
  std::erase_if(candidates, [&](const LintFinding* candidate) {
    const bool fits = taken.empty() || !overlaps(taken.back(), candidate);
    if (fits) taken.push_back(candidate);
    return fits;
  });
  return taken;
}

std::string apply_fixes(std::string_view text, const Picked& picked) {
  std::string out;
  std::size_t at = 0;
  for (const LintFinding* finding : picked) {
    out += text.substr(at, finding->fix->range.begin - at);
    out += finding->fix->replacement;
    at = finding->fix->range.end;
  }
  return out += text.substr(at);
}

// The fixes of one text that keep its outline, found by halving.
class SoundFixes {
 public:
  SoundFixes(std::string_view text, std::string outline) : text_(text), outline_(std::move(outline)) {}

  Result<void> accept(std::span<const LintFinding* const> group) {
    if (group.empty()) return {};
    Picked tried = kept_;
    tried.insert(tried.end(), group.begin(), group.end());
    std::ranges::sort(tried, starts_before);
    TRY(const Prose prose, parse_prose(apply_fixes(text_, tried)));
    if (prose.outline == outline_) {
      kept_ = std::move(tried);
    } else if (group.size() > 1) {
      TRY_VOID(accept(group.first(group.size() / 2)));
      TRY_VOID(accept(group.subspan(group.size() / 2)));
    }
    return {};
  }

  const Picked& kept() const { return kept_; }

 private:
  std::string_view text_;
  std::string outline_;
  Picked kept_;
};

}  // namespace

Result<FixedText> fix_text(const Linter& linter, std::string_view markdown, std::string_view path) {
  FixedText result;
  result.text = markdown;
  for (int pass = 0; pass < passes_max; ++pass) {
    TRY(result.left, linter.lint(result.text, path));
    Picked candidates = pick_safe(result.left);
    if (candidates.empty()) return result;
    TRY(Prose prose, parse_prose(result.text));
    SoundFixes sound(result.text, std::move(prose.outline));
    while (!candidates.empty()) TRY_VOID(sound.accept(take_disjoint(candidates, sound.kept())));
    if (sound.kept().empty()) return result;
    for (const LintFinding* finding : sound.kept()) result.fixed.push_back(*finding);
    result.text = apply_fixes(result.text, sound.kept());
  }
  return fail(Errc::internal, "autofix does not settle: two rules undo each other's fixes");
}

}  // namespace converge::content
