// feedback/run_feedback.hpp — the one table in which the system and people say what they think of the desk's work.
#pragma once
#include "feedback/capture.hpp"
#include "store/db.hpp"

#include <string>
#include <vector>

namespace converge::feedback {

struct AddedFeedback {
  FeedbackRow row;
  bool is_new = false;  // false: it was there already
};

// Keeps what a person said. What was withdrawn may be said again: it becomes a row of its own, and the withdrawn one stays. A
// key that the caller gave names one message, so its second delivery never brings back what its author took back.
//   writes         feedback
//   idempotent by  idempotency_key
//   errors         invalid_input: see normalise_feedback; conflict: the key that was given was used for something else, or for
//                  feedback that was withdrawn
Result<AddedFeedback> add_feedback(store::Scope& scope, const FeedbackItem& item);

// The newest first, about one subject or, with an empty one, about all; known by scope.now.
Result<std::vector<FeedbackRow>> list_feedback(store::Scope& scope, std::string_view subject, std::size_t rows_max);

// Takes feedback back: the row stays and says when. A second time changes nothing.
//   returns  the row as it is now
//   errors   not_found; denied: the system's own feedback
Result<FeedbackRow> withdraw_feedback(store::Scope& scope, const std::string& id);

// The system's own feedback: for each outcome that matured at scope.now, whether the prediction was better (+1) or worse (-1)
// than the base rate on that row, and whether it was on the right side of one half (hit, miss).
//   returns        the rows written
//   writes         feedback
//   idempotent by  prediction
Result<std::vector<FeedbackRow>> run_feedback(store::Scope& scope);

}  // namespace converge::feedback
