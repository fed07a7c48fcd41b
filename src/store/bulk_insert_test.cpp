#include "store/bulk_insert.hpp"

#include "contract/rows.hpp"
#include "fixture/test_server.hpp"
#include "store/db.hpp"
#include "store/export_table.hpp"

#include <gmock/gmock.h>

namespace converge::store {
namespace {

using ::testing::HasSubstr;

// A table of the owner's own, with a column of every type.
constexpr std::string_view owner_schema = R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://converge.local/contracts/note.schema.json",
  "title": "note", "description": "Every type", "type": "object", "additionalProperties": false,
  "required": ["id", "at", "on_day", "count", "score", "price", "good", "args"],
  "properties": {
    "id": {"description": "Key", "type": "string", "minLength": 1, "maxLength": 32, "pattern": "^[a-z0-9_]+$"},
    "at": {"description": "When", "type": "string", "format": "date-time"},
    "on_day": {"description": "Day", "type": "string", "format": "date"},
    "count": {"description": "How many", "type": "integer"},
    "score": {"description": "How much", "type": "number"},
    "price": {"description": "Exact", "type": "number", "x-decimal": [18, 8]},
    "good": {"description": "Or not", "type": "boolean"},
    "args": {"description": "More", "type": "object"},
    "word": {"description": "Maybe", "type": ["string", "null"], "maxLength": 100000}
  },
  "x-mysql": {"primary_key": ["id"]}
})";

class BulkInsertTest : public fixture::ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    note_ = CONVERGE_GET(contract::load_contract(owner_schema, "note.schema.json"));
    create_tables(std::span(&note_, 1));
  }

  std::string count() {
    return std::to_string(std::get<std::int64_t>(select_sql("SELECT COUNT(*) FROM note").rows[0][0]));
  }

  Result<void> insert(std::span<const TextCell> cells) {
    return open_db().transact([&](Tx& tx) { return insert_raw(tx.connection(), note_, cells); });
  }

  contract::Contract note_;
};
CONVERGE_ON_BOTH_SERVERS(BulkInsertTest);

// Rows of note, all good.
struct Notes {
  std::vector<std::string> ids;
  std::vector<TextCell> cells;

  explicit Notes(std::size_t rows) {
    for (std::size_t i = 0; i < rows; ++i) {
      std::string id = std::to_string(i);
      ids.push_back("k" + std::string(9 - id.size(), '0') + id);
    }
    for (const std::string& id : ids)
      for (const TextCell cell :
           {TextCell(id), TextCell("2020-03-16T20:00:00Z"), TextCell("2020-03-16"), TextCell("5"), TextCell("0.1"),
            TextCell("1.00000001"), TextCell("true"), TextCell("{}"), TextCell()})
        cells.push_back(cell);
  }
  TextCell& cell(std::size_t row, std::size_t column) { return cells[row * 9 + column]; }
};

TEST_P(BulkInsertTest, KeepsRawCellsOfEveryType) {
  const std::vector<TextCell> cells{"a",
                                    "2020-03-16T16:00:00.25-04:00",
                                    "2024-02-29",
                                    "-9007199254740993",
                                    "0.30000000000000004",
                                    "1234567890.12345678",
                                    "false",
                                    R"({ "b" : [1, 2.50], "a" : "\u00e9" })",
                                    "it's \"quoted\", \\ and \xF0\x9F\x93\x88",
                                    "b",
                                    "1970-01-01T00:00:00Z",
                                    "1000-01-01",
                                    "9223372036854775807",
                                    "5e-324",
                                    "-0.00000001",
                                    "true",
                                    "{}",
                                    std::nullopt,
                                    "c",
                                    "2262-04-11T23:47:16.854775Z",
                                    "9999-12-31",
                                    "0",
                                    "-1.7976931348623157e308",
                                    "0.00000000",
                                    "true",
                                    "{}",
                                    ""};
  ASSERT_TRUE(insert(cells));
  const auto kept = select_sql("SELECT * FROM note ORDER BY id");
  ASSERT_EQ(kept.rows.size(), 3U);
  const auto instant = [](std::string_view text) { return CONVERGE_GET(parse_instant(text)); };
  const auto decimal = [](std::string_view text) { return CONVERGE_GET(Decimal::parse(text)); };
  const auto day = [](std::string_view text) { return CONVERGE_GET(parse_date(text)); };
  EXPECT_EQ(kept.rows[0], params("a", instant("2020-03-16T20:00:00.25Z"), day("2024-02-29"), -9007199254740993,
                                 0.30000000000000004, decimal("1234567890.12345678"), false,
                                 "{\"a\":\"\xC3\xA9\",\"b\":[1,2.5]}", "it's \"quoted\", \\ and \xF0\x9F\x93\x88"));
  EXPECT_EQ(kept.rows[1], params("b", Instant{}, day("1000-01-01"), 9223372036854775807, 5e-324, decimal("-0.00000001"),
                                 true, "{}", std::nullopt));
  EXPECT_EQ(kept.rows[2], params("c", instant("2262-04-11T23:47:16.854775Z"), day("9999-12-31"), 0,
                                 -1.7976931348623157e308, decimal("0"), true, "{}", ""));
}

