#include "flow/replay_proof.hpp"

#include "base/rng.hpp"
#include "flow/bookkeeping.hpp"
#include "flow/moments.hpp"
#include "sim/martingale.hpp"
#include "wire/json.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <csignal>
#include <cstdio>
#include <set>
#include <stdexcept>
#include <thread>

namespace converge::flow {

namespace fs = std::filesystem;

namespace {

constexpr int tries_max = 10;

template <class... Values>
void log(fmt::format_string<Values...> form, Values&&... values) {
  fmt::print("{}\n", fmt::format(form, std::forward<Values>(values)...));
  std::fflush(stdout);
}

void append(Faults& faults, const Faults& more, const std::string& where) {
  for (const std::string& fault : more) faults.push_back(where + ": " + fault);
}

double seconds(milliseconds time) {
  return static_cast<double>(time.count()) / 1'000;
}

std::vector<std::string> find_models(const ReplayDesk& desk) {
  std::vector<std::string> models;
  for (const auto& file : fs::directory_iterator(desk.root() / "models")) models.push_back(file.path().stem().string());
  std::ranges::sort(models);
  return models;
}

std::string load_matrix(const ReplayDesk& desk, const std::string& model) {
  return desk.run_well({"feature", "matrix", model, "--format", "csv"});
}

std::size_t count_rows(const Tables& tables) {
  std::size_t rows = 0;
  for (const auto& [name, table] : tables) rows += table.rows.size();
  return rows;
}

// A table as the program exports it: the text itself, or, where columns are volatile, its objects without them.
std::string export_table(const ReplayDesk& desk, const contract::Contract& contract) {
  if (std::ranges::none_of(contract.columns, &contract::Column::is_volatile))
    return desk.run_well({"export", contract.table, "--format", "csv"});
  auto rows = parse_json(desk.run_well({"export", contract.table, "--json"}));
  if (!rows) throw std::runtime_error("export of " + contract.table + " is no JSON");
  for (Json& row : rows->as_array())
    for (const contract::Column& column : contract.columns)
      if (column.is_volatile) row.as_object().erase(column.name);
  return render_json_pretty(*rows);
}

Faults compare_exports(ReplayDesk& left, const ReplayDesk& right) {
  left.hold_server();  // the right one is held already
  Faults faults;
  for (const contract::Contract& contract : contract::system_contracts()) {
    const std::string difference = describe_difference(export_table(left, contract), export_table(right, contract));
    if (!difference.empty()) faults.push_back(fmt::format("export {} differs, {}", contract.table, difference));
  }
  left.release_server();
  log("same: {} tables exported by the program from each of the two", contract::system_contracts().size());
  return faults;
}

// The rows that both desks of cut_file have by design: not the ledger of what was read when.
bool is_row_of_both(const Table& table, const Row& row, const std::string& last_tick) {
  if (table.contract->table == "bar") return table.text(row, "known_at") <= last_tick;
  if (table.contract->table == "tick_stage") return table.text(row, "stage") != "ingest";
  return true;
}

bool is_no_backtest(const Table& table, const Row& row) {
  return table.contract->table != "trial" || table.text(row, "kind") != "backtest";
}

std::string find_last_tick(const Tables& tables) {
  const Table& stages = tables.at("tick_stage");
  if (stages.rows.empty()) throw std::runtime_error("a replay without a tick");
  return stages.text(stages.rows.back(), "tick_at");
}

std::vector<std::string> draw_cuts(std::uint64_t seed, std::size_t count, const std::vector<std::string>& days) {
  if (count >= days.size()) throw std::runtime_error("more cuts than days");
  Rng rng = Rng::named(seed, "cuts");
  std::set<std::string> cuts;
  while (cuts.size() < count) cuts.insert(days.at(1 + rng.below(days.size() - 1)));  // one day is left at least
  return {cuts.begin(), cuts.end()};
}

}  // namespace

ReplayProof::ReplayProof(ProofPlan plan) : plan_(std::move(plan)) {
  if (plan_.change.prices.empty()) plan_.change.prices = load_sample_prices();
}

std::unique_ptr<ReplayDesk> ReplayProof::make_desk(const std::string& name) const {
  return std::make_unique<ReplayDesk>(plan_.folder / name, plan_.change);
}

const CalmReplay& ReplayProof::calm() {
  if (calm_.desk) return calm_;
  calm_.desk = make_desk("calm");
  WatchedRun run(calm_.desk->command(replay_words()));
  run.wait_until_first_tick();
  calm_.to_first_tick = run.age();
  run.wait_until_last_tick();
  calm_.to_last_tick = run.age();
  if (run.wait_for_end() != 0) throw std::runtime_error("the undisturbed replay failed:\n" + run.said());
  calm_.whole = run.age();
  const std::string server = calm_.desk->hold_server();
  calm_.explanation = calm_.desk->run_well({"model", "explain", plan_.explained_model, "--json"});
  calm_.tables = load_tables(*calm_.desk);
  calm_.desk->release_server();
  log("undisturbed, on {}: {} ticks in {:.1f} s (first tick after {:.1f} s, report {:.1f} s), {} rows in {} tables",
      server, run.ticks_done(), seconds(calm_.whole), seconds(calm_.to_first_tick),
      seconds(calm_.whole - calm_.to_last_tick), count_rows(calm_.tables), calm_.tables.size());
  return calm_;
}

Faults ReplayProof::compare_with_calm(ReplayDesk& desk, std::size_t kills) {
  const CalmReplay& undisturbed = calm();
  Faults faults;
  // The last user of a server ends it.
  if (desk.find_server()) faults.emplace_back("a database server was left behind");
  desk.hold_server();
  if (desk.run_well({"model", "explain", plan_.explained_model, "--json"}) != undisturbed.explanation)
    faults.emplace_back("model explain differs");
  const Tables tables = load_tables(desk);
  append(faults, compare_tables(undisturbed.tables, tables, {.without_tables = {"schema_step"}}), "bytes");
  append(faults, compare_files(undisturbed.desk->docs_dir(), desk.docs_dir()), "files");
  append(faults, check_bookkeeping(tables, undisturbed.tables, desk.docs_dir(), kills), "bookkeeping");
  return faults;
}

Faults ReplayProof::same_bytes(bool through_program) {
  const CalmReplay& first = calm();
  const auto second = make_desk("same");
  second->run_well(replay_words());
  Faults faults = compare_with_calm(*second, 0);
  if (through_program) append(faults, compare_exports(*first.desk, *second), "exports");

  second->run_well(replay_words());
  append(faults, compare_tables(first.tables, load_tables(*second)), "a third run");
  append(faults, compare_files(first.desk->docs_dir(), second->docs_dir()), "a third run");
  log("same: explanation of {} bytes, {} files, {} faults", first.explanation.size(),
      load_files(second->docs_dir()).size(), faults.size());
  return faults;
}

Faults ReplayProof::killed_program(std::size_t kills) {
  const CalmReplay& undisturbed = calm();
  const auto days = find_days(plan_.change.prices, plan_.from, plan_.to);
  const Pace pace{undisturbed.to_first_tick, (undisturbed.to_last_tick - undisturbed.to_first_tick) / days.size(),
                  undisturbed.whole - undisturbed.to_last_tick};
  const auto desk = make_desk("killed");
  const Words command = desk->command(replay_words());
  log("kill -9 of the program at {} moments, seed {}", kills, plan_.seed);
  std::size_t number = 0, killed = 0;
  bool all_ticks_done = false;
  for (Moment moment : draw_moments(plan_.seed, kills, days, pace)) {
    ++number;
    for (int tries = 0; tries < tries_max; ++tries) {
      // Where there is no tick left to wait for, a run is all start and report.
      if (all_ticks_done) moment = {Moment::After::start, "", moment.delay % std::max(pace.last_tick, milliseconds(1))};
      WatchedRun run(command);
      const bool is_hit = wait_for_moment(run, moment);
      if (is_hit) run.kill();
      all_ticks_done = all_ticks_done || (run.ticks_due() > 0 && run.ticks_done() == run.ticks_due());
      log("kill {} of {}: {}: {}{}", number, kills, describe(moment), is_hit ? "killed" : "it had ended before",
          run.day().empty() ? "" : fmt::format(", newest tick {}", run.day()));
      if (is_hit) {
        ++killed;
        break;
      }
      if (run.wait_for_end() != 0) throw std::runtime_error("a resumed replay failed:\n" + run.said());
      moment.delay /= 2;
    }
  }
  Faults faults;
  if (killed != kills) faults.push_back(fmt::format("only {} of {} kills hit a running program", killed, kills));
  const Answer last = desk->run(replay_words());
  if (last.status != 0) return {fmt::format("the last run ended with status {}: {}", last.status, last.err)};
  append(faults, compare_with_calm(*desk, kills), "killed program");
  log("killed program: {} kills, {} faults", killed, faults.size());
  return faults;
}

Faults ReplayProof::killed_server(std::size_t kills) {
  const CalmReplay& undisturbed = calm();
  const auto days = find_days(plan_.change.prices, plan_.from, plan_.to);
  const Pace pace{undisturbed.to_first_tick, (undisturbed.to_last_tick - undisturbed.to_first_tick) / days.size(),
                  undisturbed.whole - undisturbed.to_last_tick};
  const auto desk = make_desk("lost_server");
  log("kill -9 of the database server at {} moments, seed {}", kills, plan_.seed + 1);
  WatchedRun run(desk->command(replay_words()));
  std::size_t number = 0, killed = 0;
  std::optional<pid_t> last;  // one that was killed takes a while to go
  for (const Moment& moment : draw_moments(plan_.seed + 1, kills, days, pace)) {
    ++number;
    if (!wait_for_moment(run, moment)) break;
    std::optional<pid_t> server = desk->find_server();
    while ((!server || server == last) && run.wait_for(milliseconds(1))) server = desk->find_server();
    if (!server || server == last) break;
    ::kill(*server, SIGKILL);
    last = server;
    ++killed;
    log("kill {} of {}: {}: server {} killed, newest tick {}", number, kills, describe(moment), *server,
        run.day().empty() ? "none" : run.day());
  }
  const int status = run.wait_for_end();
  if (status != 0) return {fmt::format("the run did not go on by itself, status {}:\n{}", status, run.said())};
  Faults faults;
  if (killed != kills) faults.push_back(fmt::format("only {} of {} kills hit a running server", killed, kills));
  append(faults, compare_with_calm(*desk, 0), "killed server");
  log("killed server: {} kills, one run of {:.1f} s, {} faults", killed, seconds(run.age()), faults.size());
  return faults;
}

Faults ReplayProof::cut_file(std::size_t cuts, std::size_t from_nothing) {
  const std::string& prices = plan_.change.prices;
  const auto whole = make_desk("whole"), cut = make_desk("cut");
  const std::string server = whole->hold_server();
  cut->hold_server();
  whole->run_well({"ingest", "run", "sp500"});
  const auto models = find_models(*cut);
  std::vector<std::pair<std::string, std::string>> matrices;  // of the cut desk: where from, text
  Faults faults;
  const auto days = draw_cuts(plan_.seed, cuts, find_days(prices, plan_.from, plan_.to));
  log("truncation before {} days, seed {}, on {}: {}", cuts, plan_.seed, server, fmt::join(days, " "));
  for (std::size_t i = 0; i < days.size(); ++i) {
    const std::string& day = days[i];
    const std::string cut_text = cut_prices(prices, "", day);
    cut->write_prices(cut_text);
    cut->run_well(replay_words());
    const Tables known = load_tables(*cut);
    const std::string last_tick = find_last_tick(known);
    for (const std::string& model : models)
      matrices.emplace_back(fmt::format("{} before {}", model, day), load_matrix(*cut, model));

    whole->run_well({"run", "--from", plan_.from, "--to", last_tick.substr(0, 10)});
    const Comparison of_whole{
        .without_tables = {"ingest_batch"},
        .without_columns = {"bar.batch_id"},
        .has_row = [&](const Table& table, const Row& row) { return is_row_of_both(table, row, last_tick); }};
    const Tables all = load_tables(*whole);
    append(faults, compare_tables(known, all, of_whole), "cut before " + day);

    if (i * from_nothing / days.size() != (i + 1) * from_nothing / days.size()) {
      const auto fresh = make_desk("fresh");
      fresh->write_prices(cut_text);
      fresh->hold_server();
      fresh->run_well(replay_words());
      const Comparison of_fresh{.without_tables = {"backtest"}, .without_columns = {}, .has_row = is_no_backtest};
      append(faults, compare_tables(known, load_tables(*fresh), of_fresh), "from nothing, cut before " + day);
      log("cut {} of {}, before {}: also from nothing", i + 1, cuts, day);
    }
    log("cut {} of {}, before {}: {} predictions, {} gate decisions, {} findings, {} faults", i + 1, cuts, day,
        known.at("prediction").rows.size(), known.at("gate_decision").rows.size(), known.at("finding").rows.size(),
        faults.size());
  }
  whole->run_well(replay_words());
  std::map<std::string, std::string> whole_matrix;
  for (const std::string& model : models) whole_matrix[model] = load_matrix(*whole, model);
  for (const auto& [name, text] : matrices) {
    const std::string& full = whole_matrix.at(name.substr(0, name.find(' ')));
    const std::string difference = describe_difference(text, std::string_view(full).substr(0, text.size()));
    if (!difference.empty()) faults.push_back(fmt::format("matrix of {} differs, {}", name, difference));
  }
  log("truncation: {} cuts, {} matrices of up to {} bytes, {} faults", cuts, matrices.size(),
      matrices.back().second.size(), faults.size());
  return faults;
}

ReplayProof::MartingaleCount ReplayProof::martingales(std::size_t replays) {
  MartingaleCount count;
  const auto days = find_days(plan_.change.prices, "", plan_.to);
  for (std::size_t seed = 1; seed <= replays; ++seed) {
    const auto begun = std::chrono::steady_clock::now();
    const auto desk = make_desk("martingale");
    desk->write_prices(sim::render_martingale_prices(seed, days));
    Words words = replay_words();
    words.emplace_back("--json");
    const auto report = parse_json(desk->run_well(words));
    if (!report) throw std::runtime_error("the report is no JSON");
    const auto& promotions = report->as_object().at("promotions").as_array();
    const auto& refusals = report->as_object().at("refusals").as_array();
    ++count.replays;
    if (!promotions.empty()) ++count.crowned;
    count.attempts += promotions.size() + refusals.size();
    if (report->as_object().at("ticks").as_int64() != std::ssize(find_days(plan_.change.prices, plan_.from, plan_.to)))
      count.faults.push_back(fmt::format("market {} did not have all its ticks", seed));
    log("martingale {} of {}: {} promotions, {} refusals, {:.1f} s{}", seed, replays, promotions.size(),
        refusals.size(), seconds(std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begun)),
        promotions.empty() ? "" : ", first " + render_json(promotions.front()));
  }
  log("martingales: {} of {} replays ever crowned a model, in {} attempts", count.crowned, count.replays,
      count.attempts);
  return count;
}

}  // namespace converge::flow
