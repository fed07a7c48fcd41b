#include "wire/toml.hpp"

#include <gtest/gtest.h>
#include <array>

namespace converge {
namespace {

TEST(Toml, KeepsTheOrderOfTheFile) {
  const auto object = parse_toml("[zoo]\nzebra = 1\nape = 'x'\n[ant]\nb = true\na = [1, 2.5]\n", "zoo.toml");
  ASSERT_TRUE(object) << object.error().message;
  EXPECT_EQ(render_json(Json(*object)), R"({"zoo":{"zebra":1,"ape":"x"},"ant":{"b":true,"a":[1,2.5]}})");
}

TEST(Toml, RefusesWhatItCannotCarryAndSaysWhere) {
  struct Case {
    const char* name;
    const char* text;
    const char* message;
  };
  for (const Case& c :
       {Case{"syntax", "a = 1\nb = = 2\n", "zoo.toml:2:"}, Case{"duplicate key", "a = 1\na = 2\n", "zoo.toml:2:"},
        Case{"a date", "a = 1\nday = 2020-03-16\n", "zoo.toml:2: dates"}}) {
    SCOPED_TRACE(c.name);
    const auto object = parse_toml(c.text, "zoo.toml");
    ASSERT_FALSE(object);
    EXPECT_EQ(object.error().code, Errc::invalid_input);
    EXPECT_TRUE(object.error().message.starts_with(c.message)) << object.error().message;
  }
}

TEST(TableReader, ReadsEachTypeWithinItsBounds) {
  const auto object = parse_toml("name = 'a'\nrows = 3\nrate = 0.5\nside = 'buy'\n[part]\nx = 1\n", "zoo.toml");
  ASSERT_TRUE(object);
  TableReader reader(*object, "zoo.toml");
  constexpr std::array<std::string_view, 2> sides{"buy", "sell"};
  EXPECT_EQ(reader.text("name").value(), "a");
  EXPECT_EQ(reader.integer("rows", 1, 3).value(), 3);
  EXPECT_EQ(reader.number("rate", 0, 1).value(), 0.5);
  EXPECT_EQ(reader.number("rows", 0, 5).value(), 3.0);
  EXPECT_EQ(reader.word("side", sides).value(), "buy");
  auto part = reader.table("part");
  ASSERT_TRUE(part);
  EXPECT_EQ(part->integer("x", 0, 9).value(), 1);
  EXPECT_TRUE(part->refuse_rest());
  EXPECT_TRUE(reader.refuse_rest());
}

TEST(TableReader, NamesTheKeyThatIsWrong) {
  const auto object = parse_toml("rows = 3\n[part]\nrows = 'three'\nstray = 1\n", "zoo.toml");
  ASSERT_TRUE(object);
  TableReader reader(*object, "zoo.toml");
  EXPECT_EQ(reader.integer("rows", 4, 9).error().message, "zoo.toml: /rows must be an integer from 4 to 9");
  EXPECT_EQ(reader.text("name").error().message, "zoo.toml: /name must be a text");
  EXPECT_EQ(reader.refuse_rest().error().message, "zoo.toml: /part is not a key that is known here");
  auto part = reader.table("part");
  ASSERT_TRUE(part);
  EXPECT_EQ(part->integer("rows", 0, 9).error().message, "zoo.toml: /part/rows must be an integer from 0 to 9");
  EXPECT_EQ(part->refuse_rest().error().message, "zoo.toml: /part/stray is not a key that is known here");
}

}  // namespace
}  // namespace converge
