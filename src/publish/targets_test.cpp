#include "publish/target.hpp"

#include <gmock/gmock.h>
#include <boost/json/object.hpp>
#include <set>

namespace converge::publish {
namespace {

using ::testing::HasSubstr;

Result<std::vector<Target>> open(std::string_view toml) {
  TRY(const JsonObject file, parse_toml(toml, "converge.toml"));
  TableReader reader(file, "converge.toml");
  TRY(TableReader publish, reader.table("publish"));
  return open_targets(publish, "/desk");
}

TEST(Targets, HaveNamesThatAnOutboxRowCanHold) {
  std::set<std::string_view> names;
  for (const TargetKind& kind : target_kinds()) {
    EXPECT_LE(kind.name.size(), 32U);
    EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
  }
}

TEST(Targets, OfADeskAreThoseOfItsSettingsAndTheDefaults) {
  for (const char* toml : {"[publish]\n", "[publish.docs]\ndir = \"x\"\n", "[publish.docs]\n"}) {
    SCOPED_TRACE(toml);
    const auto targets = open(toml);
    ASSERT_TRUE(targets) << targets.error().message;
    ASSERT_EQ(targets->size(), 1U);
    EXPECT_EQ(targets->at(0).name, "docs");
    EXPECT_EQ(require_target(*targets, "docs").value(), targets->data());
  }
}

TEST(Targets, RefuseSettingsThatNobodyReads) {
  struct Case {
    const char* toml;
    const char* message;
  };
  const Case cases[] = {
      {"[publish.discrod]\nchannel = \"x\"\n", "converge.toml: /publish/discrod is not a key that is known here"},
      {"[publish.docs]\nfolder = \"x\"\n", "converge.toml: /publish/docs/folder is not a key that is known here"},
      {"[publish.docs]\ndir = 3\n", "converge.toml: /publish/docs/dir must be a text"},
      {"[publish]\ndocs = \"x\"\n", "converge.toml: /publish/docs must be a table"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.toml);
    const auto targets = open(c.toml);
    ASSERT_FALSE(targets);
    EXPECT_EQ(targets.error().code, Errc::invalid_input);
    EXPECT_EQ(targets.error().message, c.message);
  }
}

TEST(Targets, ThatAreNotThereAreNamed) {
  const auto targets = open("[publish]\n").value();
  EXPECT_EQ(require_target(targets, "discrod").error().code, Errc::not_found);
  EXPECT_THAT(require_target(targets, "discrod").error().message, HasSubstr("no target 'discrod'; there are: docs"));
  EXPECT_THAT(require_target({}, "docs").error().message, HasSubstr("converge.toml needs a table [publish.docs]"));
}

}  // namespace
}  // namespace converge::publish
