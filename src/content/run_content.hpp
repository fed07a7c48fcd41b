// content/run_content.hpp — the content stage of a tick: notes that are asked for become texts that may be published.
#pragma once
#include "content/content_source.hpp"
#include "store/db.hpp"

#include <span>
#include <string>

namespace converge::content {

// One note to write: which template, about what, with which fields.
struct NoteRequest {
  std::string template_name;
  std::string subject;  // kind:id, "gate_decision:01J..."
  JsonObject fields;
};

struct ContentCount {
  std::int64_t approved = 0;   // drafted, clean after autofix, and planned for every target of the template
  std::int64_t blocked = 0;    // drafted, but a finding of level error is left: not planned
  std::int64_t unchanged = 0;  // was there before
};

// Renders, lints, mends and lints again.
//   writes         content_item, content_finding (mended ones first, with `fixed`), outbox, audit
//   tx             needs one
//   idempotent by  (template, subject): an item that is there is left as it is, whatever the fields say now
//   errors         not_found (template), invalid_input (fields), contract_violation
Result<ContentCount> run_content(const store::Scope& scope, const ContentSource& source,
                                 std::span<const NoteRequest> requests);

}  // namespace converge::content
