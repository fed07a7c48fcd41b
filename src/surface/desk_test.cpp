#include "surface/desk.hpp"

#include "wire/file.hpp"

#include <gmock/gmock.h>
#include <unistd.h>
#include <functional>

namespace converge::surface {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// A copy of the sample desk without its prices, in which one thing is then made wrong.
class LoadDesk : public testing::Test {
 protected:
  void SetUp() override { copy(); }
  void TearDown() override { fs::remove_all(root_); }

  void copy() {
    fs::remove_all(root_);
    fs::create_directories(root_);
    for (const char* part : {"converge.toml", "policy.toml", "sources", "models", "style", "templates", "queries"})
      fs::copy(fs::path(CONVERGE_SOURCE_DIR "/desk") / part, root_ / part, fs::copy_options::recursive);
  }
  void write(const std::string& path, std::string_view text) {
    ASSERT_TRUE(create_folder_of((root_ / path).string()));
    ASSERT_TRUE(replace_file((root_ / path).string(), text));
  }
  void replace(const std::string& path, const std::string& from, const std::string& to) {
    std::string text = read_file((root_ / path).string()).value();
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << path << " does not hold " << from;
    write(path, text.replace(at, from.size(), to));
  }
  void rename(const std::string& from, const std::string& to) { fs::rename(root_ / from, root_ / to); }

