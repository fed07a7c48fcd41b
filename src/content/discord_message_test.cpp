#include "content/discord_message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace converge::content {
namespace {

using testing::HasSubstr;

std::string x(std::size_t count) {
  return std::string(count, 'x');
}

TEST(DiscordMessage, NeverAllowsAMention) {
  EXPECT_EQ(render_canonical_json(render_discord_message({.content = "@everyone"}).value()),
            R"({"allowed_mentions":{"parse":[]},"content":"@everyone"})");
}

TEST(DiscordMessage, WritesAllThatItHas) {
  const DiscordMessage message{.content = "a",
                               .embeds = {{.title = "t",
                                           .description = "d",
                                           .url = "https://example.org",
                                           .timestamp = "2026-01-02T03:04:05Z",
                                           .author = "w",
                                           .footer = "f",
                                           .color = 0xFF0000,
                                           .fields = {{"n", "v", true}, {"m", "u", false}}}},
                               .nonce = "n1",
                               .username = "u",
                               .thread_name = "h"};
  EXPECT_EQ(
      render_canonical_json(render_discord_message(message).value()),
      R"({"allowed_mentions":{"parse":[]},"content":"a","embeds":[{"author":{"name":"w"},"color":16711680,"description":"d",)"
      R"("fields":[{"inline":true,"name":"n","value":"v"},{"name":"m","value":"u"}],"footer":{"text":"f"},)"
      R"("timestamp":"2026-01-02T03:04:05Z","title":"t","url":"https://example.org"}],"enforce_nonce":true,"nonce":"n1",)"
      R"("thread_name":"h","username":"u"})");
}

TEST(DiscordMessage, TakesWhatIsAtTheLimit) {
  std::string faces;
  for (int i = 0; i < 2000; ++i) faces += "\U0001F600";  // 2,000 code points, 4,000 UTF-16 units
  DiscordMessage message{.content = faces};
  EXPECT_TRUE(render_discord_message(message));
  message.embeds.assign(10, {.title = x(256), .footer = x(344)});  // 6,000 together
  EXPECT_TRUE(render_discord_message(message));
}

TEST(DiscordMessage, RefusesWhatIsBeyondALimit) {
  struct Case {
    DiscordMessage message;
    const char* says;
  };
  const auto embed = [](DiscordEmbed e) { return DiscordMessage{.embeds = {std::move(e)}}; };
  const Case cases[] = {
      {{}, "needs content or an embed"},
      {{.content = x(2001)}, "content of a Discord message has 2001 code points; the limit is 2000"},
      {{.embeds = std::vector<DiscordEmbed>(11, {.title = "t"})},
       "embeds of a Discord message has 11 embeds; the limit is 10"},
      {embed({}), "embeds[0] of a Discord message is empty"},
      {embed({.title = x(257)}), "embeds[0].title of a Discord message has 257 code points; the limit is 256"},
      {embed({.description = x(4097)}), "embeds[0].description"},
      {embed({.url = x(2049)}), "embeds[0].url"},
      {embed({.author = x(257)}), "embeds[0].author.name"},
      {embed({.footer = x(2049)}), "embeds[0].footer.text"},
      {embed({.color = 0x1000000}), "embeds[0].color of a Discord message is 0x1000000"},
      {embed({.fields = std::vector<DiscordField>(26, {"n", "v"})}),
       "embeds[0].fields of a Discord message has 26 fields"},
      {embed({.fields = {{"n", ""}}}), "embeds[0].fields[0] of a Discord message needs a name and a value"},
      {embed({.fields = {{"n", "v"}, {x(257), "v"}}}), "embeds[0].fields[1].name"},
      {embed({.fields = {{"n", x(1025)}}}), "embeds[0].fields[0].value"},
      {{.embeds = {{.description = x(4096)}, {.description = x(1905)}}},
       "the text of all embeds of a Discord message has 6001 code points; the limit is 6000"},
      {{.content = "a", .nonce = x(26)}, "nonce of a Discord message has 26"},
      {{.content = "a", .username = x(81)}, "username of a Discord message has 81"},
      {{.content = "a", .username = "My DisCord"}, "which Discord reserves"},
      {{.content = "a", .thread_name = x(101)}, "thread_name of a Discord message has 101"},
  };
  for (const Case& c : cases) {
    const auto json = render_discord_message(c.message);
    ASSERT_FALSE(json) << c.says;
    EXPECT_EQ(json.error().code, Errc::invalid_input);
    EXPECT_THAT(json.error().message, HasSubstr(c.says));
  }
}

}  // namespace
}  // namespace converge::content
