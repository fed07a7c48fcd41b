// content/prefilter.hpp — finds in one pass over a text which of thousands of patterns may match where.
//
// Hyperscan over the widened expressions of pattern_syntax.hpp. The compiled form is kept in the user's cache under the hash of
// its expressions; a file there that does not fit this processor or this library is made anew. Immutable; threads may share it.
#pragma once
#include "base/result.hpp"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace converge::content {

struct PrefilterEntry {
  unsigned id = 0;
  std::string expression;
};

struct PrefilterSetup {
  std::string cache_folder;  // empty: nothing is kept
};

class Prefilter {
 public:
  // What one thread needs for scanning.
  struct Scratch;
  using ScratchPointer = std::shared_ptr<Scratch>;
  // A pattern may have a match that ends before `end`.
  using Visit = std::function<void(unsigned id, std::size_t end)>;

  Prefilter();  // knows no pattern
  // `refused` names the patterns that cannot be filtered for: they must be searched for everywhere.
  // errors: unavailable when this processor cannot run Hyperscan
  static Result<Prefilter> compile(std::vector<PrefilterEntry> entries, const PrefilterSetup& setup,
                                   std::vector<unsigned>& refused);

  ScratchPointer make_scratch() const;
  void scan(std::string_view text, const ScratchPointer& scratch, const Visit& visit) const;
  bool was_cached() const { return was_cached_; }

 private:
  struct Database;
  std::shared_ptr<const Database> database_;
  bool was_cached_ = false;
};

// $XDG_CACHE_HOME/converge/lint, or ~/.cache/converge/lint; empty without either.
std::string find_lint_cache_folder();

}  // namespace converge::content
