#include "base/text_arena.hpp"

#include <gtest/gtest.h>
#include <string>

namespace converge {
namespace {

// Texts of sizes around the size of a block.
std::vector<std::string> make_texts() {
  std::vector<std::string> texts;
  for (const std::size_t size : {0U, 1U, 26U, 100'000U, 100'000U, 100'000U, 262'144U, 262'145U, 1'000'000U, 3U})
    texts.emplace_back(size, static_cast<char>('a' + texts.size()));
  return texts;
}

TEST(TextArena, KeepsEveryTextWhereItIs) {
  const auto texts = make_texts();
  TextArena arena;
  std::vector<std::string_view> kept;
  for (const auto& text : texts) kept.push_back(arena.keep(text));
  const TextArena moved = std::move(arena);
  for (std::size_t i = 0; i < texts.size(); ++i) EXPECT_EQ(kept[i], texts[i]) << i;
}

TEST(TextArena, TakesTextsAgainAfterItWasCleared) {
  const auto texts = make_texts();
  TextArena arena;
  arena.clear();
  for (int round = 0; round < 3; ++round) {
    std::vector<std::string_view> kept;
    for (const auto& text : texts) kept.push_back(arena.keep(text));
    for (std::size_t i = 0; i < texts.size(); ++i) EXPECT_EQ(kept[i], texts[i]) << round << " " << i;
    arena.clear();
  }
}

}  // namespace
}  // namespace converge