  const fs::path root_ = fs::temp_directory_path() / ("converge_desk_" + std::to_string(::getpid()));
};

TEST_F(LoadDesk, ReadsTheSampleDesk) {
  const auto desk = load_desk(root_);
  ASSERT_TRUE(desk) << desk.error().message;
  EXPECT_EQ(desk->models.size(), 2U);
  EXPECT_EQ(desk->sources.at(0).name, "sp500");
  ASSERT_EQ(desk->targets.size(), 1U);
  EXPECT_EQ(desk->targets[0].name, "docs");
  EXPECT_EQ(desk->docs_dir, root_ / "out");
}

TEST_F(LoadDesk, PublishesWhereItsSettingsSay) {
  replace("converge.toml", "dir = \"out\"", "dir = \"notes/all\"");
  EXPECT_EQ(load_desk(root_).value().docs_dir, root_ / "notes/all");
  replace("converge.toml", "[publish.docs]\ndir = \"notes/all\"", "");
  EXPECT_EQ(load_desk(root_).value().docs_dir, root_ / "out");
}

TEST_F(LoadDesk, RefusesWhatATickWouldTripOver) {
  struct Case {
    const char* name;
    std::function<void()> spoil;
    const char* message;
  };
  const std::string long_name(65, 'a');
  const Case cases[] = {
      {"a source whose name no row can hold", [&] { rename("sources/sp500.toml", "sources/my feed.toml"); },
       "sources/my feed.toml: the name of the file 'my feed' must be 1 to 64 of A-Z"},
      {"a source with a long name", [&] { rename("sources/sp500.toml", "sources/" + long_name + ".toml"); },
       "must be 1 to 64 of"},
      {"a source of a symbol that no bar can hold",
       [&] { replace("sources/sp500.toml", "symbol = \"sp500\"", "symbol = \"S&P 500\""); },
       "sources/sp500.toml: /symbol 'S&P 500' must be 1 to 32 of"},
      {"a model that is not called as its file",
       [&] { replace("models/sp500_up5.toml", "name = \"sp500_up5\"", "name = \"sp500_vol5\""); },
       "models/sp500_up5.toml: /name must be \"sp500_up5\", as the file is called, not \"sp500_vol5\""},
      {"a model whose name no row can hold",
       [&] {
         rename("models/sp500_up5.toml", "models/a b.toml");
         replace("models/a b.toml", "name = \"sp500_up5\"", "name = \"a b\"");
       },
       "models/a b.toml: /name 'a b' must be 1 to 64 of"},
      {"a model of a symbol that no bar can hold",
       [&] { replace("models/sp500_up5.toml", "symbol = \"sp500\"", "symbol = \"sp 500\""); },
       "models/sp500_up5.toml: /symbol 'sp 500' must be 1 to 32 of"},
      {"a policy that names a finding nobody makes",
       [&] { replace("policy.toml", "\"schedule_due\"", "\"shedule_due\""); },
       "policy.toml: /rule/0/findings names 'shedule_due', which no check finds; there are: *, loss_drift"},
      {"a policy rule with a long name", [&] { replace("policy.toml", "\"tell_the_owner\"", "\"" + long_name + "\""); },
       "policy.toml: /rule/1/name is longer than 64 characters"},
      {"a target that does not exist",
       [&] { replace("templates/refusal_note.md", "targets: [docs]", "targets: [docs, discrod]"); },
       "templates/refusal_note.md:4: there is no target 'discrod'; there are: docs"},
      {"settings of a target that does not exist",
       [&] { replace("converge.toml", "[publish.docs]", "[publish.discrod]"); }, "converge.toml: /publish/discrod"},
      {"no note for a promotion", [&] { fs::remove(root_ / "templates/promotion_note.md"); },
       "templates/promotion_note.md is missing"},
      {"no note for a refusal", [&] { fs::remove(root_ / "templates/refusal_note.md"); },
       "templates/refusal_note.md is missing"},
      {"no note for a finding", [&] { fs::remove(root_ / "templates/finding_note.md"); },
       "templates/finding_note.md is missing"},
      {"no note for a drift", [&] { fs::remove(root_ / "templates/drift_note.md"); },
       "templates/drift_note.md is missing"},
      {"a note that declares too little", [&] { replace("templates/promotion_note.md", "  attempts: integer\n", ""); },
       "templates/promotion_note.md:"},
      {"a note that asks for what is not always there",
       [&] {
         replace("templates/promotion_note.md", "previous_version: {type: integer, optional: true}",
                 "previous_version: integer");
       },
       "templates/promotion_note.md: template promotion_note: field 'previous_version' is missing"},
      {"a note whose path leads out of the folder",
       [&] { replace("templates/finding_note.md", "path: \"", "path: \"../"); },
       "templates/finding_note.md: path: docs destination '../"},
      {"a template whose name no row can hold",
       [&] { fs::copy(root_ / "templates/finding_note.md", root_ / "templates/my note.md"); },
       "templates/my note.md: the name of the file 'my note' must be"},
      {"no policy", [&] { fs::remove(root_ / "policy.toml"); }, "policy.toml"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    copy();
    c.spoil();
    const auto desk = load_desk(root_);
    ASSERT_FALSE(desk);
    EXPECT_THAT(desk.error().message, HasSubstr(c.message));
    EXPECT_TRUE(desk.error().code == Errc::invalid_input || desk.error().code == Errc::not_found);
  }
}

TEST_F(LoadDesk, RefusesASecondContractOfATable) {
  const std::string bar = read_file(CONVERGE_SOURCE_DIR "/contracts/bar.schema.json").value();
  write("contracts/bar.schema.json", bar);
  const auto desk = load_desk(root_);
  ASSERT_FALSE(desk);
  EXPECT_THAT(desk.error().message, HasSubstr("table 'bar' is there already"));
  EXPECT_THAT(desk.error().message, HasSubstr("contracts/bar.schema.json: table_twice"));
}

TEST_F(LoadDesk, WantsTheFileOfAContractCalledAsItsTable) {
  const std::string bar = read_file(CONVERGE_SOURCE_DIR "/contracts/bar.schema.json").value();
  write("contracts/mine.schema.json", bar);
  const auto desk = load_desk(root_);
  ASSERT_FALSE(desk);
  EXPECT_THAT(desk.error().message, HasSubstr("contracts/mine.schema.json: /title is bar"));
}

}  // namespace
}  // namespace converge::surface
