#include "store/db.hpp"

#include "base/ulid.hpp"
#include "fixture/test_server.hpp"
#include "store/retry_delay.hpp"
#include "store/sql.hpp"

#include <gmock/gmock.h>
#include <barrier>
#include <thread>

namespace converge::store {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

const Instant t0 = midnight_utc(Date(std::chrono::year(2020) / 3 / 16)) + 20h;

class DbTest : public fixture::ServerTest {};
CONVERGE_ON_BOTH_SERVERS(DbTest);

constexpr Statement add{"add", "INSERT INTO account VALUES (?, ?)"};
constexpr Statement raise{"raise", "UPDATE account SET money = money + 1 WHERE id = ?"};
constexpr Statement total{"total", "SELECT COUNT(*), CAST(COALESCE(SUM(money), 0) AS SIGNED) FROM account"};

IngestBatchRow make_batch() {
  IngestBatchRow batch;
  batch.id = make_ulid(t0, 1, "ingest_batch", "first");
  batch.source = "sp500";
  batch.table_name = "bar";
  batch.content_sha256 = batch.contract_hash = std::string(64, 'a');
  batch.known_at = t0;
  return batch;
}

BarRow make_bar(const std::string& batch_id, int day) {
  BarRow bar;
  bar.symbol = "SPX";
  bar.timeframe = "1d";
  bar.bar_at = t0 + std::chrono::days(day);
  bar.known_at = bar.bar_at;
  bar.open = Decimal::from_units(250000, 2);
  bar.high = Decimal::from_units(2562981, 3);
  bar.low = Decimal::from_units(2380940, 3);
  bar.close = Decimal::from_units(2386130, 3);
  bar.volume = Decimal::from_units(7781540000, 0);
  bar.batch_id = batch_id;
  return bar;
}

TEST_P(DbTest, KeepsRowsOfTheContractsAsTheyAre) {
  create_system_tables();
  auto db = open_db();
  const IngestBatchRow batch = make_batch();
  std::vector<BarRow> bars;
  for (int day = 0; day < 1200; ++day) bars.push_back(make_bar(batch.id, day));
  bars[7].open_synthetic = true;
  const auto inserted = db.transact([&](Tx& tx) -> Result<void> {
    TRY_VOID(tx.insert(batch));
    return tx.insert(bars);
  });
  ASSERT_TRUE(inserted) << inserted.error().message;
  const Statement all{"bars", "SELECT * FROM bar ORDER BY bar_at"};
  EXPECT_EQ(CONVERGE_GET(db.transact([&](Tx& tx) { return tx.load<BarRow>(all); })), bars);
  const Statement one{"bar", "SELECT * FROM bar WHERE symbol = ? AND bar_at = ?"};
  EXPECT_EQ(CONVERGE_GET(db.transact([&](Tx& tx) { return tx.find<BarRow>(one, params("SPX", bars[7].bar_at)); })),
            bars[7]);
  EXPECT_EQ(CONVERGE_GET(db.transact([&](Tx& tx) { return tx.find<BarRow>(one, params("DAX", t0)); })), std::nullopt);
}

TEST_P(DbTest, RefusesAnswersThatAreNotTheRow) {
  create_system_tables();
  auto db = open_db();
  CONVERGE_GET(db.transact([&](Tx& tx) -> Result<void> {
    TRY_VOID(tx.insert(make_batch()));
    return tx.insert(make_bar(make_batch().id, 0));
  }));
  struct Case {
    const char* name;
    const char* sql;
    const char* says;
  };
  const Case cases[] = {
      {"a column is missing", "SELECT symbol, timeframe FROM bar", "does not answer column bar_at"},
      {"a column is missing and there are no rows", "SELECT symbol FROM bar WHERE 1 = 0",
       "does not answer column timeframe"},
      {"another type",
       "SELECT symbol, timeframe, bar_at, 'first' AS revision, known_at, open, high, low, close, volume, "
       "open_synthetic, "
       "batch_id FROM bar",
       "bar.revision"},
      {"NULL where the contract has none",
       "SELECT NULL AS symbol, timeframe, bar_at, revision, known_at, open, high, low, close, volume, open_synthetic, "
       "batch_id FROM bar",
       "bar.symbol"},
      {"a boolean that is two",
       "SELECT symbol, timeframe, bar_at, revision, known_at, open, high, low, close, volume, 2 AS open_synthetic, "
       "batch_id FROM bar",
       "bar.open_synthetic"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto answer = db.transact([&](Tx& tx) { return tx.load<BarRow>({c.name, c.sql}); });
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Errc::contract_violation);
    EXPECT_THAT(answer.error().message, HasSubstr(c.says));
  }
}

TEST_P(DbTest, RollsBackWhenTheWorkFails) {
  run_sql("CREATE TABLE account (id INT PRIMARY KEY, money INT NOT NULL)");
  auto db = open_db();
  const auto failed = db.transact([&](Tx& tx) -> Result<void> {
    TRY_VOID(tx.execute(add, params(1, 5)));
    return fail(Errc::not_found, "changed my mind");
  });
  EXPECT_EQ(failed.error().message, "changed my mind");
  EXPECT_EQ(CONVERGE_GET(db.transact([&](Tx& tx) { return tx.select(total); })).rows[0][0], Value(0));
}

TEST_P(DbTest, RollsBackWhenTheWorkThrows) {
  run_sql("CREATE TABLE account (id INT PRIMARY KEY, money INT NOT NULL)");
  auto db = open_db();
  EXPECT_THROW((void)db.transact([&](Tx& tx) -> Result<void> {
    TRY_VOID(tx.execute(add, params(1, 5)));
    throw std::logic_error("a bug");
  }),
               std::logic_error);
  EXPECT_EQ(CONVERGE_GET(db.transact([&](Tx& tx) { return tx.select(total); })).rows[0][0], Value(0));
}

// Two transactions lock the same two rows in opposite order and wait for each other first: one must become the victim.
TEST_P(DbTest, RepeatsTheWholeOfADeadlockVictim) {
  run_sql("CREATE TABLE account (id INT PRIMARY KEY, money INT NOT NULL)");
  run_sql("INSERT INTO account VALUES (1, 0), (2, 0)");
  auto db = open_db();
  std::barrier both_hold_one(2);
  std::atomic<int> runs{0};
  const auto transfer = [&](int first, int second) {
    bool met = false;
    return db.transact([&, met](Tx& tx) mutable -> Result<void> {
      ++runs;
      TRY_VOID(tx.execute(raise, params(first)));
      if (!std::exchange(met, true)) both_hold_one.arrive_and_wait();
      TRY_VOID(tx.execute(raise, params(second)));
      return {};
    });
  };
  Result<void> there, back;
  {
    const std::jthread other([&] { back = transfer(2, 1); });
    there = transfer(1, 2);
  }
  EXPECT_TRUE(there) << there.error().message;
  EXPECT_TRUE(back) << back.error().message;
  EXPECT_GE(runs, 3);
  EXPECT_EQ(db.transactions_begun(), runs);
  const auto sums = CONVERGE_GET(db.transact([&](Tx& tx) { return tx.select(total); }));
  EXPECT_EQ(sums.rows[0][1], Value(4));  // each of two rows raised by each of two transactions: none lost, none twice
}

// After 1213 the server has no transaction any more: what follows would be committed at once, and COMMIT says "done".
TEST_P(DbTest, NeverCommitsAroundADeadlockThatTheWorkSwallowed) {
  run_sql("CREATE TABLE account (id INT PRIMARY KEY, money INT NOT NULL)");
  run_sql("INSERT INTO account VALUES (1, 0), (2, 0)");
  auto db = open_db();
  std::barrier both_hold_one(2);
  std::atomic<int> swallowed{0};
  const auto careless = [&](int first, int second, int mark) {
    bool met = false;
    return db.transact([&, met](Tx& tx) mutable -> Result<void> {
      TRY_VOID(tx.execute(add, params(mark, 100)));
      TRY_VOID(tx.execute(raise, params(first)));
      if (!std::exchange(met, true)) both_hold_one.arrive_and_wait();
      if (!tx.execute(raise, params(second))) {
        ++swallowed;
        const auto outside = tx.execute(add, params(mark + 1, 1000));
        EXPECT_FALSE(outside);  // refused: it would lie outside of any transaction
      }
      return {};
    });
  };
  Result<void> there, back;
  {
    const std::jthread other([&] { back = careless(2, 1, 20); });
    there = careless(1, 2, 10);
  }
  EXPECT_TRUE(there);
  EXPECT_TRUE(back);
  EXPECT_GE(swallowed, 1);
  const auto sums = CONVERGE_GET(db.transact([&](Tx& tx) { return tx.select(total); }));
  EXPECT_EQ(sums.rows[0][0], Value(4));  // both marks are there, neither of the two outside rows
  EXPECT_EQ(sums.rows[0][1], Value(204));
}

TEST_P(DbTest, RepeatsAfterALockTimedOutAndGivesUpInTheEnd) {
  run_sql("CREATE TABLE account (id INT PRIMARY KEY, money INT NOT NULL)");
  run_sql("INSERT INTO account VALUES (1, 0)");
  auto db = open_db();
  auto blocker = open_connection();
  CONVERGE_GET(blocker.begin());
  CONVERGE_GET(blocker.execute(raise, params(1)));
  int runs = 0;
  const auto outcome = db.transact([&](Tx& tx) -> Result<void> {
    if (++runs == 2) blocker.rollback();
    TRY_VOID(tx.connection().run({"impatient", "SET SESSION innodb_lock_wait_timeout = 1"}));
    TRY_VOID(tx.execute(raise, params(1)));
    return {};
  });
  EXPECT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(runs, 2);

  CONVERGE_GET(blocker.begin());
  CONVERGE_GET(blocker.execute(raise, params(1)));
  constexpr Statement nowait{"nowait", "SELECT money FROM account WHERE id = 1 FOR UPDATE NOWAIT"};
  const auto refused = db.transact([&](Tx& tx) { return tx.select(nowait); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, GetParam() == ServerFlavor::mysql ? Errc::conflict : Errc::timeout);
}

TEST_P(DbTest, RefusesToCommitWhatASchemaChangeHasCommitted) {
  run_sql("CREATE TABLE account (id INT PRIMARY KEY, money INT NOT NULL)");
  auto db = open_db();
  const auto outcome = db.transact([&](Tx& tx) -> Result<void> {
    TRY_VOID(tx.execute(add, params(1, 5)));
    return tx.connection().run({"ddl", "CREATE TABLE other (id INT PRIMARY KEY)"});
  });
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, Errc::internal);
}

TEST_P(DbTest, ReplacesAConnectionThatBrokeWhileItLayIdle) {
  auto db = open_db();
  std::uint64_t first = 0;
  CONVERGE_GET(db.transact([&](Tx& tx) -> Result<void> {
    first = tx.connection().id();
    return {};
  }));
  run_sql("KILL " + std::to_string(first));
  const auto again = db.transact([&](Tx& tx) -> Result<std::uint64_t> { return tx.connection().id(); });
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_NE(*again, first);
}

TEST_P(DbTest, ReportsAConnectionLostOnTheWayAndDoesNotRepeat) {
  run_sql("CREATE TABLE account (id INT PRIMARY KEY, money INT NOT NULL)");
  auto db = open_db();
  int runs = 0;
  const auto outcome = db.transact([&](Tx& tx) -> Result<void> {
    ++runs;
    TRY_VOID(tx.execute(add, params(1, 5)));
    run_sql("KILL " + std::to_string(tx.connection().id()));
    TRY_VOID(tx.execute(add, params(2, 5)));
    return {};
  });
  EXPECT_EQ(outcome.error().code, Errc::unavailable);
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(CONVERGE_GET(db.transact([&](Tx& tx) { return tx.select(total); })).rows[0][0], Value(0));
}

TEST_P(DbTest, ServesMoreThreadsThanItHasConnections) {
  run_sql("CREATE TABLE account (id INT PRIMARY KEY, money INT NOT NULL)");
  run_sql("INSERT INTO account VALUES (1, 0)");
  auto db = open_db();
  std::atomic<int> failures{0};
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < 2 * Db::connections_max; ++i)
      threads.emplace_back([&] {
        for (int n = 0; n < 5; ++n)
          if (!db.transact([&](Tx& tx) { return tx.execute(raise, params(1)); })) ++failures;
      });
  }
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(CONVERGE_GET(db.transact([&](Tx& tx) { return tx.select(total); })).rows[0][1],
            Value(std::int64_t{10 * Db::connections_max}));
}

