#include "ingest/run_ingest.hpp"

#include "base/hash.hpp"
#include "fixture/bad_bars.hpp"
#include "fixture/test_server.hpp"
#include "store/sql.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <fstream>

namespace converge::ingest {
namespace {

using std::string;
using store::Db;
using store::Scope;
using store::Tx;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint64_t seed = 7;

class Ingest : public fixture::ServerTest {};
CONVERGE_ON_BOTH_SERVERS(Ingest);

Instant at(std::string_view text) {
  return *parse_instant(text);
}

Decoder make_decoder(string toml = fixture::bad_bars_source,
                     const contract::Contract& contract = contract::system_contract("bar")) {
  return CONVERGE_GET(Decoder::open(CONVERGE_GET(parse_source(toml, "sources/bars.toml")), contract));
}

Feed make_feed(const Decoder& decoder, const string& rows, const char* header = "date,open,high,low,close,volume\n") {
  return CONVERGE_GET(Feed::open(decoder, header + rows));
}

IngestCounts run_at(Db& db, Feed& feed, std::string_view now) {
  return CONVERGE_GET(db.transact([&](Tx& tx) {
    Scope scope{tx, at(now), seed};
    return run_ingest(scope, feed);
  }));
}

// "2020-01-02T21:00:00Z 0 known 2020-01-02T21:00:00Z close 11": one line per bar.
std::vector<string> render_bars(const std::vector<BarRow>& bars) {
  std::vector<string> out;
  for (const BarRow& bar : bars)
    out.push_back(fmt::format("{} {} known {} close {}", render_instant(bar.bar_at), bar.revision,
                              render_instant(bar.known_at), bar.close.with_scale(2)->to_string()));
  return out;
}

std::vector<BarRow> load_bars(Db& db) {
  return CONVERGE_GET(
      db.transact([](Tx& tx) { return tx.load<BarRow>(sql::bar_by_symbol, store::params("test", "1d")); }));
}

std::vector<IngestBatchRow> load_batches(Db& db) {
  return CONVERGE_GET(
      db.transact([](Tx& tx) { return tx.load<IngestBatchRow>(sql::ingest_batch_by_source, store::params("bars")); }));
}

std::vector<QuarantineRow> load_refused(Db& db) {
  return CONVERGE_GET(
      db.transact([](Tx& tx) { return tx.load<QuarantineRow>(sql::quarantine_by_source, store::params("bars")); }));
}

constexpr const char* three_days =
    "2020-01-02,10,12,9,11.00,100\n"
    "2020-01-03,10,12,9,11.01,100\n"
    "2020-01-06,10,12,9,11.02,100\n";

TEST_P(Ingest, LoadsWhatIsDueAndNothingElse) {
  create_system_tables();
  auto db = open_db();
  const Decoder decoder = make_decoder();
  Feed feed = make_feed(decoder, three_days);

  EXPECT_EQ(run_at(db, feed, "2020-01-02T20:59:59Z"), (IngestCounts{}));
  EXPECT_THAT(load_batches(db), IsEmpty());
  EXPECT_EQ(run_at(db, feed, "2020-01-03T22:00:00Z"), (IngestCounts{.rows_read = 2, .rows_loaded = 2}));
  EXPECT_EQ(run_at(db, feed, "2020-01-04T22:00:00Z"), (IngestCounts{.rows_read = 2, .rows_unchanged = 2}));
  EXPECT_EQ(run_at(db, feed, "2020-01-06T21:00:00Z"),
            (IngestCounts{.rows_read = 3, .rows_loaded = 1, .rows_unchanged = 2}));
  EXPECT_EQ(run_at(db, feed, "2020-01-07T21:00:00Z"), (IngestCounts{.rows_read = 3, .rows_unchanged = 3}));

  EXPECT_THAT(render_bars(load_bars(db)), ElementsAre("2020-01-02T21:00:00Z 0 known 2020-01-02T21:00:00Z close 11.00",
                                                      "2020-01-03T21:00:00Z 0 known 2020-01-03T21:00:00Z close 11.01",
                                                      "2020-01-06T21:00:00Z 0 known 2020-01-06T21:00:00Z close 11.02"));
  const auto batches = load_batches(db);
  ASSERT_EQ(batches.size(), 2U);
  EXPECT_EQ(batches[0].content_sha256,
            compute_sha256_hex("2020-01-02,10,12,9,11.00,100\n2020-01-03,10,12,9,11.01,100\n"));
  EXPECT_EQ(batches[1].content_sha256, compute_sha256_hex("2020-01-06,10,12,9,11.02,100\n"));
  EXPECT_EQ(batches[1].contract_hash, contract::system_contract("bar").hash);
  EXPECT_EQ(batches[1].rows_loaded, 1);
}

TEST_P(Ingest, KeepsEveryGoodRowAndQuarantinesEveryBadOne) {
  create_system_tables();
  auto db = open_db();
  const auto lines = fixture::bad_bars();
  const Decoder decoder = make_decoder();
  Feed feed = CONVERGE_GET(Feed::open(decoder, fixture::render_bars(lines)));
  const IngestCounts first = run_at(db, feed, "2020-03-01T00:00:00Z");
  EXPECT_EQ(first, (IngestCounts{.rows_read = 25, .rows_loaded = 13, .rows_quarantined = 12}));

  const auto bars = load_bars(db);
  const auto refused = load_refused(db);
  EXPECT_EQ(bars.size(), 13U);
  std::size_t next = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].rule.empty()) continue;
    SCOPED_TRACE(lines[i].rule);
    ASSERT_LT(next, refused.size());
    const QuarantineRow& row = refused[next++];
    EXPECT_EQ(row.line, static_cast<std::int64_t>(i) + 2);
    EXPECT_EQ(row.rule, lines[i].rule);
    EXPECT_EQ(row.pointer, lines[i].pointer);
    EXPECT_EQ(row.raw_sha256, compute_sha256_hex(lines[i].text));
    if (row.rule != "utf8") {
      EXPECT_EQ(row.raw, lines[i].text);
    }
  }
  EXPECT_EQ(next, refused.size());

  // The same file again, by the same process and by another one.
  Feed again = CONVERGE_GET(Feed::open(decoder, fixture::render_bars(lines)));
  const IngestCounts unchanged{.rows_read = 25, .rows_unchanged = 25};
  EXPECT_EQ(run_at(db, feed, "2020-03-02T00:00:00Z"), unchanged);
  EXPECT_EQ(run_at(db, again, "2020-03-03T00:00:00Z"), unchanged);
  EXPECT_EQ(load_bars(db), bars);
  EXPECT_EQ(load_refused(db), refused);
  EXPECT_EQ(load_batches(db).size(), 1U);
}

