// content/run_item_record.hpp — what is written down about a content item besides its row: findings, parts in the outbox, acts.
#pragma once
#include "content/draft.hpp"
#include "content/item_state.hpp"
#include "store/db.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace converge::content {

// Where an item is to go: content_item.route.
struct ItemRoute {
  std::string path;                  // below a target
  std::vector<std::string> targets;  // names, in the order they were given

  bool operator==(const ItemRoute&) const = default;
};
std::string render_route(const ItemRoute& route);
// An item of a program that did not keep it goes to the path of its title and, as yet, to no target.
// errors: contract_violation when the column holds something else
Result<ItemRoute> read_route(const ContentItemRow& item);

// One act on one item, for the audit.
struct ItemActNote {
  ItemAct act;
  std::string actor;
  std::string reason;
  JsonObject evidence = {};
};

// before: nothing when the act has made the item. writes: audit
// errors: internal for a move that item_state.hpp does not have
Result<void> insert_act(const store::Scope& scope, const std::optional<ContentItemRow>& before,
                        const ContentItemRow& after, const ItemActNote& note);

// Puts the findings of a text in place of those that are there; the mended ones come first. writes: content_finding
Result<void> replace_findings(store::Tx& tx, const std::string& item_id, const std::vector<LintFinding>& fixed,
                              const std::vector<LintFinding>& left);

// Plans the item for each of the targets: a create, or an update of what is there. A path that another item has at a target
// gets "-2", "-3". returns: whether anything changed. writes: outbox
Result<bool> plan_item(const store::Scope& scope, const ContentItemRow& item, const std::vector<std::string>& targets,
                       std::optional<Instant> due_at);

// The number of the revision that counts now, from 1.
Result<std::int64_t> load_revision_number(store::Tx& tx, std::string_view item_id);

}  // namespace converge::content
