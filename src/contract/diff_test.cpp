#include "contract/diff.hpp"

#include "contract/normalise.hpp"
#include "fixture/sample_contract.hpp"

#include <gmock/gmock.h>

namespace converge::contract {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The clauses below are what the two servers' information_schema gave for one and the same CHECK.
TEST(NormaliseCheckClause, BringsBothServersToOneSpelling) {
  struct Case {
    const char* ours;
    const char* mariadb;
    const char* mysql;
  };
  const Case cases[] = {
      {"`high` >= `low` AND `high` >= `open`", "`high` >= `low` and `high` >= `open`",
       "((`high` >= `low`) and (`high` >= `open`))"},
      {"CHAR_LENGTH(`symbol`) >= 1 AND `symbol` REGEXP '^[a-z]*\\\\z'",
       "char_length(`symbol`) >= 1 and `symbol` regexp '^[a-z]*\\\\z'",
       "((char_length(`symbol`) >= 1) and regexp_like(`symbol`,_utf8mb4\\'^[a-z]*\\\\\\\\z\\'))"},
      {"`timeframe` IN ('1m', '5m')", "`timeframe` in ('1m','5m')",
       "(`timeframe` in (_utf8mb4\\'1m\\',_utf8mb3\\'5m\\'))"},
      {"JSON_VALID(`evidence`) AND `evidence` LIKE '{%'", "json_valid(`evidence`) and `evidence` like '{%'",
       "(json_valid(`evidence`) and (`evidence` like _utf8mb4\\'{%\\'))"},
      {"`score` IS NOT NULL OR `reason` IS NOT NULL", "`score` is not null or `reason` is not null",
       "((`score` is not null) or (`reason` is not null))"},
      {"`kind` <> 'a'", "`kind` <> 'a'", "(`kind` <> _utf8mb4\\'a\\')"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.ours);
    const std::string ours = normalise_check_clause(c.ours, ServerFlavor::mariadb);
    EXPECT_EQ(ours, normalise_check_clause(c.mariadb, ServerFlavor::mariadb));
    EXPECT_EQ(ours, normalise_check_clause(c.mysql, ServerFlavor::mysql));
  }
  EXPECT_EQ(normalise_check_clause("`a` REGEXP 'X y' AND `b`!=-1", ServerFlavor::mariadb),
            "a regexp 'X y' and b <> - 1");
  EXPECT_NE(normalise_check_clause("`a` > 0", ServerFlavor::mariadb),
            normalise_check_clause("`a` >= 0", ServerFlavor::mariadb));
  EXPECT_NE(normalise_check_clause("`a` = 'x'", ServerFlavor::mariadb),
            normalise_check_clause("`a` = 'X'", ServerFlavor::mariadb));
}

// What the two servers gave back for these, MySQL 9.7.4 and MariaDB 10.11: equal exactly when they mean the same.
TEST(NormaliseCheckClause, KeepsTheGroupingAndNothingElse) {
  struct Case {
    const char* normal;
    const char* mariadb;
    const char* mysql;
  };
  const Case cases[] = {
      {"(a = 1 or b = 1) and c = 1", "(`a` = 1 or `b` = 1) and `c` = 1", "(((`a` = 1) or (`b` = 1)) and (`c` = 1))"},
      {"a = 1 or b = 1 and c = 1", "`a` = 1 or `b` = 1 and `c` = 1", "((`a` = 1) or ((`b` = 1) and (`c` = 1)))"},
      {"a = 1 and b = 1 and c = 1 or d = 1 or e = 1", "`a` = 1 and `b` = 1 and `c` = 1 or `d` = 1 or `e` = 1",
       "(((`a` = 1) and (`b` = 1) and (`c` = 1)) or (`d` = 1) or (`e` = 1))"},
      {"p - (r - 1) > 0 and p - r - 1 > 0", "`p` - (`r` - 1) > 0 and `p` - `r` - 1 > 0",
       "(((`p` - (`r` - 1)) > 0) and (((`p` - `r`) - 1) > 0))"},
      {"(p + 1) * 2 > - p and p - - 1.5 < 9", "(`p` + 1) * 2 > -`p` and `p` - -1.5 < 9",
       "((((`p` + 1) * 2) > -(`p`)) and ((`p` - -(1.5)) < 9))"},
      {"- (p + 1) < 0 and - - p > 0", "-(`p` + 1) < 0 and --`p` > 0", "((-((`p` + 1)) < 0) and (-(-(`p`)) > 0))"},
      {"p is not null or q is null and r is null", "`p` is not null or `q` is null and `r` is null",
       "((`p` is not null) or ((`q` is null) and (`r` is null)))"},
      {"k in ('a', 'it's') and k regexp '^[a-z]*\\z'", "`k` in ('a','it\\'s') and `k` regexp '^[a-z]*\\\\z'",
       "((`k` in (_utf8mb4\\'a\\',_utf8mb4\\'it\\\\\\'s\\')) and regexp_like(`k`,_utf8mb4\\'^[a-z]*\\\\\\\\z\\'))"},
      {"p between 1 and 9 or q = 0", "`p` between 1 and 9 or `q` = 0", "((`p` between 1 and 9) or (`q` = 0))"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.normal);
    EXPECT_EQ(normalise_check_clause(c.mariadb, ServerFlavor::mariadb), c.normal);
    EXPECT_EQ(normalise_check_clause(c.mysql, ServerFlavor::mysql), c.normal);
  }
  EXPECT_EQ(normalise_check_clause("case when (`a` > 1) then 1 end", ServerFlavor::mariadb),
            "case when ( a > 1 ) then 1 end")
      << "what no contract asks for is left as it stands";
  EXPECT_FALSE(normalise_check_clause(std::string(5000, '(') + "1", ServerFlavor::mariadb).empty());
}

// A view of MySQL 9.7.4, one as MySQL 8.4 writes it, and one of MariaDB 10.11.
TEST(NormaliseViewQuery, BringsBothServersToOneSpelling) {
  const std::string normal =
      "select shown . a a from bar shown where not exists select 1 from bar later where later . a = shown . a and "
      "later . revision > shown . revision";
  const std::string head = "select `shown`.`a` AS `a` from `tt`.`bar` `shown` where ";
  const std::string mysql_inner =
      "(select 1 from `tt`.`bar` `later` where ((`later`.`a` = `shown`.`a`) and (`later`.`revision` > "
      "`shown`.`revision`)))";
  const std::string mariadb = head +
                              "!exists(select 1 from `tt`.`bar` `later` where `later`.`a` = `shown`.`a` and "
                              "`later`.`revision` > `shown`.`revision` limit 1)";
  EXPECT_EQ(normalise_view_query(head + "(not exists" + mysql_inner + ")", "tt", ServerFlavor::mysql), normal);
  EXPECT_EQ(normalise_view_query(head + "exists" + mysql_inner + " is false", "tt", ServerFlavor::mysql), normal);
  EXPECT_EQ(normalise_view_query(mariadb, "tt", ServerFlavor::mariadb), normal);
  for (const std::string& other :
       {normalise_view_query(head + "exists" + mysql_inner, "tt", ServerFlavor::mysql),
        normalise_view_query(head + "(not exists" + mysql_inner + ") limit 1", "tt", ServerFlavor::mysql),
        normalise_view_query(mariadb + " limit 1", "tt", ServerFlavor::mariadb),
        normalise_view_query(mariadb, "another", ServerFlavor::mariadb)})
    EXPECT_NE(other, normal);
}

TEST(NormaliseLiveTable, TakesTheHabitsOfTheServersOut) {
  LiveTable table{.name = "t", .engine = "InnoDB", .collation = "utf8mb4_bin"};
  table.columns = {{.name = "a", .sql_type = "bigint(20)", .default_text = "NULL"},
                   {.name = "b", .sql_type = "TINYINT(1)", .extra = "DEFAULT_GENERATED"},
                   {.name = "c", .sql_type = "int(10) unsigned"},
                   {.name = "d", .sql_type = "decimal(18,8)", .default_text = "0.5"}};
  table.indexes = {{"ix_t", {"b"}, false}, {"fk_t", {"a"}, false}, {"PRIMARY", {"a"}, true}};
  table.foreign_keys = {{"fk_t", {"a"}, "p", {"id"}, "NO ACTION", "CASCADE"}};
  const LiveTable normal = normalise_live_table(table, ServerFlavor::mariadb);
  EXPECT_EQ(normal.engine, "innodb");
  EXPECT_EQ(normal.columns[0].sql_type, "bigint");
  EXPECT_EQ(normal.columns[0].default_text, "");
  EXPECT_EQ(normal.columns[1].sql_type, "tinyint(1)");
  EXPECT_EQ(normal.columns[1].extra, "");
  EXPECT_EQ(normal.columns[2].sql_type, "int unsigned");
  EXPECT_EQ(normal.columns[3].default_text, "0.5");
  ASSERT_EQ(normal.indexes.size(), 2U);
  EXPECT_EQ(normal.indexes[0].name, "PRIMARY");
  EXPECT_EQ(normal.foreign_keys[0].update_rule, "restrict");
  EXPECT_EQ(normal.foreign_keys[0].delete_rule, "cascade");
}

LiveColumn& column(LiveTable& table, std::string_view name) {
  return *std::ranges::find(table.columns, name, &LiveColumn::name);
}

TEST(CompareTable, SaysWhatDiffersAndMendsWhatIsSafe) {
  struct Case {
    const char* name;
    void (*change)(LiveTable& table);
    const char* difference;
    const char* alter;  // "" when it is left to a person
  };
  const Case cases[] = {
      {"another type", [](LiveTable& t) { column(t, "price").sql_type = "double"; },
       "sample.price: type decimal(10,4) expected, double found", ""},
      {"a narrower decimal", [](LiveTable& t) { column(t, "price").sql_type = "decimal(9,4)"; },
       "sample.price: type decimal(10,4) expected, decimal(9,4) found",
       "ALTER TABLE `sample`\n  MODIFY COLUMN `price` decimal(10,4) NOT NULL"},
      {"a decimal with more places", [](LiveTable& t) { column(t, "price").sql_type = "decimal(10,5)"; },
       "sample.price: type decimal(10,4) expected, decimal(10,5) found", ""},
      {"a shorter text", [](LiveTable& t) { column(t, "note").sql_type = "varchar(10)"; },
       "sample.note: type varchar(20) expected, varchar(10) found",
       "ALTER TABLE `sample`\n  MODIFY COLUMN `note` varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL"},
      {"a longer text", [](LiveTable& t) { column(t, "note").sql_type = "varchar(30)"; },
       "sample.note: type varchar(20) expected, varchar(30) found", ""},
      {"nullable", [](LiveTable& t) { column(t, "count").nullable = true; },
       "sample.count: nullability not null expected, null found",
       "ALTER TABLE `sample`\n  MODIFY COLUMN `count` bigint NOT NULL"},
      {"another collation", [](LiveTable& t) { column(t, "code").collation = "utf8mb4_general_ci"; },
       "sample.code: collation utf8mb4_bin expected, utf8mb4_general_ci found",
       "ALTER TABLE `sample`\n  MODIFY COLUMN `code` varchar(8) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL"},
      {"another character set", [](LiveTable& t) { column(t, "code").collation = "latin1_bin"; },
       "sample.code: collation utf8mb4_bin expected, latin1_bin found", ""},
      {"a default", [](LiveTable& t) { column(t, "count").default_text = "7"; },
       "sample.count: default none expected, 7 found", "ALTER TABLE `sample`\n  MODIFY COLUMN `count` bigint NOT NULL"},
      {"an attribute", [](LiveTable& t) { column(t, "count").extra = "auto_increment"; },
       "sample.count: attribute none expected, auto_increment found", ""},
      {"a nullable column is gone",
       [](LiveTable& t) { std::erase_if(t.columns, [](const auto& c) { return c.name == "note"; }); },
       "sample.note: column is missing",
       "ALTER TABLE `sample`\n  ADD COLUMN `note` varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL AFTER "
       "`kind`"},
      {"a required column is gone",
       [](LiveTable& t) { std::erase_if(t.columns, [](const auto& c) { return c.name == "count"; }); },
       "sample.count: column is missing", ""},
      {"a column too many", [](LiveTable& t) { t.columns.push_back({.name = "extra", .sql_type = "int"}); },
       "sample.extra: column is in no contract", ""},
      {"an index is gone", [](LiveTable& t) { t.indexes.pop_back(); }, "sample.uq_sample_code: index is missing",
       "ALTER TABLE `sample`\n  ADD UNIQUE KEY `uq_sample_code` (`code`)"},
      {"an index reads otherwise", [](LiveTable& t) { t.indexes.back().unique = false; },
       "sample.uq_sample_code: index unique (code) expected, (code) found",
       "ALTER TABLE `sample`\n  DROP INDEX `uq_sample_code`,\n  ADD UNIQUE KEY `uq_sample_code` (`code`)"},
      {"an index too many",
       [](LiveTable& t) {
         t.indexes.push_back({"ix_x", {"code"}, false});
       },
       "sample.ix_x: index is in no contract", "ALTER TABLE `sample`\n  DROP INDEX `ix_x`"},
      {"another primary key", [](LiveTable& t) { t.indexes.front().columns = {"code"}; },
       "sample.PRIMARY: index unique (id) expected, unique (code) found", ""},
      {"a check reads otherwise",
       [](LiveTable& t) { std::ranges::find(t.checks, "ck_sample__price", &LiveCheck::name)->clause = "price >= 0"; },
       "sample.ck_sample__price: check price > 0 expected, price >= 0 found",
       "ALTER TABLE `sample`\n  DROP CONSTRAINT `ck_sample__price`,\n  ADD CONSTRAINT `ck_sample__price` CHECK "
       "(`price` > 0)"},
      {"a check is gone",
       [](LiveTable& t) { std::erase_if(t.checks, [](const auto& c) { return c.name == "ck_sample_limit"; }); },
       "sample.ck_sample_limit: check is missing",
       "ALTER TABLE `sample`\n  ADD CONSTRAINT `ck_sample_limit` CHECK (`limit_price` >= `price` OR `kind` = 'small')"},
      {"a check that is not enforced",
       [](LiveTable& t) { std::ranges::find(t.checks, "ck_sample__price", &LiveCheck::name)->is_enforced = false; },
       "sample.ck_sample__price: check price > 0 expected, price > 0 (not enforced) found",
       "ALTER TABLE `sample`\n  DROP CONSTRAINT `ck_sample__price`,\n  ADD CONSTRAINT `ck_sample__price` CHECK "
       "(`price` > 0)"},
      {"another grouping of a check",
       [](LiveTable& t) {
         std::ranges::find(t.checks, "ck_sample_limit", &LiveCheck::name)->clause =
             "(limit_price >= price or kind = 'small') and 1";
       },
       "sample.ck_sample_limit: check limit_price >= price or kind = 'small' expected, (limit_price >= price or kind = "
       "'small') and 1 found",
       "ALTER TABLE `sample`\n  DROP CONSTRAINT `ck_sample_limit`,\n  ADD CONSTRAINT `ck_sample_limit` CHECK "
       "(`limit_price` >= `price` OR `kind` = 'small')"},
      {"a trigger", [](LiveTable& t) { t.triggers = {"tg_sample"}; }, "sample.tg_sample: trigger is in no contract",
       ""},
      {"another engine", [](LiveTable& t) { t.engine = "myisam"; }, "sample: table innodb expected, myisam found", ""},
      {"no table", [](LiveTable& t) { t.columns.clear(); }, "sample: table is missing", ""},
  };
  const Contract contract = fixture::load_sample_contract();
  EXPECT_THAT(compare_table(contract, make_expected_table(contract)), IsEmpty());
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    LiveTable live = make_expected_table(contract);
    c.change(live);
    const auto differences = compare_table(contract, live);
    ASSERT_EQ(differences.size(), 1U);
    EXPECT_EQ(render_difference(differences[0]), c.difference);
    const AlterPlan plan = plan_alter(contract, live);
    EXPECT_EQ(plan.statement, c.alter);
    EXPECT_EQ(plan.unsafe.empty(), !plan.statement.empty());
  }
}

