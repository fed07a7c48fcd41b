#include "publish/run_publish.hpp"

#include "publish/docs_target.hpp"
#include "store/sql.hpp"

#include <algorithm>
#include <tuple>

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
    {OutboxState::rejected, &PublishCount::rejected},
    {OutboxState::planned, &PublishCount::put_back},
};

Result<std::vector<OutboxRow>> load_docs_parts(store::Tx& tx, OutboxState state) {
  TRY(auto parts, store::load_outbox(tx, state, parts_max));
  std::erase_if(parts, [](const OutboxRow& part) { return part.target != docs_target_name; });
  return parts;
}

store::SendOutcome deliver_part(const std::string& docs_folder, const OutboxRow& part) {
  const auto delivered = deliver_docs(docs_folder, part.destination, part.payload);
  if (delivered) return {.state = OutboxState::sent, .remote_id = part.destination, .error = std::nullopt};
  const bool is_final = delivered.error().code == Errc::invalid_input;
  return {.state = is_final ? OutboxState::rejected : OutboxState::planned,
          .remote_id = std::nullopt,
          .error = render_error(delivered.error())};
}

}  // namespace

Result<std::vector<OutboxRow>> begin_publish(store::Tx& tx) {
  std::vector<OutboxRow> parts;
  for (const OutboxState state : {OutboxState::sending, OutboxState::unknown}) {
    TRY(const auto interrupted, load_docs_parts(tx, state));
    parts.insert(parts.end(), interrupted.begin(), interrupted.end());
  }
  TRY(const auto planned, load_docs_parts(tx, OutboxState::planned));
  for (const OutboxRow& part : planned) {
    TRY(auto begun, store::begin_send(tx, part.id));
    parts.push_back(std::move(begun));
  }
  std::ranges::sort(parts, {}, [](const OutboxRow& part) { return std::tie(part.planned_at, part.id); });
  return parts;
}

std::vector<Delivery> deliver(const std::string& docs_folder, std::span<const OutboxRow> parts) {
  std::vector<Delivery> deliveries;
  for (const OutboxRow& part : parts) {
    deliveries.push_back(
        {.outbox_id = part.id, .content_item_id = part.content_item_id, .outcome = deliver_part(docs_folder, part)});
  }
  return deliveries;
}

Result<PublishCount> finish_publish(const store::Scope& scope, std::span<const Delivery> deliveries) {
  PublishCount count;
  for (const Delivery& delivery : deliveries) {
    TRY_VOID(store::finish_send(scope.tx, delivery.outbox_id, delivery.outcome, scope.now));
    TRY_VOID(scope.tx.execute(sql::content_item_mark_published, store::params(delivery.content_item_id)));
    const auto* counted = std::ranges::find(outcome_counts, delivery.outcome.state, &OutcomeCount::state);
    ++(count.*(counted->count));
  }
  return count;
}

}  // namespace converge::publish
