// surface/run_report.hpp — the report of a run: read from the tables, with a backtest of every model, and written as a page.
#pragma once
#include "surface/desk.hpp"
#include "surface/loop.hpp"
#include "surface/report.hpp"

#include <span>

namespace converge::surface {

// What a report is about, in instants of the desk clock, all included.
struct ReportSpan {
  Instant from{}, to{};
  Instant bars_from{};  // bars are counted from here on: a live desk begins with bars older than its first tick
};

// `tx` only reads.
Result<Report> load_report(store::Tx& tx, const ReportSpan& span, std::span<const std::string> models);

// load_report for all models of the desk, and what their signals were worth.
//   writes   backtest, trial (kind backtest), and the page report.html in the desk's docs folder
//   errors   those of load_report and run_backtest; unavailable when the page cannot be written
Result<Report> run_report(const Desk& desk, store::Db& db, Loop& loop, const ReportSpan& span);

std::filesystem::path find_report_page(const Desk& desk);

}  // namespace converge::surface
