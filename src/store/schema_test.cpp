#include "store/schema.hpp"

#include "contract/diff.hpp"
#include "fixture/sample_contract.hpp"
#include "fixture/test_server.hpp"
#include "store/sql.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <csignal>
#include <future>
#include <thread>

namespace converge::store {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<contract::Contract> make_contracts() {
  return {contract::system_contract("schema_step"), contract::system_contract("ingest_batch"),
          contract::system_contract("bar")};
}

// The same tables as an earlier version of the program had them: `bar` without an index, a check and a nullable column,
// `ingest_batch` with a shorter text.
std::vector<contract::Contract> make_later_contracts() {
  auto contracts = make_contracts();
  contract::Column note;
  note.name = "note";
  note.nullable = true;
  note.length_max = 40;
  contracts[2].columns.push_back(note);
  contracts[2].indexes.push_back({"ix_bar_note", {"note"}, false});
  contracts[2].checks.push_back({"ck_bar_volume", "volume >= 0"});
  for (auto& column : contracts[1].columns)
    if (column.type == contract::ColumnType::text && column.length_max) column.length_max = *column.length_max + 1;
  return contracts;
}

class Schema : public fixture::ServerTest {
 protected:
  MigrationReport migrate(std::span<const contract::Contract> contracts, const MigrationOptions& migration = {}) {
    auto db = open_db();
    return CONVERGE_GET(run_migration(db, contracts, migration));
  }
  std::vector<std::string> verify(std::span<const contract::Contract> contracts) {
    auto connection = open_connection();
    return CONVERGE_GET(verify_schema(connection, contracts));
  }
  std::vector<SchemaStepRow> load_journal() {
    auto connection = open_connection();
    return CONVERGE_GET(load_rows<SchemaStepRow>(connection, sql::schema_step_all));
  }

  // Runs the migration in a process of its own, which is killed at its n-th moment (0 is the first). False: it ended before.
  bool is_killed_at(int moment, std::span<const contract::Contract> contracts) {
    const auto child = ::fork();
    if (child == 0) {
      auto db = Db::open(options());
      if (!db) ::_exit(3);
      MigrationOptions migration;
      int seen = 0;
      migration.watch = [&](MigrationMoment, const SchemaStep&) {
        if (seen++ == moment) ::kill(::getpid(), SIGKILL);
      };
      ::_exit(run_migration(*db, contracts, migration) ? 0 : 4);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0) << "exit " << WEXITSTATUS(status);
    return WIFSIGNALED(status);
  }

