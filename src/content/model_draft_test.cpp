#include "content/model_draft.hpp"

#include "base/log.hpp"
#include "wire/file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fixture/fake_http_server.hpp>

namespace converge::content {
namespace {

using fixture::FakeHttpServer;
using fixture::make_http_answer;

StyleGuide desk_guide() {
  const std::string path = CONVERGE_SOURCE_DIR "/desk/style/guide.yaml";
  return parse_style_guide(read_file(path).value(), "style/guide.yaml").value();
}

// As the chat API answers.
std::string make_chat_answer(std::string_view text, std::string_view reason = "stop") {
  return render_json(JsonObject{
      {"id", "chatcmpl-1"},
      {"object", "chat.completion"},
      {"choices",
       JsonArray{JsonObject{{"index", 0},
                            {"message", JsonObject{{"role", "assistant"}, {"content", boost::json::string(text)}}},
                            {"finish_reason", boost::json::string(reason)}}}}});
}

Json body_of(const std::string& request) {
  return parse_json(request.substr(request.find("\r\n\r\n") + 4)).value();
}

Result<ModelEndpoint> read_endpoint(std::string_view toml) {
  const JsonObject file = parse_toml(toml, "converge.toml").value();
  TableReader table(file, "converge.toml", "/drafting");
  return read_model_endpoint(table);
}

TEST(ModelDraft, SendsTheStylePromptAndMendsWhatComesBack) {
  FakeHttpServer server([](const std::string&) {
    return make_http_answer("200 OK",
                            make_chat_answer("```markdown\n# A week\n\nIt rose \u2014 and fell \U0001F680\n```\n"));
  });
  const ModelEndpoint endpoint{.url = server.url("/v1"), .model = "small", .tokens_max = 77};
  const auto draft = draft_with_model(endpoint, "key-of-the-test", desk_guide(),
                                      {.about = "the week", .facts = "loss,0.5"}, send_http);
  ASSERT_TRUE(draft) << draft.error().message;
  EXPECT_EQ(draft->markdown, "# A week\n\nIt rose, and fell\n");
  EXPECT_EQ(draft->title, "A week");
  EXPECT_EQ(draft->fixed.size(), 2U);
  EXPECT_FALSE(draft->is_blocked());
  ASSERT_EQ(server.requests().size(), 1U);
  EXPECT_THAT(server.requests()[0], testing::StartsWith("POST /v1/chat/completions HTTP/1.1\r\n"));
  EXPECT_THAT(server.requests()[0], testing::HasSubstr("\r\nAuthorization: Bearer key-of-the-test\r\n"));
  const Json body = body_of(server.requests()[0]);
  EXPECT_EQ(body.at("model").as_string(), "small");
  EXPECT_EQ(body.at("max_tokens").as_int64(), 77);
  EXPECT_FALSE(body.at("stream").as_bool());
  const JsonArray& messages = body.at("messages").as_array();
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].at("role").as_string(), "system");
  for (const RuleSetting& setting : desk_guide().rules)
    EXPECT_THAT(std::string(messages[0].at("content").as_string()), testing::HasSubstr("(" + setting.rule + "): "));
  EXPECT_THAT(std::string(messages[1].at("content").as_string()), testing::HasSubstr("Write about: the week\n"));
  EXPECT_THAT(std::string(messages[1].at("content").as_string()), testing::HasSubstr("loss,0.5"));
}

TEST(ModelDraft, SendsErrorsBackOnceAndShowsWhatIsLeft) {
  int asked = 0;
  const auto stubborn = [&](const HttpRequest& request) -> Result<HttpResponse> {
    ++asked;
    const JsonArray messages = parse_json(request.body).value().at("messages").as_array();
    if (asked == 2) {
      EXPECT_EQ(messages.size(), 4U);
      EXPECT_EQ(messages[2].at("content").as_string(), "# A\n\nA game changer.\n");
      EXPECT_THAT(std::string(messages[3].at("content").as_string()), testing::HasSubstr("- line 3: 'game changer'"));
    }
    return HttpResponse{200, make_chat_answer("# A\n\nA game changer.")};
  };
  const auto blocked = draft_with_model({.url = "http://x", .model = "m"}, "", desk_guide(), {.about = "a"}, stubborn);
  ASSERT_TRUE(blocked) << blocked.error().message;
  EXPECT_EQ(asked, 2);
  EXPECT_TRUE(blocked->is_blocked());

  asked = 0;
  const auto willing = [&](const HttpRequest&) -> Result<HttpResponse> {
    return HttpResponse{200, make_chat_answer(++asked == 1 ? "# A\n\nA game changer." : "# A\n\nA change.")};
  };
  const auto mended = draft_with_model({.url = "http://x", .model = "m"}, "", desk_guide(), {.about = "a"}, willing);
  EXPECT_EQ(mended.value().markdown, "# A\n\nA change.\n");
  EXPECT_FALSE(mended->is_blocked());
}

