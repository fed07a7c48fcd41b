// content/discord_message.hpp — the body of one message to Discord, held to Discord's limits before anything is sent. Pure.
//
// `allowed_mentions` is always there and always empty: no message of ours pings anybody, whatever its text holds.
// Limits: Discord's API documentation (Message, Embed limits, Execute Webhook); lengths count code points.
#pragma once
#include "base/result.hpp"
#include "content/text_size.hpp"
#include "wire/json.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace converge::content {

struct DiscordField {
  std::string name;
  std::string value;
  bool is_inline = false;
};

// Empty members are left out.
struct DiscordEmbed {
  std::string title;
  std::string description;
  std::string url;        // of the title
  std::string timestamp;  // ISO 8601
  std::string author;
  std::string footer;
  std::optional<std::uint32_t> color;  // 0xRRGGBB
  std::vector<DiscordField> fields;
};

struct DiscordMessage {
  std::string content;
  std::vector<DiscordEmbed> embeds;
  std::string nonce;        // a bot's message only: sent with enforce_nonce, so that a repeat gives the first message
  std::string username;     // a webhook's only
  std::string thread_name;  // a webhook's in a forum only
};

// One row of a table of limits: what, how much, of what.
struct TargetLimit {
  std::string_view name;
  std::size_t max;
  std::string_view unit;
};

std::span<const TargetLimit> discord_limits();

// What split_text may make of a message's content. Discord counts code points; the UTF-16 units are bounded as well, because some of
// its clients count those.
inline constexpr TextSize discord_part_max{2000, 2000};

// errors: invalid_input naming the limit, the size and the place (`embeds[1].title`); for a message without content and
// embeds; for a username that Discord reserves
Result<JsonObject> render_discord_message(const DiscordMessage& message);

}  // namespace converge::content
