// surface/cli/model_view.hpp — what the commands about one model begin with: its file, the database, the loop's view of it.
#pragma once
#include "surface/cli/command.hpp"
#include "surface/cli/session.hpp"
#include "surface/loop.hpp"

#include <memory>

namespace converge::surface {

struct OpenModel {
  const Desk* desk = nullptr;
  const model::ModelSpec* spec = nullptr;
  store::Db* db = nullptr;
  std::unique_ptr<Loop> loop;
  Instant as_of{};  // --as-of, else the instant of the newest tick, else now
};

// The model named by the word MODEL. errors: not_found, and whatever opening the desk and its database says
Result<OpenModel> open_model(Invocation& call);

}  // namespace converge::surface
