// content/model_draft.hpp — drafting by an AI model behind any server that speaks the OpenAI chat API, local ones too.
//
//   [drafting]                                 in converge.toml; without it everything else works
//   url = "http://127.0.0.1:11434/v1"          "/chat/completions" is added
//   model = "llama3.1:8b"
//   key_env = "DRAFTING_API_KEY"               name of the environment variable with the key; left out where none is needed
//   timeout_s = 120                            default 120
//   tokens_max = 2000                          default 2000
//
// The style prompt is always sent. What comes back is text like any other: it is linted and mended, findings of level error
// that are left are sent back once, and what is left after that is shown. Nothing here publishes or stores anything.
#pragma once
#include "content/draft.hpp"
#include "wire/http_client.hpp"
#include "wire/toml.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace converge::content {

struct ModelEndpoint {
  std::string url;
  std::string model;
  std::string key_env;  // empty: no key
  std::int64_t timeout_s = 120;
  std::int64_t tokens_max = 2000;
};

// errors: invalid_input naming the key; also for a key_env with a URL that is neither https nor this machine
Result<ModelEndpoint> read_model_endpoint(TableReader& table);

// What the text is to say, and what it may take its facts from.
struct DraftBrief {
  std::string about;
  std::string facts;  // may be empty
};

struct ChatMessage {
  std::string role;  // system, user, assistant
  std::string content;
};

// The conversation that asks for a draft: the style prompt as the system's word, the brief as the user's.
std::vector<ChatMessage> make_draft_chat(std::string_view style_prompt, const DraftBrief& brief);

// {"model", "messages", "max_tokens", "stream": false} as JSON
std::string render_chat_request(const ModelEndpoint& endpoint, const std::vector<ChatMessage>& chat);

// The words of the first choice; a fence around the whole of it is taken off.
// errors: invalid_input for an answer that is not of the chat API, is empty, or was cut off at tokens_max
Result<std::string> read_chat_answer(std::string_view body);

// Sends, reads, checks. `key` is sent as a bearer token unless it is empty.
// errors: those of send_http; denied (401, 403), not_found (404), rate_limited (429), unavailable (5xx), else invalid_input,
// with what the server says about it; those of read_chat_answer and check_draft
Result<Draft> draft_with_model(const ModelEndpoint& endpoint, std::string_view key, const StyleGuide& guide,
                               const DraftBrief& brief, const SendHttp& send);

}  // namespace converge::content