TEST(PlanAlter, FoldsAllSafeChangesIntoOneStatement) {
  const Contract contract = fixture::load_sample_contract();
  LiveTable live = make_expected_table(contract);
  live.indexes.pop_back();
  column(live, "count").nullable = true;
  column(live, "note").sql_type = "varchar(30)";
  column(live, "note").nullable = false;
  const AlterPlan plan = plan_alter(contract, live);
  EXPECT_EQ(
      plan.statement,
      "ALTER TABLE `sample`\n  MODIFY COLUMN `count` bigint NOT NULL,\n  ADD UNIQUE KEY `uq_sample_code` (`code`)");
  ASSERT_EQ(plan.unsafe.size(), 1U) << "the narrowing; the nullability of the same column waits for it";
  EXPECT_EQ(plan.unsafe[0].name, "note");
}

TEST(CompareContracts, SaysWhatANewContractWouldChange) {
  const Contract from = fixture::load_sample_contract();
  Contract to = from;
  to.columns[4].maximum = Decimal::from_units(200, 0);
  const auto differences = compare_contracts(from, to);
  ASSERT_EQ(differences.size(), 1U);
  EXPECT_THAT(render_difference(differences[0]),
              HasSubstr("count >= 0 and count <= 200 expected, count >= 0 and count <= 100 found"));
}

}  // namespace
}  // namespace converge::contract
