// Rules of every kind as their authors write them, over texts, by line and column.
#include "content/lint.hpp"
#include "content/lint_report.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <filesystem>
#include <fstream>

namespace converge::content {
namespace {

namespace fs = std::filesystem;

// A project of one style `T`, whose rules a test writes.
class RuleSetTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / fmt::format("converge_rules_{}_{}", ::getpid(),
                                                      testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    write(".vale.ini", "StylesPath = styles\n[*.md]\nBasedOnStyles = T\n");
    fs::create_directories(folder_ / "styles" / "T");
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name, std::string_view text) const {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }
  void write_rule(std::string_view yaml) const { write("styles/T/R.yml", yaml); }

  Result<Linter> load() const {
    TRY(auto project, LintProject::load((folder_ / ".vale.ini").string(), {}));
    return Linter::of_project(std::move(project));
  }

  // "1:5 message", one a line.
  std::string lint(std::string_view text) const {
    const auto linter = load();
    if (!linter) return "error: " + linter.error().message;
    const auto findings = linter->lint(text, (folder_ / "a.md").string());
    if (!findings) return "error: " + findings.error().message;
    std::string lines;
    for (const LintFinding& finding : *findings)
      lines += fmt::format("{}:{} {}\n", finding.at.line, finding.at.col, finding.message);
    return lines;
  }

