// base/error.hpp — the closed list of ways to fail, and the one table that says what each means at the edges.
#pragma once
#include <array>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>

namespace converge {

enum class Errc {
  invalid_input,       // the caller's words or a file of the desk are wrong
  contract_violation,  // a row, or the live schema, breaks its contract
  not_found,           // nothing has that name or key
  conflict,            // somebody else changed or already holds it
  unavailable,         // a server or file cannot be reached now
  timeout,             // it was reached and did not answer in time
  rate_limited,        // it asked us to come back later
  denied,              // it is known and not allowed
  internal,            // a bug of ours
};

// A failure: its kind, what was being done to what and what the user can do, and where it was first noticed.
struct Error {
  Errc code = Errc::internal;
  std::string message;
  std::source_location where = std::source_location::current();
};

// How a job that failed this way is treated by the queue.
enum class Retry { never, once, backoff };

// One row of the error table. exit_status follows sysexits.h; 1 is kept for "findings were reported".
struct ErrorTraits {
  Errc code;
  std::string_view name;
  Retry retry;
  int exit_status;
  int http_status;
};

inline constexpr std::array<ErrorTraits, 9> error_table{{
    {Errc::invalid_input, "invalid_input", Retry::never, 64, 400},
    {Errc::contract_violation, "contract_violation", Retry::never, 65, 422},
    {Errc::not_found, "not_found", Retry::never, 66, 404},
    {Errc::conflict, "conflict", Retry::once, 2, 409},
    {Errc::unavailable, "unavailable", Retry::backoff, 75, 503},
    {Errc::timeout, "timeout", Retry::backoff, 75, 504},
    {Errc::rate_limited, "rate_limited", Retry::backoff, 75, 429},
    {Errc::denied, "denied", Retry::never, 77, 403},
    {Errc::internal, "internal", Retry::never, 70, 500},
}};

inline constexpr int exit_ok = 0;
inline constexpr int exit_findings = 1;

const ErrorTraits& error_traits(Errc code);
inline std::string_view error_name(Errc code) {
  return error_traits(code).name;
}
std::optional<Errc> find_errc(std::string_view name);

// "error[not_found]: model sp500_vol9: no file desk/models/sp500_vol9.toml"
std::string render_error(const Error& error);

}  // namespace converge
