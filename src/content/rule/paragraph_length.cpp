// paragraph_length — a paragraph that a reader will skip, by sentences, by words, or by both.
#include "content/rules.hpp"
#include "content/segment.hpp"

#include <fmt/format.h>

namespace converge::content::rule {
namespace {

struct LengthLimit {
  std::string_view setting;
  std::string_view unit;
  std::int64_t (*count)(std::string_view);
};
constexpr LengthLimit limits[] = {
    {"sentences_max", "sentences", [](std::string_view text) { return std::ssize(find_sentences(text)); }},
    {"words_max", "words", count_words},
};

Result<RuleCheck> compile_paragraph_length(const RuleSetting& setting) {
  std::vector<std::pair<LengthLimit, std::int64_t>> wanted;
  for (const LengthLimit& limit : limits) {
    if (const std::int64_t most = setting.count(limit.setting); most > 0) wanted.emplace_back(limit, most);
  }
  if (wanted.empty()) return fail(Errc::invalid_input, "needs 'sentences_max', 'words_max' or both");
  return RuleCheck([wanted](const Prose& prose, std::vector<RuleHit>& hits) {
    for (const ProseBlock& block : prose.blocks) {
      if (block.kind != BlockKind::paragraph || block.text.empty()) continue;
      for (const auto& [limit, most] : wanted) {
        const std::int64_t count = limit.count(block.text);
        if (count <= most) continue;
        hits.push_back(
            {.range = block.source_of({0, block.text.size()}),
             .message = fmt::format("a paragraph of {} {}; split it, {} are the most", count, limit.unit, most),
             .fix = std::nullopt});
      }
    }
  });
}

std::string render_paragraph_length(const RuleSetting& setting) {
  std::string most;
  for (const LengthLimit& limit : limits) {
    const std::int64_t count = setting.count(limit.setting);
    if (count > 0) most += fmt::format("{}{} {}", most.empty() ? "" : " and ", count, limit.unit);
  }
  return fmt::format("A paragraph has {} at most.", most);
}

}  // namespace

StyleRule paragraph_length() {
  return {.name = "paragraph_length",
          .settings = {{.name = "sentences_max", .kind = SettingKind::count},
                       {.name = "words_max", .kind = SettingKind::count}},
          .compile = compile_paragraph_length,
          .render_advice = render_paragraph_length};
}

}  // namespace converge::content::rule
