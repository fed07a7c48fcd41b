// One million rows of one-minute bars from a CSV file into `bar`, parsed, validated and with their ledger row, beside the
// server's own LOAD DATA INFILE of the same rows in the same run. Each is done three times; the medians are compared.
//
//   ingest_bench [rows]
#include "base/clock.hpp"
#include "contract/ddl.hpp"
#include "ingest/run_ingest.hpp"
#include "store/private_server.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace converge;

namespace {

constexpr const char* source_toml = R"(
file = "bars.csv"
format = "csv"
symbol = "bench"
timeframe = "1m"
stamp_format = "date-time"
stamp = "close"
[columns]
time = "bar_at"
open = "open"
high = "high"
low = "low"
close = "close"
volume = "volume"
)";

// Ends the program with the error: a benchmark that goes on after one measures nothing.
template <class T>
T require(Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "%s\n", render_error(result.error()).c_str());
    std::exit(error_traits(result.error().code).exit_status);
  }
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

double median(std::array<double, 3> seconds) {
  std::ranges::sort(seconds);
  return seconds[1];
}

template <class Work>
double time_s(Work&& work) {
  const std::int64_t begun = monotonic_ms();
  work();
  return static_cast<double>(monotonic_ms() - begun) / 1000.0;
}

struct Generated {
  std::string csv;
  std::string tsv;  // as LOAD DATA reads it: every column of `bar`
};

Generated generate(int rows, const std::string& batch_id) {
  const Instant first = midnight_utc(Date(std::chrono::year(2018) / 1 / 1));
  Generated out{.csv = "time,open,high,low,close,volume\n", .tsv = {}};
  for (int i = 0; i < rows; ++i) {
    const Instant at = first + std::chrono::minutes(i);
    const int base = 1000 + i % 977;
    const std::string prices =
        fmt::format("{0}.25{1}{2}.99{1}{3}.01{1}{0}.75{1}{4}", base, '\x1f', base + 1, base - 1, i % 100'000);
    std::string with_commas = prices;
    std::string with_tabs = prices;
    std::ranges::replace(with_commas, '\x1f', ',');
    std::ranges::replace(with_tabs, '\x1f', '\t');
    out.csv += render_instant(at) + "," + with_commas + "\n";
    const std::string sql_at = render_sql_instant(at);
    out.tsv += fmt::format("bench\t1m\t{}\t0\t{}\t{}\t0\t{}\n", sql_at, sql_at, with_tabs, batch_id);
  }
  return out;
}

void bench_server(ServerFlavor flavor, int rows, const std::filesystem::path& folder) {
  auto started = store::PrivateServer::ensure({.state_dir = folder, .desk_id = "bench", .flavor = flavor});
  if (!started) {
    std::printf("%s: not run: %s\n", flavor == ServerFlavor::mysql ? "MySQL" : "MariaDB",
                started.error().message.c_str());
    return;
  }
  store::ConnectOptions options = started->connect_options();
  auto admin = require(store::Connection::open(options));
  require(admin.run({"database", "CREATE DATABASE IF NOT EXISTS bench CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"}));
  options.database = "bench";
  auto connection = require(store::Connection::open(options));
  for (const char* table : {"ingest_batch", "quarantine", "bar"})
    require(connection.run({table, contract::render_create_table(contract::system_contract(table), flavor)}));
  auto db = require(store::Db::open(options));

  const std::string batch_id(26, '0');
  const Generated generated = generate(rows, batch_id);
  const auto tsv = folder / "bars.tsv";
  std::ofstream(tsv, std::ios::binary) << generated.tsv;
  std::filesystem::permissions(tsv, std::filesystem::perms::others_read, std::filesystem::perm_options::add);

  const auto decoder = require(ingest::Decoder::open(require(ingest::parse_source(source_toml, "sources/bench.toml")),
                                                     contract::system_contract("bar")));
  const auto clear = [&] {
    for (const char* statement : {"DELETE FROM quarantine", "TRUNCATE TABLE bar", "DELETE FROM ingest_batch"})
      require(connection.run({"clear", statement}));
  };

  std::array<double, 3> decode_s{}, load_s{}, infile_s{};
  for (std::size_t round = 0; round < 3; ++round) {
    clear();
    std::optional<ingest::Feed> feed;
    decode_s[round] = time_s([&] { feed.emplace(require(ingest::Feed::open(decoder, generated.csv))); });
    load_s[round] = time_s([&] {
      const auto counts = require(db.transact([&](store::Tx& tx) {
        store::Scope scope{tx, midnight_utc(Date(std::chrono::year(2026) / 1 / 1)), 1};
        return ingest::run_ingest(scope, *feed);
      }));
      if (counts.rows_loaded != rows) std::abort();
    });

    clear();
    const std::string hash(64, '0');
    require(connection.run(
        {"batch", fmt::format("INSERT INTO ingest_batch VALUES ('{}', 'bench', 'bar', '{}', '{}', 1, 1, 0, 0, "
                              "'2026-01-01')",
                              batch_id, hash, hash)}));
    infile_s[round] = time_s([&] {
      require(connection.run({"load", fmt::format("LOAD DATA INFILE '{}' INTO TABLE bar", tsv.string())}));
    });
  }

  const double ours = median(decode_s) + median(load_s);
  const double theirs = median(infile_s);
  std::printf(
      "%s: %d rows, %.0f MB: CSV ingest %.2f s (decode and validate %.2f, load %.2f), %.0f rows/s; "
      "LOAD DATA INFILE %.2f s, %.0f rows/s; ratio %.2f\n",
      db.server().describe().c_str(), rows, static_cast<double>(generated.csv.size()) / 1e6, ours, median(decode_s),
      median(load_s), rows / ours, theirs, rows / theirs, theirs / ours);
  require(started->stop());
}

}  // namespace

int main(int argc, char** argv) {
  const int rows = argc > 1 ? std::atoi(argv[1]) : 1'000'000;
  const auto folder = std::filesystem::temp_directory_path() / fmt::format("converge_ingest_bench_{}", getpid());
  for (const ServerFlavor flavor : {ServerFlavor::mariadb, ServerFlavor::mysql}) {
    const auto state = folder / (flavor == ServerFlavor::mysql ? "mysql" : "mariadb");
    std::filesystem::create_directories(state);
    bench_server(flavor, rows, state);
  }
  std::filesystem::remove_all(folder);
}