TEST(ModelDraft, TellsWhatAServerSaysWithoutTheKey) {
  const std::string key = "sk-very-secret-0123456789";
  ASSERT_TRUE(register_secret(key));
  struct Case {
    const char* name;
    HttpResponse answer;
    Errc code;
    const char* message;
  };
  const Case cases[] = {
      {"wrong key",
       {401, R"({"error": {"message": "Incorrect API key sk-very-secret-0123456789"}})"},
       Errc::denied,
       "drafting: the server answered 401: Incorrect API key [secret]"},
      {"no such model", {404, R"({"error": {"message": "model not found"}})"}, Errc::not_found, "404: model not found"},
      {"too many", {429, "slow\ndown"}, Errc::rate_limited, "429: slow down"},
      {"down", {503, ""}, Errc::unavailable, "503"},
      {"bad request", {400, "{}"}, Errc::invalid_input, "400"},
      {"a web page", {200, "<html>"}, Errc::invalid_input, "no answer of a chat: <html>"},
      {"no choices", {200, R"({"choices": []})"}, Errc::invalid_input, "no answer of a chat"},
      {"cut off", {200, make_chat_answer("# A", "length")}, Errc::invalid_input, "was cut off; raise tokens_max"},
      {"empty", {200, make_chat_answer("  \n")}, Errc::invalid_input, "an empty text"},
      {"no text", {200, R"({"choices": [{"message": {"content": null}}]})"}, Errc::invalid_input, "an empty text"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto draft = draft_with_model({.url = "http://x", .model = "m"}, key, desk_guide(), {.about = "a"},
                                        [&](const HttpRequest&) -> Result<HttpResponse> { return c.answer; });
    ASSERT_FALSE(draft);
    EXPECT_EQ(draft.error().code, c.code);
    EXPECT_THAT(draft.error().message, testing::HasSubstr(c.message));
    EXPECT_THAT(draft.error().message, testing::Not(testing::HasSubstr(key)));
  }
}

TEST(ChatAnswer, LosesAFenceOnlyWhereItHoldsTheWholeText) {
  struct Case {
    const char* text;
    const char* expected;
  };
  const Case cases[] = {
      {"# A", "# A\n"},
      {"```md\n# A\n```", "# A\n"},
      {"```\n# A\n```\n\ntext", "```\n# A\n```\n\ntext\n"},
      {"```cpp\nint a;\n```", "```cpp\nint a;\n```\n"},
      {"```\na\n```\n\n```\nb\n```", "```\na\n```\n\n```\nb\n```\n"},
  };
  for (const Case& c : cases) EXPECT_EQ(read_chat_answer(make_chat_answer(c.text)).value(), c.expected);
}

TEST(ModelEndpoint, IsReadStrictly) {
  const ModelEndpoint endpoint =
      read_endpoint("url = \"http://127.0.0.1:11434/v1/\"\nmodel = \"m\"\nkey_env = \"K\"\ntimeout_s = 5\n").value();
  EXPECT_EQ(endpoint.url, "http://127.0.0.1:11434/v1");
  EXPECT_EQ(endpoint.key_env, "K");
  EXPECT_EQ(endpoint.timeout_s, 5);
  EXPECT_EQ(endpoint.tokens_max, 2000);
  struct Case {
    const char* toml;
    const char* message;
  };
  const Case cases[] = {
      {"url = \"http://x\"\n", "/drafting/model"},
      {"model = \"m\"\n", "/drafting/url"},
      {"url = \"ftp://x\"\nmodel = \"m\"\n", "/drafting/url must begin with http:// or https://"},
      {"url = \"http://example.org\"\nmodel = \"m\"\nkey_env = \"K\"\n",
       "/drafting/url must begin with https:// where a key is sent to another machine"},
      {"url = \"http://x\"\nmodel = \"m\"\nkey = \"sk-1\"\n", "/drafting/key"},
      {"url = \"http://x\"\nmodel = \"m\"\ntimeout_s = 0\n", "/drafting/timeout_s"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.toml);
    const auto refused = read_endpoint(c.toml);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::invalid_input);
    EXPECT_THAT(refused.error().message, testing::HasSubstr(c.message));
  }
}

}  // namespace
}  // namespace converge::content