  fs::path folder_;
};

TEST_F(RuleSetTest, RunsEveryKind) {
  struct Case {
    const char* name;
    const char* rule;
    const char* text;
    const char* findings;
  };
  const Case cases[] = {
      {"existence", "{extends: existence, message: \"no '%s'\", tokens: [very, so]}", "A very, very good sofa.",
       "1:3 no 'very'\n1:9 no 'very'\n"},
      {"existence, any case", "{extends: existence, message: \"no '%s'\", ignorecase: true, tokens: [very]}", "Very!",
       "1:1 no 'Very'\n"},
      {"existence inside words", "{extends: existence, message: \"%s\", nonword: true, tokens: ['\\d+(?:st|nd)']}",
       "the 1st2nd", "1:5 1st\n1:8 2nd\n"},
      {"existence, raw before tokens",
       "{extends: existence, message: \"%s\", raw: ['\\b(?:was|is)\\b\\s*'], tokens: ['\\w+ed', done]}",
       "It was walked, is done, was ok.", "1:4 was walked\n1:16 is done\n"},
      {"existence, raw behind tokens",
       "{extends: existence, message: \"%s\", raw: ['\\s+of\\b'], append: true, tokens: [all, both]}",
       "all of both all", "1:1 all of\n"},
      {"exceptions", "{extends: existence, message: \"%s\", tokens: ['[A-Z]{2,}'], exceptions: [USA]}", "USA and EU",
       "1:9 EU\n"},
      {"substitution", "{extends: substitution, message: \"'%s' for '%s'\", swap: {'e-?mail': mail, big: large}}",
       "An e-mail, email, big.", "1:4 'mail' for 'e-mail'\n1:12 'mail' for 'email'\n1:19 'large' for 'big'\n"},
      {"substitution with choices",
       "{extends: substitution, message: \"Use '%s' instead of '%s'\", action: {name: replace}, swap: {kill: "
       "stop|exit}}",
       "kill it", "1:1 Use 'stop' or 'exit' instead of 'kill'\n"},
      {"substitution, longest first", "{extends: substitution, message: \"%s\", swap: {ab: one, ab c: two}}", "ab c",
       "1:1 two\n"},
      {"substitution with a group", "{extends: substitution, message: \"%s\", swap: {'(\\w+) into': '$1 to'}}",
       "come into it", "1:1 come to\n"},
      {"substitution that is right already",
       "{extends: substitution, message: \"%s\", ignorecase: true, swap: {javascript: JavaScript}}",
       "JavaScript Javascript", "1:12 JavaScript\n"},
      {"substitution, first letter kept",
       "{extends: substitution, message: \"%s\", ignorecase: true, capitalize: true, swap: {mankind: humanity}}",
       "Mankind", "1:1 Humanity\n"},
      {"occurrence", "{extends: occurrence, message: \"%s commas\", scope: sentence, token: ',', max: 2}",
       "a, b, c, d. E, f.", "1:2 3 commas\n"},
      {"occurrence, too few", "{extends: occurrence, message: \"short\", scope: heading, token: '\\w', min: 4}",
       "# ab\n\nx", "1:3 short\n"},
      {"repetition", "{extends: repetition, message: \"'%s' again\", alpha: true, tokens: ['[^\\s]+']}",
       "this is is so. So 1 1", "1:6 'is' again\n"},
      {"repetition over a line end", "{extends: repetition, message: \"%s\", alpha: true, tokens: ['[^\\s]+']}",
       "of the\nthe day", "1:4 the\n"},
      {"consistency", "{extends: consistency, message: \"'%s' mixed\", either: {'colou?r': farbe, 'a': 'b'}}",
       "color\n\nfarbe", "3:1 'farbe' mixed\n"},
      {"conditional",
       "{extends: conditional, message: \"'%s' unexplained\", first: '\\b([A-Z]{3})\\b', second: '\\(([A-Z]{3})\\)'}",
       "The World (WHO). WHO says NFL.", "1:27 'NFL' unexplained\n"},
      {"conditional without a group", "{extends: conditional, message: \"%s\", first: 'cost', second: 'USD'}",
       "cost 5\n\ncost 5 USD", "1:1 cost\n"},
      {"capitalization, sentence",
       "{extends: capitalization, message: \"'%s'\", match: $sentence, scope: heading, exceptions: [Paris]}",
       "# All of Paris is good\n\n# All Of It Is\n", "3:3 'All Of It Is'\n"},
      {"capitalization, title", "{extends: capitalization, message: \"'%s' not '%s'\", match: $title, scope: heading}",
       "# All of It\n\n# all of it\n", "3:3 'all of it' not 'All of It'\n"},
      {"capitalization by a pattern", "{extends: capitalization, message: \"%s\", match: '^[A-Z]', scope: heading}",
       "# one\n# Two\n", "1:3 one\n"},
      {"metric", "{extends: metric, message: \"%s\", formula: heading.h2 + 0, condition: '> 1'}", "text\n## a\n## b\n",
       "1:1 2.00\n"},
      {"readability", "{extends: readability, message: \"grade %s\", metrics: [Automated Readability], grade: 1}",
       "Incomprehensibility characterizes bureaucracies.", "1:1 grade 50.72\n"},
      {"limit", "{extends: existence, message: \"%s\", limit: 1, tokens: [x]}", "x x x", "1:1 x\n"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    write_rule(c.rule);
    EXPECT_EQ(lint(c.text), c.findings);
  }
}

TEST_F(RuleSetTest, KeepsToItsScope) {
  struct Case {
    const char* name;
    const char* scope;
    const char* found;  // the words after "w" that are in scope
  };
  constexpr std::string_view text =
      "# w1\n\n## w2\n\npara w3 **w4** *w5* [w6](/w7) `w8`. Another w9.\n\n> quote w10\n\n- item w11\n\n| w12 "
      "|\n|---|\n| w13 |\n\n![w14](/w15)\n\n"
      "    code w16\n\n<!-- w17 -->\n";
  const Case cases[] = {
      {"text", "text", "1 2 3 4 5 6 9 10 11 12 13 14"},
      {"heading", "heading", "1 2"},
      {"one level", "heading.h2", "2"},
      {"paragraph", "paragraph", "3 4 5 6 9"},
      {"sentence", "sentence", "1 2 3 4 5 6 9 10 11 12 13 14"},
      {"sentences of headings", "sentence & heading", "1 2"},
      {"blockquote", "blockquote", "10"},
      {"list", "list", "11"},
      {"table", "table", "12 13"},
      {"head of a table", "table.header", "12"},
      {"cell", "table.cell", "13"},
      {"alternative text", "alt", "14"},
      {"negated", "~heading", "3 4 5 6 9 10 11 12 13 14"},
      {"negated twice", "'~heading & ~blockquote & ~table'", "3 4 5 6 9 11 14"},
      {"either", "[heading.h1, list]", "1 11"},
      {"strong", "strong", "4"},
      {"emphasis", "emphasis", "5"},
      {"link", "link", "6"},
      {"raw", "raw", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    write_rule(fmt::format("extends: existence\nmessage: '%s'\nscope: {}\ntokens: ['w\\d+']\n", c.scope));
    std::string found;
    const std::string lines = lint(text);
    for (std::size_t at = lines.find(" w"); at != std::string::npos; at = lines.find(" w", at + 1))
      found += lines.substr(at + 2, lines.find('\n', at) - at - 2) + " ";
    if (!found.empty()) found.pop_back();
    EXPECT_EQ(found, c.found) << lines;
  }
}

TEST_F(RuleSetTest, PlacesFindingsInTheFile) {
  write_rule("{extends: existence, message: '%s', nonword: true, tokens: ['bad\\w*', 'x—y']}");
  struct Case {
    const char* name;
    const char* text;
    const char* findings;
  };
  const Case cases[] = {
      {"behind markup", "**a** [b](c) `d` bad", "1:18 bad\n"},
      {"inside markup", "so *ba**d*** it", "1:5 bad\n"},
      {"behind an entity", "a &amp; b bad", "1:11 bad\n"},
      {"through an entity", "x&mdash;y", "1:1 x—y\n"},
      {"repeated on a line", "bad `bad` bad [bad](x)", "1:1 bad\n1:11 bad\n1:16 bad\n"},
      {"second line of a quote", "> one\n> bad", "2:3 bad\n"},
      {"tab and CRLF", "\tone\r\n\r\n- a\r\n\tbad\r\n", "4:2 bad\n"},
      {"behind wide characters", "\U0001F680é bad", "1:4 bad\n"},
      {"byte order mark",
       "\xEF\xBB\xBF"
       "bad",
       "1:1 bad\n"},
      {"in front matter", "---\ntitle: A bad day\n---\nbad\n", "2:10 bad\n4:1 bad\n"},
      {"escape", "a \\* bad", "1:6 bad\n"},
      {"never in a URL, code or comment",
       "<https://bad.com> <b title=\"bad\">x</b> `bad` $bad$ {{bad}} :bad: @bad <!-- bad -->", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(lint(c.text), c.findings);
  }
}

TEST_F(RuleSetTest, OffersFixesAndCallsOnlyLettersAndBlanksSafe) {
  write_rule(
      "{extends: substitution, message: '%s', ignorecase: true, action: {name: replace}, swap: {github: GitHub, web "
      "site: website, big: large|huge, cat: dog}}");
  struct Case {
    const char* name;
    const char* text;
    const char* fix;  // safety and replacement, or nothing
  };
  const Case cases[] = {
      {"letter case", "on github now", "safe GitHub"},   {"white space", "a web site", "safe website"},
      {"several choices", "a big one", "suggest large"}, {"another word", "a cat", "suggest dog"},
      {"across markup", "a git**hub** b", ""},           {"front matter", "---\ntitle: On github\n---\n", ""},
  };
  const Linter linter = load().value();
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto findings = linter.lint(c.text, (folder_ / "a.md").string()).value();
    ASSERT_EQ(findings.size(), 1U);
    const auto& fix = findings[0].fix;
    EXPECT_EQ(fix ? (fix->safety == FixSafety::safe ? "safe " : "suggest ") + fix->replacement : "", c.fix);
  }
}

TEST_F(RuleSetTest, ObeysComments) {
  write_rule("{extends: existence, message: '%s', tokens: [bad, awful]}");
  struct Case {
    const char* name;
    const char* text;
    const char* findings;
  };
  const Case cases[] = {
      {"off and on", "<!-- vale off -->\n\nbad\n\n<!-- vale on -->\n\nbad\n", "7:1 bad\n"},
      {"one rule", "<!-- vale T.R = NO -->\n\nbad\n\n<!-- vale T.R = YES -->\n\nbad\n", "7:1 bad\n"},
      {"another rule", "<!-- vale T.Other = NO -->\n\nbad\n", "3:1 bad\n"},
      {"a style", "<!-- vale T = NO -->\n\nbad\n", ""},
      {"one match", "<!-- vale T.R[\"bad\"] = NO -->\n\nbad awful\n", "3:5 awful\n"},
      {"styles", "<!-- vale styles = Other -->\n\nbad\n", ""},
      {"inside a paragraph", "bad <!-- vale off --> bad <!-- vale on --> bad\n", "1:1 bad\n1:44 bad\n"},
      {"by our name", "<!-- converge off -->\n\nbad\n", ""},
      {"in code it is no comment", "`<!-- vale off -->` bad\n", "1:21 bad\n"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(lint(c.text), c.findings);
  }
}

TEST_F(RuleSetTest, ObeysTheProjectsSettings) {
  write_rule("{extends: existence, message: '%s', level: warning, tokens: [bad]}");
  const std::string top = "StylesPath = styles\n";
  struct Case {
    const char* name;
    std::string ini;
    const char* text;
    const char* findings;
  };
  const Case cases[] = {
      {"level", top + "MinAlertLevel = error\n[*]\nBasedOnStyles = T\n", "bad", ""},
      {"level of a rule", top + "MinAlertLevel = error\n[*]\nBasedOnStyles = T\nT.R = error\n", "bad", "1:1 bad\n"},
      {"rule off", top + "[*]\nBasedOnStyles = T\nT.R = NO\n", "bad", ""},
      {"rule on again for a file", top + "[*]\nBasedOnStyles = T\nT.R = NO\n[a.md]\nT.R = YES\n", "bad", "1:1 bad\n"},
      {"rule alone", top + "[*.md]\nT.R = YES\n", "bad", "1:1 bad\n"},
      {"another file's section", top + "[*.txt]\nBasedOnStyles = T\n", "bad", ""},
      {"token ignored", top + "[*]\nBasedOnStyles = T\nTokenIgnores = (!\\w+!)\n", "!bad! bad", "1:7 bad\n"},
      {"block ignored", top + "[*]\nBasedOnStyles = T\nBlockIgnores = (?s)({%.*?%})\n", "{% a\n\nbad %}\n\nbad",
       "5:1 bad\n"},
      {"span ignored", top + "IgnoredScopes = code, strong\n[*]\nBasedOnStyles = T\n", "**bad** `bad` bad",
       "1:15 bad\n"},
      {"code not ignored", top + "IgnoredScopes = tt\n[*]\nBasedOnStyles = T\n", "`bad` bad", "1:2 bad\n1:7 bad\n"},
      {"block skipped", top + "SkippedScopes = blockquote\n[*]\nBasedOnStyles = T\n", "> bad\n\nbad", "3:1 bad\n"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    write(".vale.ini", c.ini);
    EXPECT_EQ(lint(c.text), c.findings);
  }
}

TEST_F(RuleSetTest, ReadsPlainTextWithoutMarkupAndFormatsAsTheyAreNamed) {
  write_rule("{extends: existence, message: '%s', tokens: [bad]}");
  write(".vale.ini", "StylesPath = styles\n[formats]\nmdx = md\n[*.{txt,mdx}]\nBasedOnStyles = T\n");
  const Linter linter = load().value();
  EXPECT_THAT(linter.extensions(), testing::ElementsAre(".md", ".markdown", ".txt", ".mdx"));
  const auto count = [&](const char* text, const char* name) {
    return linter.lint(text, (folder_ / name).string())->size();
  };
  EXPECT_EQ(count("`bad`\n\n    bad\n", "a.txt"), 2U);
  EXPECT_EQ(count("`bad`\n\n    bad\n", "a.mdx"), 0U);
  EXPECT_EQ(count("bad", "a.md"), 0U);
}

TEST_F(RuleSetTest, HoldsTextsToTheVocabulary) {
  write(".vale.ini", "StylesPath = styles\nVocab = V\n[*.md]\nBasedOnStyles = T, Vale\n");
  write("styles/config/vocabularies/V/accept.txt", "# words\nConvergeX\n(?i)gizmo\n[Oo]bservability\n");
  write("styles/config/vocabularies/V/reject.txt", "Mac OS X\n");
  write_rule("{extends: existence, message: \"T '%s'\", tokens: ['[Gg]izmo', bad]}");
  EXPECT_EQ(lint("A bad Gizmo by convergex, with observability, on Mac OS X. It has a typpo typpo."),
            "1:3 T 'bad'\n1:16 Use 'ConvergeX' instead of 'convergex'.\n1:50 Avoid using 'Mac OS X'.\n1:69 Did you "
            "really mean 'typpo'?\n"
            "1:69 'typpo' is repeated!\n1:75 Did you really mean 'typpo'?\n");
}

TEST_F(RuleSetTest, SpellsByDictionaryAndPassesOverWhatIsNoWord) {
  write_rule("{extends: spelling, message: \"'%s'?\"}");
  EXPECT_EQ(
      lint("The quick brwon fox's \u201Cdon\u2019t\u201D and HTTPServer v1.5x $NVDA a_b foo() `xyzzy` 3rd, (wrod)."),
      "1:11 'brwon'?\n1:35 'HTTPServer'?\n1:58 'a_b'?\n1:82 'wrod'?\n");
  write_rule("{extends: spelling, message: \"'%s'?\", custom: true, filters: ['[pP]y.*\\b'], dictionaries: [en_US]}");
  EXPECT_EQ(lint("pyhton and helo"), "1:12 'helo'?\n");
  write_rule("{extends: spelling, message: \"'%s'?\", dictionaries: [xx_YY]}");
  EXPECT_THAT(lint("x"),
              testing::HasSubstr("R.yml:1: rule T.R: no dictionary xx_YY (looked for xx_YY.aff and xx_YY.dic in "));
}

TEST_F(RuleSetTest, RefusesABadRuleWithFileAndLine) {
  struct Case {
    const char* name;
    const char* rule;
    const char* message;
  };
  const Case cases[] = {
      {"no kind", "message: x\n", "R.yml:1: 'extends' is missing"},
      {"unknown kind", "extends: magic\nmessage: x\n",
       "R.yml:1: rule T.R: 'extends: magic' is not a kind of rule that is known here"},
      {"no message", "extends: existence\ntokens: [x]\n", "R.yml:1: rule T.R: 'message' is missing"},
      {"unknown key", "extends: existence\nmessage: x\ntoken: [x]\n",
       "R.yml:3: rule T.R: unknown key 'token' in a rule of kind existence; it knows tokens"},
      {"level", "extends: existence\nmessage: x\nlevel: loud\n", "R.yml:3: 'loud' is not a level"},
      {"pattern", "extends: existence\nmessage: x\ntokens:\n  - ok\n  - '(a'\n",
       "R.yml:1: rule T.R: '(a': a '(' without its ')'"},
      {"swap", "extends: substitution\nmessage: x\nswap: [a]\n", "R.yml:3: expected `one: other` lines here"},
      {"required key", "extends: occurrence\nmessage: x\n", "R.yml:1: rule T.R: 'token' is missing"},
      {"number", "extends: occurrence\nmessage: x\ntoken: x\nmax: many\n", "R.yml:4: expected a number, found 'many'"},
      {"scope", "extends: existence\nmessage: x\nscope: 'two words'\ntokens: [x]\n",
       "R.yml:1: rule T.R: the scope 'two words' is not names joined"},
      {"formula", "extends: metric\nmessage: x\nformula: wrods / 2\ncondition: '> 1'\n",
       "R.yml:1: rule T.R: formula: 'wrods' is not known"},
      {"grade", "extends: readability\nmessage: x\ngrade: 1\nmetrics: [Nope]\n",
       "R.yml:1: rule T.R: 'Nope' is not a readability metric"},
      {"not YAML", "extends: [\n", "R.yml:"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    write_rule(c.rule);
    const auto linter = load();
    ASSERT_FALSE(linter);
    EXPECT_EQ(linter.error().code, Errc::invalid_input);
    EXPECT_THAT(linter.error().message, testing::HasSubstr(c.message));
  }
}

TEST_F(RuleSetTest, SaysWhatIsNotThereOrNotRun) {
  write_rule("{extends: script, message: x, script: 'x := 1'}");
  EXPECT_THAT(load()->notices(), testing::ElementsAre(testing::HasSubstr("not run: T.R (")));
  write(".vale.ini", "StylesPath = styles\n[*]\nBasedOnStyles = Nope\n");
  EXPECT_THAT(load().error().message, testing::HasSubstr("no style 'Nope' below StylesPath"));
  write(".vale.ini", "StylesPath = nowhere\n[*]\nBasedOnStyles = T\n");
  EXPECT_THAT(load().error().message, testing::HasSubstr("nowhere is not a folder"));
  write(".vale.ini", "StylesPath = styles\nVocab = W\n[*]\nBasedOnStyles = T\n");
  EXPECT_THAT(load().error().message, testing::HasSubstr("no vocabulary 'W' below StylesPath"));
  write(".vale.ini", "StylesPath = styles\n[*]\nT.Nope = YES\n");
  EXPECT_THAT(load()->notices(), testing::ElementsAre(testing::HasSubstr(".vale.ini:3: there is no rule T.Nope")));
}

TEST_F(RuleSetTest, StopsAtAPatternThatTakesTooManySteps) {
  write_rule("{extends: existence, message: '%s', nonword: true, tokens: ['(?:a+)+$']}");
  EXPECT_THAT(lint(std::string(40, 'a') + "! x"),
              testing::HasSubstr("rule T.R: a pattern takes more steps on this text than are allowed"));
}

}  // namespace
}  // namespace converge::content
