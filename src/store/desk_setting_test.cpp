#include "store/desk_setting.hpp"

#include "fixture/test_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace converge::store {
namespace {

using ::testing::HasSubstr;

class DeskSetting : public fixture::ServerTest {};
CONVERGE_ON_BOTH_SERVERS(DeskSetting);

TEST_P(DeskSetting, IsWrittenOnceAndComparedEverAfter) {
  create_tables({&contract::system_contract("desk_setting"), 1});
  auto db = open_db();
  const auto init = [&](const DeskIdentity& desk) { return db.transact([&](Tx& tx) { return init_desk(tx, desk); }); };
  const auto verify = [&](const DeskIdentity& desk) {
    return db.transact([&](Tx& tx) { return verify_desk(tx, desk); });
  };
  const DeskIdentity sample{"sample", 18'446'744'073'709'551'615U};

  EXPECT_EQ(verify(sample).error().code, Errc::not_found);
  ASSERT_TRUE(init(sample));
  EXPECT_TRUE(verify(sample));
  EXPECT_TRUE(init(sample)) << "again, without harm";

  struct Case {
    const char* name;
    DeskIdentity desk;
    const char* says;
  };
  const Case cases[] = {
      {"another desk", {"other", sample.seed}, "desk_id is sample in the database and other in converge.toml"},
      {"another seed", {"sample", 2}, "seed is 18446744073709551615 in the database and 2 in converge.toml"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    for (const auto& refused : {verify(c.desk), init(c.desk)}) {
      ASSERT_FALSE(refused);
      EXPECT_EQ(refused.error().code, Errc::contract_violation);
      EXPECT_THAT(refused.error().message, HasSubstr(c.says));
    }
  }
  EXPECT_TRUE(verify(sample)) << "nothing was changed";
}

}  // namespace
}  // namespace converge::store
