// What the command line answers to words, good and bad, before any desk is opened.
#include "base/error.hpp"
#include "fixture/golden.hpp"
#include "fixture/test_desk.hpp"
#include "surface/cli/command.hpp"

#include <gmock/gmock.h>

namespace converge {
namespace {

using fixture::Answer;
using fixture::run_converge;
using fixture::TestFolder;
using testing::HasSubstr;
using testing::Not;

using Words = std::vector<std::string>;

TEST(CommandLine, HelpSaysWhatEveryCommandTakes) {
  std::string all = run_converge({"--help"}).out;
  for (const surface::Command& command : surface::commands()) {
    Words words{std::string(command.noun)};
    if (!command.verb.empty()) words.emplace_back(command.verb);
    words.emplace_back("--help");
    const Answer answer = run_converge(words);
    EXPECT_EQ(answer.status, 0) << command.noun;
    EXPECT_EQ(answer.err, "") << command.noun;
    all += "\n$ converge " + words[0] + (command.verb.empty() ? "" : " " + words[1]) + " --help\n" + answer.out;
  }
  fixture::expect_golden("tests/golden/help.txt", all);
}

TEST(CommandLine, SaysWhatIsWrongWithTheWords) {
  const TestFolder nowhere;
  struct Case {
    Words words;
    int status;
    const char* says;
  };
  const Case cases[] = {
      {{}, 64, "error[invalid_input]: a command is missing; in 'converge'; 'converge --help'"},
      {{"bogus"}, 64, "error[invalid_input]: 'bogus' is no command; in 'converge'; 'converge --help'"},
      {{"model"}, 64, "error[invalid_input]: a command is missing; in 'converge model'; 'converge model --help'"},
      {{"model", "bogus"}, 64, "error[invalid_input]: 'bogus' is no command; in 'converge model'"},
      {{"status", "extra"}, 64, "error[invalid_input]: The following argument was not expected: extra"},
      {{"status", "--bogus"}, 64, "error[invalid_input]: The following argument was not expected: --bogus"},
      {{"export"}, 64, "error[invalid_input]: TABLE is required; in 'converge export'"},
      {{"model", "promote", "m"}, 64, "error[invalid_input]: VERSION is required"},
      {{"run", "--from"}, 64, "error[invalid_input]: --from"},
      {{"status", "--as-of", "yesterday"}, 64, "error[invalid_input]: --as-of: "},
      {{"status", "--as-of", "2015-02-30"}, 64, "error[invalid_input]: --as-of: '2015-02-30'"},
      {{"doctor", "--as-of", "2015-02-03"}, 64, "error[invalid_input]: --as-of: 'doctor' acts now"},
      {{"status"}, 66, "error[not_found]: no converge.toml here or above; use --desk DIR"},
      {{"--desk", "missing", "status"}, 66, "error[not_found]: missing holds no converge.toml"},
      {{"content", "lint", "missing.md"}, 66, "error[not_found]: no file or folder missing.md"},
      {{"ingest", "infer", "missing.csv"}, 66, "error[not_found]: "},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.says);
    for (const bool json : {false, true}) {
      Words words = c.words;
      if (json) words.insert(words.begin(), "--json");
      const Answer answer = run_converge(words, {.folder = nowhere.path(), .environment = {}});
      EXPECT_EQ(answer.status, c.status);
      EXPECT_THAT(answer.err, HasSubstr(c.says));
      EXPECT_EQ(answer.out, "");
    }
  }
}

TEST(CommandLine, TakesTheDeskOfTheNearestFolderAbove) {
  const fixture::TestDesk desk = fixture::TestDesk::fresh();
  desk.write("data/deep/note.txt", "");
  const Answer answer = run_converge({"query", "list"}, {.folder = desk.path() / "data/deep", .environment = {}});
  EXPECT_EQ(answer.status, 0) << answer.err;
  EXPECT_THAT(answer.out, HasSubstr("champion_history  model as_of\n"));
}

TEST(CommandLine, NamesTheFileAndThePlaceThatAreWrong) {
  struct Case {
    const char* file;
    const char* text;
    const char* says;
  };
  const Case cases[] = {
      {"converge.toml", "[desk]\nid = \"fresh\"\nseed = 1\nsede = 2\n", "converge.toml: /desk/sede"},
      {"sources/x.toml",
       "file = \"data/x.csv\"\nformat = \"csv\"\nsymbol = \"x\"\ntimeframe = \"1d\"\n"
       "stamp_format = \"date\"\n[columns]\nd = \"bar_at\"\n",
       "sources/x.toml: /stamp is required"},
      {"models/m.toml", "name = \"m\"\nsymbol = [\n", "models/m.toml"},
      {"policy.toml", "freeze = 3\n", "policy.toml: /freeze"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.file);
    const fixture::TestDesk desk = fixture::TestDesk::fresh();
    desk.write(c.file, c.text);
    const Answer answer = desk.run({"status"});
    EXPECT_EQ(answer.status, 64);
    EXPECT_THAT(answer.err, HasSubstr(c.says));
    EXPECT_THAT(answer.err, testing::StartsWith("error[invalid_input]: "));
  }
}

// No password, in whatever form it was given, is printed.
TEST(CommandLine, NeverPrintsAPassword) {
  const std::string secret = "canary-5f0c9e";
  struct Case {
    std::map<std::string, std::string> environment;
    int status;
    const char* code;
  };
  const Case cases[] = {
      {{{"CONVERGE_DATABASE_URL", "mysql://ann:" + secret + "@127.0.0.1:1/desk"}}, 64, "invalid_input"},
      {{{"CONVERGE_DATABASE_URL", "postgres://ann:" + secret + "@127.0.0.1/desk"}}, 64, "invalid_input"},
      {{{"CONVERGE_DATABASE_URL", "mysql://ann@127.0.0.1:1/" + secret}, {"CONVERGE_DATABASE_PASSWORD", secret}},
       75,
       "unavailable"},
  };
  const fixture::TestDesk desk = fixture::TestDesk::fresh();
  for (const Case& c : cases) {
    SCOPED_TRACE(c.environment.at("CONVERGE_DATABASE_URL"));
    for (const char* command : {"status", "doctor"}) {
      const Answer answer =
          run_converge({"--desk", desk.path().string(), command}, {.folder = {}, .environment = c.environment});
      EXPECT_EQ(answer.status, std::string(command) == "doctor" ? exit_findings : c.status);
      EXPECT_THAT(answer.err + answer.out, HasSubstr(c.code));
      EXPECT_THAT(answer.err + answer.out, Not(HasSubstr(secret)));
    }
  }
  desk.write("converge.toml",
             "[desk]\nid = \"fresh\"\nseed = 1\n[database]\nurl = mysql://ann:" + secret + "@db/desk\n");
  const Answer answer = desk.run({"status"});
  EXPECT_EQ(answer.status, 64);
  EXPECT_THAT(answer.err, Not(HasSubstr(secret)));
}

}  // namespace
}  // namespace converge
