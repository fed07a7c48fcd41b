// wire/http_client.hpp — one HTTP request and its answer. libcurl underneath. Nothing is retried, redirected or kept.
//
// Time and size are limited for every request. A proxy is taken from the environment as curl does, but never for this machine.
#pragma once
#include "base/result.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace converge {

struct HttpRequest {
  std::string method = "GET";
  std::string url;                                           // http:// or https://
  std::vector<std::pair<std::string, std::string>> headers;  // may hold secrets: never written anywhere
  std::string body;
  std::int64_t timeout_ms = 30'000;  // for all of it
  std::size_t answer_bytes_max = std::size_t{8} << 20U;
};

struct HttpResponse {
  int status = 0;
  std::string body;
};

// Any status is an answer; what it means is the caller's to say.
// errors: invalid_input (not an HTTP URL, a header with a line end), unavailable (not reached, or the answer was lost: the message
// says which), timeout, contract_violation (the answer is larger than it may be)
Result<HttpResponse> send_http(const HttpRequest& request);

// What code that talks to a server is given, so that a test can answer in its place.
using SendHttp = std::function<Result<HttpResponse>(const HttpRequest&)>;

// Whether the URL's host is this machine: localhost, 127.0.0.0/8, ::1.
bool is_loopback_url(std::string_view url);

}  // namespace converge
