#include "store/db.hpp"

#include "base/clock.hpp"
#include "base/rng.hpp"
#include "base/ulid.hpp"
#include "store/retry_delay.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace converge::store {

namespace {

constexpr int attempts_max = 12;
constexpr std::chrono::seconds connection_wait_max{30};

}  // namespace

struct Db::State {
  ConnectOptions options;
  ServerIdentity server;
  std::atomic<std::int64_t> transactions_begun{0};

  std::mutex mutex;
  std::condition_variable returned;
  std::vector<Connection> idle;
  std::size_t open_count = 0;

  Result<Connection> take() {
    {
      std::unique_lock lock(mutex);
      const bool free =
          returned.wait_for(lock, connection_wait_max, [&] { return !idle.empty() || open_count < connections_max; });
      if (!free)
        return fail(Errc::unavailable,
                    fmt::format("all {} connections to {} are in use", connections_max, options.describe()));
      if (!idle.empty()) {
        Connection connection = std::move(idle.back());
        idle.pop_back();
        return connection;
      }
      ++open_count;
    }
    auto connection = Connection::open(options);
    if (!connection) drop_one();
    return connection;
  }

  void give_back(Connection connection) {
    if (!connection.is_usable()) return drop_one();
    {
      const std::lock_guard lock(mutex);
      idle.push_back(std::move(connection));
    }
    returned.notify_one();
  }

  void drop_one() {
    {
      const std::lock_guard lock(mutex);
      --open_count;
    }
    returned.notify_one();
  }

  // A connection with an open transaction. One that broke while it lay idle is replaced: nothing was sent on it yet. Each that
  // lay there may have broken, and no more.
  Result<Connection> begin() {
    for (std::size_t left = connections_max;; --left) {
      TRY(auto connection, take());
      transactions_begun.fetch_add(1, std::memory_order_relaxed);
      auto begun = connection.begin();
      if (begun) return connection;
      const bool broke = !connection.is_usable();
      give_back(std::move(connection));
      if (!broke || left == 0) return fail(std::move(begun).error());
    }
  }
};

Result<Db> Db::open(ConnectOptions options) {
  auto state = std::make_shared<State>();
  TRY(auto connection, Connection::open(options));
  state->options = std::move(options);
  state->server = connection.server();
  state->open_count = 1;
  state->idle.push_back(std::move(connection));
  return Db(std::move(state));
}

Result<void> Db::transact_erased(const std::function<Result<void>(Tx&)>& work) {
  // Jitter only: no row depends on it.
  std::optional<Rng> jitter;
  for (int attempt = 1;; ++attempt) {
    TRY(auto connection, state_->begin());
    struct Return {
      State& state;
      Connection& connection;
      ~Return() {
        connection.rollback();
        state.give_back(std::move(connection));
      }
    };
    bool repeat = false;
    Result<void> outcome;
    std::uint64_t connection_id = 0;
    {
      const Return give_back{*state_, connection};
      connection_id = connection.id();
      Tx tx(connection);
      outcome = work(tx);
      // Also when work claims success: after a deadlock that it swallowed, COMMIT would succeed with nothing in it.
      if (outcome && !connection.is_transaction_lost())
        outcome = connection.commit();
      else if (outcome)
        outcome = fail(Errc::unavailable, "the transaction was lost on the way and its error ignored");
      repeat = !outcome && connection.is_usable() && connection.wants_repeat();
    }
    if (!repeat) return outcome;
    if (attempt == attempts_max)
      return with_context(std::move(outcome), fmt::format("given up after {} attempts", attempts_max));
    if (!jitter) jitter = Rng::named(connection_id ^ static_cast<std::uint64_t>(monotonic_ms()), "transact");
    std::this_thread::sleep_for(
        compute_retry_delay(attempt, {std::chrono::milliseconds(4), std::chrono::milliseconds(500)}, *jitter));
  }
}

Result<Connection> Db::open_connection() const {
  return Connection::open(state_->options);
}
const ServerIdentity& Db::server() const {
  return state_->server;
}
const ConnectOptions& Db::options() const {
  return state_->options;
}
std::int64_t Db::transactions_begun() const {
  return state_->transactions_begun.load(std::memory_order_relaxed);
}

Result<std::int64_t> Tx::execute(const Statement& statement, std::span<const Value> params) {
  return connection_.execute(statement, params);
}

Result<RowSet> Tx::select(const Statement& statement, std::span<const Value> params) {
  return connection_.select(statement, params);
}

std::string Scope::id(std::string_view table, std::string_view natural_key) const {
  return make_ulid(now, seed, table, natural_key);
}

Result<std::vector<std::size_t>> match_columns(const Statement& statement, std::string_view table,
                                               std::span<const std::string_view> fields,
                                               std::span<const std::string_view> columns) {
  std::vector<std::size_t> order;
  for (const std::string_view field : fields) {
    const auto found = std::ranges::find(columns, field);
    if (found == columns.end())
      return fail(Errc::contract_violation,
                  fmt::format("statement {} does not answer column {} of {}", statement.name, field, table));
    order.push_back(static_cast<std::size_t>(found - columns.begin()));
  }
  return order;
}

std::string render_refusal(std::size_t row, std::span<const contract::Violation> violations) {
  const contract::Violation& first = violations.front();
  return fmt::format("row {}: {} ({}): {}", row, first.pointer, first.rule, first.message);
}

Error unreadable_cell(const Statement& statement, std::string_view table, std::string_view column) {
  return {Errc::contract_violation, fmt::format("statement {}: {}.{} holds a value that its contract does not allow",
                                                statement.name, table, column)};
}

}  // namespace converge::store