  // The connection that waits for somebody's transaction to let go of a table, once there is one.
  std::optional<std::int64_t> waits_for_table() {
    const std::string waiting =
        "SELECT id FROM information_schema.processlist WHERE state LIKE 'Waiting for table metadata lock%' AND db = '" +
        options().database + "'";
    for (int i = 0; i < 1000; ++i) {
      if (const auto found = select_sql(waiting); !found.rows.empty()) return std::get<std::int64_t>(found.rows[0][0]);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return std::nullopt;
  }

  void expect_journal_is_closed() {
    for (const auto& step : load_journal()) {
      EXPECT_EQ(step.state, SchemaStepState::done) << step.sequence << " " << step.table_name;
      EXPECT_TRUE(step.ended_at.has_value());
    }
  }
};
CONVERGE_ON_BOTH_SERVERS(Schema);

TEST_P(Schema, OfAllSystemTablesIsMadeOnceAndVerifiesClean) {
  const auto& contracts = contract::system_contracts();
  EXPECT_FALSE(verify(contracts).empty());
  const auto first = migrate(contracts);
  const auto views = std::ranges::count_if(contracts, [](const auto& one) { return !one.latest_view.empty(); });
  EXPECT_EQ(std::ssize(first.steps), std::ssize(contracts) + views);
  EXPECT_THAT(verify(contracts), IsEmpty());
  EXPECT_EQ(load_journal().size(), first.steps.size() - 1) << "every step but the journal's own table";
  expect_journal_is_closed();

  auto connection = open_connection();
  const auto live = CONVERGE_GET(load_live_schema(connection));
  for (const auto& one : contracts)
    EXPECT_EQ(compute_fingerprint(live, one.table), compute_fingerprint(contract::make_expected_table(one)))
        << one.table;

  const auto again = migrate(contracts);
  EXPECT_THAT(again.steps, IsEmpty());
  EXPECT_EQ(again.recovered, 0);
  EXPECT_TRUE(require_schema(connection, contracts));

  auto fastest = std::chrono::milliseconds::max();
  for (int i = 0; i < 10; ++i) {
    const auto begun = std::chrono::steady_clock::now();
    CONVERGE_GET(load_live_schema(connection));
    fastest = std::min(fastest,
                       std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun));
  }
  RecordProperty("live_schema_ms", static_cast<int>(fastest.count()));
  EXPECT_LT(fastest.count(), 100);
}

TEST_P(Schema, ChangeByHandIsNamedAndRefused) {
  const auto contracts = make_contracts();
  migrate(contracts);
  struct Case {
    const char* name;
    const char* change;
    const char* undo;
    const char* says;
  };
  const Case cases[] = {
      {"type", "ALTER TABLE bar MODIFY high DOUBLE NOT NULL", "ALTER TABLE bar MODIFY high DECIMAL(18,8) NOT NULL",
       "bar.high: type decimal(18,8) expected, double found"},
      {"nullability", "ALTER TABLE bar MODIFY volume DECIMAL(24,8) NULL",
       "ALTER TABLE bar MODIFY volume DECIMAL(24,8) NOT NULL", "bar.volume: nullability not null expected, null found"},
      {"collation",
       "ALTER TABLE ingest_batch MODIFY source VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL",
       nullptr, "ingest_batch.source: collation"},
      {"default", "ALTER TABLE bar ALTER COLUMN revision SET DEFAULT 7",
       "ALTER TABLE bar ALTER COLUMN revision DROP DEFAULT", "bar.revision: default none expected, 7 found"},
      {"check", "ALTER TABLE bar DROP CONSTRAINT ck_bar_high", nullptr, "bar.ck_bar_high: check is missing"},
      {"index", "DROP INDEX ix_bar_known ON bar", nullptr, "bar.ix_bar_known: index is missing"},
      {"column", "ALTER TABLE bar ADD COLUMN extra INT", "ALTER TABLE bar DROP COLUMN extra",
       "bar.extra: column is in no contract"},
      {"foreign key", "ALTER TABLE bar DROP FOREIGN KEY fk_bar_batch", nullptr,
       "bar.fk_bar_batch: foreign key is missing"},
      {"view", "DROP VIEW bar_latest", nullptr, "bar_latest: view is missing"},
      {"view's query",
       "CREATE OR REPLACE VIEW bar_latest AS SELECT * FROM bar AS shown WHERE NOT EXISTS (SELECT 1 FROM bar AS later "
       "WHERE later.symbol = shown.symbol AND later.revision > shown.revision)",
       nullptr, "bar_latest: view the query of its contract expected, select"},
      {"grouping of a check",
       "ALTER TABLE bar DROP CONSTRAINT ck_bar_high, ADD CONSTRAINT ck_bar_high CHECK (high >= low AND (high >= open "
       "OR "
       "high >= close))",
       nullptr,
       "bar.ck_bar_high: check high >= low and high >= open and high >= close expected, high >= low and (high"},
      {"trigger", "CREATE TRIGGER tg_bar BEFORE INSERT ON bar FOR EACH ROW SET NEW.close = 1", "DROP TRIGGER tg_bar",
       "bar.tg_bar: trigger is in no contract"},
  };
  std::vector<Case> all(std::begin(cases), std::end(cases));
  if (GetParam() == ServerFlavor::mysql)  // MariaDB has no such clause
    all.push_back({"enforcement", "ALTER TABLE bar ALTER CHECK ck_bar_high NOT ENFORCED", nullptr,
                   "high >= close (not enforced) found"});
  auto connection = open_connection();
  for (const auto& c : all) {
    SCOPED_TRACE(c.name);
    run_sql(c.change);
    EXPECT_THAT(verify(contracts), Contains(HasSubstr(c.says)));
    const auto refused = require_schema(connection, contracts);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::contract_violation);
    EXPECT_THAT(refused.error().message, HasSubstr(c.says));
    if (c.undo != nullptr)
      run_sql(c.undo);
    else
      migrate(contracts);
    EXPECT_THAT(verify(contracts), IsEmpty());
  }
}

