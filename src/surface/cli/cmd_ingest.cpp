#include "ingest/infer.hpp"
#include "ingest/run_ingest.hpp"
#include "store/sql.hpp"
#include "surface/cli/command_tables.hpp"
#include "surface/cli/session.hpp"
#include "surface/desk_hold.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <filesystem>
#include <ostream>

namespace converge::surface {
namespace {

namespace fs = std::filesystem;
using ingest::IngestCounts;

void answer_counts(const Invocation& call, const std::string& source, const IngestCounts& counts) {
  call.answer(fmt::format("{}: {} rows read, {} loaded, {} unchanged, {} quarantined\n", source, counts.rows_read,
                          counts.rows_loaded, counts.rows_unchanged, counts.rows_quarantined),
              [&] {
                return Json(JsonObject{{"source", source},
                                       {"rows_read", counts.rows_read},
                                       {"rows_loaded", counts.rows_loaded},
                                       {"rows_unchanged", counts.rows_unchanged},
                                       {"rows_quarantined", counts.rows_quarantined}});
              });
}

// "close-at" for close_at.
std::string option_of(std::string key) {
  std::ranges::replace(key, '_', '-');
  return key;
}

Result<ingest::Decoder> open_decoder(Invocation& call, ingest::Source& source) {
  TRY(const Desk* desk, call.session.desk());
  TRY(const ingest::Source* declared, desk->find_source(call.arguments.require("SOURCE")));
  source = *declared;
  if (const auto file = call.arguments.find("--file")) source.file = fs::absolute(*file).string();
  TRY(const contract::Contract* contract, desk->find_contract(source.table));
  return ingest::Decoder::open(source, *contract);
}

Result<int> run_ingest_run(Invocation& call) {
  ingest::Source source;
  TRY(const ingest::Decoder decoder, open_decoder(call, source));
  TRY(const Desk* desk, call.session.desk());
  TRY(const std::string text, with_context(load_text(desk->root / source.file), "source " + source.name));
  TRY(ingest::Feed feed, ingest::Feed::open(decoder, text));
  TRY(store::Db * db, call.session.db());
  const Instant now = call.as_of.value_or(call.session.clock().now());
  TRY(const auto hold, DeskHold::take(*db));
  TRY(const IngestCounts counts, db->transact([&](store::Tx& tx) {
    store::Scope scope{tx, now, desk->seed};
    return ingest::run_ingest(scope, feed);
  }));
  answer_counts(call, source.name, counts);
  return exit_ok;
}

// A file as a source file names it: relative to the desk that it lies in, else from the root of the file system.
std::string path_on_desk(const Session& session, const fs::path& file) {
  const fs::path whole = fs::weakly_canonical(fs::absolute(file));
  const auto given = session.find_root();
  for (fs::path folder = given ? *given : whole.parent_path(); !folder.empty(); folder = folder.parent_path()) {
    const fs::path below = whole.lexically_relative(folder);
    if (fs::exists(folder / "converge.toml") && *below.begin() != "..") return below.generic_string();
    if (given || folder == folder.parent_path()) break;
  }
  return whole.generic_string();
}

ingest::SourceChoices read_choices(const Arguments& arguments) {
  return {.symbol = arguments.find("--symbol"),
          .timeframe = arguments.find("--timeframe"),
          .stamp_format = arguments.find("--stamp-format"),
          .stamp = arguments.find("--stamp"),
          .zone = arguments.find("--zone"),
          .close_at = arguments.find("--close-at")};
}

// A proposal with nothing left open must be a source file.
Result<void> check_proposal(const ingest::SourceProposal& proposal) {
  if (!proposal.undecided.empty()) return {};
  TRY(const ingest::Source source, ingest::parse_source(proposal.text, "the proposed source file"));
  if (!source.bar) return {};
  return ingest::check_source(source, contract::system_contract(source.table));
}

Result<int> run_ingest_infer(Invocation& call) {
  const std::string& file = call.arguments.require("FILE");
  TRY(const std::string text, load_text(file));
  TRY(const auto proposal,
      ingest::propose_source(text, path_on_desk(call.session, file), read_choices(call.arguments)));
  TRY_VOID(check_proposal(proposal));
  call.answer(proposal.text, [&] {
    return Json(JsonObject{{"source", proposal.text},
                           {"undecided", JsonArray(proposal.undecided.begin(), proposal.undecided.end())}});
  });
  if (!proposal.undecided.empty())
    call.err << fmt::format(
        "still to be decided, no file can tell: {}; fill it in, or give --{} (converge ingest infer --help)\n",
        fmt::join(proposal.undecided, ", "), option_of(proposal.undecided.front()));
  return exit_ok;
}

Result<int> run_ingest_quarantine(Invocation& call) {
  TRY(store::Db * db, call.session.db());
  TRY(const auto rows, db->transact([](store::Tx& tx) { return ingest::load_quarantine(tx); }));
  const auto wanted = call.arguments.find("SOURCE");
  if (wanted && std::ranges::find(rows, *wanted, &QuarantineRow::source) == rows.end()) {
    TRY(const Desk* desk, call.session.desk());
    TRY_VOID(desk->find_source(*wanted));
  }
  std::string text;
  JsonArray document;
  for (const QuarantineRow& row : rows) {
    if ((wanted && row.source != *wanted) || row.known_at > call.horizon()) continue;
    text += fmt::format("{}:{}: {} {} {}\n    {}\n", row.source, row.line, row.rule, row.pointer, row.message, row.raw);
    document.push_back(JsonObject{{"source", row.source},
                                  {"line", row.line},
                                  {"rule", row.rule},
                                  {"pointer", row.pointer},
                                  {"message", row.message},
                                  {"raw", row.raw}});
  }
  call.answer(text.empty() ? "nothing is in quarantine\n" : text, [&] { return Json(document); });
  return exit_ok;
}

std::string first_line(const std::string& text) {
  std::string line = text.substr(0, text.find('\n'));
  if (line.ends_with('\r')) line.pop_back();
  return line.starts_with("\xEF\xBB\xBF") ? line.substr(3) : line;
}

Result<int> run_ingest_replay(Invocation& call) {
  ingest::Source source;
  TRY(const ingest::Decoder decoder, open_decoder(call, source));
  TRY(const Desk* desk, call.session.desk());
  TRY(const std::string text, with_context(load_text(desk->root / source.file), "source " + source.name));
  TRY(store::Db * db, call.session.db());
  TRY(const auto hold, DeskHold::take(*db));
  TRY(const ingest::ReplayCounts counts, db->transact([&](store::Tx& tx) {
    store::Scope scope{tx, call.session.clock().now(), desk->seed};
    return ingest::replay_quarantine(scope, decoder, first_line(text));
  }));
  call.answer(fmt::format("{}: {} rows judged again, {} replayed, {} still open\n", source.name, counts.rows_read,
                          counts.rows_replayed, counts.rows_open),
              [&] {
                return Json(JsonObject{{"source", source.name},
                                       {"rows_read", counts.rows_read},
                                       {"rows_replayed", counts.rows_replayed},
                                       {"rows_open", counts.rows_open}});
              });
  return counts.rows_open > 0 ? exit_findings : exit_ok;
}

constexpr Option run_options[] = {{"SOURCE", "", "Source of the desk, without .toml", true},
                                  {"--file", "FILE", "Another file of the same form"}};
constexpr Option infer_options[] = {
    {"FILE", "", "CSV file", true},
    {"--symbol", "NAME", "What the bars are of (default: the name of the file)"},
    {"--timeframe", "1d", "1m, 5m, 15m, 1h, 4h, 1d, 1w or 1mo (default: the commonest step between two rows)"},
    {"--stamp-format", "FORMAT",
     "date, date-time, or a spelling of dates like dd/mm/yyyy (default: the only one that fits)"},
    {"--stamp", "open|close", "Which end of the bar the stamp names"},
    {"--zone", "ZONE", "On whose clocks, like America/New_York"},
    {"--close-at", "TIME", "When a day closes on those clocks, like 16:00; 24:00 is midnight"}};
constexpr Option quarantine_options[] = {{"SOURCE", "", "Only rows of this source"}};
constexpr Option replay_options[] = {{"SOURCE", "", "Source of the desk, without .toml", true}};

constexpr Command table[] = {
    {"ingest", "run", "Load what a source knows and its table does not hold yet", run_options, run_ingest_run,
     AsOf::answers},
    {"ingest", "infer", "Propose a source file for a CSV; reads all of it and guesses nothing in silence",
     infer_options, run_ingest_infer},
    {"ingest", "quarantine", "Show the rows that were refused, and why", quarantine_options, run_ingest_quarantine,
     AsOf::answers},
    {"ingest", "replay", "Judge the rows in quarantine again, after the contract or the source file was mended",
     replay_options, run_ingest_replay},
};

}  // namespace

std::span<const Command> ingest_commands() {
  return table;
}

}  // namespace converge::surface
