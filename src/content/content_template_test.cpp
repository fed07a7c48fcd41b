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
       "t.md:5: 'string' is not a field type; known: text, name, integer, number, boolean, date, url, list"},
      {"of on a text", template_text("{name: {type: text, of: {a: text}}}", ""), "t.md:5: 'of' is for lists"},
      {"partial that is not there", template_text("{name: text}", "a\n{{>foot}}"),
       "t.md:8: there is no templates/partials/foot.md"},
      {"parent that is not there", template_text("{name: text}", "{{<page}}{{/page}}"),
       "t.md:7: there is no templates/partials/page.md"},
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

TEST(ContentTemplate, HoldsItsPartialsToItsOwnFields) {
  const auto partials = std::make_shared<const MustachePartials>(
      MustachePartials{{"foot", "by {{author}}\n"}, {"page", "{{$lead}}none{{/lead}}\n{{>foot}}"}});
  const auto note = parse_content_template(
      template_text("{name: text, author: text}", "{{<page}}{{$lead}}{{name}}{{/lead}}{{/page}}"), "note", "note.md",
      partials);
  ASSERT_TRUE(note) << note.error().message;
  EXPECT_EQ(render_note(*note, object(R"({"name": "a*", "author": "b_"})")).value().markdown,
            "# T a\\*\n\na\\*\nby b\\_\n");
  const auto undeclared = parse_content_template(template_text("{name: text}", "{{>foot}}"), "t", "t.md", partials);
  ASSERT_FALSE(undeclared);
  EXPECT_EQ(undeclared.error().message, "partial foot:1: 'author' is used but not declared under fields of t.md");
}

