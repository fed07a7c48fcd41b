// base/result.hpp — a value, or the Error that prevented it.
//
// Every function whose failure a caller can expect returns Result<T>. Discarding one is a compile error.
// Exceptions are for bugs only. Chains (`and_then`) are not available on the subclass: use TRY.
#pragma once
#include "base/error.hpp"

#include <tl/expected.hpp>
#include <utility>

namespace converge {

template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
};

// The failure branch of a Result, written `return fail(Errc::not_found, "model sp500_vol5")`.
inline tl::unexpected<Error> fail(Errc code, std::string message,
                                  std::source_location where = std::source_location::current()) {
  return tl::unexpected<Error>(Error{code, std::move(message), where});
}
inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

// Adds what was being done in front of what went wrong: "train sp500_vol5: column close not found".
template <class T>
Result<T> with_context(Result<T> result, const std::string& doing) {
  if (!result) result.error().message.insert(0, doing + ": ");
  return result;
}

}  // namespace converge

#define CONVERGE_CONCAT_TOKENS(a, b) a##b
#define CONVERGE_CONCAT(a, b) CONVERGE_CONCAT_TOKENS(a, b)
// A name of its own for each use, also where one TRY stands in a lambda inside another's argument.
#define CONVERGE_TRY_NAME CONVERGE_CONCAT(try_result_, __COUNTER__)

#define CONVERGE_TRY_INTO(name, leave, declaration, expression) \
  auto name = (expression);                                     \
  if (!name) leave ::converge::fail(std::move(name).error());   \
  declaration = *std::move(name)
#define CONVERGE_TRY_ONLY(name, expression)                      \
  do {                                                           \
    auto name = (expression);                                    \
    if (!name) return ::converge::fail(std::move(name).error()); \
  } while (false)

// TRY(auto rows, load_rows(tx)) declares `rows`, or returns the error from the enclosing function.
#define TRY(declaration, expression) CONVERGE_TRY_INTO(CONVERGE_TRY_NAME, return, declaration, expression)
// TRY_VOID(write_file(path)) is TRY for a result whose value nobody needs.
#define TRY_VOID(expression) CONVERGE_TRY_ONLY(CONVERGE_TRY_NAME, expression)
// CO_TRY(auto reply, co_await fetch(url)) is TRY inside a coroutine.
#define CO_TRY(declaration, expression) CONVERGE_TRY_INTO(CONVERGE_TRY_NAME, co_return, declaration, expression)
