// surface/explain.hpp — why a model is what it is: the whole chain behind a champion, or why there is none.
//
// One document, read from the tables alone: finding and evidence, proposal, who decided, job, trials, both scores with the
// interval, promotion, the note that was published, what was said since. Without wall-clock facts, so that two replays of
// one desk explain themselves in the same bytes.
#pragma once
#include "store/db.hpp"
#include "wire/json.hpp"

#include <optional>
#include <string>

namespace converge::surface {

// version: a version number; without one the champion in office at as_of, or, without a champion, every attempt.
// errors: not_found when the version does not exist
Result<JsonObject> load_explanation(store::Tx& tx, const std::string& model, std::optional<std::int64_t> version,
                                    Instant as_of);

}  // namespace converge::surface
