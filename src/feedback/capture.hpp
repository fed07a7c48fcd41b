// feedback/capture.hpp — what people say, made safe to keep: bounded, visible, and the same thing once.
//
// Pure. The text stays what they wrote and is never an instruction to anybody; what cannot be seen is shown as <U+202E>.
#pragma once
#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace converge::feedback {

// Feedback as a channel hands it in.
struct FeedbackItem {
  std::string channel;                 // cli, web, webhook, discord
  std::string subject;                 // what it is about, kind:id
  std::string author;                  // as the channel knows them
  std::optional<std::int64_t> rating;  // -1, 0, 1
  std::optional<std::string> label;    // a short verdict
  std::optional<std::string> comment;
  std::optional<std::string> idempotency_key;  // derived from everything else when absent

  bool operator==(const FeedbackItem&) const = default;
};

// The item as it is stored: line ends are \n, outer white space is gone, an empty label or comment is absent, invisible
// characters are escaped, and the key is there, prefixed with the channel so that no channel can take another's.
//   errors  invalid_input: says nothing (no rating, label or comment), too long, a rating other than -1, 0, 1, a channel or
//           subject that is not a plain identifier, text that is not UTF-8, an unprintable key
Result<FeedbackItem> normalise_feedback(FeedbackItem item);

// Shows control, format (bidirectional, zero-width) and other invisible characters as <U+XXXX>. Line feeds stay, and U+FE0F,
// which emoji are followed by. errors: invalid_input when `text` is not UTF-8
Result<std::string> escape_invisible(std::string_view text);

}  // namespace converge::feedback
