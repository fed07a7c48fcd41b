// surface/cli/model_view.hpp — what the commands that look through the loop begin with: the desk, the database, the desk's clock.
#pragma once
#include "surface/cli/command.hpp"
#include "surface/cli/session.hpp"
#include "surface/loop.hpp"

#include <memory>
#include <optional>

namespace converge::surface {

struct OpenDesk {
  const Desk* desk = nullptr;
  store::Db* db = nullptr;
  std::unique_ptr<Loop> loop;
  std::optional<Instant> newest;  // the desk's own clock: its newest tick, or what its owner did since
  Instant as_of{};                // --as-of, else `newest`, else now
};

struct OpenModel : OpenDesk {
  const model::ModelSpec* spec = nullptr;
};

// errors: whatever opening the desk and its database says
Result<OpenDesk> open_desk(Invocation& call);

// The model named by the word MODEL. errors: not_found, and whatever opening the desk and its database says
Result<OpenModel> open_model(Invocation& call);

// When an act of the owner takes place: --as-of, else now, on a desk whose clock is ahead at its newest tick.
// errors: invalid_input for an instant that the desk has left behind
Result<Instant> find_act_time(const Invocation& call, const OpenDesk& open);
// The same on the desk's own clock, for what sets the loop going: a desk that is replayed takes it up on its next tick.
Result<Instant> find_loop_time(const Invocation& call, const OpenDesk& open);

}  // namespace converge::surface
