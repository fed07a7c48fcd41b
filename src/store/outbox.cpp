#include "store/outbox.hpp"

#include "base/hash.hpp"
#include "base/utf8.hpp"
#include "store/sql.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace converge::store {
namespace {

constexpr std::size_t error_length_max = 1000;

Result<OutboxRow> load_part(Tx& tx, std::string_view id) {
  TRY(auto row, tx.find<OutboxRow>(sql::outbox_by_id, params(id)));
  if (!row) return fail(Errc::not_found, "outbox " + std::string(id) + ": there is no such row");
  return *std::move(row);
}

std::string describe_move(std::string_view id, OutboxState from, OutboxState to) {
  return "outbox " + std::string(id) + ": it is " + std::string(enum_text(from)) + " and cannot become " +
         std::string(enum_text(to));
}

Result<std::vector<OutboxRow>> load_editions(Tx& tx, std::string_view item_id, std::string_view target,
                                             std::int64_t part) {
  return tx.load<OutboxRow>(sql::outbox_editions, params(item_id, target, part));
}

bool is_withdrawal(const OutboxRow& row) {
  return row.operation == OutboxOperation::withdraw;
}

bool is_in_flight(const OutboxRow& row) {
  return row.state == OutboxState::sending || row.state == OutboxState::unknown;
}

// The last edition that counts: it was carried out, or may yet be.
const OutboxRow* find_last_wish(std::span<const OutboxRow> editions) {
  const OutboxRow* last = nullptr;
  for (const OutboxRow& row : editions)
    if (row.state != OutboxState::cancelled && row.state != OutboxState::rejected) last = &row;
  return last;
}

bool is_wish_for(const OutboxRow& row, const std::string& payload_sha256) {
  const bool has_drifted = row.remote_state.has_value() && row.remote_state != OutboxRemoteState::verified;
  return !is_withdrawal(row) && !has_drifted && row.payload_sha256 == payload_sha256;
}

bool may_be_there(std::span<const OutboxRow> editions) {
  return find_remote_id(editions) || std::ranges::any_of(editions, is_in_flight);
}

// Cuts the editions of the first part off the rows of an item.
std::span<const OutboxRow> take_part(std::span<const OutboxRow>& rows) {
  const OutboxRow& first = rows.front();
  const auto end = std::ranges::find_if_not(
      rows, [&](const OutboxRow& row) { return row.target == first.target && row.part == first.part; });
  const auto editions = rows.first(static_cast<std::size_t>(end - rows.begin()));
  rows = rows.subspan(editions.size());
  return editions;
}

OutboxRow make_row(const Scope& scope, const OutboxPart& part, std::span<const OutboxRow> editions) {
  OutboxRow row;
  row.edition = editions.empty() ? 1 : editions.back().edition.value_or(1) + 1;
  row.id = scope.id(OutboxRow::table,
                    fmt::format("{}\x1f{}\x1f{}\x1f{}", part.content_item_id, part.target, part.part, *row.edition));
  row.content_item_id = part.content_item_id;
  row.target = part.target;
  row.part = part.part;
  row.destination = editions.empty() ? part.destination : editions.front().destination;
  row.payload = part.payload;
  row.payload_sha256 = compute_sha256_hex(part.payload);
  row.state = OutboxState::planned;
  row.planned_at = scope.now;
  row.due_at = part.due_at;
  return row;
}

}  // namespace

bool is_outbox_move(OutboxState from, OutboxState to) {
  return std::ranges::any_of(outbox_moves, [&](const OutboxMove& move) { return move.from == from && move.to == to; });
}

std::optional<std::string> find_remote_id(std::span<const OutboxRow> editions) {
  std::optional<std::string> known;
  for (const OutboxRow& row : editions) {
    if (row.state != OutboxState::sent) continue;
    known = is_withdrawal(row) || row.remote_state == OutboxRemoteState::deleted ? std::nullopt : row.remote_id;
  }
  return known;
}

Result<bool> plan_outbox(const Scope& scope, const OutboxPart& part) {
  TRY(const auto editions, load_editions(scope.tx, part.content_item_id, part.target, part.part));
  const OutboxRow* last = find_last_wish(editions);
  if (last != nullptr && is_wish_for(*last, compute_sha256_hex(part.payload))) {
    if (last->state != OutboxState::planned || last->due_at == part.due_at) return false;
    TRY_VOID(scope.tx.execute(sql::outbox_set_due, params(part.due_at, last->id)));
    return true;
  }
  if (last != nullptr && last->state == OutboxState::planned)
    TRY_VOID(scope.tx.execute(sql::outbox_cancel, params(last->id)));
  OutboxRow row = make_row(scope, part, editions);
  row.operation = may_be_there(editions) ? OutboxOperation::update : OutboxOperation::create;
  TRY_VOID(scope.tx.insert(row));
  return true;
}

Result<std::int64_t> cancel_planned(Tx& tx, std::string_view content_item_id) {
  TRY(const auto rows, tx.load<OutboxRow>(sql::outbox_of_item_locked, params(content_item_id)));
  std::int64_t count = 0;
  for (const OutboxRow& row : rows) {
    if (row.state != OutboxState::planned) continue;
    TRY(const auto cancelled, tx.execute(sql::outbox_cancel, params(row.id)));
    count += cancelled;
  }
  return count;
}

