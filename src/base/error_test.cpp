#include "base/error.hpp"

#include "base/result.hpp"

#include <gtest/gtest.h>
#include <coroutine>
#include <set>

namespace converge {
namespace {

TEST(ErrorTable, StandsInTheOrderOfTheEnumAndNamesEachOnce) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < error_table.size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(error_table[i].code), i) << error_table[i].name;
    EXPECT_TRUE(names.insert(error_table[i].name).second) << error_table[i].name;
  }
}

// Exit statuses are sysexits.h's (64 usage, 65 data, 66 no input, 70 software, 75 try again, 77 permission).
TEST(ErrorTable, MapsToSysexitsAndHttp) {
  struct Case {
    Errc code;
    int exit_status;
    int http_status;
    Retry retry;
  };
  const Case cases[] = {
      {Errc::invalid_input, 64, 400, Retry::never},  {Errc::contract_violation, 65, 422, Retry::never},
      {Errc::not_found, 66, 404, Retry::never},      {Errc::conflict, 2, 409, Retry::once},
      {Errc::unavailable, 75, 503, Retry::backoff},  {Errc::timeout, 75, 504, Retry::backoff},
      {Errc::rate_limited, 75, 429, Retry::backoff}, {Errc::denied, 77, 403, Retry::never},
      {Errc::internal, 70, 500, Retry::never},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(error_name(c.code));
    EXPECT_EQ(error_traits(c.code).exit_status, c.exit_status);
    EXPECT_EQ(error_traits(c.code).http_status, c.http_status);
    EXPECT_EQ(error_traits(c.code).retry, c.retry);
    EXPECT_EQ(find_errc(error_name(c.code)), c.code);
  }
  EXPECT_EQ(find_errc("nonsense"), std::nullopt);
}

Result<int> half(int n) {
  if (n % 2 != 0) return fail(Errc::invalid_input, std::to_string(n) + " is odd");
  return n / 2;
}

Result<int> quarter(int n) {
  TRY(const int first, half(n));
  TRY(const int second, with_context(half(first), "second half"));
  return second;
}

Result<void> check_quarter(int n) {
  TRY_VOID(quarter(n));
  return {};
}

TEST(Try, PassesValuesOnAndReturnsTheFirstError) {
  EXPECT_EQ(quarter(12).value(), 3);
  EXPECT_EQ(quarter(5).error().message, "5 is odd");
  EXPECT_EQ(quarter(6).error().message, "second half: 3 is odd");
  EXPECT_TRUE(check_quarter(8).has_value());
  EXPECT_EQ(check_quarter(7).error().code, Errc::invalid_input);
}

// The least coroutine that can carry a Result: CO_TRY has to compile and to leave early.
struct Task {
  struct promise_type {
    Result<int> result = 0;
    Task get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_value(Result<int> value) { result = std::move(value); }
    void unhandled_exception() { std::terminate(); }
  };
  std::coroutine_handle<promise_type> handle;
};

Task quarter_later(int n) {
  CO_TRY(const int first, half(n));
  CO_TRY(const int second, half(first));
  co_return second;
}

TEST(CoTry, LeavesACoroutineEarly) {
  const Task good = quarter_later(12);
  const Task bad = quarter_later(6);
  EXPECT_EQ(good.handle.promise().result.value(), 3);
  EXPECT_EQ(bad.handle.promise().result.error().message, "3 is odd");
  good.handle.destroy();
  bad.handle.destroy();
}

}  // namespace
}  // namespace converge
