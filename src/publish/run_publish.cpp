#include "publish/run_publish.hpp"

#include "content/run_item_record.hpp"
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

// How a target is asked for each operation: to do it, and, in doubt, whether it has done it. Both give the id at the target.
struct OperationRow {
  OutboxOperation operation;
  Result<std::string> (*carry_out)(const Target&, const OutboxRow&);
  Result<std::optional<std::string>> (*find_done)(const Target&, const OutboxRow&);
};

Result<std::optional<std::string>> find_state(const Target& target, const OutboxRow& part, OutboxRemoteState wanted) {
  TRY(const OutboxRemoteState found, target.look(part));
  return found == wanted ? part.remote_id : std::nullopt;
}

constexpr OperationRow operation_table[] = {
    {OutboxOperation::create, [](const Target& target, const OutboxRow& part) { return target.create(part); },
     [](const Target& target, const OutboxRow& part) { return target.find_sent(part); }},
    {OutboxOperation::update,
     [](const Target& target, const OutboxRow& part) -> Result<std::string> {
       TRY_VOID(target.update(part));
       return part.remote_id.value_or("");
     },
     [](const Target& target, const OutboxRow& part) { return find_state(target, part, OutboxRemoteState::verified); }},
    {OutboxOperation::withdraw,
     [](const Target& target, const OutboxRow& part) -> Result<std::string> {
       TRY_VOID(target.withdraw(part));
       return part.remote_id.value_or("");
     },
     [](const Target& target, const OutboxRow& part) { return find_state(target, part, OutboxRemoteState::deleted); }},
};

OutboxOperation operation_of(const OutboxRow& part) {
  return part.operation.value_or(OutboxOperation::create);
}

const OperationRow& operation_row(const OutboxRow& part) {
  return *std::ranges::find(operation_table, operation_of(part), &OperationRow::operation);
}

// What was done is read back at once. A target that does not answer has it all the same: then nothing is said of it.
store::SendOutcome make_sent(const Target& target, OutboxRow part, const std::string& remote_id) {
  store::SendOutcome outcome{.state = OutboxState::sent, .remote_id = remote_id};
  part.remote_id = remote_id;
  if (operation_of(part) == OutboxOperation::withdraw) return outcome;
  if (const auto found = target.look(part)) outcome.remote_state = *found;
  return outcome;
}

store::SendOutcome deliver_part(std::span<const Target> targets, const OutboxRow& part) {
  const auto target = require_target(targets, part.target);
  if (!target) return make_refusal(OutboxState::planned, target.error());
  const auto remote_id = operation_row(part).carry_out(**target, part);
  if (remote_id) return make_sent(**target, part, *remote_id);
  const auto* known = std::ranges::find(refusal_states, remote_id.error().code, &RefusalState::code);
  return make_refusal(known->state, remote_id.error());
}

store::SendOutcome ask_for_part(std::span<const Target> targets, const OutboxRow& part) {
  const auto target = require_target(targets, part.target);
  if (!target) return make_refusal(OutboxState::unknown, target.error());
  const auto remote_id = operation_row(part).find_done(**target, part);
  if (!remote_id) return make_refusal(OutboxState::unknown, remote_id.error());
  if (*remote_id) return make_sent(**target, part, **remote_id);
  return {.state = OutboxState::planned, .error = "the target was asked and has not done it"};
}

template <class Try>
std::vector<Delivery> try_each(std::span<const Target> targets, std::span<const OutboxRow> parts, Try try_part) {
  std::vector<Delivery> deliveries;
  for (const OutboxRow& part : parts) deliveries.push_back({part.id, part.content_item_id, try_part(targets, part)});
  return deliveries;
}

Result<void> mark_published(const store::Scope& scope, const std::string& item_id) {
  TRY(const auto item, scope.tx.find<ContentItemRow>(sql::content_item_by_id, store::params(item_id)));
  TRY(const auto moved, scope.tx.execute(sql::content_item_mark_published, store::params(item_id)));
  if (!item || moved == 0) return {};
  ContentItemRow published = *item;
  published.state = ContentItemState::published;
  return content::insert_act(
      scope, item, published,
      {.act = content::ItemAct::publish, .actor = "converge", .reason = "every part of it is at its target"});
}

