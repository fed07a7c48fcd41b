#include "content/discord_message.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cctype>

namespace converge::content {
namespace {

enum Limit : std::size_t {
  content_max,
  embeds_max,
  title_max,
  description_max,
  fields_max,
  field_name_max,
  field_value_max,
  footer_max,
  author_max,
  embeds_sum_max,
  url_max,
  nonce_max,
  username_max,
  thread_name_max,
};

constexpr std::array<TargetLimit, 14> limits{{
    {"content", 2000, "code points"},
    {"embeds", 10, "embeds"},
    {"embed title", 256, "code points"},
    {"embed description", 4096, "code points"},
    {"embed fields", 25, "fields"},
    {"embed field name", 256, "code points"},
    {"embed field value", 1024, "code points"},
    {"embed footer", 2048, "code points"},
    {"embed author", 256, "code points"},
    {"all texts of all embeds together", 6000, "code points"},
    {"embed url", 2048, "code points"},
    {"nonce", 25, "code points"},
    {"username", 80, "code points"},
    {"thread name", 100, "code points"},
}};

constexpr std::uint32_t color_max = 0xFFFFFF;

Result<void> check_size(std::size_t size, Limit limit, std::string_view where) {
  const TargetLimit& row = limits.at(limit);
  if (size <= row.max) return {};
  return fail(Errc::invalid_input,
              fmt::format("{} of a Discord message has {} {}; the limit is {}", where, size, row.unit, row.max));
}

// Puts a text into the object if it has one, and counts it.
struct TextWriter {
  std::size_t code_points = 0;

  Result<void> put(JsonObject& object, std::string_view key, const std::string& text, Limit limit,
                   const std::string& where) {
    if (text.empty()) return {};
    const std::size_t size = measure_size(text).code_points;
    TRY_VOID(check_size(size, limit, where));
    code_points += size;
    object[key] = text;
    return {};
  }
};

Result<JsonObject> render_field(const DiscordField& field, const std::string& where, TextWriter& texts) {
  if (field.name.empty() || field.value.empty())
    return fail(Errc::invalid_input, fmt::format("{} of a Discord message needs a name and a value", where));
  JsonObject object;
  TRY_VOID(texts.put(object, "name", field.name, field_name_max, where + ".name"));
  TRY_VOID(texts.put(object, "value", field.value, field_value_max, where + ".value"));
  if (field.is_inline) object["inline"] = true;
  return object;
}

Result<JsonObject> render_embed(const DiscordEmbed& embed, const std::string& where, TextWriter& texts) {
  JsonObject object;
  TRY_VOID(texts.put(object, "title", embed.title, title_max, where + ".title"));
  TRY_VOID(texts.put(object, "description", embed.description, description_max, where + ".description"));
  if (!embed.url.empty()) {
    TRY_VOID(check_size(measure_size(embed.url).code_points, url_max, where + ".url"));
    object["url"] = embed.url;
  }
  if (!embed.timestamp.empty()) object["timestamp"] = embed.timestamp;
  if (embed.color) {
    if (*embed.color > color_max)
      return fail(Errc::invalid_input, fmt::format("{}.color of a Discord message is {:#x}; the limit is {:#x}", where,
                                                   *embed.color, color_max));
    object["color"] = *embed.color;
  }
  JsonObject author, footer;
  TRY_VOID(texts.put(author, "name", embed.author, author_max, where + ".author.name"));
  if (!author.empty()) object["author"] = std::move(author);
  TRY_VOID(texts.put(footer, "text", embed.footer, footer_max, where + ".footer.text"));
  if (!footer.empty()) object["footer"] = std::move(footer);
  TRY_VOID(check_size(embed.fields.size(), fields_max, where + ".fields"));
  JsonArray fields;
  for (std::size_t i = 0; i < embed.fields.size(); ++i) {
    TRY(auto field, render_field(embed.fields[i], fmt::format("{}.fields[{}]", where, i), texts));
    fields.push_back(std::move(field));
  }
  if (!fields.empty()) object["fields"] = std::move(fields);
  if (object.empty()) return fail(Errc::invalid_input, fmt::format("{} of a Discord message is empty", where));
  return object;
}

Result<void> check_username(const std::string& username) {
  std::string lower = username;
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const std::string_view reserved : {"clyde", "discord"})
    if (lower.find(reserved) != std::string::npos)
      return fail(
          Errc::invalid_input,
          fmt::format("username {} of a Discord message holds '{}', which Discord reserves", username, reserved));
  return {};
}

}  // namespace

std::span<const TargetLimit> discord_limits() {
  return limits;
}

Result<JsonObject> render_discord_message(const DiscordMessage& message) {
  if (message.content.empty() && message.embeds.empty())
    return fail(Errc::invalid_input, "a Discord message needs content or an embed");
  JsonObject object;
  TextWriter head;
  TRY_VOID(head.put(object, "content", message.content, content_max, "content"));
  TRY_VOID(check_username(message.username));
  TRY_VOID(head.put(object, "username", message.username, username_max, "username"));
  TRY_VOID(head.put(object, "thread_name", message.thread_name, thread_name_max, "thread_name"));
  TRY_VOID(head.put(object, "nonce", message.nonce, nonce_max, "nonce"));
  if (!message.nonce.empty()) object["enforce_nonce"] = true;

  TRY_VOID(check_size(message.embeds.size(), embeds_max, "embeds"));
  TextWriter texts;
  JsonArray embeds;
  for (std::size_t i = 0; i < message.embeds.size(); ++i) {
    TRY(auto embed, render_embed(message.embeds[i], fmt::format("embeds[{}]", i), texts));
    embeds.push_back(std::move(embed));
  }
  TRY_VOID(check_size(texts.code_points, embeds_sum_max, "the text of all embeds"));
  if (!embeds.empty()) object["embeds"] = std::move(embeds);
  object["allowed_mentions"] = JsonObject{{"parse", JsonArray{}}};
  return object;
}

}  // namespace converge::content
