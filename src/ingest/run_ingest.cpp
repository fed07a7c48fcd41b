#include "ingest/run_ingest.hpp"

#include "base/hash.hpp"
#include "contract/dml.hpp"
#include "store/sql.hpp"
#include "wire/json.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <numeric>

namespace converge::ingest {
namespace {

using contract::Column;
using contract::ColumnType;
using TextCells = std::vector<std::optional<std::string_view>>;

// A value of the database as the server would write it: what a file's cells are compared with.
std::string render_cell(const store::Cell& cell) {
  struct Render {
    std::string operator()(std::monostate) const { return {}; }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const { return render_double(number); }
    std::string operator()(std::string_view text) const { return std::string(text); }
    std::string operator()(Instant at) const { return render_sql_instant(at); }
    std::string operator()(Date date) const { return render_date(date); }
    std::string operator()(const Decimal& number) const { return number.to_string(); }
  };
  return std::visit(Render{}, cell);
}

// Finds rows of a file by the key of a row of the table, and compares the two.
class TableMatch {
 public:
  TableMatch(const Decoder& decoder, const DecodedFile& file)
      : decoder_(decoder), file_(file), by_key_(file.rows.size()) {
    std::iota(by_key_.begin(), by_key_.end(), std::size_t{0});
    const auto in_order = [&](std::size_t a, std::size_t b) { return compare_rows(file_.rows[a], file_.rows[b]) < 0; };
    if (!std::ranges::is_sorted(by_key_, in_order)) std::ranges::sort(by_key_, in_order);
  }

  // cells: a row of the table in contract order. Nothing when the file has no such row.
  std::optional<std::size_t> find(const TextCells& cells) const {
    if (!has_constants(cells)) return std::nullopt;
    const auto at =
        std::ranges::partition_point(by_key_, [&](std::size_t i) { return compare_key(file_.rows[i], cells) < 0; });
    if (at == by_key_.end() || compare_key(file_.rows[*at], cells) != 0) return std::nullopt;
    return *at;
  }

  bool has_same_values(const GoodRow& row, const TextCells& cells) const {
    for (std::size_t c = 0; c < cells.size(); ++c) {
      const ColumnFill& fill = decoder_.fills()[c];
      if (fill.fill == Fill::open_synthetic && (cells[c] == "1") != row.open_synthetic) return false;
      if (fill.fill == Fill::file && compare_cells(column(c), file_.cell(row, fill.slot), cells[c]) != 0) return false;
    }
    return true;
  }

 private:
  const Column& column(std::size_t c) const { return decoder_.contract().columns[c]; }

  bool has_constants(const TextCells& cells) const {
    for (std::size_t c = 0; c < cells.size(); ++c)
      if (decoder_.fills()[c].fill == Fill::constant && cells[c] != decoder_.fills()[c].constant) return false;
    return true;
  }
  int compare_key(const GoodRow& row, const TextCells& cells) const {
    for (const std::size_t c : decoder_.key()) {
      const int order = compare_cells(column(c), file_.cell(row, decoder_.fills()[c].slot), cells[c]);
      if (order != 0) return order;
    }
    return 0;
  }
  int compare_rows(const GoodRow& a, const GoodRow& b) const {
    for (const std::size_t c : decoder_.key()) {
      const std::size_t slot = decoder_.fills()[c].slot;
      const int order = compare_cells(column(c), file_.cell(a, slot), file_.cell(b, slot));
      if (order != 0) return order;
    }
    return 0;
  }

