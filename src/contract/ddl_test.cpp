#include "contract/ddl.hpp"

#include "contract/dml.hpp"
#include "contract/embedded.hpp"
#include "contract/lock.hpp"
#include "contract/markdown.hpp"
#include "fixture/golden.hpp"
#include "fixture/sample_contract.hpp"

#include <gmock/gmock.h>
#include <fstream>

namespace converge::contract {
namespace {

std::string render_schema() {
  std::string text;
  for (const Contract& contract : system_contracts()) {
    text += render_create_table(contract) + ";\n\n";
    if (!contract.latest_view.empty()) text += render_create_view(contract) + ";\n\n";
  }
  return text;
}

TEST(RenderCreateTable, GivesTheReviewedSchema) {
  fixture::expect_golden("tests/golden/ddl.sql", render_schema());  // the same on both servers
}

TEST(RenderCreateTable, CarriesEveryKeyword) {
  EXPECT_EQ(render_create_table(fixture::load_sample_contract()), R"(CREATE TABLE `sample` (
  `id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `code` varchar(8) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `kind` varchar(5) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `note` varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  `count` bigint NOT NULL,
  `ratio` double NOT NULL,
  `price` decimal(10,4) NOT NULL,
  `limit_price` decimal(10,4) NULL,
  `active` tinyint(1) NOT NULL,
  `seen_at` datetime(6) NOT NULL,
  `born_on` date NOT NULL,
  `detail` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `content_sha256` char(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `uq_sample_code` (`code`),
  CONSTRAINT `ck_sample__id` CHECK (`id` REGEXP '^[0-7][0-9A-HJKMNP-TV-Z]{25}\\z'),
  CONSTRAINT `ck_sample__code` CHECK (CHAR_LENGTH(`code`) >= 2 AND `code` REGEXP '^[A-Z][A-Z0-9-]*\\z'),
  CONSTRAINT `ck_sample__kind` CHECK (`kind` IN ('small', 'large')),
  CONSTRAINT `ck_sample__count` CHECK (`count` >= 0 AND `count` <= 100),
  CONSTRAINT `ck_sample__ratio` CHECK (`ratio` >= 0 AND `ratio` <= 1),
  CONSTRAINT `ck_sample__price` CHECK (`price` > 0),
  CONSTRAINT `ck_sample__active` CHECK (`active` IN (0, 1)),
  CONSTRAINT `ck_sample__detail` CHECK (JSON_VALID(`detail`) AND `detail` LIKE '{%'),
  CONSTRAINT `ck_sample__content_sha256` CHECK (`content_sha256` REGEXP '^[0-9a-f]{64}\\z'),
  CONSTRAINT `ck_sample_limit` CHECK (`limit_price` >= `price` OR `kind` = 'small')
) ENGINE=InnoDB DEFAULT CHARACTER SET=utf8mb4 COLLATE=utf8mb4_bin)");
}

TEST(ComputeColumnSql, ChoosesTheSmallestTextThatHolds) {
  struct Case {
    std::int64_t length;
    const char* type;
  };
  const Case cases[] = {{1, "varchar(1)"},       {1000, "varchar(1000)"},    {1001, "text"},
                        {16'383, "text"},        {16'384, "mediumtext"},     {4'194'303, "mediumtext"},
                        {4'194'304, "longtext"}, {1'000'000'000, "longtext"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.length);
    EXPECT_EQ(compute_column_sql({.length_max = c.length}).type, c.type);
  }
}

TEST(RenderDml, FollowsTheContract) {
  const Contract& lease = system_contract("lease");
  EXPECT_THAT(render_insert_prefix(lease), ::testing::StartsWith("INSERT INTO `lease` (`name`, "));
  EXPECT_THAT(render_insert_prefix(lease), ::testing::EndsWith(") VALUES "));
  EXPECT_THAT(render_select_all(system_contract("bar")),
              ::testing::EndsWith(" FROM `bar` ORDER BY `symbol`, `timeframe`, `bar_at`, `revision`"));
}

TEST(Lock, PinsEveryContract) {
  fixture::expect_golden("contracts.lock", render_lock(system_contracts()));
}

TEST(Lock, OfTheProgramIsBuiltIn) {
  EXPECT_THAT(compare_system_lock(), ::testing::IsEmpty());
  EXPECT_EQ(embedded_lock(), render_lock(system_contracts()));
}

TEST(Lock, NamesWhatDiffers) {
  std::vector<Contract> contracts{{.table = "b", .hash = std::string(64, 'b')},
                                  {.table = "a", .hash = std::string(64, 'a')}};
  auto lock = parse_lock(render_lock(contracts));
  ASSERT_TRUE(lock) << lock.error().message;
  ASSERT_EQ(lock->size(), 2U);
  EXPECT_EQ(lock->front(), (LockEntry{"a", std::string(64, 'a')}));
  EXPECT_THAT(compare_lock(*lock, contracts), ::testing::IsEmpty());
  contracts[0].hash[0] = 'c';
  contracts[1].table = "z";
  EXPECT_THAT(compare_lock(*lock, contracts),
              ::testing::ElementsAre("a: contracts.lock names it, and no contract does",
                                     "b: its contract has changed since contracts.lock was written",
                                     "z: its contract is not in contracts.lock"));
}

TEST(Lock, RefusesLinesItCannotRead) {
  const std::string hash(64, 'a');
  const std::string cases[] = {"bar",
                               "bar " + hash.substr(1),
                               "bar  " + hash,
                               " " + hash,
                               "b " + hash + "\na " + hash,
                               "a " + hash + "\na " + hash,
                               "a " + std::string(64, 'G')};
  for (const std::string& text : cases) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(parse_lock(text));
  }
}

TEST(RenderSchemaMarkdown, GivesTheReviewedPage) {
  fixture::expect_golden("docs/schema.md", render_schema_markdown(system_contracts()));
}

}  // namespace
}  // namespace converge::contract
