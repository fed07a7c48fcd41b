#include "wire/http_client.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fmt/format.h>
#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>

namespace converge {
namespace {

struct CurlCloser {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct ListCloser {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct UrlCloser {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using CurlHandle = std::unique_ptr<CURL, CurlCloser>;
using HeaderList = std::unique_ptr<curl_slist, ListCloser>;

// What has arrived so far, and how much may.
struct Received {
  std::string body;
  std::size_t bytes_max = 0;
  bool is_over = false;
};

std::size_t receive(char* bytes, std::size_t, std::size_t size, void* into) {
  auto& received = *static_cast<Received*>(into);
  if (received.body.size() + size > received.bytes_max) {
    received.is_over = true;
    return 0;
  }
  received.body.append(bytes, size);
  return size;
}

CurlHandle open_curl() {
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  CurlHandle handle(initialised == CURLE_OK ? curl_easy_init() : nullptr);
  if (!handle) throw std::runtime_error("libcurl cannot be initialised");
  return handle;
}

Result<HeaderList> make_headers(const HttpRequest& request) {
  HeaderList list;
  for (const auto& [name, value] : request.headers) {
    if (name.empty() || (name + value).find_first_of("\r\n") != std::string::npos)
      return fail(Errc::invalid_input, fmt::format("HTTP header {} holds a line end", name));
    const std::string line = value.empty() ? name + ";" : name + ": " + value;
    list.reset(curl_slist_append(list.release(), line.c_str()));
  }
  // Without it curl waits a second for "100 Continue" before it sends a larger body.
  list.reset(curl_slist_append(list.release(), "Expect:"));
  return list;
}

void set_request(CURL* curl, const HttpRequest& request, const HeaderList& headers, Received& received) {
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  if (!request.body.empty()) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.data());
  }
  if (is_loopback_url(request.url)) curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout_ms));
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &received);
}

// Nothing has left this machine when curl could not so much as connect.
bool is_before_sending(CURLcode code) {
  constexpr CURLcode codes[] = {CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT,
                                CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION};
  return std::ranges::find(codes, code) != std::end(codes);
}

// Taken apart by curl itself, so that what is judged is what is connected to.
struct UrlParts {
  std::string scheme;
  std::string host;
  std::string port;
};

std::string read_part(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return {};
  std::string out = text;
  curl_free(text);
  return out;
}

std::optional<UrlParts> parse_url(std::string_view text) {
  const std::unique_ptr<CURLU, UrlCloser> url(curl_url());
  if (!url || curl_url_set(url.get(), CURLUPART_URL, std::string(text).c_str(), 0) != CURLUE_OK) return std::nullopt;
  return UrlParts{.scheme = read_part(url.get(), CURLUPART_SCHEME),
                  .host = read_part(url.get(), CURLUPART_HOST),
                  .port = read_part(url.get(), CURLUPART_PORT)};
}

// Without the URL's user part, path and query, which may hold a secret.
std::string host_of(std::string_view url) {
  const auto parts = parse_url(url);
  return parts ? fmt::format("{}://{}:{}", parts->scheme, parts->host, parts->port) : std::string("the URL");
}

tl::unexpected<Error> explain(CURLcode code, const HttpRequest& request, const Received& received) {
  const std::string host = host_of(request.url);
  if (received.is_over)
    return fail(Errc::contract_violation, fmt::format("{} answered with more than {} bytes", host, received.bytes_max));
  if (code == CURLE_OPERATION_TIMEDOUT)
    return fail(Errc::timeout, fmt::format("{} did not answer within {} ms", host, request.timeout_ms));
  if (is_before_sending(code))
    return fail(Errc::unavailable, fmt::format("{} cannot be reached: {}", host, curl_easy_strerror(code)));
  return fail(Errc::unavailable, fmt::format("the answer of {} was lost: {}", host, curl_easy_strerror(code)));
}

}  // namespace

Result<HttpResponse> send_http(const HttpRequest& request) {
  const auto url = parse_url(request.url);
  if (!url || (url->scheme != "http" && url->scheme != "https") || url->host.empty())
    return fail(Errc::invalid_input, "the URL must begin with http:// or https:// and name a host");
  TRY(const HeaderList headers, make_headers(request));
  const CurlHandle curl = open_curl();
  Received received{.body = {}, .bytes_max = request.answer_bytes_max};
  set_request(curl.get(), request, headers, received);
  const CURLcode code = curl_easy_perform(curl.get());
  if (code != CURLE_OK) return explain(code, request, received);
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  return HttpResponse{.status = static_cast<int>(status), .body = std::move(received.body)};
}

bool is_loopback_url(std::string_view url) {
  const auto parts = parse_url(url);
  if (!parts) return false;
  in_addr address{};
  const bool is_ipv4 = inet_pton(AF_INET, parts->host.c_str(), &address) == 1;
  return parts->host == "localhost" || parts->host == "[::1]" || (is_ipv4 && parts->host.starts_with("127."));
}

}  // namespace converge
