#include "publish/run_publish.hpp"

#include "store/sql.hpp"

#include <algorithm>

namespace converge::publish {
namespace {

constexpr std::int64_t parts_max = 10'000;

// How each outcome counts.
struct OutcomeCount {
  OutboxState state;
  std::int64_t PublishCount::*count;
};
constexpr OutcomeCount outcome_counts[] = {
    {OutboxState::sent, &PublishCount::sent},
    {OutboxState::planned, &PublishCount::put_back},
    {OutboxState::rejected, &PublishCount::rejected},
    {OutboxState::unknown, &PublishCount::unknown},
};

// What becomes of a part that its target did not take.
struct RefusalState {
  Errc code;
  OutboxState state;
};
constexpr RefusalState refusal_states[] = {
    {Errc::invalid_input, OutboxState::rejected}, {Errc::contract_violation, OutboxState::rejected},
    {Errc::not_found, OutboxState::planned},      {Errc::conflict, OutboxState::planned},
    {Errc::unavailable, OutboxState::planned},    {Errc::rate_limited, OutboxState::planned},
    {Errc::denied, OutboxState::planned},         {Errc::timeout, OutboxState::unknown},
    {Errc::internal, OutboxState::unknown},
};
static_assert(std::size(refusal_states) == error_table.size());

store::SendOutcome make_refusal(OutboxState state, const Error& error) {
  return {.state = state, .remote_id = std::nullopt, .error = render_error(error)};
}

store::SendOutcome deliver_part(std::span<const Target> targets, const OutboxRow& part) {
  const auto target = require_target(targets, part.target);
  if (!target) return make_refusal(OutboxState::planned, target.error());
  const auto remote_id = (*target)->deliver(part);
  if (remote_id) return {.state = OutboxState::sent, .remote_id = *remote_id, .error = std::nullopt};
  const auto* known = std::ranges::find(refusal_states, remote_id.error().code, &RefusalState::code);
  return make_refusal(known->state, remote_id.error());
}

store::SendOutcome ask_for_part(std::span<const Target> targets, const OutboxRow& part) {
  const auto target = require_target(targets, part.target);
  if (!target) return make_refusal(OutboxState::unknown, target.error());
  const auto remote_id = (*target)->find_sent(part);
  if (!remote_id) return make_refusal(OutboxState::unknown, remote_id.error());
  if (*remote_id) return {.state = OutboxState::sent, .remote_id = **remote_id, .error = std::nullopt};
  return {
      .state = OutboxState::planned, .remote_id = std::nullopt, .error = "the target was asked and does not have it"};
}

template <class Try>
std::vector<Delivery> try_each(std::span<const Target> targets, std::span<const OutboxRow> parts, Try try_part) {
  std::vector<Delivery> deliveries;
  for (const OutboxRow& part : parts) deliveries.push_back({part.id, part.content_item_id, try_part(targets, part)});
  return deliveries;
}

}  // namespace

Result<std::vector<OutboxRow>> begin_asking(store::Tx& tx, Instant now) {
  TRY_VOID(store::mark_interrupted_sends(tx, now));
  return store::load_outbox(tx, OutboxState::unknown, parts_max);
}

Result<std::vector<OutboxRow>> begin_sending(store::Tx& tx) {
  TRY(auto parts, store::load_outbox(tx, OutboxState::planned, parts_max));
  for (OutboxRow& part : parts) {
    TRY(part, store::begin_send(tx, part.id));
  }
  return parts;
}

std::vector<Delivery> ask(std::span<const Target> targets, std::span<const OutboxRow> in_doubt) {
  return try_each(targets, in_doubt, ask_for_part);
}

std::vector<Delivery> deliver(std::span<const Target> targets, std::span<const OutboxRow> sending) {
  return try_each(targets, sending, deliver_part);
}

Result<PublishCount> finish_publish(store::Tx& tx, std::span<const Delivery> deliveries, Instant now) {
  PublishCount count;
  for (const Delivery& delivery : deliveries) {
    TRY_VOID(store::finish_send(tx, delivery.outbox_id, delivery.outcome, now));
    TRY_VOID(tx.execute(sql::content_item_mark_published, store::params(delivery.content_item_id)));
    const auto* counted = std::ranges::find(outcome_counts, delivery.outcome.state, &OutcomeCount::state);
    ++(count.*(counted->count));
  }
  return count;
}

Result<PublishCount> run_reconcile(store::Db& db, std::span<const Target> targets, Instant now) {
  TRY(const auto in_doubt, db.transact([&](store::Tx& tx) { return begin_asking(tx, now); }));
  if (in_doubt.empty()) return PublishCount{};
  const auto answers = ask(targets, in_doubt);
  return db.transact([&](store::Tx& tx) { return finish_publish(tx, answers, now); });
}

// What is found to have never arrived is planned again before the planned parts are begun: it goes out on the same tick.
Result<PublishCount> run_publish(store::Db& db, std::span<const Target> targets, Instant now) {
  TRY(const PublishCount asked, run_reconcile(db, targets, now));
  TRY(const auto sending, db.transact(begin_sending));
  if (sending.empty()) return asked;
  const auto deliveries = deliver(targets, sending);
  TRY(PublishCount count, db.transact([&](store::Tx& tx) { return finish_publish(tx, deliveries, now); }));
  count.sent += asked.sent;
  count.unknown += asked.unknown;
  return count;
}

}  // namespace converge::publish
