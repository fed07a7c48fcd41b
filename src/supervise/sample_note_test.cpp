#include "supervise/sample_note.hpp"

#include <gmock/gmock.h>
#include <set>

namespace converge::supervise {
namespace {

using ::testing::HasSubstr;

content::ContentSource desk_source() {
  return content::load_content_source(CONVERGE_SOURCE_DIR "/desk").value();
}

std::string template_text(std::string_view title, std::string_view path, std::string_view fields) {
  return "---\ntitle: \"" + std::string(title) + "\"\npath: \"" + std::string(path) +
         "\"\ntargets: [docs]\nfields: " + std::string(fields) + "\n---\nx\n";
}

TEST(SampleNote, DraftsEveryTemplateOfTheSampleDeskCleanly) {
  const content::ContentSource source = desk_source();
  const auto samples = draft_samples(source);
  ASSERT_TRUE(samples) << samples.error().message;
  std::set<std::string> drafted;
  for (const SampleDraft& sample : *samples) {
    drafted.insert(sample.note->name);
    EXPECT_FALSE(sample.draft.is_blocked()) << sample.draft.markdown;
    EXPECT_TRUE(sample.draft.path.ends_with(".md"));
  }
  std::set<std::string> there;  // the loop's own: the others are filled by the owner
  for (const auto& [name, note] : source.templates)
    if (name.ends_with("_note")) there.insert(name);
  EXPECT_EQ(drafted, there) << "a template without a caller, or a note without a template";
}

TEST(SampleNote, FindsATemplateThatIsMissing) {
  for (const char* name : {"promotion_note", "refusal_note", "drift_note", "finding_note"}) {
    SCOPED_TRACE(name);
    content::ContentSource source = desk_source();
    source.templates.erase(name);
    const auto samples = draft_samples(source);
    ASSERT_FALSE(samples);
    EXPECT_EQ(samples.error().code, Errc::not_found);
    EXPECT_THAT(samples.error().message, HasSubstr("templates/" + std::string(name) + ".md is missing"));
  }
}

TEST(SampleNote, FindsATemplateThatCannotTakeItsNote) {
  struct Case {
    const char* name;
    const char* note;
    std::string text;
    const char* message;
  };
  const std::string refusal_fields =
      "{model: name, version: integer, decided_on: date, champion_version: {type: integer, optional: true}, "
      "candidate_log_loss: {type: number, optional: true}, reference_log_loss: {type: number, optional: true}, score: "
      "{type: "
      "number, optional: true}, interval_low: {type: number, optional: true}, interval_high: {type: number, optional: "
      "true}, confidence: number, rows: integer, attempts: integer, reason: text}";
  const std::string finding_fields =
      "{kind: name, subject: text, opened_on: date, severity: name, reason: text, figures: list, command: {type: text, "
      "optional: true}}";
  const Case cases[] = {
      {"a field it does not declare", "promotion_note", template_text("x", "x", "{model: name}"), "' is not declared"},
      {"a field that is not always there", "refusal_note",
       template_text("x", "x",
                     std::string(refusal_fields)
                         .replace(refusal_fields.find("score: {type: number, optional"), 37, "score: number")),
       "field 'score' is missing"},
      {"a field nobody gives", "finding_note", template_text("x", "x", "{mood: text, " + finding_fields.substr(1)),
       "field 'mood' is missing"},
      {"a field of another type", "finding_note",
       template_text("x", "x",
                     std::string(finding_fields).replace(finding_fields.find("reason: text"), 12, "reason: date")),
       "field 'reason' must be of type date"},
      {"a title that can grow too long", "finding_note", template_text("{{reason}}", "x", finding_fields),
       "its title can grow beyond 200 characters"},
      {"a path that can grow too long", "finding_note", template_text("x", "{{subject}}-{{subject}}", finding_fields),
       "its path can grow beyond 247 characters"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    content::ContentSource source = desk_source();
    const auto parsed = content::parse_content_template(c.text, c.note, std::string("templates/") + c.note + ".md");
    ASSERT_TRUE(parsed) << parsed.error().message;
    source.templates.insert_or_assign(c.note, *parsed);
    const auto samples = draft_samples(source);
    ASSERT_FALSE(samples);
    EXPECT_EQ(samples.error().code, Errc::invalid_input);
    EXPECT_THAT(samples.error().message, HasSubstr(c.message));
    EXPECT_THAT(samples.error().message, HasSubstr(std::string("templates/") + c.note + ".md"));
  }
}

}  // namespace
}  // namespace converge::supervise