Result<std::int64_t> plan_withdrawal(const Scope& scope, std::string_view content_item_id) {
  TRY(const auto rows, scope.tx.load<OutboxRow>(sql::outbox_of_item_locked, params(content_item_id)));
  std::int64_t count = 0;
  for (std::span<const OutboxRow> rest = rows; !rest.empty();) {
    const auto editions = take_part(rest);
    const OutboxRow* last = find_last_wish(editions);
    if (last == nullptr || is_withdrawal(*last)) continue;
    if (last->state == OutboxState::planned) TRY_VOID(scope.tx.execute(sql::outbox_cancel, params(last->id)));
    if (!may_be_there(editions)) continue;
    const OutboxRow& first = editions.front();
    OutboxRow row = make_row(scope, {first.content_item_id, first.target, first.part, first.destination, {}}, editions);
    row.operation = OutboxOperation::withdraw;
    TRY_VOID(scope.tx.insert(row));
    ++count;
  }
  return count;
}

Result<bool> replan_outbox(const Scope& scope, std::string_view content_item_id, const std::string& payload) {
  TRY(const auto rows, scope.tx.load<OutboxRow>(sql::outbox_of_item_locked, params(content_item_id)));
  bool is_changed = false;
  for (std::span<const OutboxRow> rest = rows; !rest.empty();) {
    const OutboxRow* last = find_last_wish(take_part(rest));
    if (last == nullptr || is_withdrawal(*last)) continue;
    const auto due_at = last->state == OutboxState::planned ? last->due_at : std::nullopt;
    TRY(const bool is_planned,
        plan_outbox(scope, {last->content_item_id, last->target, last->part, last->destination, payload, due_at}));
    is_changed = is_changed || is_planned;
  }
  return is_changed;
}

Result<bool> is_outbox_part_out(Tx& tx, std::string_view content_item_id) {
  TRY(const auto rows, tx.load<OutboxRow>(sql::outbox_of_item, params(content_item_id)));
  for (std::span<const OutboxRow> rest = rows; !rest.empty();)
    if (may_be_there(take_part(rest))) return true;
  return false;
}

Result<OutboxRow> begin_send(Tx& tx, std::string_view id) {
  TRY(auto row, load_part(tx, id));
  TRY(const auto editions, load_editions(tx, row.content_item_id, row.target, row.part));
  const auto remote_id = find_remote_id(editions);
  if (row.state == OutboxState::planned && is_withdrawal(row) && !remote_id) {
    TRY_VOID(tx.execute(sql::outbox_cancel, params(id)));
    return load_part(tx, id);
  }
  const auto operation = is_withdrawal(row) ? OutboxOperation::withdraw
                         : remote_id        ? OutboxOperation::update
                                            : OutboxOperation::create;
  TRY(const auto rows, tx.execute(sql::outbox_begin_send, params(operation, remote_id, id)));
  TRY(row, load_part(tx, id));
  if (rows != 1) return fail(Errc::conflict, describe_move(id, row.state, OutboxState::sending));
  return row;
}

Result<void> finish_send(Tx& tx, std::string_view id, const SendOutcome& outcome, Instant now) {
  TRY(const auto row, load_part(tx, id));
  const bool is_finish = outcome.state != OutboxState::sending && is_outbox_move(row.state, outcome.state);
  if (!is_finish) return fail(Errc::conflict, describe_move(id, row.state, outcome.state));
  const auto sent_at = outcome.state == OutboxState::sent ? std::optional(now) : std::nullopt;
  const auto verified_at = outcome.remote_state ? sent_at : std::nullopt;
  const auto error = outcome.error ? std::optional(clip_code_points(*outcome.error, error_length_max)) : std::nullopt;
  TRY(const auto rows, tx.execute(sql::outbox_move, params(outcome.state, outcome.remote_id, error, now, sent_at,
                                                           outcome.remote_state, verified_at, id, row.state)));
  if (rows != 1) return fail(Errc::conflict, "outbox " + std::string(id) + ": its state changed meanwhile");
  return {};
}

Result<std::int64_t> mark_interrupted_sends(Tx& tx, Instant now) {
  constexpr std::int64_t rows_max = 100'000;
  TRY(const auto sending, load_outbox(tx, OutboxState::sending, rows_max));
  for (const auto& row : sending)
    TRY_VOID(finish_send(
        tx, row.id, {OutboxState::unknown, std::nullopt, "the sender ended before the answer", std::nullopt}, now));
  return std::ssize(sending);
}

Result<std::vector<OutboxRow>> load_outbox(Tx& tx, std::optional<OutboxState> state, std::int64_t rows_max) {
  if (state) return tx.load<OutboxRow>(sql::outbox_by_state, params(*state, rows_max));
  return tx.load<OutboxRow>(sql::outbox_all, params(rows_max));
}

Result<std::vector<OutboxRow>> take_due(Tx& tx, Instant now, std::int64_t rows_max) {
  TRY_VOID(tx.execute(sql::outbox_cancel_superseded));
  return tx.load<OutboxRow>(sql::outbox_due, params(now, rows_max));
}

}  // namespace converge::store
