#include "feature/run_feature.hpp"

#include "fixture/test_server.hpp"

#include <gtest/gtest.h>
#include <unistd.h>
#include <cstring>
#include <filesystem>

namespace converge::feature {
namespace {

Instant day(int n) {
  return *parse_instant("2020-03-01T21:00:00Z") + std::chrono::days(n);
}

constexpr const char* batch_id = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

// Bar n of a walk; what is asked for besides is the close, and when this revision became known.
BarRow make_bar_row(int n, std::int64_t revision, Instant known_at, std::int64_t cents) {
  return {.symbol = "spx",
          .timeframe = "1d",
          .bar_at = day(n),
          .revision = revision,
          .known_at = known_at,
          .open = Decimal::from_units(cents, 2),
          .high = Decimal::from_units(cents + 100, 2),
          .low = Decimal::from_units(cents - 100, 2),
          .close = Decimal::from_units(cents + 50, 2),
          .volume = Decimal::from_units(1000 + n, 0),
          .open_synthetic = n % 2 == 0,
          .batch_id = batch_id};
}
BarRow make_bar_row(int n) {
  return make_bar_row(n, 0, day(n), 10'000 + 37 * n);
}

class FeatureStage : public fixture::ServerTest {
 protected:
  void SetUp() override {
    fixture::ServerTest::SetUp();
    if (IsSkipped()) return;
    create_system_tables();
    db_.emplace(open_db());
    insert(IngestBatchRow{.id = batch_id,
                          .source = "walk",
                          .table_name = "bar",
                          .content_sha256 = std::string(64, '0'),
                          .contract_hash = std::string(64, '0'),
                          .known_at = day(0)});
  }

  template <class Row>
  void insert(const Row& row) {
    CONVERGE_GET(db_->transact([&](store::Tx& tx) { return tx.insert(row); }));
  }
  void refresh(BarSeries& series, Instant known_at) {
    CONVERGE_GET(db_->transact([&](store::Tx& tx) { return series.refresh(tx, known_at); }));
  }

  // Against a series that has seen nothing before, and against its own rows of features.
  void expect_like_fresh(const BarSeries& series, FeatureSeries& features, Instant known_at) {
    BarSeries fresh("spx", "1d");
    refresh(fresh, known_at);
    EXPECT_EQ(series.bars().bar_at, fresh.bars().bar_at);
    EXPECT_EQ(series.bars().close, fresh.bars().close);
    EXPECT_EQ(series.bars().volume, fresh.bars().volume);
    EXPECT_EQ(series.bars().open_synthetic, fresh.bars().open_synthetic);
    EXPECT_EQ(series.snapshot_hash(), fresh.snapshot_hash());
    const Matrix expected = compute_matrix(features.features(), fresh.bars());
    const auto refreshed = features.refresh(series);
    ASSERT_TRUE(refreshed) << refreshed.error().message;
    const Matrix& actual = **refreshed;
    ASSERT_EQ(actual.bar_at, expected.bar_at);
    ASSERT_EQ(actual.values.size(), expected.values.size());
    EXPECT_EQ(std::memcmp(actual.values.data(), expected.values.data(), actual.values.size() * sizeof(double)), 0);
  }

  void TearDown() override {
    std::filesystem::remove_all(folder_);
    fixture::ServerTest::TearDown();
  }

  std::optional<store::Db> db_;
  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("run_feature_" + std::to_string(::getpid()));
  MatrixCache cache_{folder_, 8, "build"};
};
CONVERGE_ON_BOTH_SERVERS(FeatureStage);

FeatureSet compile() {
  const std::vector<NamedExpression> features{{"a", "rsi(3)"}, {"b", "close / sma(2) - 1"}};
  auto set = FeatureSet::compile(features);
  EXPECT_TRUE(set) << set.error().message;
  return *std::move(set);
}

TEST_P(FeatureStage, AppendsWhatBecameKnownAndNothingLater) {
  for (int n = 0; n < 20; ++n) insert(make_bar_row(n));
  BarSeries series("spx", "1d");
  FeatureSeries features(compile(), cache_);
  for (int n = 0; n < 20; ++n) {
    refresh(series, day(n) + std::chrono::hours(1));
    ASSERT_EQ(series.bars().size(), static_cast<std::size_t>(n) + 1);
    EXPECT_EQ(series.bars().close.back(), (10'050 + 37 * n) / 100.0);
    EXPECT_EQ(series.rebuilds(), 1U) << "appending is not reading anew";
    expect_like_fresh(series, features, day(n) + std::chrono::hours(1));
  }
}

TEST_P(FeatureStage, TakesASeriesItHasSeenFromTheCacheAndGoesOnFromThere) {
  for (int n = 0; n < 12; ++n) insert(make_bar_row(n));
  BarSeries series("spx", "1d");
  refresh(series, day(9));
  FeatureSeries first(compile(), cache_);
  ASSERT_TRUE(first.refresh(series));
  EXPECT_EQ(cache_.hits(), 0U);

  FeatureSeries second(compile(), cache_);
  expect_like_fresh(series, second, day(9));
  EXPECT_EQ(cache_.hits(), 1U);
  for (const int n : {10, 11}) {
    refresh(series, day(n));
    expect_like_fresh(series, second, day(n));
  }
  EXPECT_EQ(cache_.hits(), 1U) << "bars at the end need no file";
}

TEST_P(FeatureStage, ReadsAnewWhatAppendingCannotGive) {
  struct Case {
    const char* name;
    BarRow row;
  };
  const Case cases[] = {
      {"a correction of an old bar", make_bar_row(5, 1, day(10), 20'000)},
      {"a correction of the newest bar", make_bar_row(9, 1, day(10), 20'000)},
      {"an older bar that came late", make_bar_row(7, 0, day(10), 20'000)},
      {"an older bar that was known all along", make_bar_row(7, 0, day(7), 20'000)},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    run_sql("DELETE FROM bar");
    for (int n = 0; n < 10; ++n)
      if (n != 7 || c.row.bar_at != day(7)) insert(make_bar_row(n));
    BarSeries series("spx", "1d");
    FeatureSeries features(compile(), cache_);
    refresh(series, day(9));
    const std::string before = series.snapshot_hash();
    ASSERT_TRUE(features.refresh(series));

    insert(c.row);
    refresh(series, day(10));
    expect_like_fresh(series, features, day(10));
    EXPECT_NE(series.snapshot_hash(), before);
    EXPECT_EQ(series.rebuilds(), 2U);

    // And back: what was known then is as it was, unless the row claims to have been known already.
    refresh(series, day(9));
    expect_like_fresh(series, features, day(9));
    EXPECT_EQ(series.snapshot_hash() == before, c.row.known_at > day(9));
  }
}

TEST_P(FeatureStage, ForgetsALoadThatWasRolledBack) {
  for (int n = 0; n < 5; ++n) insert(make_bar_row(n));
  BarSeries series("spx", "1d");
  FeatureSeries features(compile(), cache_);
  refresh(series, day(4));
  const auto rolled_back = db_->transact([&](store::Tx& tx) -> Result<void> {
    TRY_VOID(tx.insert(make_bar_row(5)));
    TRY_VOID(series.refresh(tx, day(5)));
    return fail(Errc::conflict, "the tick is not to be");
  });
  ASSERT_FALSE(rolled_back);
  ASSERT_EQ(series.bars().size(), 6U);
  ASSERT_TRUE(features.refresh(series));

  refresh(series, day(5));
  EXPECT_EQ(series.bars().size(), 5U);
  expect_like_fresh(series, features, day(5));

  // The same place in time, other numbers.
  const auto again = db_->transact([&](store::Tx& tx) -> Result<void> {
    TRY_VOID(tx.insert(make_bar_row(5)));
    TRY_VOID(series.refresh(tx, day(5)));
    return fail(Errc::conflict, "nor this one");
  });
  ASSERT_FALSE(again);
  insert(make_bar_row(5, 0, day(5), 30'000));
  refresh(series, day(5));
  EXPECT_EQ(series.bars().close.back(), 300.5);
  expect_like_fresh(series, features, day(5));
}

TEST_P(FeatureStage, KeepsOtherSeriesApartAndStartsEmpty) {
  BarRow other = make_bar_row(0);
  other.symbol = "other";
  insert(other);
  BarSeries series("spx", "1d");
  refresh(series, day(3));
  EXPECT_EQ(series.bars().size(), 0U);
  insert(make_bar_row(2));
  refresh(series, day(3));
  EXPECT_EQ(series.bars().size(), 1U);
}

TEST_P(FeatureStage, WritesEachSpecificationOnce) {
  const FeatureSet features = compile();
  const auto labels = LabelSet::make({"direction", 5, 0});
  ASSERT_TRUE(labels);
  for (const int n : {1, 2}) {
    CONVERGE_GET(db_->transact([&](store::Tx& tx) -> Result<void> {
      store::Scope scope{tx, day(n), 7};
      TRY_VOID(insert_feature_set(scope, features));
      return insert_label_set(scope, *labels);
    }));
  }
  for (const auto& [table, spec, hash] : {std::tuple{"feature_set", features.spec(), features.hash()},
                                          std::tuple{"label_set", labels->spec(), labels->hash()}}) {
    const auto rows = select_sql(std::string("SELECT hash, spec, created_at FROM ") + table);
    ASSERT_EQ(rows.rows.size(), 1U);
    EXPECT_EQ(rows.rows[0][0], store::Value(hash));
    EXPECT_EQ(rows.rows[0][1], store::Value(spec));
    EXPECT_EQ(rows.rows[0][2], store::Value(day(1)));
  }
}

}  // namespace
}  // namespace converge::feature