TEST_P(DbTest, PreparesEveryNamedStatement) {
  create_system_tables();
  auto connection = open_connection();
  EXPECT_GE(sql::all_statements().size(), 10U);
  for (const Statement& statement : sql::all_statements()) {
    const auto prepared = connection.prepare(statement);
    if (prepared) continue;
    // A few statements exist only in the text protocol; they are run instead.
    EXPECT_THAT(prepared.error().message, HasSubstr("1295")) << statement.name;
    const auto run = connection.run(statement);
    EXPECT_TRUE(run) << run.error().message;
  }
}

TEST_P(DbTest, RefusesARowThatItsContractDoesNotAllow) {
  create_system_tables();
  auto db = open_db();
  std::vector<BarRow> bars;
  for (int day = 0; day < 9000; ++day) bars.push_back(make_bar(make_batch().id, day));
  bars[8500].high = Decimal::from_units(1, 0);
  const auto outcome = db.transact([&](Tx& tx) -> Result<void> {
    TRY_VOID(tx.insert(make_batch()));
    const auto refused = tx.insert(bars);  // swallowed on purpose: the chunk before must be gone all the same
    EXPECT_EQ(refused.error().code, Errc::contract_violation);
    EXPECT_THAT(refused.error().message, HasSubstr("insert into bar: row 8500: /high (ck_bar_high)"));
    return {};
  });
  EXPECT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(select_sql("SELECT COUNT(*) FROM bar").rows[0][0], Value(0));
  EXPECT_EQ(select_sql("SELECT COUNT(*) FROM ingest_batch").rows[0][0], Value(1));
}

