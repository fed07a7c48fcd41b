// One million rows of one-minute bars from a CSV file into `bar`: read, parsed, validated, with their ledger row, in one
// transaction. Beside it the peer, the server's own LOAD DATA INFILE of the same rows in the same order into the same table
// with the same keys, checks and foreign key, on the same server with the same settings, in one transaction too. After a
// round that is not counted the two take turns in going first; medians are compared, and the spread is said.
//
// Then what a source costs later: the same file again (every row is compared and found unchanged), and the file with one row
// in a hundred bad (refused, kept in quarantine).
//
//   ingest_bench [rows [rounds]]
//   output  lines "figure NAME VALUE UNIT [what]", one per figure, and lines of text about them
#include "base/clock.hpp"
#include "contract/ddl.hpp"
#include "ingest/run_ingest.hpp"
#include "store/private_server.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

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

constexpr std::array bad_fields{"-1", "NaN", "1.123456789", "", "1,1"};

// Ends the program with the error: a benchmark that goes on after one measures nothing.
template <class T>
T require(Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "%s\n", render_error(result.error()).c_str());
    std::exit(error_traits(result.error().code).exit_status);
  }
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

void require_equal(std::int64_t found, std::int64_t expected, const char* what) {
  if (found == expected) return;
  std::fprintf(stderr, "ingest_bench: %lld %s, %lld expected\n", static_cast<long long>(found), what,
               static_cast<long long>(expected));
  std::exit(1);
}

// Wall time, and the processor time of this program and of the server (steady where other programs disturb the wall time).
struct Cost {
  double wall_s = 0;
  double own_cpu_s = 0;
  double server_cpu_s = 0;
};

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double own_cpu_s() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

