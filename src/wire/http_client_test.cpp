#include "wire/http_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <chrono>
#include <fixture/fake_http_server.hpp>

namespace converge {
namespace {

using fixture::FakeHttpServer;
using fixture::make_http_answer;

TEST(HttpClient, SendsMethodHeadersAndBodyAndReturnsAnyStatus) {
  FakeHttpServer server([](const std::string&) { return make_http_answer("418 Teapot", "short and stout"); });
  const auto answer = send_http({.method = "POST",
                                 .url = server.url("/v1/x?y=z"),
                                 .headers = {{"Authorization", "Bearer k"}, {"X-Empty", ""}},
                                 .body = "{\"a\": 1}"});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 418);
  EXPECT_EQ(answer->body, "short and stout");
  ASSERT_EQ(server.requests().size(), 1U);
  EXPECT_THAT(server.requests()[0], testing::StartsWith("POST /v1/x?y=z HTTP/1.1\r\n"));
  EXPECT_THAT(server.requests()[0], testing::HasSubstr("Authorization: Bearer k\r\n"));
  EXPECT_THAT(server.requests()[0], testing::EndsWith("\r\n\r\n{\"a\": 1}"));
}

TEST(HttpClient, DoesNotFollowARedirect) {
  FakeHttpServer server([](const std::string&) {
    return std::string("HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  });
  EXPECT_EQ(send_http({.url = server.url("/")}).value().status, 302);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(HttpClient, SaysWhatWentWrongAndNeverTheSecretsOfAUrl) {
  FakeHttpServer silent([](const std::string&) { return std::string(); });
  FakeHttpServer torn([](const std::string&) { return std::string("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab"); });
  FakeHttpServer large([](const std::string&) { return make_http_answer("200 OK", std::string(2000, 'x')); });
  FakeHttpServer slow([](const std::string&) {
    std::this_thread::sleep_for(std::chrono::milliseconds(400));
    return make_http_answer("200 OK", "");
  });
  std::string closed;
  {
    FakeHttpServer gone([](const std::string&) { return std::string(); });
    closed = gone.url("/");
  }
  struct Case {
    const char* name;
    std::string url;
    Errc code;
    const char* message;
  };
  const Case cases[] = {
      {"nobody there", closed + "hidden-key", Errc::unavailable, "cannot be reached"},
      {"closed without an answer", silent.url("/hidden-key"), Errc::unavailable, "was lost"},
      {"half an answer", torn.url("/hidden-key"), Errc::unavailable, "was lost"},
      {"too large", large.url("/hidden-key"), Errc::contract_violation, "more than 1000 bytes"},
      {"too slow", slow.url("/hidden-key"), Errc::timeout, "did not answer within 100 ms"},
      {"a file", "file:///etc/passwd", Errc::invalid_input, "must begin with http:// or https://"},
      {"no host", "http://", Errc::invalid_input, "must begin with http:// or https://"},
      {"not a URL", "nonsense", Errc::invalid_input, "must begin with http:// or https://"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto answer = send_http({.url = c.url, .timeout_ms = 100, .answer_bytes_max = 1000});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, c.code) << answer.error().message;
    EXPECT_THAT(answer.error().message, testing::HasSubstr(c.message));
    EXPECT_THAT(answer.error().message, testing::Not(testing::HasSubstr("hidden-key")));
  }
  const auto forged = send_http({.url = silent.url("/"), .headers = {{"X-A", "b\r\nX-B: c"}}});
  ASSERT_FALSE(forged);
  EXPECT_EQ(forged.error().message, "HTTP header X-A holds a line end");
}

TEST(LoopbackUrl, IsThisMachineOnly) {
  for (const char* url : {"http://127.0.0.1:8080/v1", "http://localhost/", "http://[::1]:80/", "https://127.9.9.9"})
    EXPECT_TRUE(is_loopback_url(url)) << url;
  for (const char* url : {"http://127.0.0.1.example.org/", "http://example.org/127.0.0.1",
                          "http://localhost.example.org", "http://user@example.org", "nonsense"})
    EXPECT_FALSE(is_loopback_url(url)) << url;
}

}  // namespace
}  // namespace converge
