#include "store/lease.hpp"

#include "store/holder.hpp"
#include "store/sql.hpp"

#include <charconv>

namespace converge::store {
namespace {

constexpr std::int64_t us_per_ms = 1'000;

Result<void> require_held(Result<std::int64_t> rows, const Lease& lease) {
  if (!rows) return fail(std::move(rows).error());
  if (*rows == 1) return {};
  return fail(Errc::conflict, "the hold on " + lease.name + " was lost: it ended and somebody else took it");
}

Result<std::string> next_token(const std::string& name, const std::string& token) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), number);
  if (error != std::errc{} || end != token.data() + token.size())
    return fail(Errc::contract_violation, "lease " + name + ": token " + token + " is not a number");
  return std::to_string(number + 1);
}

Result<Lease> take(Tx& tx, const std::string& name, std::string_view holder, std::int64_t lease_ms) {
  TRY(const auto held, tx.select(sql::lease_for_update, params(name)));
  if (held.rows.empty()) {
    TRY_VOID(tx.execute(sql::lease_insert, params(name, "1", holder, lease_ms * us_per_ms)));
    return Lease{name, "1"};
  }
  const auto& row = held.rows[0];
  const auto &token = std::get<std::string>(row.at(1)), &other = std::get<std::string>(row.at(2));
  const bool is_over = std::get<std::int64_t>(row.at(3)) != 0;
  // Its own hold it takes anew: the reply to the first attempt may have been lost.
  if (!is_over && other != holder && !is_provably_dead(other)) {
    TRY(const auto lease, tx.find<LeaseRow>(sql::lease_by_name, params(name)));
    return fail(Errc::conflict, name + " is held by " + other + " until " +
                                    (lease ? render_instant(lease->lease_until) : std::string("now")) +
                                    " unless it is prolonged; wait for it or stop that process");
  }
  TRY(auto next, next_token(name, token));
  const Lease lease{name, std::move(next)};
  TRY_VOID(
      require_held(tx.execute(sql::lease_take, params(lease.token, holder, lease_ms * us_per_ms, name, token)), lease));
  return lease;
}

}  // namespace

Result<Lease> acquire_lease(Db& db, std::string_view name, std::string_view holder, std::int64_t lease_ms) {
  const std::string key(name);
  const auto once = [&](Tx& tx) { return take(tx, key, holder, lease_ms); };
  auto lease = db.transact(once);
  // Two first comers: the row is there now, and says who won.
  if (!lease && lease.error().code == Errc::conflict) return db.transact(once);
  return lease;
}

Result<void> renew_lease(Db& db, const Lease& lease, std::int64_t lease_ms) {
  return db.transact([&](Tx& tx) -> Result<void> {
    return require_held(tx.execute(sql::lease_renew, params(lease_ms * us_per_ms, lease.name, lease.token)), lease);
  });
}

Result<void> release_lease(Db& db, const Lease& lease) {
  return db.transact([&](Tx& tx) -> Result<void> {
    return require_held(tx.execute(sql::lease_release, params(lease.name, lease.token)), lease);
  });
}

Result<void> require_lease(Tx& tx, const Lease& lease) {
  TRY(const auto held, tx.select(sql::lease_fence, params(lease.name, lease.token)));
  return require_held(std::ssize(held.rows), lease);
}

}  // namespace converge::store
