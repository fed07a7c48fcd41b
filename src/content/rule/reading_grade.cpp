// reading_grade — the school grade that a text asks of its reader (Flesch-Kincaid), over paragraphs and list items. A text
// of a few words has no grade worth the name: it is left alone.
#include "content/rules.hpp"
#include "content/segment.hpp"
#include "content/text_measure.hpp"

#include <fmt/format.h>

namespace converge::content::rule {
namespace {

constexpr std::int64_t words_min_default = 100;

struct HardSentence {
  TextRange range;  // in the file
  double grade = 0.0;
};

Result<RuleCheck> compile_reading_grade(const RuleSetting& setting) {
  const std::int64_t words_min = setting.count("words_min") > 0 ? setting.count("words_min") : words_min_default;
  return RuleCheck([grade_max = setting.count("grade_max"), words_min](const Prose& prose, std::vector<RuleHit>& hits) {
    TextMeasure whole;
    HardSentence hardest;
    for (const ProseBlock& block : prose.blocks) {
      if (block.kind != BlockKind::paragraph && block.kind != BlockKind::list_item) continue;
      for (const TextRange sentence : find_sentences(block.text)) {
        const TextMeasure measure = measure_text(std::string_view(block.text).substr(sentence.begin, sentence.size()));
        whole += measure;
        if (measure.flesch_kincaid() > hardest.grade)
          hardest = {.range = block.source_of(sentence), .grade = measure.flesch_kincaid()};
      }
    }
    const double grade = whole.flesch_kincaid();
    if (whole.words < static_cast<double>(words_min) || grade <= static_cast<double>(grade_max)) return;
    hits.push_back(
        {.range = hardest.range,
         .message = fmt::format("the text reads at grade {:.1f}, {} is the most; begin with this sentence, at {:.1f}",
                                grade, grade_max, hardest.grade),
         .fix = std::nullopt});
  });
}

std::string render_reading_grade(const RuleSetting& setting) {
  return fmt::format("A reader of school grade {} can follow (Flesch-Kincaid): short sentences, short words.",
                     setting.count("grade_max"));
}

}  // namespace

StyleRule reading_grade() {
  return {.name = "reading_grade",
          .settings = {{.name = "grade_max", .kind = SettingKind::count, .required = true},
                       {.name = "words_min", .kind = SettingKind::count}},
          .compile = compile_reading_grade,
          .render_advice = render_reading_grade};
}

}  // namespace converge::content::rule
