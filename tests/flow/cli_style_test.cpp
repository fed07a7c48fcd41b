// The style guide and the drafts, through the program: prompt, managed block, render, batch, a model that drafts.
#include "fixture/fake_http_server.hpp"
#include "fixture/test_desk.hpp"
#include "fixture/test_server.hpp"

#include <gmock/gmock.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace converge {
namespace {

using fixture::Answer;
using fixture::read_text;
using fixture::run_converge;
using fixture::TestDesk;
using fixture::TestFolder;
using fixture::write_text;
using testing::HasSubstr;
using testing::StartsWith;

const char* const matrix =
    "symbol: [SPX, VIX]\nmodel: vol\nversion: 1\nsignal_on: 2020-03-13\ndirection: \"@everyone up\"\nhorizon_days: [5, "
    "20]\n"
    "probability: 0.5\n";

TEST(CliStyle, InstallsChecksAndRemovesItsBlock) {
  const TestFolder folder;
  const auto run = [&](std::vector<std::string> words) { return run_converge(words, {.folder = folder.path()}); };
  const std::string own = "# Mine\r\n\r\nNo last line end";
  write_text(folder.path() / "AGENTS.md", own);
  EXPECT_EQ(run({"style", "install", "AGENTS.md", "--check"}).status, 1);
  EXPECT_EQ(read_text(folder.path() / "AGENTS.md"), own);
  const Answer installed = run({"style", "install", "AGENTS.md", ".cursor/rules/style.mdc"});
  EXPECT_EQ(installed.status, 0) << installed.err;
  EXPECT_EQ(installed.out, "AGENTS.md: changed\n.cursor/rules/style.mdc: written\n");
  EXPECT_THAT(read_text(folder.path() / "AGENTS.md"),
              StartsWith(own + "\r\n\r\n<!-- converge style begin: Desk notes, "));
  EXPECT_THAT(read_text(folder.path() / ".cursor/rules/style.mdc"), StartsWith("---\ndescription: "));
  EXPECT_EQ(run({"style", "install", "AGENTS.md", ".cursor/rules/style.mdc"}).out, "");
  EXPECT_EQ(run({"style", "install", "AGENTS.md", "--check"}).status, 0);
  EXPECT_EQ(run({"style", "install", "AGENTS.md", "--check", "--target", "discord"}).status, 1);
  EXPECT_EQ(run({"style", "install", "AGENTS.md", "--remove"}).status, 0);
  EXPECT_EQ(read_text(folder.path() / "AGENTS.md"), own);

  write_text(folder.path() / "bad.md", "x\n<!-- converge style end -->\n");
  const Answer damaged = run({"style", "install", "AGENTS.md", "bad.md"});
  EXPECT_EQ(damaged.status, 64);
  EXPECT_THAT(damaged.err, HasSubstr("bad.md:2: the style block ends here but does not begin"));
  EXPECT_EQ(read_text(folder.path() / "AGENTS.md"), own);
}

TEST(CliStyle, SaysTheGuideInAnyLengthAndForAnyTarget) {
  const TestFolder folder;
  const auto run = [&](std::vector<std::string> words) { return run_converge(words, {.folder = folder.path()}); };
  EXPECT_THAT(run({"style", "prompt", "--target", "discord"}).out, StartsWith("# Style: Desk notes, for discord\n"));
  const Answer brief = run({"style", "prompt", "--max-chars", "1200"});
  EXPECT_LE(brief.out.size(), 1200U);
  EXPECT_THAT(brief.out, HasSubstr("Left out here for length: the rules "));
  EXPECT_THAT(run({"style", "page"}).out, HasSubstr("## For discord\n"));
  EXPECT_EQ(run({"style", "check"}).out,
            "the built-in style guide: 12 rules, 11 examples: the linter agrees with all of them\n");
}

TEST(CliStyle, ChecksTheGuideOfADesk) {
  const TestDesk desk = TestDesk::fresh();
  desk.write("style/guide.yaml",
             "name: x\nvoice: [y]\nrules:\n  no_emoji: {level: error}\nexamples:\n  - {rule: no_emoji, bad: fine, "
             "good: fine}\n");
  const Answer answer = desk.run({"style", "check"});
  EXPECT_EQ(answer.status, 1);
  EXPECT_EQ(answer.out, "style/guide.yaml:6: no_emoji: the bad example passes: fine\n");
}

TEST(CliBatch, NeedsNoDeskAndNoDatabase) {
  const TestFolder folder;
  const auto run = [&](std::vector<std::string> words) { return run_converge(words, {.folder = folder.path()}); };
  write_text(folder.path() / "m.yaml", matrix);
  const Answer rendered = run({"content", "render", "signal_post", "--data", "m.yaml", "--target", "discord"});
  EXPECT_EQ(rendered.status, 0) << rendered.err;
  EXPECT_THAT(rendered.out, HasSubstr("# SPX: vol sees \\@\u200Beveryone up over 5 sessions\n"));

  write_text(folder.path() / "rows.csv",
             "symbol,model,version,signal_on,direction,horizon_days,probability,reason\n"
             "SPX,vol,1,2020-03-13,up,5,0.8,wild \u2014 very\n"
             "VIX,vol,1,2020-03-13,up,5,0.8,a game changer\n"
             "VIX,vol,1,2020-02-30,up,5,0.8,\n");
  const Answer batch = run({"content", "batch", "signal_post", "--data", "rows.csv", "--out", "out"});
  EXPECT_EQ(batch.status, 1) << batch.err;
  EXPECT_THAT(batch.out, HasSubstr("fixed    5:11  error  no_em_dash"));
  EXPECT_THAT(batch.out, HasSubstr("left     5:8   error  banned_phrases"));
  EXPECT_THAT(batch.out, HasSubstr("field 'signal_on' must be of type date, found '2020-02-30'"));
  EXPECT_THAT(batch.out, HasSubstr("\n2 drafts, 1 of them blocked; 1 rows refused; 1 findings fixed, 1 left\n"));
  EXPECT_THAT(read_text(folder.path() / "out/2020-03-13-spx-vol-signal.md"), HasSubstr("Why: wild, very\n"));

  write_text(folder.path() / "out/2020-03-13-spx-vol-signal.md", "Mine.\n");
  EXPECT_EQ(run({"content", "batch", "signal_post", "--data", "rows.csv", "--out", "out"}).status, 2);
  EXPECT_EQ(read_text(folder.path() / "out/2020-03-13-spx-vol-signal.md"), "Mine.\n");
  EXPECT_EQ(run({"content", "batch", "signal_post", "--data", "rows.csv", "--out", "out", "--overwrite"}).status, 1);
  EXPECT_THAT(read_text(folder.path() / "out/2020-03-13-spx-vol-signal.md"), StartsWith("# SPX"));

  EXPECT_EQ(run({"content", "batch", "signal_post"}).status, 64);
  EXPECT_EQ(run({"content", "batch", "poem", "--data", "m.yaml"}).status, 66);
  EXPECT_EQ(run({"content", "draft", "the week"}).status, 66);
}

TEST(CliBatch, TakesRowsFromANamedQueryAndStoresDrafts) {
  TestDesk desk = TestDesk::fresh();
  desk.hold_server();
  desk.write("queries/signals.sql",
             "SELECT 'SPX' AS symbol, 'vol' AS model, 1 AS version, CAST('2020-03-13' AS DATE) AS signal_on, 'up' AS "
             "direction,\n"
             "  5 AS horizon_days, CAST(0.75 AS DECIMAL(4, 2)) AS probability, :reason AS reason\n");
  const std::vector<std::string> words{"content", "batch",   "signal_post",      "--query",
                                       "signals", "--param", "reason=calm seas", "--save"};
  const Json first = desk.run_json(words);
  EXPECT_EQ(first.at("drafts").as_int64(), 1);
  EXPECT_EQ(first.at("stored").at("approved").as_int64(), 1);
  EXPECT_THAT(std::string(first.at("items").at(0).at("markdown").as_string()), HasSubstr("Why: calm seas\n"));
  EXPECT_EQ(desk.run_json(words).at("stored").at("unchanged").as_int64(), 1);
  const Json listed = desk.run_json({"content", "list"});
  ASSERT_EQ(listed.as_array().size(), 1U);
  EXPECT_EQ(listed.at(0).at("title").as_string(), "SPX: vol sees up over 5 sessions");
}

TEST(CliDraft, ChecksWhatAModelWritesAndKeepsItsKey) {
  fixture::FakeHttpServer server([](const std::string&) {
    return fixture::make_http_answer(
        "200 OK",
        R"({"choices": [{"message": {"role": "assistant", "content": "# A week\n\nIt rose \u2014 and fell."}}]})");
  });
  const TestDesk desk = TestDesk::fresh();
  desk.write("converge.toml", read_text(desk.path() / "converge.toml") + "\n[drafting]\nurl = \"" + server.url("/v1") +
                                  "\"\nmodel = \"small\"\nkey_env = \"DRAFT_KEY\"\n");
  desk.write("facts.csv", "loss,0.5\n");
  const fixture::Surroundings with_key{.folder = desk.path(), .environment = {{"DRAFT_KEY", "key-of-the-test"}}};
  const Answer draft =
      run_converge({"content", "draft", "the week", "--facts", "facts.csv", "--out", "week.md"}, with_key);
  EXPECT_EQ(draft.status, 0) << draft.err;
  EXPECT_EQ(read_text(desk.path() / "week.md"), "# A week\n\nIt rose, and fell.\n");
  ASSERT_EQ(server.requests().size(), 1U);
  EXPECT_THAT(server.requests()[0], HasSubstr("Authorization: Bearer key-of-the-test\r\n"));
  EXPECT_THAT(server.requests()[0], HasSubstr("facts.csv:\\n\\nloss,0.5"));
  EXPECT_THAT(draft.out + draft.err, testing::Not(HasSubstr("key-of-the-test")));
  const Answer keyless = desk.run({"content", "draft", "the week"});
  EXPECT_EQ(keyless.status, 77);
  EXPECT_THAT(keyless.err, HasSubstr("the environment variable DRAFT_KEY is not set"));
}

}  // namespace
}  // namespace converge
