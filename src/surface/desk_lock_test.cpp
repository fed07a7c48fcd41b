#include "surface/desk_lock.hpp"

#include <gmock/gmock.h>
#include <cstdlib>
#include <fstream>

namespace converge::surface {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
namespace fs = std::filesystem;

class DeskLock : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = fs::temp_directory_path() / "converge-desk-lock-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    desk_.root = name;
  }
  void TearDown() override { fs::remove_all(desk_.root); }

  void place_contract() {
    fs::create_directory(desk_.root / "contracts");
    desk_.contracts = {{.table = "mine", .hash = std::string(64, 'a')}};
  }
  std::vector<std::string> differences() const {
    auto found = find_lock_differences(desk_);
    return found ? *std::move(found) : std::vector{found.error().message};
  }

  Desk desk_;
};

TEST_F(DeskLock, PinsTheDesksContracts) {
  place_contract();
  EXPECT_THAT(differences(), ElementsAre("mine: its contract is not in contracts.lock"));
  ASSERT_TRUE(write_lock(desk_));
  EXPECT_THAT(differences(), IsEmpty());
  desk_.contracts[0].hash[0] = 'b';
  EXPECT_THAT(differences(), ElementsAre("mine: its contract has changed since contracts.lock was written"));
  desk_.contracts.clear();
  EXPECT_THAT(differences(), ElementsAre("mine: contracts.lock names it, and no contract does"));
  ASSERT_TRUE(write_lock(desk_));
  EXPECT_THAT(differences(), IsEmpty());
}

TEST_F(DeskLock, IsNotMadeForADeskWithoutContracts) {
  ASSERT_TRUE(write_lock(desk_));
  EXPECT_FALSE(fs::exists(desk_.root / "contracts"));
  EXPECT_THAT(differences(), IsEmpty());
}

TEST_F(DeskLock, SaysWhatItCannotReadOrWrite) {
  place_contract();
  std::ofstream(desk_.root / "contracts" / "contracts.lock") << "mine\n";
  EXPECT_THAT(differences(), ElementsAre(HasSubstr("contracts.lock:1: 'mine' is not a table and a hash")));
  fs::remove_all(desk_.root / "contracts");
  EXPECT_EQ(write_lock(desk_).error().code, Errc::unavailable);
}

}  // namespace
}  // namespace converge::surface
