#include "store/sql_file.hpp"

#include <gmock/gmock.h>

namespace converge::store {
namespace {

using ::testing::HasSubstr;

TEST(ParseSqlFile, ReadsNamesAndStatementsAndDropsComments) {
  const auto parsed = parse_sql_file(
      "-- Jobs.\n\n"
      "-- name: job_claim\n"
      "-- SKIP LOCKED, so that workers do not wait for each other.\n"
      "SELECT id FROM job\n"
      "  -- the index does the ordering\n"
      "WHERE state = 'ready; steady' LIMIT ?;\n\n"
      "-- name: job_count\n"
      "SELECT COUNT(*) FROM job\n",
      "job.sql");
  ASSERT_TRUE(parsed) << parsed.error().message;
  ASSERT_EQ(parsed->size(), 2U);
  EXPECT_EQ((*parsed)[0].name, "job_claim");
  EXPECT_EQ((*parsed)[0].text, "SELECT id FROM job\nWHERE state = 'ready; steady' LIMIT ?");
  EXPECT_EQ((*parsed)[1].name, "job_count");
  EXPECT_EQ((*parsed)[1].text, "SELECT COUNT(*) FROM job");
}

TEST(ParseSqlFile, RefusesWhatItCannotEmbed) {
  struct Case {
    const char* name;
    const char* text;
    const char* says;
  };
  const Case cases[] = {
      {"text before a name", "SELECT 1;\n", "x.sql:1: text before"},
      {"a name that is no identifier", "-- name: jobClaim\nSELECT 1\n", "x.sql:1: 'jobClaim'"},
      {"an empty name", "-- name: \nSELECT 1\n", "x.sql:1: ''"},
      {"one name twice", "-- name: a\nSELECT 1\n-- name: a\nSELECT 2\n", "x.sql:3: a is there twice"},
      {"nothing under a name", "-- name: a\n-- only words\n-- name: b\nSELECT 1\n", "a has no statement"},
      {"nothing under the last name", "-- name: a\n;\n", "a has no statement"},
      {"two statements", "-- name: a\nSELECT 1; SELECT 2\n", "a holds more than one"},
      {"two statements on two lines", "-- name: a\nDELETE FROM t;\nDELETE FROM u;\n", "a holds more than one"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto parsed = parse_sql_file(c.text, "x.sql");
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().code, Errc::invalid_input);
    EXPECT_THAT(parsed.error().message, HasSubstr(c.says));
  }
}

TEST(RenderSql, WritesOneConstantPerStatement) {
  const std::vector<NamedSql> statements{{"a", "SELECT \"x\" -- )\""}, {"b", "SELECT 2"}};
  const auto header = render_sql_header(statements);
  ASSERT_TRUE(header);
  EXPECT_THAT(*header, HasSubstr("extern const store::Statement a;\nextern const store::Statement b;\n"));
  const std::string source = render_sql_source(statements);
  EXPECT_THAT(source, HasSubstr("constinit const store::Statement a{\"a\", R\"~sql~(SELECT \"x\" -- )\")~sql~\"};\n"));
  EXPECT_THAT(source, HasSubstr("count = 2;"));
}

TEST(RenderSql, RefusesOneNameFromTwoFiles) {
  const std::vector<NamedSql> statements{{"a", "SELECT 1"}, {"a", "SELECT 2"}};
  EXPECT_FALSE(render_sql_header(statements));
}

}  // namespace
}  // namespace converge::store
