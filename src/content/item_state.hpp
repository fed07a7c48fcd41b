// content/item_state.hpp — the states of a content item, and the only ways from one to another. Pure.
//
// docs/content.md shows this table and its diagram; a test holds it to them.
#pragma once
#include "base/result.hpp"
#include "contract/rows.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace converge::content {

enum class ItemAct { create, edit, approve, schedule, publish, withdraw };

struct ItemActTraits {
  ItemAct act;
  std::string_view verb;        // as in the audit, and on the command line
  std::string_view participle;  // "edited"
  std::string_view who;
  std::string_view undo;  // the command that undoes it; {id} and {revision} (the one before) are filled in
};

struct ItemMove {
  std::optional<ContentItemState> from;  // nothing: there is no item yet
  ItemAct act;
  ContentItemState to;
  std::string_view needs;
};

std::span<const ItemMove> item_moves();
const ItemActTraits& item_act_traits(ItemAct act);

// Whether an item in this state can be acted on in this way at all.
// errors: conflict naming what can be done instead
Result<void> check_item_act(ContentItemState from, ItemAct act);
// errors: internal: a stage wants a move that the table does not have
Result<void> check_item_move(std::optional<ContentItemState> from, ItemAct act, ContentItemState to);

// What audit.undo says. revision: of the text before the act
std::string render_undo(ItemAct act, std::string_view item_id, std::int64_t revision);

// The table as Markdown, and as a Mermaid diagram.
std::string render_item_moves();
std::string render_item_diagram();

}  // namespace converge::content
