#include "ingest/infer.hpp"
#include "ingest/run_ingest.hpp"
#include "store/sql.hpp"
#include "surface/cli/command_tables.hpp"
#include "surface/cli/session.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <filesystem>
#include <ostream>

namespace converge::surface {
namespace {

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

Result<ingest::Decoder> open_decoder(Invocation& call, ingest::Source& source) {
  TRY(const Desk* desk, call.session.desk());
  TRY(const ingest::Source* declared, desk->find_source(call.arguments.require("SOURCE")));
  source = *declared;
  if (const auto file = call.arguments.find("--file")) source.file = std::filesystem::absolute(*file).string();
  TRY(const contract::Contract* contract, desk->find_contract(source.table));
  return ingest::Decoder::open(source, *contract);
}

Result<int> run_ingest_run(Invocation& call) {
  ingest::Source source;
  TRY(const ingest::Decoder decoder, open_decoder(call, source));
  TRY(const Desk* desk, call.session.desk());
  TRY(const std::string text, load_text(desk->root / source.file));
  TRY(ingest::Feed feed, ingest::Feed::open(decoder, text));
  TRY(store::Db * db, call.session.db());
  const Instant now = call.as_of.value_or(call.session.clock().now());
  TRY(const IngestCounts counts, db->transact([&](store::Tx& tx) {
    store::Scope scope{tx, now, desk->seed};
    return ingest::run_ingest(scope, feed);
  }));
  answer_counts(call, source.name, counts);
  return exit_ok;
}

Result<int> run_ingest_infer(Invocation& call) {
  const std::string& file = call.arguments.require("FILE");
  TRY(const std::string text, load_text(file));
  TRY(const std::string proposal, ingest::propose_source(text, file));
  call.answer(proposal, [&] { return Json(JsonObject{{"source", proposal}}); });
  return exit_ok;
}

Result<int> run_ingest_quarantine(Invocation& call) {
  TRY(store::Db * db, call.session.db());
  TRY(const auto rows, db->transact([](store::Tx& tx) { return ingest::load_quarantine(tx); }));
  const auto wanted = call.arguments.find("SOURCE");
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
  TRY(const std::string text, load_text(desk->root / source.file));
  TRY(store::Db * db, call.session.db());
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
constexpr Option infer_options[] = {{"FILE", "", "CSV file", true}};
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
