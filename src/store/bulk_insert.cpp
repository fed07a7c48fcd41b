#include "store/bulk_insert.hpp"

#include "contract/dml.hpp"
#include "store/sql.hpp"
#include "wire/json.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>

namespace converge::store {

namespace {

constexpr std::size_t array_rows_max = 8000;
constexpr std::size_t statement_rows_max = 128;
constexpr std::size_t placeholders_max = 65535;    // of one prepared statement, on both servers
constexpr std::size_t chunk_bytes_max = 4U << 20;  // well under max_allowed_packet, 16 MiB on MariaDB

std::string render_placeholders(std::size_t columns) {
  std::string row = "(?";
  for (std::size_t i = 1; i < columns; ++i) row += ",?";
  return row + ")";
}

std::string render_insert(const contract::Contract& contract, std::size_t rows) {
  const std::string row = render_placeholders(contract.columns.size());
  std::string text = contract::render_insert_prefix(contract);
  text.reserve(text.size() + rows * (row.size() + 1));
  for (std::size_t i = 0; i < rows; ++i) text.append(i == 0 ? "" : ",").append(row);
  return text;
}

// The servers' form of a cell in the contract's form.
Result<void> add_raw(BulkInsert& bulk, const contract::Column& column, TextCell cell) {
  if (!cell) {
    bulk.add_text(std::nullopt);
    return {};
  }
  switch (column.type) {
    case contract::ColumnType::instant: {
      TRY(const Instant at, parse_instant(*cell));
      bulk.add(at);
      return {};
    }
    case contract::ColumnType::boolean:
      if (*cell != "true" && *cell != "false" && *cell != "1" && *cell != "0")
        return fail(Errc::contract_violation, fmt::format("'{}' is neither true nor false", *cell));
      bulk.add_text(*cell == "true" || *cell == "1" ? "1" : "0");
      return {};
    case contract::ColumnType::json: {
      TRY(const Json value, parse_json(*cell));
      bulk.add_text(render_canonical_json(value));
      return {};
    }
    case contract::ColumnType::text:
    case contract::ColumnType::integer:
    case contract::ColumnType::number:
    case contract::ColumnType::decimal:
    case contract::ColumnType::date: bulk.add_text(*cell); return {};
  }
  return fail(Errc::internal, "a column type without a text form");
}

}  // namespace

BulkInsert::BulkInsert(Connection& connection, const contract::Contract& contract)
    : connection_(connection),
      contract_(contract),
      rows_max_(connection.server().flavor == ServerFlavor::mariadb
                    ? array_rows_max
                    : std::min(statement_rows_max, placeholders_max / contract.columns.size())) {}

void BulkInsert::add_text(TextCell text) {
  add_kept(text ? TextCell(texts_.keep(*text)) : text);
}

void BulkInsert::add_kept(TextCell text) {
  cells_.push_back(text);
  chunk_bytes_ += text ? text->size() : 0;
}

void BulkInsert::add(const Value& value) {
  struct Render {
    BulkInsert& bulk;
    void operator()(std::monostate) const { bulk.add_text(std::nullopt); }
    void operator()(std::int64_t number) const {
      const fmt::format_int digits(number);
      bulk.add_text(std::string_view(digits.data(), digits.size()));
    }
    void operator()(double number) const {
      bulk.has_infinite_ = bulk.has_infinite_ || !std::isfinite(number);
      bulk.add_text(render_double(number));
    }
    void operator()(const std::string& text) const { bulk.add_text(text); }
    void operator()(Instant at) const { bulk.add_text(render_sql_instant(at)); }
    void operator()(Date date) const { bulk.add_text(render_date(date)); }
    void operator()(const Decimal& number) const { bulk.add_text(number.to_string()); }
  };
  std::visit(Render{*this}, value);
}

Result<void> BulkInsert::end_row() {
  if (cells_.size() % contract_.columns.size() != 0)
    return fail(Errc::internal,
                fmt::format("insert into {}: a row needs {} cells", contract_.table, contract_.columns.size()));
  if (has_infinite_) return refuse("a number that is not finite has no SQL form");
  const bool is_full = cells_.size() / contract_.columns.size() >= rows_max_ || chunk_bytes_ >= chunk_bytes_max;
  if (!is_full) return {};
  if (!has_savepoint_) {
    TRY_VOID(connection_.run(sql::savepoint_set));
    has_savepoint_ = true;
  }
  return send();
}

Result<void> BulkInsert::finish() {
  TRY_VOID(send());
  if (!has_savepoint_) return {};
  has_savepoint_ = false;
  return connection_.run(sql::savepoint_release);
}

Result<void> BulkInsert::send() {
  if (cells_.empty()) return {};
  const bool by_array = connection_.server().flavor == ServerFlavor::mariadb;
  const std::size_t rows = by_array ? 1 : cells_.size() / contract_.columns.size();
  if (statement_rows_ != rows) statement_ = render_insert(contract_, rows);
  statement_rows_ = rows;
  auto sent = connection_.execute_texts({contract_.table, statement_}, cells_);
  clear_chunk();
  if (!sent) return undo(fail(std::move(sent).error()));
  return {};
}

void BulkInsert::clear_chunk() {
  cells_.clear();
  texts_.clear();
  chunk_bytes_ = 0;
}

Result<void> BulkInsert::refuse(std::string reason) {
  return undo(fail(Errc::contract_violation, std::move(reason)));
}

Result<void> BulkInsert::undo(Result<void> failed) {
  clear_chunk();
  if (has_savepoint_ && connection_.is_usable() && !connection_.is_transaction_lost()) {
    has_savepoint_ = false;
    TRY_VOID(connection_.run(sql::savepoint_rollback));
  }
  return with_context(std::move(failed), "insert into " + contract_.table);
}

Result<void> insert_raw(Connection& connection, const contract::Contract& contract, std::span<const TextCell> cells) {
  const auto& columns = contract.columns;
  if (cells.size() % columns.size() != 0)
    return fail(Errc::internal, fmt::format("insert into {}: {} cells do not fill rows of {}", contract.table,
                                            cells.size(), columns.size()));
  BulkInsert bulk(connection, contract);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const auto& column = columns[i % columns.size()];
    if (const auto added = add_raw(bulk, column, cells[i]); !added)
      return bulk.refuse(fmt::format("{}: {}", column.name, added.error().message));
    if ((i + 1) % columns.size() == 0) TRY_VOID(bulk.end_row());
  }
  return bulk.finish();
}

}  // namespace converge::store