TEST_P(BulkInsertTest, InsertsManyChunksAndLongTexts) {
  Notes notes(20'017);
  const std::string long_text(90'000, 'y');
  for (std::size_t row = 0; row < 200; ++row) notes.cell(row * 100, 8) = long_text;
  const auto inserted = insert(notes.cells);
  ASSERT_TRUE(inserted) << inserted.error().message;
  const auto sums = select_sql("SELECT COUNT(*), COUNT(word), SUM(LENGTH(word)) FROM note");
  EXPECT_EQ(sums.rows[0][0], Value(20'017));
  EXPECT_EQ(sums.rows[0][1], Value(200));
  EXPECT_EQ(sums.rows[0][2], Value(CONVERGE_GET(Decimal::parse("18000000"))));
}

TEST_P(BulkInsertTest, KeepsNothingWhenOneRowIsRefused) {
  struct Case {
    const char* name;
    std::size_t rows;
    std::size_t bad_row;
    std::size_t column;
    TextCell cell;
    Errc code;
  };
  const Case cases[] = {
      {"last of five: duplicate key", 5, 4, 0, "k000000000", Errc::conflict},
      {"middle of five: NULL", 5, 2, 3, std::nullopt, Errc::contract_violation},
      {"one row: number out of range", 1, 0, 3, "9223372036854775808", Errc::contract_violation},
      {"third chunk: no such day", 17'000, 16'500, 2, "2023-02-29", Errc::contract_violation},
      {"third chunk: duplicate key", 17'000, 16'999, 0, "k000000001", Errc::conflict},
      {"not a boolean", 5, 3, 6, "yes", Errc::contract_violation},
      {"not an instant", 5, 3, 1, "2020-03-16 20:00:00", Errc::contract_violation},
      {"third chunk: not an instant", 17'000, 16'500, 1, "yesterday", Errc::contract_violation},
      {"not JSON", 5, 3, 7, "{", Errc::contract_violation},
  };
  auto db = open_db();
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Notes notes(c.rows);
    notes.cell(c.bad_row, c.column) = c.cell;
    // The error is swallowed on purpose: what was sent before it must be gone all the same.
    const auto outcome = db.transact([&](Tx& tx) -> Result<void> {
      const auto refused = insert_raw(tx.connection(), note_, notes.cells);
      EXPECT_FALSE(refused);
      const Error error = refused ? Error{} : refused.error();
      EXPECT_EQ(error.code, c.code) << error.message;
      EXPECT_THAT(error.message, HasSubstr("note"));
      return {};
    });
    EXPECT_TRUE(outcome);
    EXPECT_EQ(count(), "0");
  }
}

TEST_P(BulkInsertTest, LeavesEarlierRowsOfTheTransactionAlone) {
  Notes first(3);
  Notes second(9'000);
  second.cell(8'999, 0) = "k000000000";
  const auto outcome = open_db().transact([&](Tx& tx) -> Result<void> {
    TRY_VOID(insert_raw(tx.connection(), note_, first.cells));
    EXPECT_FALSE(insert_raw(tx.connection(), note_, second.cells));
    return {};
  });
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(count(), "3");
}

TEST_P(BulkInsertTest, StreamsATableOutAsItWentIn) {
  const std::vector<TextCell> cells{"b",
                                    "2020-03-16T20:00:00.250000Z",
                                    "2024-02-29",
                                    "-7",
                                    "0.30000000000000004",
                                    "1234567890.12345678",
                                    "false",
                                    R"({"a":"x","b":[1,2.5]})",
                                    "text",
                                    "c",
                                    "1970-01-01T00:00:00Z",
                                    "1000-01-01",
                                    "0",
                                    "5e-324",
                                    "-0.00000001",
                                    "true",
                                    "{}",
                                    std::nullopt};
  ASSERT_TRUE(insert(cells));
  std::vector<std::optional<std::string>> out;
  auto connection = open_connection();
  const auto rows = CONVERGE_GET(export_table(connection, note_, [&](std::span<const TextCell> row) -> Result<void> {
    for (const TextCell& cell : row) out.push_back(cell ? std::optional<std::string>(*cell) : std::nullopt);
    return {};
  }));
  EXPECT_EQ(rows, 2);
  ASSERT_EQ(out.size(), cells.size());
  for (std::size_t i = 0; i < cells.size(); ++i) EXPECT_EQ(out[i], cells[i]) << i;
}

}  // namespace
}  // namespace converge::store
