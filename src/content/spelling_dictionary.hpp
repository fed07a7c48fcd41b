// content/spelling_dictionary.hpp — a Hunspell dictionary (.aff and .dic), with what it has answered before.
#pragma once
#include "base/result.hpp"

#include <array>
#include <functional>
#include <memory>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

namespace converge::content {

class SpellingDictionary {
 public:
  // errors: not_found, invalid_input for a file that is no dictionary
  static Result<SpellingDictionary> load(const std::string& aff_path);

  bool knows(const std::string& word) const;

 private:
  struct Words;
  std::shared_ptr<const Words> words_;
};

// The .aff file of a dictionary: in `folders` in their order, then in $DICPATH and the system's. errors: not_found
Result<std::string> find_dictionary(std::span<const std::string> folders, const std::string& name);

// Verdicts by word, so that each is judged once. Threads may share it.
class WordVerdicts {
 public:
  bool find_or(std::string_view word, const std::function<bool()>& judge) const;

 private:
  struct WordHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view word) const { return std::hash<std::string_view>()(word); }
  };
  struct Shard {
    std::shared_mutex lock;
    std::unordered_map<std::string, bool, WordHash, std::equal_to<>> verdicts;
  };
  static constexpr std::size_t shards = 16;
  std::shared_ptr<std::array<Shard, shards>> shards_ = std::make_shared<std::array<Shard, shards>>();
};

}  // namespace converge::content
