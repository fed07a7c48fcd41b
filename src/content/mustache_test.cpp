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

// Beyond the public suite: what a desk's templates lean on.
TEST(Mustache, PutsBlocksInTheirParentsPlace) {
  const MustachePartials partials{{"page", "# {{$title}}none{{/title}}\n{{$body}}\n{{/body}}\n{{>foot}}"},
                                  {"foot", "by {{$author}}us{{/author}}\n"},
                                  {"wrap", "{{<page}}{{$title}}wrapped {{$title}}x{{/title}}{{/title}}{{/page}}"}};
  struct Case {
    const char* name;
    const char* text;
    const char* fields;
    const char* expected;
  };
  const Case cases[] = {
      {"defaults", "{{<page}}{{/page}}", "{}", "# none\nby us\n"},
      {"lines of its own", "{{<page}}\n{{$body}}\nOne {{x}}.\n{{/body}}\n{{/page}}\n", R"({"x": "b"})",
       "# none\nOne b.\nby us\n"},
      {"a partial of the parent takes part", "{{<page}}{{$author}}me{{/author}}{{/page}}", "{}", "# none\nby me\n"},
      {"a block inside of its own argument is its default", "{{<wrap}}{{/wrap}}", "{}", "# wrapped x\nby us\n"},
      {"an argument keeps its delimiters", "{{<page}}{{=<% %>=}}<%$title%><%x%> {{x}}<%/title%><%/page%>",
       R"({"x": 1})", "# 1 {{x}}\nby us\n"},
      {"a dynamic parent", "{{<*which}}{{$title}}t{{/title}}{{/*which}}", R"({"which": "page"})", "# t\nby us\n"},
      {"an absent parent is empty", "a{{<none}}{{$x}}b{{/x}}{{/none}}c", "{}", "ac"},
      {"sections and comments inside of a parent are of no account", "{{<foot}}{{#x}}no{{/x}}{{! no }}{{y}}{{/foot}}",
       R"({"x": true, "y": "no"})", "by us\n"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(render(c.text, c.fields, escape_none, partials), c.expected);
  }
}

TEST(Mustache, NamesWhatATemplateUsesThroughPartialsAndBlocks) {
  const MustachePartials partials{{"list", "{{#rows}}\n{{$row}}{{plain}}{{/row}}\n{{>list}}{{/rows}}"}};
  const auto parsed = MustacheTemplate::parse(
      "{{a.b}}\n{{<list}}{{$row}}\n{{symbol}}\n{{/row}}{{/list}}{{>gone}}{{>*dynamic}}{{^c}}{{/c}}", "t.md", 10);
  ASSERT_TRUE(parsed) << parsed.error().message;
  std::vector<std::string> seen;
  const std::vector<MustacheUse> uses = parsed->uses(partials).value();
  for (const MustacheUse& use : uses) {
    std::string line = use.where + ":" + std::to_string(use.line) + " " + use.name;
    if (use.kind == MustacheUseKind::absent_partial) line += " absent";
    for (const std::string& section : use.sections) line += " in " + section;
    seen.push_back(line);
  }
  EXPECT_THAT(seen, testing::ElementsAre("t.md:10 a.b", "partial list:1 rows", "t.md:12 symbol in rows",
                                         "t.md:13 gone absent", "t.md:13 dynamic", "t.md:13 c"));
}

TEST(Mustache, EndsWhateverATemplateAsksFor) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "{{#l}}";
  std::string wide;
  for (int i = 0; i < 30; ++i) wide += "{{#l}}";
  wide += "x";
  for (int i = 0; i < 30; ++i) wide += "{{/l}}";
  struct Case {
    const char* name;
    std::string text;
    const char* message;
  };
  const Case cases[] = {
      {"a partial in itself", "{{>p}}", "partial p includes itself without end"},
      {"two partials in one another", "{{>q}}", "without end"},
      {"a parent in itself", "{{<r}}{{/r}}", "without end"},
      {"nesting", deep, "t:1: nested deeper than 64 levels"},
      {"lists in lists", wide, "takes more than 1000000 steps"},
  };
  const MustachePartials partials{{"p", "{{>p}}{{>p}}"}, {"q", "{{>s}}"}, {"s", "{{>q}}"}, {"r", "{{<r}}{{/r}}"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_THAT(render(c.text, R"({"l": [1, 2]})", escape_none, partials), testing::HasSubstr(c.message));
  }
}

// The public suite: modules without `~` are the core, all of which must pass; of the optional ones, all but lambdas.
TEST(Mustache, PassesThePublicSuite) {
  const char* shared = std::getenv("CONVERGE_SHARED_DIR");
  if (shared == nullptr) GTEST_SKIP() << "CONVERGE_SHARED_DIR is not set: the mustache suite is not here";
  const std::string folder = std::string(shared) + "/data/suites/mustache/specs";
  int passed = 0;
  for (const char* module : {"comments", "delimiters", "interpolation", "inverted", "partials", "sections",
                             "~inheritance", "~dynamic-names"}) {
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
  EXPECT_EQ(passed, 136 + 27 + 21);
}

}  // namespace
}  // namespace converge::content