  const Decoder& decoder_;
  const DecodedFile& file_;
  std::vector<std::size_t> by_key_;
};

// Every row of the table that the source may have brought, as texts in contract order, revisions of a key in order.
template <class Each>  // Result<void>(const TextCells&)
Result<void> each_stored_row(store::Tx& tx, const Decoder& decoder, Each&& each) {
  const auto& contract = decoder.contract();
  const auto& bar = decoder.source().bar;
  const std::string select_all = contract::render_select_all(contract);
  const bool one_series = bar && !bar->symbol.empty();
  const store::Statement statement = one_series ? sql::bar_by_symbol : store::Statement{"select_all", select_all};
  const auto params = one_series ? store::params(bar->symbol, bar->timeframe) : store::params();
  std::vector<std::size_t> order;
  std::vector<std::string> texts(contract.columns.size());
  TextCells cells(contract.columns.size());
  const store::ColumnsFn match = [&](std::span<const std::string_view> names) -> Result<void> {
    for (const Column& column : contract.columns) {
      const auto found = std::ranges::find(names, column.name);
      if (found == names.end())
        return fail(Errc::contract_violation,
                    fmt::format("{}.{} is missing in the database", contract.table, column.name));
      order.push_back(static_cast<std::size_t>(found - names.begin()));
    }
    return {};
  };
  return tx.connection().select_each(statement, params, match, [&](std::span<const store::Cell> row) -> Result<void> {
    for (std::size_t c = 0; c < order.size(); ++c) {
      const bool is_null = std::holds_alternative<std::monostate>(row[order[c]]);
      texts[c] = render_cell(row[order[c]]);
      cells[c] = is_null ? std::optional<std::string_view>() : std::optional<std::string_view>(texts[c]);
    }
    return each(cells);
  });
}

// A row on its way into the table.
struct Load {
  const GoodRow* row = nullptr;
  std::int64_t revision = 0;
  Instant known_at{};
};

Result<void> insert_loads(store::Scope& scope, const Decoder& decoder, const DecodedFile& file,
                          const std::vector<Load>& loads, const std::string& batch_id) {
  store::BulkInsert bulk(scope.tx.connection(), decoder.contract());
  for (const Load& load : loads) {
    for (const ColumnFill& fill : decoder.fills()) {
      switch (fill.fill) {
        case Fill::file:
        case Fill::stamp: bulk.add_kept(file.cell(*load.row, fill.slot)); break;
        case Fill::constant: bulk.add_kept(fill.constant); break;
        case Fill::open_synthetic: bulk.add_kept(load.row->open_synthetic ? "1" : "0"); break;
        case Fill::revision: bulk.add(load.revision); break;
        case Fill::known_at: bulk.add(load.known_at); break;
        case Fill::batch_id: bulk.add_kept(batch_id); break;
        case Fill::nothing: bulk.add_kept(std::nullopt); break;
      }
    }
    TRY_VOID(bulk.end_row());
  }
  return bulk.finish();
}

QuarantineRow make_quarantine_row(store::Scope& scope, const Decoder& decoder, const RefusedRow& refused,
                                  const std::string& batch_id) {
  const std::string& source = decoder.source().name;
  return {.id = scope.id("quarantine", fmt::format("{}\x1f{}\x1f{}", source, refused.line, refused.raw_sha256)),
          .batch_id = batch_id,
          .source = source,
          .line = refused.line,
          .rule = refused.rule,
          .pointer = refused.pointer,
          .message = refused.message,
          .raw = refused.raw,
          .raw_sha256 = refused.raw_sha256,
          .state = QuarantineState::open,
          .known_at = scope.now};
}

// Writes the batch with its rows and its refusals; returns its id.
Result<std::string> insert_batch(store::Scope& scope, const Decoder& decoder, const DecodedFile& file,
                                 const std::vector<Load>& loads, const std::vector<RefusedRow>& refusals,
                                 const IngestCounts& counts) {
  const std::string& source = decoder.source().name;
  Sha256Stream content;
  const auto add_line = [&](std::string_view raw) {
    content.add(raw);
    content.add("\n");
  };
  for (const Load& load : loads) add_line(load.row->raw);
  for (const RefusedRow& row : refusals) add_line(row.raw_sha256);
  const std::string content_sha256 = content.finish_hex();
  const IngestBatchRow batch{.id = scope.id("ingest_batch", source + "\x1f" + content_sha256),
                             .source = source,
                             .table_name = decoder.contract().table,
                             .content_sha256 = content_sha256,
                             .contract_hash = decoder.contract().hash,
                             .rows_read = counts.rows_read,
                             .rows_loaded = counts.rows_loaded,
                             .rows_unchanged = counts.rows_unchanged,
                             .rows_quarantined = counts.rows_quarantined,
                             .known_at = scope.now};
  TRY_VOID(scope.tx.insert(batch));
  TRY_VOID(insert_loads(scope, decoder, file, loads, batch.id));
  std::vector<QuarantineRow> quarantine;
  for (const RefusedRow& row : refusals) quarantine.push_back(make_quarantine_row(scope, decoder, row, batch.id));
  TRY_VOID(scope.tx.insert(quarantine));
  return batch.id;
}

template <class Row>
std::size_t count_due(const std::vector<Row>& rows, Instant now) {
  return static_cast<std::size_t>(std::ranges::upper_bound(rows, now, {}, &Row::known_at) - rows.begin());
}

}  // namespace

Result<Feed> Feed::open(const Decoder& decoder, std::string text) {
  TRY(DecodedFile file, decoder.decode(std::move(text)));
  return Feed(decoder, std::move(file));
}

Result<Feed> Feed::load(const Decoder& decoder, const std::string& desk) {
  const std::filesystem::path path = std::filesystem::path(desk) / decoder.source().file;
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(Errc::not_found, fmt::format("source {}: no file {}", decoder.source().name, path.string()));
  constexpr std::size_t block_bytes = 1U << 20;
  std::error_code unknown_size;
  const auto size = std::filesystem::file_size(path, unknown_size);
  std::string text;
  text.reserve(unknown_size ? 0 : size + block_bytes);
  while (in) {
    const std::size_t from = text.size();
    text.resize(from + block_bytes);
    in.read(text.data() + from, block_bytes);
    text.resize(from + static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad())
    return fail(Errc::unavailable, fmt::format("source {}: {} cannot be read", decoder.source().name, path.string()));
  return open(decoder, std::move(text));
}

// Compares every row of the file, due or not, with the table, and fetches what was refused before.
Result<void> Feed::compare(store::Scope& scope) {
  const auto revision_column = decoder_->find_fill(Fill::revision);
  const TableMatch match(*decoder_, file_);
  stored_.assign(file_.rows.size(), {});
  TRY_VOID(each_stored_row(scope.tx, *decoder_, [&](const TextCells& cells) -> Result<void> {
    const auto row = match.find(cells);
    if (!row) return {};
    std::int64_t revision = 0;
    if (revision_column) {
      TRY(const Decimal text, Decimal::parse(*cells[*revision_column]));
      TRY(revision, text.units(0));
    }
    if (revision > stored_[*row].revision) stored_[*row] = {revision, match.has_same_values(file_.rows[*row], cells)};
    return {};
  }));
  quarantined_.clear();
  TRY(const store::RowSet refused,
      scope.tx.select(sql::quarantine_key_by_source, store::params(decoder_->source().name)));
  for (const auto& row : refused.rows)
    quarantined_.emplace(std::get<std::int64_t>(row[0]), std::get<std::string>(row[1]));
  settled_ = {};
  return {};
}

// Judges the opens against the bars in the table: the rows of a replay stand alone.
Result<void> Feed::mark_opens(store::Scope& scope) {
  const auto& bar = decoder_->source().bar;
  if (!bar || !bar->mark_repeated_open) return {};
  const auto cell = [&](const GoodRow& row, std::string_view name) {
    const auto& columns = decoder_->contract().columns;
    const auto found = std::ranges::find(columns, name, &Column::name);
    return std::string(*file_.cell(row, decoder_->fills()[static_cast<std::size_t>(found - columns.begin())].slot));
  };
  for (GoodRow& row : file_.rows) {
    const std::string symbol = bar->symbol.empty() ? cell(row, "symbol") : bar->symbol;
    TRY(const Instant bar_at, parse_sql_instant(cell(row, "bar_at")));
    TRY(const auto before, scope.tx.find<BarRow>(sql::bar_before, store::params(symbol, bar->timeframe, bar_at)));
    TRY(const Decimal open, Decimal::parse(cell(row, "open")));
    row.open_synthetic = before && is_repeated_open(open, before->close);
  }
  return {};
}

Result<IngestCounts> run_ingest(store::Scope& scope, Feed& feed) {
  const Decoder& decoder = *feed.decoder_;
  const DecodedFile& file = feed.file_;
  const std::string& source = decoder.source().name;

  TRY(const auto last, scope.tx.find<IngestBatchRow>(sql::ingest_batch_last, store::params(source)));
  const std::string last_id = last ? last->id : std::string();
  if (feed.pending_ && feed.pending_->first == last_id) {
    feed.settled_ = feed.pending_->second;
    feed.compared_with_ = last_id;
  }
  feed.pending_.reset();
  if (feed.compared_with_ != last_id) {
    TRY_VOID(feed.compare(scope));
    feed.compared_with_ = last_id;
  }

  const Feed::Place due{count_due(file.rows, scope.now), count_due(file.refused, scope.now)};
  std::vector<Load> loads;
  std::vector<RefusedRow> refusals;
  const auto refuse = [&](const RefusedRow& row) {
    if (!feed.quarantined_.contains({row.line, row.raw_sha256})) refusals.push_back(row);
  };
  for (std::size_t i = feed.settled_.rows; i < due.rows; ++i) {
    const GoodRow& row = file.rows[i];
    const StoredRow& stored = feed.stored_[i];
    const bool was_missing = row.known_at == undated || (last && row.known_at <= last->known_at);
    if (stored.revision < 0) {
      loads.push_back({&row, 0, was_missing ? scope.now : row.known_at});
    } else if (!stored.is_same && decoder.find_fill(Fill::revision)) {
      loads.push_back({&row, stored.revision + 1, scope.now});
    } else if (!stored.is_same) {
      refuse(make_refused(
          row.line, row.raw, row.known_at, "changed_row", "",
          fmt::format("differs from the row of its key, and {} keeps no revisions", decoder.contract().table)));
    }
  }
  for (std::size_t i = feed.settled_.refused; i < due.refused; ++i) refuse(file.refused[i]);

  IngestCounts counts{.rows_read = static_cast<std::int64_t>(due.rows + due.refused),
                      .rows_loaded = std::ssize(loads),
                      .rows_quarantined = std::ssize(refusals)};
  counts.rows_unchanged = counts.rows_read - counts.rows_loaded - counts.rows_quarantined;
  if (loads.empty() && refusals.empty()) {
    feed.settled_ = due;
    return counts;
  }

  TRY(const std::string batch_id, insert_batch(scope, decoder, file, loads, refusals, counts));
  feed.pending_.emplace(batch_id, due);
  return counts;
}

Result<ReplayCounts> replay_quarantine(store::Scope& scope, const Decoder& decoder, std::string_view header) {
  constexpr std::string_view rules_about_other_rows[] = {"duplicate_key", "changed_row"};
  TRY(auto rows, scope.tx.load<QuarantineRow>(sql::quarantine_by_source, store::params(decoder.source().name)));
  std::erase_if(rows, [](const QuarantineRow& row) { return row.state != QuarantineState::open; });
  ReplayCounts counts{.rows_read = std::ssize(rows)};

  std::string text = std::string(header) + "\n";
  std::map<std::string, std::string, std::less<>> id_of_raw;
  for (const QuarantineRow& row : rows) {
    const bool is_whole = compute_sha256_hex(row.raw) == row.raw_sha256;
    if (!is_whole || std::ranges::count(rules_about_other_rows, row.rule) != 0) continue;
    TRY(const DecodedFile alone, decoder.decode(std::string(header) + "\n" + row.raw));
    if (alone.rows.size() == 1 && alone.refused.empty() && id_of_raw.emplace(row.raw, row.id).second)
      text += row.raw + "\n";
  }

  TRY(Feed feed, Feed::open(decoder, std::move(text)));
  TRY_VOID(feed.mark_opens(scope));
  TRY_VOID(feed.compare(scope));
  std::vector<Load> loads;
  std::vector<std::string> replayed;
  for (std::size_t i = 0; i < feed.file_.rows.size(); ++i) {
    const GoodRow& row = feed.file_.rows[i];
    const StoredRow& stored = feed.stored_[i];
    if (row.known_at > scope.now || (stored.revision >= 0 && !stored.is_same)) continue;
    if (stored.revision < 0) loads.push_back({&row, 0, scope.now});
    replayed.push_back(id_of_raw.find(row.raw)->second);
  }
  if (!loads.empty()) {
    const IngestCounts batch{.rows_read = std::ssize(loads), .rows_loaded = std::ssize(loads)};
    TRY_VOID(insert_batch(scope, decoder, feed.file_, loads, {}, batch));
  }
  for (const std::string& id : replayed) TRY_VOID(scope.tx.execute(sql::quarantine_mark_replayed, store::params(id)));
  counts.rows_replayed = std::ssize(replayed);
  counts.rows_open = counts.rows_read - counts.rows_replayed;
  return counts;
}

Result<std::vector<QuarantineRow>> load_quarantine(store::Tx& tx) {
  return tx.load<QuarantineRow>(sql::quarantine_by_state, store::params(QuarantineState::open));
}

}  // namespace converge::ingest