TEST_P(Schema, MigrationThatOnlyMakesFinishesAnInterruptedOneAndAltersNothing) {
  const auto contracts = make_contracts();
  MigrationOptions makes_only;
  makes_only.makes_only = true;
  ASSERT_TRUE(is_killed_at(8, contracts)) << "bar is there, its view is not";
  ASSERT_THAT(verify(contracts), ElementsAre("bar_latest: view is missing"));
  EXPECT_EQ(migrate(contracts, makes_only).steps.size(), 1U);
  EXPECT_THAT(verify(contracts), IsEmpty());

  auto db = open_db();
  run_sql("ALTER TABLE bar ADD COLUMN by_hand INT");
  run_sql("DROP VIEW bar_latest");
  const auto refused = run_migration(db, contracts, makes_only);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::contract_violation);
  EXPECT_THAT(refused.error().message, HasSubstr("bar.by_hand: column is in no contract"));
  EXPECT_THAT(verify(contracts), Contains("bar_latest: view is missing")) << "nothing was written";
}

// Rules of every shape come back from each server as they were written, and another grouping comes back as another.
TEST_P(Schema, OfRulesComesBackAsWritten) {
  const char* const rules[] = {
      "(count == 1 || price > 1) && active",
      "count == 1 || price > 1 && active",
      "!(price > 1 && !(count == 1)) && active",
      "price - (limit_price - 1) > 0 && price - limit_price - 1 > -2",
      "(price + 1) * 2 > -price || -(price - 1) * count <= 1.50",
      "price + (limit_price + 1) * 2 > 0 && -(-price) > 0",
      "limit_price is null || note is not null && detail is null",
      "kind == 'small' || kind != 'large' && code == note",
      "ratio <= 0.1 + 0.2 || ratio - -(0.5 + 1) > 0",
      "(active || count > 1) && (active || (count > 2 || price > 2)) && (price > 1 && (count > 0 && ratio > 0))",
  };
  auto sample = fixture::load_sample_contract();
  for (const char* rule : rules)
    sample.checks.push_back({"ck_sample_made_" + std::to_string(sample.checks.size()), rule});
  std::vector<contract::Contract> contracts{contract::system_contract("schema_step"), sample};
  migrate(contracts);
  EXPECT_THAT(verify(contracts), IsEmpty());

  contracts[1].checks[1].rule = rules[1];
  EXPECT_EQ(verify(contracts).size(), 1U) << "the parentheses are gone";
  EXPECT_EQ(migrate(contracts).steps.size(), 1U);
  EXPECT_THAT(verify(contracts), IsEmpty());
}

TEST_P(Schema, StepThatWasNotMarkedAsDoneIsSeenAndFinished) {
  const auto contracts = make_contracts();
  ASSERT_TRUE(is_killed_at(9, contracts)) << "the view's statement has run and is not written down";
  ASSERT_THAT(verify(contracts), IsEmpty());
  auto connection = open_connection();
  EXPECT_TRUE(CONVERGE_GET(is_migration_interrupted(connection)));
  MigrationOptions makes_only;
  makes_only.makes_only = true;
  EXPECT_EQ(migrate(contracts, makes_only).recovered, 1);
  EXPECT_FALSE(CONVERGE_GET(is_migration_interrupted(connection)));
  expect_journal_is_closed();
}

// An older program's journal lacks a column that this one reads.
TEST_P(Schema, MigrationBringsItsOwnJournalUpFirst) {
  const auto contracts = make_contracts();
  migrate(contracts);
  ASSERT_TRUE(is_killed_at(2, make_later_contracts())) << "with a step left open";
  run_sql("DELETE FROM schema_step WHERE state = 'done'");  // whose end would be unknown
  run_sql("ALTER TABLE schema_step DROP CONSTRAINT ck_schema_step_done");
  run_sql("ALTER TABLE schema_step DROP COLUMN ended_at");
  auto db = open_db();
  MigrationOptions makes_only;
  makes_only.makes_only = true;
  const auto refused = run_migration(db, contracts, makes_only);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("schema_step.ended_at: column is missing"));
  const auto report = migrate(make_later_contracts());
  EXPECT_EQ(report.steps.at(0).table, "schema_step");
  EXPECT_EQ(report.recovered, 1);
  EXPECT_THAT(verify(make_later_contracts()), IsEmpty());
}

