#include "content/mustache.hpp"
#include "wire/file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdlib>
#include <filesystem>

namespace converge::content {
namespace {

std::string render(std::string_view text, std::string_view fields, Escape escape = escape_html,
                   const MustachePartials& partials = {}) {
  const auto parsed = MustacheTemplate::parse(text, "t");
  if (!parsed) return "error: " + parsed.error().message;
  const auto out = parsed->render(parse_json(fields).value(), escape, partials);
  return out ? *out : "error: " + out.error().message;
}

TEST(Mustache, RendersByTheRulesOfItsSpecification) {
  struct Case {
    const char* name;
    const char* text;
    const char* fields;
    const char* expected;
  };
  const Case cases[] = {
      {"variable", "a {{x}} c", R"({"x": "b"})", "a b c"},
      {"escaped and raw", "{{x}} {{{x}}} {{&x}}", R"({"x": "<&>"})", "&lt;&amp;&gt; <&> <&>"},
      {"missing is empty", "[{{x}}]", "{}", "[]"},
      {"numbers", "{{i}} {{d}}", R"({"i": 85, "d": 1.21})", "85 1.21"},
      {"dotted", "{{a.b.c}}|{{a.x.c}}", R"({"a": {"b": {"c": 1}}, "x": {"c": 2}})", "1|"},
      {"section over a list", "{{#l}}<{{.}}>{{/l}}", R"({"l": [1, 2]})", "<1><2>"},
      {"section over an object", "{{#o}}{{x}}{{y}}{{/o}}", R"({"o": {"x": 1}, "y": 2})", "12"},
      {"empty list is false", "{{#l}}a{{/l}}{{^l}}b{{/l}}", R"({"l": []})", "b"},
      {"empty text is false", "{{#s}}a{{/s}}{{^s}}b{{/s}}", R"({"s": ""})", "b"},
      {"zero is true", "{{#n}}a{{/n}}", R"({"n": 0})", "a"},
      {"comment", "a{{! no }}b", "{}", "ab"},
      {"standalone lines leave no trace", "a\n  {{#x}}  \nb\n{{/x}}\nc\n", R"({"x": true})", "a\nb\nc\n"},
      {"two tags on a line are not alone", "{{#x}} {{/x}}\n", R"({"x": true})", " \n"},
      {"delimiters", "{{=<% %>=}}<%x%> {{x}}", R"({"x": 1})", "1 {{x}}"},
      {"a value is not a template", "{{{x}}}", R"({"x": "{{y}}", "y": "no"})", "{{y}}"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(render(c.text, c.fields), c.expected);
  }
}

TEST(Mustache, IndentsAPartialThatStandsAlone) {
  EXPECT_EQ(render("a\n  {{>p}}\nb", R"({"x": 1})", escape_none, {{"p", "x={{x}}\nend\n"}}), "a\n  x=1\n  end\nb");
  EXPECT_EQ(render("[{{>absent}}]", "{}"), "[]");
}

TEST(Mustache, RefusesWhatCannotBeRead) {
  struct Case {
    const char* name;
    const char* text;
    const char* message;
  };
  const Case cases[] = {
      {"open tag", "a\n{{x", "t:2: tag is not closed by '}}'"},
      {"open triple", "{{{x}}", "t:1: tag is not closed by '}}}'"},
      {"open section", "\n{{#x}}", "t:2: section 'x' is not closed"},
      {"crossed sections", "{{#x}}{{#y}}{{/x}}", "t:1: 'x' is closed while 'y' of line 1 is open"},
      {"stray end", "{{/x}}", "t:1: 'x' is closed but was not opened"},
      {"no name", "{{ }}", "t:1: tag without a name"},
      {"bad delimiters", "{{=<%=}}", "t:1: delimiters are set as {{=<% %>=}}"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(render(c.text, "{}"), "error: " + std::string(c.message));
  }
}

TEST(Mustache, StopsAPartialThatIncludesItself) {
  EXPECT_THAT(render("{{>p}}", "{}", escape_none, {{"p", "{{>p}}"}}), testing::HasSubstr("without end"));
}

// The public suite: modules without `~` are the core, all of which must pass; of the optional ones, dynamic names.
TEST(Mustache, PassesThePublicSuite) {
  const char* shared = std::getenv("CONVERGE_SHARED_DIR");
  if (shared == nullptr) GTEST_SKIP() << "CONVERGE_SHARED_DIR is not set: the mustache suite is not here";
  const std::string folder = std::string(shared) + "/data/suites/mustache/specs";
  int passed = 0;
  for (const char* module :
       {"comments", "delimiters", "interpolation", "inverted", "partials", "sections", "~dynamic-names"}) {
    const Json suite = parse_json(read_file(folder + "/" + module + ".json").value()).value();
    for (const Json& test : suite.at("tests").as_array()) {
      SCOPED_TRACE(std::string(module) + ": " + std::string(test.at("name").as_string()));
      MustachePartials partials;
      if (const Json* given = test.as_object().if_contains("partials")) {
        for (const auto& [name, text] : given->as_object()) partials.emplace(name, text.as_string());
      }
      const auto parsed = MustacheTemplate::parse(test.at("template").as_string(), module);
      ASSERT_TRUE(parsed) << parsed.error().message;
      EXPECT_EQ(parsed->render(test.at("data"), escape_html, partials).value(), test.at("expected").as_string());
      ++passed;
    }
  }
  EXPECT_EQ(passed, 136 + 21);
}

}  // namespace
}  // namespace converge::content
