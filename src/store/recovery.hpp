// store/recovery.hpp — going on after the server was lost: bring it back, then do the same work again.
//
// Db::transact repeats what the server undid and told us so. A lost connection is different: the commit may have happened.
// Only work that asks the tables first what is done already may be given to with_recovery.
#pragma once
#include "base/result.hpp"

#include <chrono>
#include <functional>
#include <thread>
#include <type_traits>

namespace converge::store {

struct Recovery {
  std::function<Result<void>()> bring_back;  // empty: nothing can be done, the first loss is reported
  int attempts_max = 8;
  std::chrono::milliseconds pause{50};  // before the second way back, then longer by as much each time
};

inline bool is_server_lost(const Error& error) {
  return error.code == Errc::unavailable || error.code == Errc::timeout;
}

// Runs `work` until it ends otherwise than by the loss of the server, at most attempts_max times.
// errors   those of the last attempt, and those of bring_back
template <class Work>  // Result<T>()
auto with_recovery(const Recovery& recovery, Work&& work) -> std::invoke_result_t<Work> {
  for (int attempt = 1;; ++attempt) {
    auto outcome = work();
    if (outcome || !is_server_lost(outcome.error())) return outcome;
    if (attempt >= recovery.attempts_max || !recovery.bring_back) return outcome;
    std::this_thread::sleep_for(recovery.pause * (attempt - 1));
    TRY_VOID(recovery.bring_back());
  }
}

}  // namespace converge::store