TEST_P(DbTest, MakesTheSameIdForTheSameKey) {
  auto db = open_db();
  CONVERGE_GET(db.transact([](Tx& tx) -> Result<void> {
    const Scope scope{tx, t0, 42};
    EXPECT_EQ(scope.id("finding", "a"), make_ulid(t0, 42, "finding", "a"));
    EXPECT_NE(scope.id("finding", "a"), scope.id("finding", "b"));
    return {};
  }));
}

TEST(ComputeRetryDelay, IsSpreadOverAGrowingAndBoundedRange) {
  Rng rng(7);
  const RetryBounds bounds{4ms, 500ms};
  for (const auto& [attempt, ceiling] : {std::pair{1, 4ms}, {2, 8ms}, {5, 64ms}, {8, 500ms}, {60, 500ms}}) {
    std::chrono::milliseconds least = 10s, most = 0ms;
    for (int n = 0; n < 2000; ++n) {
      const auto delay = compute_retry_delay(attempt, bounds, rng);
      least = std::min(least, delay);
      most = std::max(most, delay);
    }
    EXPECT_LE(most, ceiling) << attempt;
    EXPECT_GE(most, ceiling * 9 / 10) << attempt;
    EXPECT_LE(least, ceiling / 10) << attempt;
  }
}

}  // namespace
}  // namespace converge::store
