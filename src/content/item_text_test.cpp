#include "content/item_text.hpp"

#include <gmock/gmock.h>

namespace converge::content {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ItemText, ReadsFrontMatterAndText) {
  const auto text = parse_item_text(
      "---\ntitle: Weekly outlook\ntargets: [docs, chat]\npath: week/2026-49\nsubject: week:2026-49\n---\n\nCalm.\n\n",
      "a.md");
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(text->title, "Weekly outlook");
  EXPECT_THAT(*text->targets, ElementsAre("docs", "chat"));
  EXPECT_EQ(text->path, "week/2026-49.md");
  EXPECT_EQ(text->subject, "week:2026-49");
  EXPECT_EQ(text->markdown, "# Weekly outlook\n\nCalm.\n");
}

TEST(ItemText, MakesUpWhatIsLeftOut) {
  struct Case {
    const char* name;
    std::string text;
    const char* title;
    const char* path;
    const char* subject;
    const char* markdown;
  };
  const Case cases[] = {
      {"heading only", "# A *calm* week\n\nYes.\n", "A calm week", "a-calm-week.md", "text:a-calm-week",
       "# A *calm* week\n\nYes.\n"},
      {"title and the same heading", "---\ntitle: Calm\n---\n# Calm\n\nYes.", "Calm", "calm.md", "text:calm",
       "# Calm\n\nYes.\n"},
      {"concept", "---\ntitle: Calm\n---\n \n", "Calm", "calm.md", "text:calm", ""},
      {"byte order mark, line ends of Windows", "\xEF\xBB\xBF# Calm\r\n\r\nYes.\r\n", "Calm", "calm.md", "text:calm",
       "# Calm\r\n\r\nYes.\n"},
      {"indented code first", "---\ntitle: Calm\n---\n\n    x = 1\n", "Calm", "calm.md", "text:calm",
       "# Calm\n\n    x = 1\n"},
      {"letters outside of ASCII", "# \xC3\x84rger\n\nJa.\n", "\xC3\x84rger", "\xC3\x84rger.md", nullptr,
       "# \xC3\x84rger\n\nJa.\n"},
      {"path with its ending", "---\ntitle: Calm\npath: b.md\n---\n", "Calm", "b.md", "text:calm", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto text = parse_item_text(c.text, "a.md");
    ASSERT_TRUE(text) << text.error().message;
    EXPECT_EQ(text->title, c.title);
    EXPECT_EQ(text->path, c.path);
    if (c.subject != nullptr) {
      EXPECT_EQ(text->subject, c.subject);
    }
    if (c.subject == nullptr) {
      EXPECT_THAT(text->subject, ::testing::MatchesRegex("text:[0-9a-f]+"));
    }
    EXPECT_EQ(text->markdown, c.markdown);
    EXPECT_FALSE(text->targets.has_value());
  }
}

TEST(ItemText, RefusesWhatCannotBeKept) {
  struct Case {
    std::string text;
    const char* says;
  };
  const Case cases[] = {
      {"", "a.md:1: there is no title"},
      {"Only words.\n", "a.md:1: there is no title"},
      {"## Second level\n", "a.md:1: there is no title"},
      {"---\ntargets: [docs]\n---\nWords.\n", "a.md:1: there is no title"},
      {"---\ntitle: \"\"\n---\nWords.\n", "a.md:2: expected a text"},
      {"---\ntitle: A\nstate: published\n---\n", "a.md:3: unknown key 'state'"},
      {"---\ntitle: A\ntargets: docs\n---\n", "a.md:3: "},
      {"---\ntitle: [A\n---\n", "a.md:"},
      {"---\ntitle: A\n---\n# B\n", "a.md: the title is 'A' and the first heading 'B'"},
      {"---\ntitle: \"!!!\"\n---\nWords.\n", "a.md:1: no path can be made of the title"},
      {"---\ntitle: " + std::string(201, 'x') + "\n---\n", "a.md:1: the title must be one line of at most 200"},
      {"# A\n\n\xFF\n", "a.md: "},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.says);
    const auto text = parse_item_text(c.text, "a.md");
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().code, Errc::invalid_input);
    EXPECT_THAT(text.error().message, HasSubstr(c.says));
  }
}

}  // namespace
}  // namespace converge::content