TEST_P(Ingest, StoresACorrectionAsTheNextRevisionKnownFromNow) {
  create_system_tables();
  auto db = open_db();
  const Decoder decoder = make_decoder();
  Feed feed = make_feed(decoder, three_days);
  run_at(db, feed, "2020-01-06T22:00:00Z");

  Feed corrected = make_feed(decoder,
                             "2020-01-02,10,12,9,11.000,100.0\n"  // the same numbers in other digits
                             "2020-01-03,10,12,9,11.50,100\n"
                             "2020-01-06,10,12,9,11.02,100\n");
  EXPECT_EQ(run_at(db, corrected, "2020-02-01T00:00:00Z"),
            (IngestCounts{.rows_read = 3, .rows_loaded = 1, .rows_unchanged = 2}));
  EXPECT_EQ(run_at(db, corrected, "2020-02-02T00:00:00Z"), (IngestCounts{.rows_read = 3, .rows_unchanged = 3}));
  corrected.forget();
  EXPECT_EQ(run_at(db, corrected, "2020-02-03T00:00:00Z"), (IngestCounts{.rows_read = 3, .rows_unchanged = 3}));

  const auto known_at = [&](std::string_view now) {
    return render_bars(CONVERGE_GET(db.transact([&](Tx& tx) {
      return tx.load<BarRow>(sql::bar_as_known, store::params("test", "1d", at("2020-01-02T21:00:00Z"),
                                                              at("2020-01-06T21:00:00Z"), at(now), at(now)));
    })));
  };
  EXPECT_THAT(known_at("2020-01-05T00:00:00Z"),
              ElementsAre("2020-01-03T21:00:00Z 0 known 2020-01-03T21:00:00Z close 11.01"));
  EXPECT_THAT(known_at("2020-01-31T23:59:59Z"),
              ElementsAre("2020-01-03T21:00:00Z 0 known 2020-01-03T21:00:00Z close 11.01",
                          "2020-01-06T21:00:00Z 0 known 2020-01-06T21:00:00Z close 11.02"));
  EXPECT_THAT(known_at("2020-02-01T00:00:00Z"),
              ElementsAre("2020-01-03T21:00:00Z 1 known 2020-02-01T00:00:00Z close 11.50",
                          "2020-01-06T21:00:00Z 0 known 2020-01-06T21:00:00Z close 11.02"));
  const auto since = CONVERGE_GET(db.transact([&](Tx& tx) {
    return tx.load<BarRow>(sql::bar_known_since,
                           store::params("test", "1d", at("2020-01-03T21:00:00Z"), at("2020-02-01T00:00:00Z")));
  }));
  EXPECT_THAT(render_bars(since), ElementsAre("2020-01-06T21:00:00Z 0 known 2020-01-06T21:00:00Z close 11.02",
                                              "2020-01-03T21:00:00Z 1 known 2020-02-01T00:00:00Z close 11.50"));
}

