#include "surface/named_query.hpp"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace converge::surface
