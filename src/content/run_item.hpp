// content/run_item.hpp — what the owner does with one content item. The states and what each act needs: content/item_state.hpp.
//
// Every act is one transaction, locks the item, and leaves an audit row, unless it found everything as it should be.
#pragma once
#include "content/content_source.hpp"
#include "content/item_text.hpp"
#include "content/run_item_record.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace converge::content {

struct ActedItem {
  ContentItemRow item;  // as it is now
  bool is_changed = false;
};

// Who acts, and why.
struct ItemActor {
  std::string name;
  std::string reason;
};

// Takes a text in: a concept, a draft, or blocked by a finding of level error that autofix could not mend.
//   writes         content_item, content_finding, audit
//   idempotent by  subject, with the same title, text and route
//   errors         conflict: the subject has another text already; those of make_text_draft
Result<ActedItem> create_item(const store::Scope& scope, const ContentSource& source, const ItemText& text,
                              const ItemActor& actor);

// Puts another text in the place of the item's; the one that was is kept as a revision. What has not left is cancelled. A
// published item with a clean new text is updated at each target at once; with errors left the targets keep what they have.
//   writes         content_item, content_revision, content_finding, outbox, audit
//   idempotent by  title, text and targets. An item that was withdrawn comes back as a draft, also with the same text
//   errors         not_found; conflict: see check_item_act; those of make_text_draft
Result<ActedItem> edit_item(const store::Scope& scope, const ContentSource& source, std::string_view id,
                            const ItemText& text, const ItemActor& actor);

// The gate: checks the text against the style guide of now, and lets it pass without errors.
//   override_errors  lets it pass with errors; actor.reason is stored with the item, and the errors with the act
//   writes           content_item, content_finding, audit
//   errors           not_found; conflict: see check_item_act; denied naming the errors that are left; invalid_input: an override
//                    without a reason
Result<ActedItem> approve_item(const store::Scope& scope, const ContentSource& source, std::string_view id,
                               bool override_errors, const ItemActor& actor);

struct ItemSchedule {
  std::optional<Instant> due_at;     // not before; nothing: at once
  std::vector<std::string> targets;  // names; none: those of the item
};

// Plans the item for targets: what is planned there already gets the new time, what is there as it should be is left alone.
//   writes         content_item, outbox, audit
//   idempotent by  targets and due_at
//   errors         not_found; conflict: see check_item_act; invalid_input: no target is named anywhere
Result<ActedItem> schedule_item(const store::Scope& scope, std::string_view id, const ItemSchedule& schedule,
                                const ItemActor& actor);

// Takes the item back: what has not left never will, what is at a target is removed from there. What is being sent at this
// moment is removed once it is known to have arrived.
//   writes         content_item, outbox, audit
//   idempotent     an item that is withdrawn stays so; a removal that its target rejected is planned again
//   errors         not_found; invalid_input: no reason
Result<ActedItem> withdraw_item(const store::Scope& scope, std::string_view id, const ItemActor& actor);

// An item with everything that was written down about it. errors: not_found
struct ItemHistory {
  ContentItemRow item;
  std::vector<ContentFindingRow> findings;  // of the revision that counts now
  std::vector<ContentRevisionRow> revisions;
  std::vector<OutboxRow> parts;  // by target, part and edition
  std::vector<AuditRow> acts;
  std::vector<FeedbackRow> feedback;  // about the item, the newest first
};
Result<ItemHistory> load_item_history(store::Tx& tx, std::string_view id);

}  // namespace converge::content