TEST_P(Ingest, KnowsARowThatWasMissingOnlyFromNow) {
  create_system_tables();
  auto db = open_db();
  const Decoder decoder = make_decoder();
  Feed gap = make_feed(decoder, "2020-01-02,10,12,9,11,100\n2020-01-06,10,12,9,11,100\n");
  run_at(db, gap, "2020-01-06T22:00:00Z");
  Feed whole = make_feed(decoder,
                         "2020-01-02,10,12,9,11,100\n2020-01-03,10,12,9,11,100\n2020-01-06,10,12,9,11,100\n"
                         "2020-01-07,10,12,9,11,100\n");
  EXPECT_EQ(run_at(db, whole, "2020-01-08T09:00:00Z"),
            (IngestCounts{.rows_read = 4, .rows_loaded = 2, .rows_unchanged = 2}));
  EXPECT_THAT(render_bars(load_bars(db)), ElementsAre("2020-01-02T21:00:00Z 0 known 2020-01-02T21:00:00Z close 11.00",
                                                      "2020-01-03T21:00:00Z 0 known 2020-01-08T09:00:00Z close 11.00",
                                                      "2020-01-06T21:00:00Z 0 known 2020-01-06T21:00:00Z close 11.00",
                                                      "2020-01-07T21:00:00Z 0 known 2020-01-07T21:00:00Z close 11.00"));
}

TEST_P(Ingest, LoadsAgainWhatARolledBackTransactionLoaded) {
  create_system_tables();
  auto db = open_db();
  const Decoder decoder = make_decoder();
  Feed feed = make_feed(decoder, three_days);
  run_at(db, feed, "2020-01-02T21:00:00Z");
  const auto failed = db.transact([&](Tx& tx) -> Result<IngestCounts> {
    Scope scope{tx, at("2020-01-03T21:00:00Z"), seed};
    TRY(const IngestCounts counts, run_ingest(scope, feed));
    EXPECT_EQ(counts.rows_loaded, 1);
    return fail(Errc::internal, "something later in the tick");
  });
  ASSERT_FALSE(failed);
  EXPECT_EQ(load_bars(db).size(), 1U);
  EXPECT_EQ(run_at(db, feed, "2020-01-03T21:00:00Z"),
            (IngestCounts{.rows_read = 2, .rows_loaded = 1, .rows_unchanged = 1}));
  EXPECT_EQ(run_at(db, feed, "2020-01-06T21:00:00Z"),
            (IngestCounts{.rows_read = 3, .rows_loaded = 1, .rows_unchanged = 2}));
  EXPECT_EQ(load_bars(db).size(), 3U);
}

