#include "store/outbox.hpp"

#include "base/hash.hpp"
#include "base/utf8.hpp"
#include "store/sql.hpp"

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

}  // namespace

bool is_outbox_move(OutboxState from, OutboxState to) {
  return std::ranges::any_of(outbox_moves, [&](const OutboxMove& move) { return move.from == from && move.to == to; });
}

Result<std::string> plan_outbox(const Scope& scope, const OutboxPart& part) {
  OutboxRow row;
  row.id = scope.id(OutboxRow::table, part.content_item_id + '\x1f' + part.target + '\x1f' + std::to_string(part.part));
  row.content_item_id = part.content_item_id;
  row.target = part.target;
  row.part = part.part;
  row.destination = part.destination;
  row.payload = part.payload;
  row.payload_sha256 = compute_sha256_hex(part.payload);
  row.state = OutboxState::planned;
  row.planned_at = scope.now;

  TRY(const auto there,
      scope.tx.find<OutboxRow>(sql::outbox_by_part, params(part.content_item_id, part.target, part.part)));
  if (!there) {
    TRY_VOID(scope.tx.insert(row));
    return row.id;
  }
  if (there->payload_sha256 != row.payload_sha256 || there->destination != row.destination)
    return fail(Errc::conflict, "outbox " + there->id + ": part " + std::to_string(part.part) + " of item " +
                                    part.content_item_id + " for " + part.target + " is planned with another text");
  return there->id;
}

Result<OutboxRow> begin_send(Tx& tx, std::string_view id) {
  TRY(const auto rows, tx.execute(sql::outbox_begin_send, params(id)));
  TRY(auto row, load_part(tx, id));
  if (rows != 1) return fail(Errc::conflict, describe_move(id, row.state, OutboxState::sending));
  return row;
}

Result<void> finish_send(Tx& tx, std::string_view id, const SendOutcome& outcome, Instant now) {
  TRY(const auto row, load_part(tx, id));
  const bool is_finish = outcome.state != OutboxState::sending && is_outbox_move(row.state, outcome.state);
  if (!is_finish) return fail(Errc::conflict, describe_move(id, row.state, outcome.state));
  const auto sent_at = outcome.state == OutboxState::sent ? std::optional(now) : std::nullopt;
  const auto error = outcome.error ? std::optional(clip_code_points(*outcome.error, error_length_max)) : std::nullopt;
  TRY(const auto rows,
      tx.execute(sql::outbox_move, params(outcome.state, outcome.remote_id, error, now, sent_at, id, row.state)));
  if (rows != 1) return fail(Errc::conflict, "outbox " + std::string(id) + ": its state changed meanwhile");
  return {};
}

Result<std::int64_t> mark_interrupted_sends(Tx& tx, Instant now) {
  constexpr std::int64_t rows_max = 100'000;
  TRY(const auto sending, load_outbox(tx, OutboxState::sending, rows_max));
  for (const auto& row : sending)
    TRY_VOID(finish_send(tx, row.id, {OutboxState::unknown, std::nullopt, "the sender ended before the answer"}, now));
  return std::ssize(sending);
}

Result<std::vector<OutboxRow>> load_outbox(Tx& tx, std::optional<OutboxState> state, std::int64_t rows_max) {
  if (state) return tx.load<OutboxRow>(sql::outbox_by_state, params(*state, rows_max));
  return tx.load<OutboxRow>(sql::outbox_all, params(rows_max));
}

}  // namespace converge::store
