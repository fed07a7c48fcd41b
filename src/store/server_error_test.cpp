#include "store/server_error.hpp"

#include <gtest/gtest.h>

namespace converge::store {
namespace {

TEST(ServerError, MeansWhatTheReferencesSay) {
  struct Case {
    unsigned number;
    Errc code;
    bool repeats;
    After after;
  };
  const Case cases[] = {
      {1213, Errc::timeout, true, After::transaction_undone},
      {1205, Errc::timeout, true, After::statement_undone},
      {1062, Errc::conflict, false, After::statement_undone},
      {1045, Errc::denied, false, After::connection_lost},
      {1044, Errc::denied, false, After::statement_undone},
      {3819, Errc::contract_violation, false, After::statement_undone},
      {4025, Errc::contract_violation, false, After::statement_undone},
      {1054, Errc::contract_violation, false, After::statement_undone},
      {1146, Errc::contract_violation, false, After::statement_undone},
      {1452, Errc::contract_violation, false, After::statement_undone},
      {1047, Errc::unavailable, false, After::statement_undone},
      {2002, Errc::unavailable, false, After::connection_lost},
      {2003, Errc::unavailable, false, After::connection_lost},
      {2006, Errc::unavailable, false, After::connection_lost},
      {2013, Errc::unavailable, false, After::connection_lost},
      {1969, Errc::timeout, false, After::statement_undone},
      {3024, Errc::timeout, false, After::statement_undone},
      {1138, Errc::contract_violation, false, After::statement_undone},
      {1071, Errc::invalid_input, false, After::statement_undone},
      {1826, Errc::conflict, false, After::statement_undone},
      {1226, Errc::rate_limited, false, After::statement_undone},
      {3118, Errc::denied, false, After::connection_lost},
      {3159, Errc::denied, false, After::connection_lost},
      {4151, Errc::denied, false, After::connection_lost},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.number);
    const auto traits = server_error_traits(c.number);
    EXPECT_EQ(traits.number, c.number);
    EXPECT_EQ(traits.code, c.code);
    EXPECT_EQ(traits.repeats, c.repeats);
    EXPECT_EQ(traits.after, c.after);
  }
}

TEST(ServerError, IsABugOfOursWhenItIsNotInTheTable) {
  for (const unsigned number : {0U, 1U, 1064U, 1019U, 9999U}) {
    const auto traits = server_error_traits(number);
    EXPECT_EQ(traits.number, number);
    EXPECT_EQ(traits.code, Errc::internal);
    EXPECT_FALSE(traits.repeats);
  }
}

// What is repeated must leave a connection to repeat it on.
TEST(ServerError, NeverRepeatsOnALostConnection) {
  for (const auto& traits : server_error_table())
    EXPECT_FALSE(traits.repeats && traits.after == After::connection_lost) << traits.name;
}

}  // namespace
}  // namespace converge::store
