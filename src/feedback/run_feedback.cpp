#include "feedback/run_feedback.hpp"

#include "store/sql.hpp"

namespace converge::feedback {
namespace {

using store::params;
using store::Scope;

constexpr std::string_view outcome_channel = "outcome";

FeedbackRow make_row(Scope& scope, const FeedbackItem& item, const std::string& key) {
  return {.id = scope.id(FeedbackRow::table, key),
          .source = FeedbackSource::person,
          .channel = item.channel,
          .subject = item.subject,
          .author = item.author,
          .rating = item.rating,
          .label = item.label,
          .comment = item.comment,
          .idempotency_key = key,
          .known_at = scope.now};
}

bool says_the_same(const FeedbackRow& a, const FeedbackRow& b) {
  return a.source == b.source && a.subject == b.subject && a.author == b.author && a.rating == b.rating &&
         a.label == b.label && a.comment == b.comment;
}

// A row of feedback_outcome_due.
FeedbackRow make_outcome_row(Scope& scope, const std::vector<store::Value>& due) {
  const auto& prediction_id = std::get<std::string>(due[0]);
  const bool was_expected = std::get<double>(due[2]) >= 0.5;
  const bool happened = std::get<std::int64_t>(due[3]) == 1;
  const double gain = std::get<double>(due[5]) - std::get<double>(due[4]);
  const std::string key = std::string(outcome_channel) + "/" + prediction_id;
  return {.id = scope.id(FeedbackRow::table, key),
          .source = FeedbackSource::system,
          .channel = std::string(outcome_channel),
          .subject = "prediction:" + prediction_id,
          .author = std::get<std::string>(due[1]),
          .rating = gain > 0   ? 1
                    : gain < 0 ? -1
                               : 0,
          .label = was_expected == happened ? "hit" : "miss",
          .idempotency_key = key,
          .known_at = scope.now};
}

}  // namespace

Result<AddedFeedback> add_feedback(Scope& scope, const FeedbackItem& item) {
  TRY(const FeedbackItem normal, normalise_feedback(item));
  if (normal.channel == outcome_channel)
    return fail(Errc::invalid_input, "feedback channel: outcome is the system's own");
  const bool is_key_given = item.idempotency_key && !item.idempotency_key->empty();
  std::string key = *normal.idempotency_key;
  for (int times_said = 1;; key = *normal.idempotency_key + "/" + std::to_string(++times_said)) {
    FeedbackRow row = make_row(scope, normal, key);
    TRY(auto known, scope.tx.find<FeedbackRow>(sql::feedback_by_key, params(key)));
    if (!known) {
      TRY_VOID(scope.tx.insert(row));
      return AddedFeedback{std::move(row), true};
    }
    if (!says_the_same(*known, row))
      return fail(Errc::conflict, "feedback key " + key + " was used for something else: choose another");
    if (!known->withdrawn_at) return AddedFeedback{*std::move(known), false};
    if (is_key_given)
      return fail(Errc::conflict, "feedback " + known->id + " with the key " + key + " was withdrawn at " +
                                      render_instant(*known->withdrawn_at) + ": choose another key to say it again");
  }
}

Result<std::vector<FeedbackRow>> list_feedback(Scope& scope, std::string_view subject, std::size_t rows_max) {
  if (subject.empty()) return scope.tx.load<FeedbackRow>(sql::feedback_newest, params(scope.now, rows_max));
  return scope.tx.load<FeedbackRow>(sql::feedback_of_subject, params(subject, scope.now, rows_max));
}

Result<FeedbackRow> withdraw_feedback(Scope& scope, const std::string& id) {
  TRY(auto row, scope.tx.find<FeedbackRow>(sql::feedback_by_id, params(id)));
  if (!row) return fail(Errc::not_found, "feedback " + id);
  if (row->source == FeedbackSource::system)
    return fail(Errc::denied, "feedback " + id + " is the system's own, from an outcome: it cannot be taken back");
  if (row->withdrawn_at) return *std::move(row);
  TRY_VOID(scope.tx.execute(sql::feedback_withdraw, params(scope.now, id)));
  row->withdrawn_at = scope.now;
  return *std::move(row);
}

Result<std::vector<FeedbackRow>> run_feedback(Scope& scope) {
  TRY(const auto due, scope.tx.select(sql::feedback_outcome_due, params(scope.now)));
  std::vector<FeedbackRow> rows;
  for (const auto& outcome : due.rows) rows.push_back(make_outcome_row(scope, outcome));
  if (!rows.empty()) TRY_VOID(scope.tx.insert(rows));
  return rows;
}

}  // namespace converge::feedback