TEST_P(Ingest, NoticesThatSomebodyElseHasLoaded) {
  create_system_tables();
  auto db = open_db();
  const Decoder decoder = make_decoder();
  Feed ours = make_feed(decoder, three_days);
  Feed theirs = make_feed(decoder, three_days);
  run_at(db, ours, "2020-01-02T21:00:00Z");
  run_at(db, theirs, "2020-01-06T21:00:00Z");
  EXPECT_EQ(run_at(db, ours, "2020-01-06T22:00:00Z"), (IngestCounts{.rows_read = 3, .rows_unchanged = 3}));
}

// A process killed after every tick, and one that lives on, write the same rows.
TEST_P(Ingest, DependsOnNothingButTheDatabaseTheFileAndNow) {
  create_system_tables();
  auto db = open_db();
  const Decoder decoder = make_decoder();
  string rows;
  std::vector<string> ticks;
  for (int day = 1; day <= 28; ++day) {
    rows += day % 5 == 0 ? fmt::format("2020-01-{:02},10,12,9,NaN,100\n", day)
                         : fmt::format("2020-01-{:02},10,12,9,11,{}\n", day, day);
    if (day % 7 == 0) rows += "\n";
    ticks.push_back(fmt::format("2020-01-{:02}T22:00:00Z", day));
  }
  const auto replay = [&](bool restart) {
    run_sql("DELETE FROM bar");
    run_sql("DELETE FROM quarantine");
    run_sql("DELETE FROM ingest_batch");
    std::optional<Feed> feed;
    std::vector<IngestCounts> counts;
    for (const string& tick : ticks) {
      if (restart || !feed) feed.emplace(make_feed(decoder, rows));
      counts.push_back(run_at(db, *feed, tick));
    }
    return std::tuple(counts, load_bars(db), load_refused(db), load_batches(db));
  };
  const auto undisturbed = replay(false);
  EXPECT_EQ(std::get<1>(undisturbed).size(), 23U);
  EXPECT_EQ(std::get<2>(undisturbed).size(), 9U);
  EXPECT_EQ(replay(true), undisturbed);
}

