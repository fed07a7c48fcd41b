// base/text_arena.hpp — many short texts kept at fixed places, freed together.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace converge {

// Views stay valid until clear() or the end of the arena, also when it is moved. Threads: one at a time.
class TextArena {
 public:
  std::string_view keep(std::string_view text) {
    if (text.empty()) return "";
    if (free_bytes_ < text.size()) add_block(text.size());
    char* const place = free_;
    std::memcpy(place, text.data(), text.size());
    free_ += text.size();
    free_bytes_ -= text.size();
    return {place, text.size()};
  }

  // Keeps the newest block for the texts to come.
  void clear() {
    if (blocks_.empty()) return;
    blocks_.erase(blocks_.begin(), blocks_.end() - 1);
    free_ = blocks_.back().bytes.get();
    free_bytes_ = blocks_.back().size;
  }

 private:
  static constexpr std::size_t block_bytes_min = 4'096;
  static constexpr std::size_t block_bytes_max = 262'144;

  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t size;
  };

  void add_block(std::size_t bytes_min) {
    const std::size_t grown = blocks_.empty() ? block_bytes_min : std::min(block_bytes_max, 2 * blocks_.back().size);
    const std::size_t size = std::max(grown, bytes_min);
    blocks_.push_back({std::make_unique_for_overwrite<char[]>(size), size});
    free_ = blocks_.back().bytes.get();
    free_bytes_ = size;
  }

  std::vector<Block> blocks_;
  char* free_ = nullptr;
  std::size_t free_bytes_ = 0;
};

}  // namespace converge
