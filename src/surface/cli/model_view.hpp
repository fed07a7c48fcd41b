// surface/cli/model_view.hpp — what the commands about one model begin with: its file, the database, the loop's view of it.
#pragma once
#include "surface/cli/command.hpp"
#include "surface/cli/session.hpp"
#include "surface/loop.hpp"

#include <memory>
#include <optional>

namespace converge::surface {

struct OpenModel {
  const Desk* desk = nullptr;
  const model::ModelSpec* spec = nullptr;
  store::Db* db = nullptr;
  std::unique_ptr<Loop> loop;
  std::optional<Instant> newest;  // the desk's own clock: its newest tick, or what its owner did since
  Instant as_of{};                // --as-of, else `newest`, else now
};

// The model named by the word MODEL. errors: not_found, and whatever opening the desk and its database says
Result<OpenModel> open_model(Invocation& call);

// When an act of the owner takes place: --as-of, else now, on a desk whose clock is ahead at its newest tick.
// errors: invalid_input for an instant that the desk has left behind
Result<Instant> find_act_time(const Invocation& call, const OpenModel& open);

}  // namespace converge::surface