Result<OutboxRemoteState> inspect(std::span<const Target> targets, const OutboxRow& part) {
  TRY(const Target* target, require_target(targets, part.target));
  return target->look(part);
}

}  // namespace

Result<std::vector<OutboxRow>> begin_asking(store::Tx& tx, Instant now) {
  TRY_VOID(store::mark_interrupted_sends(tx, now));
  return store::load_outbox(tx, OutboxState::unknown, parts_max);
}

// A part that its owner cancels between the look and the move is left alone: it was never sent.
Result<std::vector<OutboxRow>> begin_sending(store::Tx& tx, Instant now) {
  TRY(const auto due, store::take_due(tx, now, parts_max));
  std::vector<OutboxRow> sending;
  for (const OutboxRow& part : due) {
    auto begun = store::begin_send(tx, part.id);
    if (!begun && begun.error().code != Errc::conflict) return fail(begun.error());
    if (begun && begun->state == OutboxState::sending) sending.push_back(*std::move(begun));
  }
  return sending;
}

std::vector<Delivery> ask(std::span<const Target> targets, std::span<const OutboxRow> in_doubt) {
  return try_each(targets, in_doubt, ask_for_part);
}

std::vector<Delivery> deliver(std::span<const Target> targets, std::span<const OutboxRow> sending) {
  return try_each(targets, sending, deliver_part);
}

Result<PublishCount> finish_publish(const store::Scope& scope, std::span<const Delivery> deliveries) {
  PublishCount count;
  for (const Delivery& delivery : deliveries) {
    TRY_VOID(store::finish_send(scope.tx, delivery.outbox_id, delivery.outcome, scope.now));
    TRY_VOID(mark_published(scope, delivery.content_item_id));
    const auto* counted = std::ranges::find(outcome_counts, delivery.outcome.state, &OutcomeCount::state);
    ++(count.*(counted->count));
  }
  return count;
}

Result<PublishCount> run_reconcile(store::Db& db, std::span<const Target> targets, const DeskInstant& at) {
  TRY(const auto in_doubt, db.transact([&](store::Tx& tx) { return begin_asking(tx, at.now); }));
  if (in_doubt.empty()) return PublishCount{};
  const auto answers = ask(targets, in_doubt);
  return db.transact([&](store::Tx& tx) { return finish_publish({tx, at.now, at.seed}, answers); });
}

// What is found to have never arrived is planned again before the planned parts are begun: it goes out on the same tick.
Result<PublishCount> run_publish(store::Db& db, std::span<const Target> targets, const DeskInstant& at) {
  TRY(const PublishCount asked, run_reconcile(db, targets, at));
  TRY(const auto sending, db.transact([&](store::Tx& tx) { return begin_sending(tx, at.now); }));
  if (sending.empty()) return asked;
  const auto deliveries = deliver(targets, sending);
  TRY(PublishCount count, db.transact([&](store::Tx& tx) {
    return finish_publish({tx, at.now, at.seed}, deliveries);
  }));
  count.sent += asked.sent;
  count.unknown += asked.unknown;
  return count;
}

Result<std::vector<Inspection>> run_verify(store::Db& db, std::span<const Target> targets, Instant now) {
  TRY(const auto standing,
      db.transact([](store::Tx& tx) { return tx.load<OutboxRow>(sql::outbox_standing, store::params(parts_max)); }));
  std::vector<Inspection> inspections;
  for (const OutboxRow& part : standing) inspections.push_back({part, inspect(targets, part)});
  TRY_VOID(db.transact([&](store::Tx& tx) -> Result<void> {
    for (const Inspection& one : inspections)
      if (one.found) TRY_VOID(tx.execute(sql::outbox_verify, store::params(*one.found, now, one.part.id)));
    return {};
  }));
  return inspections;
}

}  // namespace converge::publish
