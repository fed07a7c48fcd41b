// surface/run_report.hpp — the report of a desk: read from its tables, with a backtest of every model, and written as a page.
#pragma once
#include "surface/desk.hpp"
#include "surface/loop.hpp"
#include "surface/report.hpp"

#include <optional>
#include <span>

namespace converge::surface {

// Both ends included.
struct ReportRange {
  Instant from{}, to{};
  Instant bars_from{};  // bars are counted from here on: a live desk begins with bars older than its first tick
  bool is_replay = false;
};

// From `from`, else the first tick of the desk, to its last tick by `to`. errors: not_found without a tick in that time
Result<ReportRange> find_report_range(store::Tx& tx, std::optional<Instant> from, Instant to);

// What the tables say; backtests, server and folder are left empty. `tx` only reads.
Result<Report> load_report(store::Tx& tx, const ReportRange& range, std::span<const std::string> models);

// The whole report, backtests of all models of the desk included. Writes nothing.
//   errors   those of load_report and evaluate::load_backtest
Result<Report> read_report(const Desk& desk, store::Db& db, Loop& loop, const ReportRange& range);

// read_report, and the page report.html in the desk's docs folder.
//   errors   those of read_report; unavailable when the page cannot be written
Result<Report> run_report(const Desk& desk, store::Db& db, Loop& loop, const ReportRange& range);

std::filesystem::path find_report_page(const Desk& desk);

}  // namespace converge::surface