// Fields 14 and 15 of proc(5) stat, behind the name in parentheses.
double process_cpu_s(int pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  const std::string text(std::istreambuf_iterator<char>(file), {});
  std::istringstream fields(text.substr(text.rfind(')') + 1));
  std::vector<std::string> words(std::istream_iterator<std::string>(fields), {});
  return (std::stod(words.at(11)) + std::stod(words.at(12))) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

struct Costs {
  std::vector<Cost> rounds;

  double median_of(double Cost::*part) const {
    std::vector<double> values;
    for (const Cost& cost : rounds) values.push_back(cost.*part);
    return median(values);
  }
  double wall_s() const { return median_of(&Cost::wall_s); }
  std::string describe(const char* name, int rows) const {
    const auto [low, high] = std::ranges::minmax(rounds, {}, &Cost::wall_s);
    return fmt::format("{}: median {:.2f} s ({:.2f} to {:.2f}), {:.0f} rows/s; CPU: program {:.2f} s, server {:.2f} s",
                       name, wall_s(), low.wall_s, high.wall_s, rows / wall_s(), median_of(&Cost::own_cpu_s),
                       median_of(&Cost::server_cpu_s));
  }
};

void print_figure(const std::string& name, double value, const char* unit, const std::string& what) {
  std::printf("figure %s %.3f %s %s\n", name.c_str(), value, unit, what.c_str());
  std::fflush(stdout);
}

// The same rows as a source brings them and as LOAD DATA reads them: every column of `bar`.
void write_rows(int rows, const std::string& batch_id, const std::filesystem::path& csv_path,
                const std::filesystem::path& bad_csv_path, const std::filesystem::path& tsv_path) {
  const Instant first = midnight_utc(Date(std::chrono::year(2018) / 1 / 1));
  std::string csv = "time,open,high,low,close,volume\n";
  std::string bad = csv;
  std::string tsv;
  for (int i = 0; i < rows; ++i) {
    const Instant at = first + std::chrono::minutes(i);
    const int base = 1000 + i % 977;
    const std::string open = fmt::format("{}.25", base);
    const std::string rest = fmt::format("{0}.99\x1f{1}.01\x1f{2}.75\x1f{3}", base + 1, base - 1, base, i % 100'000);
    std::string with_commas = rest;
    std::string with_tabs = rest;
    std::ranges::replace(with_commas, '\x1f', ',');
    std::ranges::replace(with_tabs, '\x1f', '\t');
    const std::string time = render_instant(at);
    csv += fmt::format("{},{},{}\n", time, open, with_commas);
    const bool is_bad = i % 100 == 99;
    const auto kind = static_cast<std::size_t>(i / 100) % bad_fields.size();
    bad += fmt::format("{},{},{}\n", time, is_bad ? bad_fields[kind] : open.c_str(), with_commas);
    const std::string sql_at = render_sql_instant(at);
    tsv += fmt::format("bench\t1m\t{}\t0\t{}\t{}\t{}\t0\t{}\n", sql_at, sql_at, open, with_tabs, batch_id);
  }
  std::ofstream(csv_path, std::ios::binary) << csv;
  std::ofstream(bad_csv_path, std::ios::binary) << bad;
  std::ofstream(tsv_path, std::ios::binary) << tsv;
  std::filesystem::permissions(tsv_path, std::filesystem::perms::others_read, std::filesystem::perm_options::add);
}

// Ends the servers below a folder and removes it when this program has ended, however it did: a process of its own that waits for
// the other end of a pipe to close.
class Sweeper {
 public:
  explicit Sweeper(const std::filesystem::path& folder) {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) give_up();
    child_ = ::fork();
    if (child_ < 0) give_up();
    end_ = pipe[1];
    if (child_ > 0) {
      ::close(pipe[0]);
      return;
    }
    ::setsid();  // what interrupts the program is not meant for this
    ::close(pipe[1]);
    char none = 0;
    while (::read(pipe[0], &none, 1) < 0 && errno == EINTR) {
    }
    sweep(folder);
  }
  Sweeper(const Sweeper&) = delete;
  Sweeper& operator=(const Sweeper&) = delete;
  ~Sweeper() {
    ::close(end_);
    ::waitpid(child_, nullptr, 0);
  }

 private:
  [[noreturn]] static void give_up() {
    std::fprintf(stderr, "ingest_bench: no process to sweep up behind it: %s\n", std::strerror(errno));
    std::exit(error_traits(Errc::unavailable).exit_status);
  }
  [[noreturn]] static void sweep(const std::filesystem::path& folder) {
    std::error_code code;
    for (const auto& state_dir : std::filesystem::directory_iterator(folder, code)) {
      const auto ended = store::PrivateServer::shut_down(state_dir.path());
      if (!ended) std::fprintf(stderr, "%s\n", render_error(ended.error()).c_str());
    }
    std::filesystem::remove_all(folder, code);
    std::_Exit(0);
  }

  int end_ = -1;
  pid_t child_ = -1;
};

ingest::Decoder open_decoder(const std::string& file) {
  ingest::Source source = require(ingest::parse_source(source_toml, "sources/bench.toml"));
  source.file = file;
  return require(ingest::Decoder::open(std::move(source), contract::system_contract("bar")));
}

class Bench {
 public:
  Bench(ServerFlavor flavor, int rows, std::filesystem::path folder, store::PrivateServer server)
      : flavor_(flavor),
        rows_(rows),
        folder_(std::move(folder)),
        server_(std::move(server)),
        decoder_(open_decoder("bars.csv")),
        bad_decoder_(open_decoder("bad_bars.csv")) {
    store::ConnectOptions options = server_.connect_options();
    auto admin = require(store::Connection::open(options));
    require(admin.run({"database", "CREATE DATABASE IF NOT EXISTS bench CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"}));
    options.database = "bench";
    connection_.emplace(require(store::Connection::open(options)));
    db_.emplace(require(store::Db::open(options)));
    for (const char* table : {"ingest_batch", "quarantine", "bar"}) {
      run(fmt::format("DROP TABLE IF EXISTS {}", table));
      run(contract::render_create_table(contract::system_contract(table)));
    }
    std::ifstream(folder_ / "server" / "pid") >> server_pid_;
    write_rows(rows, batch_id_, folder_ / "bars.csv", folder_ / "bad_bars.csv", folder_ / "bars.tsv");
  }

  void measure(int rounds) {
    const std::string name = flavor_ == ServerFlavor::mysql ? "mysql" : "mariadb";
    std::printf("# %s: %d rows, %.0f MB of CSV, %d rounds after one that is not counted\n",
                db_->server().describe().c_str(), rows_,
                static_cast<double>(std::filesystem::file_size(folder_ / "bars.csv")) / 1e6, rounds);
    load_ours();
    load_peers();
    Costs ours, peers, again, bad;
    std::vector<double> ratios;
    for (int round = 0; round < rounds; ++round) {
      const bool peer_first = round % 2 == 1;
      if (peer_first) peers.rounds.push_back(load_peers());
      ours.rounds.push_back(load_ours());
      again.rounds.push_back(time([&] { require_equal(ingest(decoder_).rows_unchanged, rows_, "rows unchanged"); }));
      if (!peer_first) peers.rounds.push_back(load_peers());
      ratios.push_back(peers.rounds.back().wall_s / ours.rounds.back().wall_s);
      clear();
      bad.rounds.push_back(
          time([&] { require_equal(ingest(bad_decoder_).rows_quarantined, rows_ / 100, "rows refused"); }));
    }
    std::printf("%s\n%s\n%s\n%s\n", ours.describe("validated CSV ingest", rows_).c_str(),
                peers.describe("LOAD DATA INFILE", rows_).c_str(), again.describe("the same file again", rows_).c_str(),
                bad.describe("1 % bad rows", rows_).c_str());
    const auto [low, high] = std::ranges::minmax(ratios);
    print_figure(name + "_ingest_ratio", peers.wall_s() / ours.wall_s(), "x",
                 fmt::format("LOAD DATA INFILE's time / ours, {} (rounds: {:.2f} to {:.2f})", db_->server().describe(),
                             low, high));
    print_figure(name + "_ingest_rows", rows_ / ours.wall_s(), "rows/s", "validated CSV ingest");
    print_figure(name + "_infile_rows", rows_ / peers.wall_s(), "rows/s", "LOAD DATA INFILE");
    print_figure(name + "_reload_ratio", ours.wall_s() / again.wall_s(), "x",
                 "time of the first load / of the same file again, all rows unchanged");
    print_figure(name + "_bad_ratio", ours.wall_s() / bad.wall_s(), "x",
                 "time of the good file / of the file with 1 % bad rows");
  }

  void stop() {
    connection_.reset();
    db_.reset();
    require(server_.stop());
  }

 private:
  void run(const std::string& statement) { require(connection_->run({"bench", statement})); }

  void clear() {
    for (const char* statement : {"DELETE FROM quarantine", "TRUNCATE TABLE bar", "DELETE FROM ingest_batch"})
      run(statement);
  }

  template <class Work>
  Cost time(Work&& work) {
    const double own_begun = own_cpu_s();
    const double server_begun = process_cpu_s(server_pid_);
    const auto begun = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begun;
    return {wall.count(), own_cpu_s() - own_begun, process_cpu_s(server_pid_) - server_begun};
  }

  ingest::IngestCounts ingest(const ingest::Decoder& decoder) {
    auto feed = require(ingest::Feed::load(decoder, folder_.string()));
    return require(db_->transact([&](store::Tx& tx) {
      store::Scope scope{tx, midnight_utc(Date(std::chrono::year(2026) / 1 / 1)), 1};
      return ingest::run_ingest(scope, feed);
    }));
  }

  Cost load_ours() {
    clear();
    return time([&] { require_equal(ingest(decoder_).rows_loaded, rows_, "rows loaded"); });
  }

  Cost load_peers() {
    clear();
    return time([&] {
      const std::string hash(64, '0');
      require(connection_->begin());
      run(fmt::format("INSERT INTO ingest_batch VALUES ('{}', 'bench', 'bar', '{}', '{}', 1, 1, 0, 0, '2026-01-01')",
                      batch_id_, hash, hash));
      run(fmt::format("LOAD DATA INFILE '{}' INTO TABLE bar", (folder_ / "bars.tsv").string()));
      require(connection_->commit());
    });
  }

  ServerFlavor flavor_;
  int rows_;
  std::filesystem::path folder_;
  store::PrivateServer server_;
  ingest::Decoder decoder_, bad_decoder_;
  std::optional<store::Connection> connection_;
  std::optional<store::Db> db_;
  int server_pid_ = 0;
  std::string batch_id_ = std::string(26, '0');
};

void bench_server(ServerFlavor flavor, int rows, int rounds, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  auto started = store::PrivateServer::ensure({.state_dir = folder, .desk_id = "bench", .flavor = flavor});
  if (!started) {
    std::printf("# %s: not run: %s\n", std::string(store::flavor_name(flavor)).c_str(),
                started.error().message.c_str());
    return;
  }
  Bench bench(flavor, rows, folder, *std::move(started));
  bench.measure(rounds);
  bench.stop();
}

}  // namespace

int main(int argc, char** argv) {
  const int rows = argc > 1 ? std::atoi(argv[1]) : 1'000'000;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 3;
  if (rows < 500 || rounds < 1) {
    std::fprintf(stderr, "ingest_bench [rows [rounds]]: at least 500 rows and 1 round\n");
    return 64;
  }
  const auto folder = std::filesystem::temp_directory_path() / fmt::format("converge_ingest_bench_{}", getpid());
  const Sweeper sweeper(folder);
  for (const ServerFlavor flavor : {ServerFlavor::mariadb, ServerFlavor::mysql})
    bench_server(flavor, rows, rounds, folder / std::string(store::flavor_name(flavor)));
}