TEST_P(Schema, LeavesTheOwnersTablesAlone) {
  const auto contracts = make_contracts();
  run_sql("CREATE TABLE my_notes (text TEXT)");
  migrate(contracts);
  EXPECT_THAT(verify(contracts), IsEmpty());
  EXPECT_EQ(select_sql("SELECT COUNT(*) FROM my_notes").rows.size(), 1U);
}

// kill -9 at every moment of a migration from nothing, and of one that alters: each time the next run goes on from there.
TEST_P(Schema, MigrationSurvivesAKillAtEveryMoment) {
  const auto contracts = make_contracts();
  const auto later = make_later_contracts();
  int kills = 0;
  for (bool is_alter : {false, true})
    for (int moment = 0;; ++moment) {
      SCOPED_TRACE((is_alter ? "alter, moment " : "create, moment ") + std::to_string(moment));
      run_sql("DROP VIEW IF EXISTS bar_latest");
      for (const char* table : {"bar", "ingest_batch", "schema_step"})
        run_sql(std::string("DROP TABLE IF EXISTS ") + table);
      if (is_alter) migrate(contracts);
      const auto& wanted = is_alter ? later : contracts;
      const bool is_killed = is_killed_at(moment, wanted);
      if (!is_killed) break;
      ++kills;
      migrate(wanted);
      EXPECT_THAT(verify(wanted), IsEmpty());
      expect_journal_is_closed();
      const auto journal = load_journal();
      EXPECT_EQ(journal.size(), is_alter ? 6U : 3U) << "no step is missing and none is told twice";
      for (std::size_t i = 0; i < journal.size(); ++i) EXPECT_EQ(journal[i].sequence, static_cast<std::int64_t>(i) + 1);
    }
  EXPECT_EQ(kills, (1 + 1 + 3 * 3) + (1 + 3 * 3));
}

// The server does not notice that its client has died, and finishes the ALTER when the table is free.
TEST_P(Schema, MigrationSurvivesAKillInsideAStatement) {
  const auto later = make_later_contracts();
  migrate(make_contracts());
  auto reader = open_connection();
  ASSERT_TRUE(reader.begin());
  CONVERGE_GET(reader.select({"test_look", "SELECT * FROM ingest_batch"}));
  const auto child = ::fork();
  if (child == 0) {
    auto db = Db::open(options());
    ::_exit(db && run_migration(*db, later) ? 0 : 4);
  }
  EXPECT_TRUE(waits_for_table());
  ::kill(child, SIGKILL);
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status));
  reader.rollback();
  migrate(later);
  EXPECT_THAT(verify(later), IsEmpty());
  expect_journal_is_closed();
  EXPECT_EQ(load_journal().size(), 3U + 3U) << "no step is missing and none is told twice";
}

TEST_P(Schema, InterruptedStepWhoseTableIsNeitherBeforeNorAfterStopsTheMigration) {
  const auto contracts = make_contracts();
  const auto later = make_later_contracts();
  migrate(contracts);
  ASSERT_TRUE(is_killed_at(1, later)) << "the intent for ingest_batch is written, the statement has not run";
  run_sql("ALTER TABLE ingest_batch ADD COLUMN by_hand INT");
  auto db = open_db();
  const auto stopped = run_migration(db, later);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, Errc::contract_violation);
  EXPECT_THAT(stopped.error().message,
              AllOf(HasSubstr("interrupted"), HasSubstr("ingest_batch.by_hand: column is in no contract")));
  run_sql("ALTER TABLE ingest_batch DROP COLUMN by_hand");
  migrate(later);
  EXPECT_THAT(verify(later), IsEmpty());
}