TEST_P(Ingest, LoadsTheSampleData) {
  create_system_tables();
  auto db = open_db();
  const string desk = CONVERGE_SOURCE_DIR "/desk";
  std::ifstream toml(desk + "/sources/sp500.toml");
  const auto source =
      CONVERGE_GET(parse_source(string(std::istreambuf_iterator<char>(toml), {}), "sources/sp500.toml"));
  const Decoder decoder = CONVERGE_GET(Decoder::open(source, contract::system_contract("bar")));
  Feed feed = CONVERGE_GET(Feed::load(decoder, desk));
  EXPECT_EQ(run_at(db, feed, "2015-01-02T21:00:00Z").rows_loaded, 3'774);
  EXPECT_EQ(run_at(db, feed, "2020-04-18T00:00:00Z").rows_loaded, 1'331);
  const auto rows = select_sql("SELECT COUNT(*), SUM(open_synthetic), MAX(volume) FROM bar").rows;
  EXPECT_EQ(std::get<std::int64_t>(rows[0][0]), 5'105);
  EXPECT_EQ(std::get<Decimal>(rows[0][1]).to_string(), "1857");
  EXPECT_EQ(std::get<Decimal>(rows[0][2]), *Decimal::parse("11456230000"));
}

constexpr const char* score_contract = R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://converge.local/contracts/score.schema.json",
  "title": "score", "description": "A score.", "type": "object", "additionalProperties": false,
  "required": ["player", "points"],
  "properties": {
    "player": {"description": "Player", "type": "string", "minLength": 1, "maxLength": 20},
    "points": {"description": "Points", "type": "integer", "minimum": 0},
    "weight": {"description": "Weight", "type": ["number", "null"]}
  },
  "x-mysql": {"primary_key": ["player"], "indexes": [], "checks": [], "foreign_keys": []}
})";

TEST_P(Ingest, NeverOverwritesATableWithoutRevisions) {
  create_system_tables();
  const auto score = CONVERGE_GET(contract::load_contract(score_contract, "score.schema.json"));
  create_tables(std::span(&score, 1));
  auto db = open_db();
  const Decoder decoder = make_decoder(
      "table = \"score\"\nfile = \"s.csv\"\nformat = \"csv\"\n[columns]\nplayer = \"player\"\npoints = "
      "\"points\"\nweight = \"weight\"\n",
      score);
  constexpr const char* header = "player,points,weight\n";
  Feed first = make_feed(decoder, "bob,1,0.5\nada,2,\n", header);
  EXPECT_EQ(run_at(db, first, "2020-01-01T00:00:00Z").rows_loaded, 2);
  Feed second = make_feed(decoder, "ada,2,\nbob,3,0.5\ncid,4,1e-3\n", header);
  EXPECT_EQ(run_at(db, second, "2020-01-02T00:00:00Z"),
            (IngestCounts{.rows_read = 3, .rows_loaded = 1, .rows_unchanged = 1, .rows_quarantined = 1}));
  EXPECT_EQ(run_at(db, second, "2020-01-03T00:00:00Z").rows_unchanged, 3);
  second.forget();
  EXPECT_EQ(run_at(db, second, "2020-01-04T00:00:00Z").rows_unchanged, 3);
  const auto refused = load_refused(db);
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_EQ(refused[0].rule, "changed_row");
  EXPECT_EQ(refused[0].raw, "bob,3,0.5");
  const auto bob = select_sql("SELECT points FROM score WHERE player = 'bob'").rows;
  EXPECT_EQ(std::get<std::int64_t>(bob[0][0]), 1);
}

TEST_P(Ingest, ReplaysQuarantineOnceTheSourceIsMended) {
  create_system_tables();
  auto db = open_db();
  const string wrong = fixture::bad_bars_source;
  string mended = "mark_repeated_open = true\n" + wrong;
  mended.replace(mended.find("\"date\""), 6, "\"date-time\"");
  mended.erase(mended.find("close_at"), std::string_view("close_at = \"16:00\"").size());
  const string header = "date,open,high,low,close,volume";
  const Decoder before = make_decoder(wrong);
  Feed feed = make_feed(before,
                        "2020-01-02,10,12,9,11,100\n"
                        "2020-01-03 16:00,11,12,9,11,100\n"
                        "2020-01-06 16:00,10,12,9,NaN,100\n"
                        "2020-01-02,10,13,9,11,100\n");
  EXPECT_EQ(run_at(db, feed, "2020-01-07T00:00:00Z"),
            (IngestCounts{.rows_read = 4, .rows_loaded = 1, .rows_quarantined = 3}));

  const Decoder after = make_decoder(mended);
  const auto replay = [&](const Decoder& decoder, std::string_view now) {
    return CONVERGE_GET(db.transact([&](Tx& tx) {
      Scope scope{tx, at(now), seed};
      return replay_quarantine(scope, decoder, header);
    }));
  };
  EXPECT_EQ(replay(before, "2020-01-08T00:00:00Z"), (ReplayCounts{.rows_read = 3, .rows_open = 3}));
  EXPECT_EQ(replay(after, "2020-01-09T00:00:00Z"), (ReplayCounts{.rows_read = 3, .rows_replayed = 1, .rows_open = 2}));
  EXPECT_EQ(replay(after, "2020-01-10T00:00:00Z"), (ReplayCounts{.rows_read = 2, .rows_open = 2}));
  const auto bars = load_bars(db);
  EXPECT_THAT(render_bars(bars), ElementsAre("2020-01-02T21:00:00Z 0 known 2020-01-02T21:00:00Z close 11.00",
                                             "2020-01-03T21:00:00Z 0 known 2020-01-09T00:00:00Z close 11.00"));
  EXPECT_TRUE(bars[1].open_synthetic);
  const auto open = CONVERGE_GET(db.transact([](Tx& tx) { return load_quarantine(tx); }));
  ASSERT_EQ(open.size(), 2U);
  EXPECT_EQ(open[0].line, 4);
  EXPECT_EQ(open[1].rule, "duplicate_key");
}

}  // namespace
}  // namespace converge::ingest
