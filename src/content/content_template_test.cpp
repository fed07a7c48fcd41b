#include "content/content_template.hpp"
#include "content/content_source.hpp"
#include "content/draft.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fixture/golden.hpp>

namespace converge::content {
namespace {

JsonObject object(std::string_view text) {
  return parse_json(text).value().as_object();
}

std::string template_text(std::string_view fields, std::string_view body) {
  return "---\ntitle: \"T {{name}}\"\npath: \"{{name}}\"\ntargets: [docs]\nfields: " + std::string(fields) + "\n---\n" +
         std::string(body);
}

TEST(ContentTemplate, RendersItsFieldsByTheirTypes) {
  const auto note =
      parse_content_template(template_text("{name: text, on: date, x: {type: number, digits: 3}, n: integer, l: {type: "
                                           "list, digits: 1}, o: {type: text, optional: true}}",
                                           "{{on}} {{x}} {{n}} {{#l}}[{{v}}]{{/l}}{{#o}}o{{/o}}{{^o}}none{{/o}}\n"),
                             "note", "note.md")
          .value();
  const auto rendered =
      render_note(note,
                  object(R"({"name": "A b", "on": "2020-03-16", "x": 0.57749, "n": 12, "l": [{"v": 1.25}, {"v": 2}]})"))
          .value();
  EXPECT_EQ(rendered.path, "a-b.md");
  EXPECT_EQ(rendered.markdown, "# T A b\n\n2020-03-16 0.577 12 [1.2][2]none\n");
}

TEST(ContentTemplate, PutsTextInAsWordsOnly) {
  const auto note =
      parse_content_template(template_text("{name: text}", "| a |\n|---|\n| {{name}} |\n"), "note", "note.md").value();
  const auto rendered = render_note(note, object(R"({"name": "x | `y`\n# z [a](b) {{name}}"})")).value();
  EXPECT_EQ(rendered.markdown,
            "# T x \\| \\`y\\` \\# z \\[a\\](b) \\{\\{name\\}\\}\n\n| a |\n|---|\n| x \\| \\`y\\` \\# z \\[a\\](b) "
            "\\{\\{name\\}\\} |\n");
  EXPECT_EQ(rendered.path, "x-y-z-a-b-name.md");
}

TEST(ContentTemplate, RefusesFieldsThatDoNotFit) {
  struct Case {
    const char* name;
    const char* fields;
    const char* message;
  };
  const Case cases[] = {
      {"missing", R"({"name": "x"})", "template note: field 'n' is missing"},
      {"null", R"({"name": "x", "n": null})", "template note: field 'n' is missing"},
      {"type", R"({"name": "x", "n": "3"})", "template note: field 'n' must be of type integer, found \"3\""},
      {"undeclared", R"({"name": "x", "n": 3, "m": 4})", "template note: field 'm' is not declared"},
  };
  const auto note =
      parse_content_template(template_text("{name: text, n: integer}", "{{n}}"), "note", "note.md").value();
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto rendered = render_note(note, object(c.fields));
    ASSERT_FALSE(rendered);
    EXPECT_EQ(rendered.error().code, Errc::invalid_input);
    EXPECT_EQ(rendered.error().message, c.message);
  }
}

TEST(ContentTemplate, RefusesFilesThatCannotWork) {
  struct Case {
    const char* name;
    std::string text;
    const char* message;
  };
  const Case cases[] = {
      {"no front matter", "# x\n", "t.md:1: a template begins with front matter"},
      {"undeclared name in the body", template_text("{name: text}", "a\n{{b}}\n"),
       "t.md:8: 'b' is used but not declared under fields"},
      {"undeclared name in the title", "---\ntitle: \"{{b}}\"\npath: x\ntargets: [docs]\nfields: {}\n---\n",
       "t.md:2: 'b' is used but not declared"},
      {"unknown type", template_text("{name: string}", ""),
       "t.md:5: 'string' is not a field type; known: text, name, integer, number, boolean, date, list"},
      {"digits on a text", template_text("{name: {type: text, digits: 2}}", ""),
       "t.md:5: digits are for numbers and lists"},
      {"unknown key", "---\ntitle: x\nslug: y\n---\n", "t.md:3: unknown key 'slug'"},
      {"a target twice", "---\ntitle: x\npath: y\ntargets: [docs, docs]\nfields: {}\n---\n",
       "t.md:4: target 'docs' is listed twice"},
      {"section left open", template_text("{name: text}", "{{#name}}"), "t.md:7: section 'name' is not closed"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto note = parse_content_template(c.text, "t", "t.md");
    ASSERT_FALSE(note);
    EXPECT_EQ(note.error().code, Errc::invalid_input);
    EXPECT_THAT(note.error().message, testing::HasSubstr(c.message));
  }
}

struct DeskNote {
  const char* template_name;
  const char* golden;
  const char* fields;
};
const DeskNote desk_notes[] = {
    {"promotion_note", "promotion_first.md",
     R"({"model": "sp500_vol5", "version": 1, "decided_on": "2015-01-02", "candidate_log_loss": 0.5772, "reference_log_loss": 0.70011,
         "score": 0.12291, "interval_low": 0.0911, "interval_high": 0.1544, "confidence": 0.95, "rows": 1012, "attempts": 1,
         "reason": "The interval lies above zero."})"},
    {"promotion_note", "promotion_again.md",
     R"({"model": "sp500_vol5", "version": 3, "decided_on": "2018-07-02", "previous_version": 1, "candidate_log_loss": 0.5631,
         "reference_log_loss": 0.5902, "score": 0.0271, "interval_low": 0.0044, "interval_high": 0.0507, "confidence": 0.95,
         "rows": 252, "attempts": 9, "reason": "The interval lies above zero.", "finding": "drift of vol20, psi 0.41 over 0.33"})"},
    {"refusal_note", "refusal_measured.md",
     R"({"model": "sp500_up5", "version": 2, "decided_on": "2016-02-01", "candidate_log_loss": 0.7051, "reference_log_loss": 0.6752,
         "score": -0.0299, "interval_low": -0.0402, "interval_high": -0.0197, "confidence": 0.95, "rows": 1000, "attempts": 2,
         "reason": "The interval does not lie above zero."})"},
    {"refusal_note", "refusal_unmeasured.md",
     R"({"model": "sp500_vol5", "version": 2, "decided_on": "2016-02-01", "champion_version": 1, "confidence": 0.95, "rows": 100,
         "attempts": 2, "reason": "Only 100 rows that neither model was fitted on; 252 are needed."})"},
    {"drift_note", "drift_features.md",
     R"({"model": "sp500_vol5", "version": 1, "opened_on": "2020-03-13", "statistic": "ks", "window_sessions": 63,
         "measure": "Kolmogorov-Smirnov distance of the features", "value": 0.51234, "threshold": 0.4, "worst_feature": "vol20",
         "worst_ratio": 1.756, "action": "a retraining was asked for and started: the policy allows it",
         "command": "converge drift report sp500_vol5 --as-of 2020-03-13T20:00:00Z"})"},
    {"drift_note", "drift_losses.md",
     R"({"model": "sp500_vol5", "version": 1, "opened_on": "2020-03-16", "statistic": "log_loss", "window_sessions": 21,
         "measure": "mean log loss", "value": 1, "threshold": 0.75,
         "action": "an earlier request to retrain this model is undecided, and covers this one"})"},
};