TEST_P(Schema, StatementThatTheServerRefusesLeavesNoIntentAndNoChange) {
  auto contracts = make_contracts();
  migrate(contracts);
  run_sql(
      "INSERT INTO schema_step SELECT 99, table_name, statement_sha256, statement, before_fingerprint, "
      "after_fingerprint, "
      "state, begun_at, ended_at FROM schema_step LIMIT 1");
  contracts[0].checks.push_back({"ck_schema_step_early", "sequence < 50"});
  auto db = open_db();
  const auto refused = run_migration(db, contracts);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::contract_violation);
  EXPECT_THAT(refused.error().message, HasSubstr("ck_schema_step_early"));
  expect_journal_is_closed();
  EXPECT_THAT(verify(make_contracts()), IsEmpty());
}

TEST_P(Schema, DifferenceThatWouldLoseRowsIsNotPlanned) {
  auto contracts = make_contracts();
  migrate(contracts);
  for (auto& column : contracts[2].columns)
    if (column.name == "high") column.scale = 2, column.precision = 10;
  auto db = open_db();
  const auto refused = run_migration(db, contracts);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::contract_violation);
  EXPECT_THAT(refused.error().message, HasSubstr("bar.high: type decimal(10,2) expected, decimal(18,8) found"));
  EXPECT_EQ(load_journal().size(), 3U);
}

TEST_P(Schema, MigrationWaitsForATransactionThatUsesTheTable) {
  migrate(make_contracts());
  auto reader = open_connection();
  ASSERT_TRUE(reader.begin());
  CONVERGE_GET(reader.select({"test_look", "SELECT * FROM ingest_batch"}));
  auto db = open_db();
  MigrationOptions hasty;
  hasty.statement_timeout = std::chrono::seconds(1);
  hasty.attempts_max = 1;
  const auto late = run_migration(db, make_later_contracts(), hasty);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Errc::timeout);
  expect_journal_is_closed();

  MigrationOptions patient = hasty;
  patient.attempts_max = 20;
  std::jthread ends_later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(2500));
    reader.rollback();
  });
  const auto done = run_migration(db, make_later_contracts(), patient);
  EXPECT_TRUE(done) << done.error().message;
}

// KILL QUERY means that somebody wants it to end.
TEST_P(Schema, MigrationThatIsInterruptedOnTheServerIsNotRepeated) {
  migrate(make_contracts());
  auto reader = open_connection();
  ASSERT_TRUE(reader.begin());
  CONVERGE_GET(reader.select({"test_look", "SELECT * FROM ingest_batch"}));
  auto db = open_db();
  auto migration = std::async(std::launch::async, [&] { return run_migration(db, make_later_contracts()); });
  const auto found = waits_for_table();
  ASSERT_TRUE(found);
  run_sql("KILL QUERY " + std::to_string(*found));
  const auto ended = migration.wait_for(std::chrono::seconds(5));
  EXPECT_EQ(ended, std::future_status::ready);
  reader.rollback();
  const auto stopped = migration.get();
  ASSERT_FALSE(stopped);
  EXPECT_THAT(stopped.error().message, HasSubstr("1317"));
  expect_journal_is_closed();
}

TEST_P(Schema, TwoMigrationsAtOnceShareTheWork) {
  const auto contracts = make_contracts();
  auto db = open_db();
  std::atomic<std::int64_t> steps{0};
  std::atomic<int> failures{0};
  {
    std::vector<std::jthread> pool;
    pool.reserve(3);
    for (int i = 0; i < 3; ++i)
      pool.emplace_back([&] {
        const auto report = run_migration(db, contracts);
        if (report)
          steps += std::ssize(report->steps);
        else
          ++failures;
      });
  }
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(steps, 4);
  EXPECT_THAT(verify(contracts), IsEmpty());
}

TEST_P(Schema, MigrationGivesUpWhenAnotherOneHoldsTheLock) {
  auto holder = open_connection();
  CONVERGE_GET(holder.select(sql::schema_lock, params(make_migration_lock_name(options().database), 1)));
  auto db = open_db();
  MigrationOptions hasty;
  hasty.lock_timeout = std::chrono::seconds(1);
  const auto refused = run_migration(db, make_contracts(), hasty);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::timeout);
  EXPECT_THAT(refused.error().message, HasSubstr("another migration"));
}

TEST(MigrationLock, NameIsLowerCaseAndShort) {
  EXPECT_EQ(make_migration_lock_name("Desk_A"), "converge:desk_a:migrate");
  const auto longest = make_migration_lock_name(std::string(64, 'X'));
  EXPECT_LE(longest.size(), 64U);
  EXPECT_NE(longest, make_migration_lock_name(std::string(63, 'X')));
  EXPECT_EQ(longest, make_migration_lock_name(std::string(64, 'x')));
}

