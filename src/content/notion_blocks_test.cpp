#include "content/notion_blocks.hpp"

#include "content/position.hpp"
#include "content/text_size.hpp"
#include "fixture/golden.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace converge::content {
namespace {

NotionDocument make(std::string_view markdown) {
  return make_notion_blocks(parse_block_tree(markdown).value());
}

std::string notes_of(const NotionDocument& document) {
  std::string notes;
  for (const TextNote& note : document.notes) notes += render_note(note) + '\n';
  return notes;
}

JsonArray children_of(const JsonObject& block) {
  const JsonObject& body = block.at(block.at("type").as_string()).as_object();
  return body.contains("children") ? body.at("children").as_array() : JsonArray{};
}

std::string content_of(const JsonArray& rich_text) {
  std::string text;
  for (const Json& item : rich_text) text += item.at("text").at("content").as_string();
  return text;
}

// What Notion's documentation says that it refuses (Request limits, Append block children), and what it cannot store.
struct RequestCheck {
  std::size_t blocks = 0;

  void check_rich_text(const JsonArray& items) {
    ASSERT_LE(items.size(), 100U);
    for (const Json& item : items) {
      const std::string content(item.at("text").at("content").as_string());
      ASSERT_TRUE(is_utf8(content));
      ASSERT_TRUE(measure_size(content).fits({2000, 2000})) << content.size();
      if (!item.at("text").as_object().contains("link")) continue;
      ASSERT_TRUE(measure_size(item.at("text").at("link").at("url").as_string()).fits({2000, 2000}));
    }
  }