TEST(ContentTemplate, KnowsTheFieldsOfTheObjectsInAList) {
  const auto note =
      parse_content_template(
          template_text("{name: text, l: {type: list, of: {t: text, n: {type: number, digits: 1}, u: {type: "
                        "url, optional: true}}}}",
                        "{{#l}}[{{t}}{{n}}]({{{u}}}){{/l}}"),
          "note", "note.md")
          .value();
  EXPECT_EQ(render_note(note, object(R"({"name": "x", "l": [{"t": "a", "n": 1.26, "u": "https://x.y/z?a=b&c=d"},
                                                            {"t": "b", "n": 2}]})"))
                .value()
                .markdown,
            "# T x\n\n[a1.3](https://x.y/z?a=b&c=d)[b2.0]()\n");
  struct Case {
    const char* fields;
    const char* message;
  };
  const Case cases[] = {
      {R"({"name": "x", "l": [3]})", "template note: field 'l', item 1 must be an object, found 3"},
      {R"({"name": "x", "l": [{"t": "a", "n": 1}, {"t": "a"}]})",
       "template note: field 'l', item 2: field 'n' is missing"},
      {R"({"name": "x", "l": [{"t": "a", "n": 1, "v": 1}]})",
       "template note: field 'l', item 1: field 'v' is not declared"},
      {R"({"name": "x", "l": [{"t": "a", "n": 1, "u": "javascript:alert%281"}]})", "field 'u' must be of type url"},
      {R"({"name": "x", "l": [{"t": "a", "n": 1, "u": "https://x.y) [z](https://v.w"}]})",
       "field 'u' must be of type url"},
      {R"({"name": "x", "l": [{"t": "a", "n": 1, "u": "https://"}]})", "field 'u' must be of type url"},
      {R"({"name": "?!", "l": []})", "template note: its path comes out empty"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.fields);
    const auto rendered = render_note(note, object(c.fields));
    ASSERT_FALSE(rendered);
    EXPECT_THAT(rendered.error().message, testing::HasSubstr(c.message));
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
    {"signal_post", "signal_post.md",
     R"({"symbol": "SPX", "model": "sp500_vol5", "version": 3, "signal_on": "2020-03-13", "direction": "high volatility",
         "horizon_days": 5, "probability": 0.8123, "base_rate": 0.3011, "reason": "the 20-day range has doubled since February",
         "link": "https://example.org/sp500_vol5"})"},
    {"signal_post", "signal_post_short.md",
     R"({"symbol": "SPX", "model": "sp500_vol5", "version": 3, "signal_on": "2020-03-13", "direction": "high volatility",
         "horizon_days": 5, "probability": 0.8123})"},
    {"weekly_review", "weekly_review.md",
     R"({"model": "sp500_vol5", "version": 3, "week_ends_on": "2020-03-13", "predictions": 5, "matured": 4,
         "figures": [{"name": "Log loss", "value": "0.4821"}, {"name": "Hit rate", "value": "3 of 4"}],
         "went_well": "the rise in volatility was seen two sessions ahead.", "went_wrong": "one call of calm on Monday.",
         "next": "the same model goes on"})"},
    {"weekly_review", "weekly_review_short.md",
     R"({"model": "sp500_vol5", "version": 3, "week_ends_on": "2020-03-13", "predictions": 0, "matured": 0, "figures": []})"},
    {"drift_alert", "drift_alert.md",
     R"({"model": "sp500_vol5", "version": 1, "opened_on": "2020-03-13", "measure": "Kolmogorov-Smirnov distance of the features",
         "value": 0.51234, "threshold": 0.4, "figures": [{"name": "Sessions compared", "value": "63"}],
         "meaning": "the market is one that the model has not been trained on.", "next": "a retraining was asked for"})"},
    {"model_card", "model_card.md",
     R"({"model": "sp500_vol5", "version": 3, "purpose": "It says how likely a week of high volatility is.",
         "algorithm": "logistic regression", "universe": "S&P 500 index, daily bars", "trained_from": "2010-01-04",
         "trained_to": "2018-06-29", "rows": 2137, "label": "realised volatility over 5 sessions above its median",
         "features": [{"name": "vol20", "meaning": "realised volatility over 20 sessions"}],
         "figures": [{"name": "Log loss", "value": "0.5631"}],
         "limits": "It has seen one index only. Do not use it on single shares.", "owner": "the desk"})"},
    {"changelog", "changelog.md",
     R"({"name": "sp500 models", "release": "2020.3", "released_on": "2020-03-31", "summary": "One new feature, one repair.",
         "groups": [{"heading": "Added", "changes": [{"text": "Feature vol60."}, {"text": "A report on drift."}]},
                    {"heading": "Fixed", "changes": [{"text": "Holidays are no longer gaps."}]}]})"},
    {"newsletter", "newsletter.md",
     R"({"name": "Desk letter", "issue": 7, "published_on": "2020-03-31", "greeting": "A month of two halves.",
         "stories": [{"heading": "Volatility came back", "text": "Version 3 saw it two sessions ahead.",
                      "link": "https://example.org/vol?from=2020-03-01&to=2020-03-31"},
                     {"heading": "What we got wrong", "text": "The direction model stays refused."}],
         "figures": [{"name": "Posts", "value": "12"}], "goodbye": "Until April."})"},
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
  EXPECT_EQ(make_draft(source.linter, note, object(R"({"name": "@here `x` & 5"})")).value().title, "T @here `x` & 5");
  EXPECT_EQ(check_draft(source.linter, "# A &amp; `b`\n").value().title, "A & b");
  EXPECT_EQ(draft.markdown, "# T a_b\\_, c\n\na_b\\_, c\n");
  EXPECT_EQ(draft.fixed.size(), 2U);
  EXPECT_FALSE(draft.is_blocked());
  EXPECT_TRUE(make_draft(source.linter, note, object(R"({"name": "A game changer"})")).value().is_blocked());
}

TEST(ContentSource, NamesTheTemplatesThereAre) {
  const ContentSource source = load_content_source(CONVERGE_SOURCE_DIR "/desk").value();
  const auto absent = require_template(source, "poem");
  ASSERT_FALSE(absent);
  EXPECT_THAT(absent.error().message, testing::StartsWith("no template 'poem'; known: changelog, drift_alert, "));
  EXPECT_EQ(load_content_source("/nonexistent").error().code, Errc::not_found);
}

}  // namespace
}  // namespace converge::content