TEST(DeskTemplates, RenderAsTheGoldenFilesShowAndPassTheDesksOwnGuide) {
  const ContentSource source = load_content_source(CONVERGE_SOURCE_DIR "/desk").value();
  for (const DeskNote& note : desk_notes) {
    SCOPED_TRACE(note.golden);
    const auto draft =
        make_draft(source.linter, *require_template(source, note.template_name).value(), object(note.fields));
    ASSERT_TRUE(draft) << draft.error().message;
    fixture::expect_golden(std::string("tests/golden/note/") + note.golden, draft->markdown);
    EXPECT_TRUE(draft->fixed.empty());
    EXPECT_TRUE(draft->left.empty());
  }
}

TEST(Draft, MendsWhatAFieldBringsInAndTakesItsTitleFromTheHeading) {
  const ContentSource source = load_content_source(CONVERGE_SOURCE_DIR "/desk").value();
  const auto note = parse_content_template(template_text("{name: text}", "{{name}}\n"), "note", "note.md").value();
  const Draft draft = make_draft(source.linter, note, object(R"({"name": "a_b_ \u2014 c"})")).value();
  EXPECT_EQ(draft.title, "T a_b_, c");
  EXPECT_EQ(draft.markdown, "# T a_b\\_, c\n\na_b\\_, c\n");
  EXPECT_EQ(draft.fixed.size(), 2U);
  EXPECT_FALSE(draft.is_blocked());
  EXPECT_TRUE(make_draft(source.linter, note, object(R"({"name": "A game changer"})")).value().is_blocked());
}

TEST(ContentSource, NamesTheTemplatesThereAre) {
  const ContentSource source = load_content_source(CONVERGE_SOURCE_DIR "/desk").value();
  const auto absent = require_template(source, "poem");
  ASSERT_FALSE(absent);
  EXPECT_THAT(absent.error().message, testing::StartsWith("no template 'poem'; known: drift_note, "));
  EXPECT_EQ(load_content_source("/nonexistent").error().code, Errc::not_found);
}

}  // namespace
}  // namespace converge::content
