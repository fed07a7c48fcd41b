#include "surface/named_query.hpp"

#include "fixture/test_server.hpp"

#include <gmock/gmock.h>

namespace converge::surface {
namespace {

TEST(NamedQuery, FindsParametersOutsideQuotesAndComments) {
  struct Case {
    const char* name;
    const char* text;
    const char* sql;
    std::vector<std::string> parameters;
  };
  const Case cases[] = {
      {"none", "SELECT 1", "SELECT 1", {}},
      {"one twice", "SELECT :a, :a, :b_2", "SELECT ?, ?, ?", {"a", "a", "b_2"}},
      {"in a text", "SELECT ':no', :yes", "SELECT ':no', ?", {"yes"}},
      {"in a line comment", "-- :no ?\nSELECT :yes", "-- :no ?\nSELECT ?", {"yes"}},
      {"in a block comment", "SELECT /* :no ; ? */ :yes", "SELECT /* :no ; ? */ ?", {"yes"}},
      {"a time is no parameter", "SELECT '12:30'", "SELECT '12:30'", {}},
      {"one ; at the end", "SELECT 1 ;\n", "SELECT 1 ", {}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto query = parse_query(c.text, "q.sql");
    ASSERT_TRUE(query.has_value());
    EXPECT_EQ(query->sql, c.sql);
    EXPECT_EQ(query->parameters, c.parameters);
  }
}

TEST(NamedQuery, RefusesWhatIsNotOneQuery) {
  for (const char* text : {"SELECT 1; DELETE FROM bar", "SELECT 'open", "SELECT ?", "SELECT /* open"}) {
    SCOPED_TRACE(text);
    const auto query = parse_query(text, "q.sql");
    ASSERT_FALSE(query.has_value());
    EXPECT_EQ(query.error().code, Errc::invalid_input);
    EXPECT_TRUE(query.error().message.starts_with("q.sql"));
  }
}

class QueryOnServer : public fixture::ServerTest {};
CONVERGE_ON_BOTH_SERVERS(QueryOnServer);

TEST_P(QueryOnServer, EndsWhatRunsAway) {
  // A thousand million rows: minutes of work.
  std::string text = "SELECT COUNT(*) AS n FROM (SELECT 1 AS a";
  for (int i = 0; i < 9; ++i) text += " UNION ALL SELECT 1";
  text += ") AS t0";
  for (int i = 1; i < 9; ++i)
    text +=
        ", (SELECT 1 AS a UNION ALL SELECT 1 UNION ALL SELECT 1 UNION ALL SELECT 1 UNION ALL SELECT 1 "
        "UNION ALL SELECT 1 UNION ALL SELECT 1 UNION ALL SELECT 1 UNION ALL SELECT 1 "
        "UNION ALL SELECT 1) AS t" +
        std::to_string(i);
  const QueryText query{text + " WHERE t0.a < RAND() + 1", {}};
  const auto begun = std::chrono::steady_clock::now();
  const auto ended = run_query(options(), "all_of_it", query, {}, {.time_max = std::chrono::milliseconds(300)});
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, Errc::timeout);
  EXPECT_EQ(ended.error().message,
            "query 'all_of_it' was ended after 0.3 s; ask for less, or give it longer with --seconds-max");
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(30));
  EXPECT_TRUE(run_query(options(), "one", {"SELECT 1 AS n", {}}, {}, {}));
}

TEST_P(QueryOnServer, GivesNoMoreRowsThanItMay) {
  const QueryText query{"SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3", {}};
  EXPECT_EQ(CONVERGE_GET(run_query(options(), "three", query, {}, {.rows_max = 2})).rows.size(), 2U);
}

}  // namespace
}  // namespace converge::surface
