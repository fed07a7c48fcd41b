#include "store/desk_setting.hpp"

#include "fixture/test_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <chrono>
#include <future>
#include <thread>

namespace converge::store {
namespace {

using ::testing::HasSubstr;

class DeskSetting : public fixture::ServerTest {
 protected:
  bool waits_for_a_lock();  // somebody on the server
};
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

// Asked more often than ten times a second, MySQL answers from its cache for ever.
bool DeskSetting::waits_for_a_lock() {
  for (int i = 0; i < 100; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    if (select_sql("SELECT 1 FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'").rows.size() == 1)
      return true;
  }
  return false;
}

// The second reads while the first has not committed, and inserts when it has.
TEST_P(DeskSetting, OfTwoFirstComersIsComparedByTheSecond) {
  struct Case {
    const char* name;
    DeskIdentity second;
    bool agrees;
  };
  const Case cases[] = {{"the same", {"sample", 7}, true}, {"another seed", {"sample", 8}, false}};
  create_tables({&contract::system_contract("desk_setting"), 1});
  auto db = open_db();
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    run_sql("DELETE FROM desk_setting");
    std::future<Result<void>> second;
    CONVERGE_GET(db.transact([&](Tx& first) -> Result<void> {
      TRY_VOID(init_desk(first, {"sample", 7}));
      second = std::async(std::launch::async,
                          [&] { return db.transact([&](Tx& later) { return init_desk(later, c.second); }); });
      EXPECT_TRUE(waits_for_a_lock()) << "it has read nothing, and waits for the first to end";
      return {};
    }));
    const auto done = second.get();
    EXPECT_EQ(done.has_value(), c.agrees) << (done ? "" : done.error().message);
    EXPECT_EQ(done ? Errc::contract_violation : done.error().code, Errc::contract_violation);
  }
}

}  // namespace
}  // namespace converge::store
