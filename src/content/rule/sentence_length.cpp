// sentence_length — a sentence that a reader cannot hold in mind. Tables are left alone: a cell is not a sentence.
#include "content/rules.hpp"
#include "content/segment.hpp"

#include <fmt/format.h>

namespace converge::content::rule {
namespace {

Result<RuleCheck> compile_sentence_length(const RuleSetting& setting) {
  const std::int64_t words_max = setting.count("words_max");
  return RuleCheck([words_max](const Prose& prose, std::vector<RuleHit>& hits) {
    for (const ProseBlock& block : prose.blocks) {
      if (block.kind == BlockKind::table_cell) continue;
      for (const TextRange sentence : find_sentences(block.text)) {
        const std::int64_t words = count_words(std::string_view(block.text).substr(sentence.begin, sentence.size()));
        if (words <= words_max) continue;
        hits.push_back({.range = block.source_of(sentence),
                        .message = fmt::format("a sentence of {} words; split it, {} is the most", words, words_max),
                        .fix = std::nullopt});
      }
    }
  });
}

std::string render_sentence_length(const RuleSetting& setting) {
  return fmt::format("A sentence has {} words at most.", setting.count("words_max"));
}

}  // namespace

StyleRule sentence_length() {
  return {.name = "sentence_length",
          .settings = {{.name = "words_max", .kind = SettingKind::count, .required = true}},
          .compile = compile_sentence_length,
          .render_advice = render_sentence_length};
}

}  // namespace converge::content::rule
