// content/comment_switch.hpp — rules switched off and on from inside a text: `<!-- vale off -->`, `<!-- vale Style.Rule = NO -->`.
//
// Also `<!-- vale Style = NO -->`, `<!-- vale Style.Rule["match"] = NO -->` and `<!-- vale styles = One, Two -->`; `converge` can
// stand for `vale`. A comment counts from where it stands to the end of the file, or until another takes it back. Pure.
#pragma once
#include "content/position.hpp"

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace converge::content {

// Asked about places in rising order.
class CommentSwitch {
 public:
  // `comments` lie in `source`, in its order; `styles` are those that a `styles = ` comment chooses from.
  CommentSwitch(std::string_view source, std::span<const TextRange> comments, std::span<const std::string> styles);

  void advance_to(std::size_t offset);
  bool is_off() const { return all_off_; }
  bool silences(std::string_view rule, std::string_view match) const;

 private:
  void obey(std::string_view comment);
  void set(std::string name, bool off);

  std::string_view source_;
  std::span<const TextRange> comments_;
  std::span<const std::string> styles_;
  std::size_t next_ = 0;
  bool all_off_ = false;
  std::set<std::string, std::less<>> off_;
};

}  // namespace converge::content