TEST(Cluster, IsMigratedOnlyWhenWholeAndQuiet) {
  const auto make_status = [](std::string size, std::string component, std::string state, std::string received) {
    return ClusterStatus{{"wsrep_cluster_size", std::move(size)},
                         {"wsrep_cluster_status", std::move(component)},
                         {"wsrep_local_state", std::move(state)},
                         {"wsrep_received", std::move(received)}};
  };
  EXPECT_FALSE(is_cluster({})) << "MySQL";
  EXPECT_FALSE(is_cluster(make_status("0", "Disconnected", "0", "0"))) << "MariaDB without Galera";
  EXPECT_FALSE(is_cluster(make_status("1", "Primary", "4", "9"))) << "a node alone";
  EXPECT_TRUE(is_cluster(make_status("3", "Primary", "4", "9")));
  struct Case {
    const char* name;
    ClusterStatus first, second;
    const char* says;
  };
  const Case cases[] = {
      {"quiet", make_status("3", "Primary", "4", "9"), make_status("3", "Primary", "4", "9"), ""},
      {"busy", make_status("3", "Primary", "4", "9"), make_status("3", "Primary", "4", "12"),
       "another Galera node is writing (3"},
      {"no quorum", make_status("3", "Primary", "4", "9"), make_status("3", "non-Primary", "4", "9"), "no quorum"},
      {"joining", make_status("3", "Primary", "1", "9"), make_status("3", "Primary", "1", "9"), "not synced"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_THAT(find_cluster_obstacle(c.first, c.second).value_or(""), HasSubstr(c.says));
    EXPECT_EQ(find_cluster_obstacle(c.first, c.second).has_value(), *c.says != '\0');
  }
}

TEST(Fingerprint, ChangesWithEveryThingThatIsCompared) {
  const auto expected = contract::make_expected_table(contract::system_contract("bar"));
  const auto print = compute_fingerprint(expected);
  struct Case {
    const char* name;
    void (*change)(contract::LiveTable&);
  };
  const Case cases[] = {
      {"name", [](contract::LiveTable& t) { t.name = "bars"; }},
      {"engine", [](contract::LiveTable& t) { t.engine = "myisam"; }},
      {"view", [](contract::LiveTable& t) { t.is_view = true; }},
      {"column type", [](contract::LiveTable& t) { t.columns[3].sql_type = "double"; }},
      {"column nullable", [](contract::LiveTable& t) { t.columns[3].nullable = !t.columns[3].nullable; }},
      {"column default", [](contract::LiveTable& t) { t.columns[3].default_text = "0"; }},
      {"column gone", [](contract::LiveTable& t) { t.columns.pop_back(); }},
      {"index column", [](contract::LiveTable& t) { t.indexes[0].columns.pop_back(); }},
      {"index kind", [](contract::LiveTable& t) { t.indexes[0].unique = !t.indexes[0].unique; }},
      {"check", [](contract::LiveTable& t) { t.checks[0].clause += " and 1"; }},
      {"check enforcement", [](contract::LiveTable& t) { t.checks[0].is_enforced = false; }},
      {"trigger", [](contract::LiveTable& t) { t.triggers = {"tg"}; }},
      {"query", [](contract::LiveTable& t) { t.query = "select 1"; }},
      {"foreign key rule", [](contract::LiveTable& t) { t.foreign_keys[0].delete_rule = "cascade"; }},
      {"foreign key gone", [](contract::LiveTable& t) { t.foreign_keys.clear(); }},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    auto changed = expected;
    c.change(changed);
    EXPECT_NE(compute_fingerprint(changed), print);
    EXPECT_FALSE(contract::compare_tables(expected, changed).empty() && std::string_view(c.name) != "name");
  }
  auto reordered = expected;
  std::ranges::reverse(reordered.columns);
  EXPECT_EQ(compute_fingerprint(reordered), print) << "every statement names its columns, so their order is free";
  EXPECT_TRUE(contract::compare_tables(expected, reordered).empty());
}

}  // namespace
}  // namespace converge::store
