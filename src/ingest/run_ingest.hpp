// ingest/run_ingest.hpp — the stage: what a source knows by now that its table does not hold yet, loaded in one transaction.
#pragma once
#include "ingest/decode.hpp"
#include "store/db.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace converge::ingest {

// rows_read = rows_loaded + rows_unchanged + rows_quarantined.
struct IngestCounts {
  std::int64_t rows_read = 0;         // rows of the file that are due: a row that may not be seen yet is not read
  std::int64_t rows_loaded = 0;       // first values and corrections
  std::int64_t rows_unchanged = 0;    // in the table, or in quarantine, already
  std::int64_t rows_quarantined = 0;  // refused now, for the first time

  bool operator==(const IngestCounts&) const = default;
};

// rows_read = rows_replayed + rows_open.
struct ReplayCounts {
  std::int64_t rows_read = 0;
  std::int64_t rows_replayed = 0;  // in the table now
  std::int64_t rows_open = 0;

  bool operator==(const ReplayCounts&) const = default;
};

// What the table holds for a row of the file.
struct StoredRow {
  std::int64_t revision = -1;  // the highest; -1: no such row
  bool is_same = false;        // with the values of the file
};

// A source's file, decoded once, and how much of it is known to be in the table. That knowledge only saves work: it is
// checked against the newest batch of the source in every transaction, and dropped when somebody else has loaded or when a
// transaction that loaded was rolled back. Borrows its decoder. Threads: one at a time.
class Feed {
 public:
  // errors: invalid_input as Decoder::decode
  static Result<Feed> open(const Decoder& decoder, std::string text);
  // Reads the source's file, relative to the desk. errors: also not_found, unavailable
  static Result<Feed> load(const Decoder& decoder, const std::string& desk);

  const Decoder& decoder() const { return *decoder_; }
  const DecodedFile& file() const { return file_; }
  // Compare everything with the table again at the next run.
  void forget() { compared_with_.reset(); }

 private:
  friend Result<IngestCounts> run_ingest(store::Scope& scope, Feed& feed);
  friend Result<ReplayCounts> replay_quarantine(store::Scope& scope, const Decoder& decoder, std::string_view header);
  Feed(const Decoder& decoder, DecodedFile file) : decoder_(&decoder), file_(std::move(file)) {}
  Result<void> compare(store::Scope& scope);
  Result<void> mark_opens(store::Scope& scope);

  // Rows and refusals before these places are settled: in the table and in quarantine.
  struct Place {
    std::size_t rows = 0;
    std::size_t refused = 0;
  };

  const Decoder* decoder_;
  DecodedFile file_;
  std::optional<std::string>
      compared_with_;  // id of the newest batch that `settled_` and `stored_` speak of; empty: none
  Place settled_;
  std::optional<std::pair<std::string, Place>> pending_;  // what the last run loaded, if its transaction was committed
  std::vector<StoredRow> stored_;                         // for each row of the file
  std::set<std::pair<std::int64_t, std::string>> quarantined_;  // line and hash of everything refused before
};

// Loads what is due at scope.now: rows of a key that the table does not hold; rows that differ from the newest revision held,
// as the next revision; refusals that are not in quarantine yet.
//
//   known_at    of a first value: the bar's close and the source's delay (the source is trusted about its own history).
//               Of a correction, and of a row that was missing when the source was loaded last although it was due: now
//   writes      ingest_batch, the source's table, quarantine; nothing at all when there is nothing to load or refuse
//               (content_sha256: the raw lines loaded, then the raw_sha256 of those refused, each with a line end)
//   tx          needs one; the batch, its rows and its refusals are committed together or not at all
//   idempotent  by key and value: the same file again changes nothing
//   errors      as store::BulkInsert
// A table without a `revision` keeps its row: the differing one is refused (rule changed_row).
Result<IngestCounts> run_ingest(store::Scope& scope, Feed& feed);

// Judges the open quarantine rows of the decoder's source again, as lines of a file with `header`, after the contract or the
// source file was mended. A row that passes is loaded, known from now on, and marked as replayed. It stays open when it still
// breaks a rule, when the table holds other values for its key by now (correct the file instead), when it was refused for
// its key, or when its raw text was cut or had bytes escaped.
//   writes      ingest_batch and the source's table when a row is loaded, quarantine
//   errors      as run_ingest
Result<ReplayCounts> replay_quarantine(store::Scope& scope, const Decoder& decoder, std::string_view header);

// Rows in quarantine that are still open, in the order of source and line.
Result<std::vector<QuarantineRow>> load_quarantine(store::Tx& tx);

}  // namespace converge::ingest