  void check_children(const JsonArray& children, int level) {
    ASSERT_LE(level, 2);
    ASSERT_LE(children.size(), 100U);
    for (const Json& child : children) {
      ++blocks;
      const JsonObject& block = child.as_object();
      const JsonObject& body = block.at(block.at("type").as_string()).as_object();
      if (body.contains("rich_text")) check_rich_text(body.at("rich_text").as_array());
      if (body.contains("cells"))
        for (const Json& cell : body.at("cells").as_array()) check_rich_text(cell.as_array());
      ASSERT_TRUE(block.at("type") != "table" || !children_of(block).empty());
      if (body.contains("children")) check_children(children_of(block), level + 1);
    }
  }
};

// The blocks that the requests make, when they are done one after the other as Notion does them. The children of
// every block are kept under "children" of the block itself.
JsonArray replay(const std::vector<NotionRequest>& requests) {
  struct Append {
    static void append(JsonArray& to, const JsonArray& from) {
      for (const Json& child : from) {
        JsonObject block = child.as_object();
        JsonObject& body = block.at(block.at("type").as_string()).as_object();
        JsonArray inside;
        if (body.contains("children")) append(inside, body.at("children").as_array());
        body.erase("children");
        block["children"] = std::move(inside);
        to.push_back(std::move(block));
      }
    }
  };
  JsonArray page;
  for (const NotionRequest& request : requests) {
    JsonArray* parent = &page;
    for (const std::size_t i : request.parent) parent = &parent->at(i).at("children").as_array();
    Append::append(*parent, request.children);
  }
  return page;
}

JsonArray nest(std::span<const NotionBlock> blocks) {
  JsonArray nested;
  for (const NotionBlock& block : blocks)
    nested.push_back(
        {{"object", "block"}, {"type", block.type}, {block.type, block.body}, {"children", nest(block.children)}});
  return nested;
}

// Within every limit, and in the end the same tree.
std::vector<NotionRequest> plan(const NotionDocument& document) {
  auto requests = plan_notion_requests(document.blocks);
  for (const NotionRequest& request : requests) {
    RequestCheck check;
    check.check_children(request.children, 0);
    EXPECT_LE(check.blocks, 1000U);
    EXPECT_LE(render_json(request.children).size(), 500'000U);
  }
  EXPECT_EQ(render_canonical_json(replay(requests)), render_canonical_json(nest(document.blocks)));
  return requests;
}

TEST(NotionBlocks, ShowEveryConstruct) {
  std::ifstream file(CONVERGE_SOURCE_DIR "/tests/golden/publish/sample.md");
  std::ostringstream source;
  source << file.rdbuf();
  const NotionDocument document = make(source.str());
  std::string text;
  for (const NotionRequest& request : plan(document)) {
    JsonArray parent;
    for (const std::size_t i : request.parent) parent.emplace_back(i);
    text += render_json_pretty(JsonObject{{"parent", std::move(parent)}, {"children", request.children}}) + "\n";
  }
  fixture::expect_golden("tests/golden/publish/sample.notion.json", text);
  fixture::expect_golden("tests/golden/publish/sample.notion.notes", notes_of(document));
}

TEST(NotionBlocks, BringEachConstructIntoBlocks) {
  struct Case {
    const char* name;
    const char* markdown;
    const char* json;
    const char* notes;
  };
  const Case cases[] = {
      {"styles add up", "**a *b***",
       R"({"rich_text":[{"annotations":{"bold":true},"text":{"content":"a "},"type":"text"},{"annotations":{"bold":true,"italic":true},"text":{"content":"b"},"type":"text"}]})",
       ""},
      {"link", "[a](https://x.y \"t\")",
       R"({"rich_text":[{"text":{"content":"a","link":{"url":"https://x.y"}},"type":"text"}]})",
       "line 1: the title of a link is left out: t\n"},
      {"relative link", "[a](b.md)", R"({"rich_text":[{"text":{"content":"a"},"type":"text"}]})",
       "line 1: a link that leads to no web address became text: b.md\n"},
      {"breaks", "a\nb\\\nc", R"({"rich_text":[{"text":{"content":"a b\nc"},"type":"text"}]})", ""},
      {"markup that the writer escaped", "\\*a\\* @everyone <@1>",
       R"({"rich_text":[{"text":{"content":"*a* @everyone <@1>"},"type":"text"}]})", ""},
      {"low heading", "##### a", R"({"rich_text":[{"text":{"content":"a"},"type":"text"}]})",
       "line 1: a heading of level 5 became one of level 3\n"},
      {"alert", "> [!NOTE]\n> a",
       "{\"color\":\"blue_background\",\"icon\":{\"emoji\":\"\u2139\uFE0F\",\"type\":\"emoji\"},\"rich_text\":[{"
       "\"text\":{"
       "\"content\":\"a\"},\"type\":\"text\"}]}",
       ""},
      {"picture alone", "![a](https://x.y/z.png)",
       R"({"caption":[{"text":{"content":"a"},"type":"text"}],"external":{"url":"https://x.y/z.png"},"type":"external"})",
       ""},
      {"picture in a text", "b ![a](https://x.y/z.png)",
       R"({"rich_text":[{"text":{"content":"b "},"type":"text"},{"text":{"content":"a","link":{"url":"https://x.y/z.png"}},"type":"text"}]})",
       "line 1: an image inside of a text became a link: https://x.y/z.png\n"},
      {"task", "- [X] a", R"({"checked":true,"rich_text":[{"text":{"content":"a"},"type":"text"}]})", ""},
      {"rule", "---", "{}", ""},
      {"formula", "$$a$$", R"({"rich_text":[{"text":{"content":"$$a$$"},"type":"text"}]})",
       "line 1: a formula is left as text\n"},
  };
  for (const Case& c : cases) {
    const NotionDocument document = make(c.markdown);
    ASSERT_EQ(document.blocks.size(), 1U) << c.name;
    EXPECT_EQ(render_canonical_json(document.blocks[0].body), c.json) << c.name;
    EXPECT_EQ(notes_of(document), c.notes) << c.name;
    plan(document);
  }
}

TEST(NotionBlocks, KnowTheLanguagesOfNotion) {
  struct Case {
    const char* info;
    const char* language;
    const char* notes;
  };
  const Case cases[] = {{"python", "python", ""},
                        {"JS", "javascript", ""},
                        {"c++ x", "c++", ""},
                        {"", "plain text", ""},
                        {"text", "plain text", ""},
                        {"yml", "yaml", ""},
                        {"cs", "c#", ""},
                        {"rust,ignore", "rust", ""},
                        {"js{1,2}", "javascript", ""},
                        {"klingon", "plain text", "line 2: Notion knows no language 'klingon': plain text\n"}};
  for (const Case& c : cases) {
    const NotionDocument document = make(std::string("```") + c.info + "\na\n```");
    EXPECT_EQ(document.blocks.at(0).body.at("language").as_string(), c.language) << c.info;
    EXPECT_EQ(notes_of(document), c.notes) << c.info;
  }
}

// Where @tryfabric/martian 1.2.4 makes what Notion refuses or what nobody meant.
TEST(NotionBlocks, NeverHalveACharacter) {
  std::string text = "a";
  for (int i = 0; i < 1500; ++i) text += "\U0001F600";
  const NotionDocument document = make(text);
  const JsonArray& items = document.blocks.at(0).body.at("rich_text").as_array();
  ASSERT_EQ(items.size(), 2U);  // 2,000 UTF-16 units hold the letter and 999 faces, with one unit to spare
  EXPECT_EQ(measure_size(items[0].at("text").at("content").as_string()), (TextSize{1000, 1999}));
  EXPECT_EQ(content_of(items), text);
  plan(document);
}

TEST(NotionBlocks, KeepGraphemesTogether) {
  const std::string family = "\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466";
  std::string text;
  for (int i = 0; i < 500; ++i) text += family;
  const NotionDocument document = make(text);
  for (const Json& item : document.blocks.at(0).body.at("rich_text").as_array()) {
    const std::string_view content = item.at("text").at("content").as_string();
    EXPECT_TRUE(content.starts_with("\U0001F468") && content.ends_with("\U0001F466"));
  }
  plan(document);
}

TEST(NotionBlocks, GoOnInAFollowingBlock) {
  std::string runs;
  for (int i = 0; i < 150; ++i) runs += "**a** b ";
  const NotionDocument paragraph = make(runs);
  ASSERT_EQ(paragraph.blocks.size(), 3U);  // 299 pieces and a last blank that Markdown drops
  EXPECT_EQ(paragraph.blocks[1].type, "paragraph");
  EXPECT_EQ(paragraph.blocks[0].body.at("rich_text").as_array().size(), 100U);
  EXPECT_EQ(notes_of(paragraph), "line 1: a text too long for one block became 3\n");
  plan(paragraph);

  const NotionDocument item = make("1. " + runs + "\n2. c");
  ASSERT_EQ(item.blocks.size(), 2U);  // no third number
  ASSERT_EQ(item.blocks[0].children.size(), 2U);
  EXPECT_EQ(item.blocks[0].children[0].type, "paragraph");
  plan(item);
}

TEST(NotionBlocks, HoldALongText) {
  const NotionDocument document = make(std::string(250'000, 'x'));
  ASSERT_EQ(document.blocks.size(), 2U);
  std::string text;
  for (const NotionBlock& block : document.blocks) text += content_of(block.body.at("rich_text").as_array());
  EXPECT_EQ(text, std::string(250'000, 'x'));
  plan(document);
  plan(make("```\n" + std::string(500'000, 'x') + "\n```"));
}

TEST(NotionBlocks, NestTwoLevelsInARequest) {
  const NotionDocument document = make("- 0\n  - 1\n    - 2\n      - 3\n        - 4\n          - 5\n            - 6");
  const auto requests = plan(document);
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_EQ(requests[1].parent, (std::vector<std::size_t>{0, 0, 0}));
  EXPECT_EQ(requests[2].parent, (std::vector<std::size_t>{0, 0, 0, 0, 0, 0}));
}

TEST(NotionBlocks, TakeAHundredChildrenInARequest) {
  std::string list, deep = "- a\n";
  for (int i = 0; i < 250; ++i) list += "- a\n";
  for (int i = 0; i < 250; ++i) deep += "  - b\n";
  EXPECT_EQ(plan(make(list)).size(), 3U);
  EXPECT_EQ(plan(make(deep)).size(), 3U);
}

TEST(NotionBlocks, MakeATableOfATable) {
  const NotionDocument document = make("|a|b|\n|---|:---:|\n|**c**|");
  EXPECT_EQ(
      render_canonical_json(plan(document).at(0).children),
      R"([{"object":"block","table":{"children":[)"
      R"({"object":"block","table_row":{"cells":[[{"text":{"content":"a"},"type":"text"}],[{"text":{"content":"b"},"type":"text"}]]},"type":"table_row"},)"
      R"({"object":"block","table_row":{"cells":[[{"annotations":{"bold":true},"text":{"content":"c"},"type":"text"}],[]]},"type":"table_row"}],)"
      R"("has_column_header":true,"has_row_header":false,"table_width":2},"type":"table"}])");
  EXPECT_EQ(notes_of(document), "line 1: the alignment of a table's columns is left out\n");
}

TEST(NotionBlocks, AppendTheRowsOfALongTable) {
  std::string table = "|a|b|\n|---|---|\n";
  for (int i = 0; i < 250; ++i) table += "|c|d|\n";
  const auto requests = plan(make(table));
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_EQ(requests[0].children.size(), 1U);
  EXPECT_EQ(requests[1].parent, std::vector<std::size_t>{0});
}

TEST(NotionBlocks, NeverWriteATableWithoutARow) {
  // The table is on the third level, where it may have no children.
  const auto requests = plan(make("- a\n  - b\n\n    |c|\n    |---|\n\n    d"));
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[1].parent, (std::vector<std::size_t>{0, 0}));
  EXPECT_EQ(requests[1].children.size(), 2U);
}

TEST(NotionBlocks, SplitWhatIsTooWideOrTooBig) {
  std::string wide = "|", rule = "|", cell;
  for (int i = 0; i < 120; ++i) wide += "a|", rule += "---|";
  const NotionDocument document = make(wide + "\n" + rule);
  EXPECT_EQ(document.blocks.at(0).type, "code");
  EXPECT_EQ(notes_of(document), "line 1: a table of 120 columns became a code block\n");
  plan(document);

  for (int i = 0; i < 150; ++i) cell += "**a** b ";
  const NotionDocument big = make("|a|b|\n|---|---|\n|" + cell + "|c|");
  EXPECT_EQ(big.blocks.at(0).children.size(), 4U);
  plan(big);
  plan(make("|a|b|\n|---|---|\n|" + std::string(150'000, 'x') + "|" + std::string(150'000, 'y') + "|"));
}

TEST(NotionBlocks, RefuseAddressesBeforeNotionDoes) {
  const std::string address = "https://x.y/" + std::string(1990, 'z');  // 2,002 characters
  const NotionDocument document = make("[a](" + address + ")");
  EXPECT_EQ(notes_of(document), "line 1: a link to an address of 2002 characters became text; the limit is 2000\n");
  plan(document);
}

TEST(NotionBlocks, PlanNothingAsOneEmptyRequest) {
  const auto requests = plan(make(""));
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_TRUE(requests[0].children.empty());
}

}  // namespace
}  // namespace converge::content
