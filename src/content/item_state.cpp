#include "content/item_state.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <array>
#include <vector>

namespace converge::content {
namespace {

using State = ContentItemState;

constexpr std::array<ItemActTraits, 6> act_table{{
    {ItemAct::create, "new", "written", "owner; the program for its notes",
     "converge content withdraw {id} --reason TEXT"},
    {ItemAct::edit, "edit", "edited", "owner",
     "converge content show {id} --revision {revision} | converge content edit {id} -"},
    {ItemAct::approve, "approve", "approved", "owner",
     "converge content edit {id} FILE, which asks for approval again"},
    {ItemAct::schedule, "schedule", "scheduled", "owner", "converge content withdraw {id} --reason TEXT"},
    {ItemAct::publish, "publish", "published", "the program", "converge content withdraw {id} --reason TEXT"},
    {ItemAct::withdraw, "withdraw", "withdrawn", "owner",
     "converge content show {id} --revision {revision} | converge content edit {id} -, then approve and schedule"},
}};

constexpr std::string_view clean = "no finding of level error is left after autofix";
constexpr std::string_view unclean = "a finding of level error is left";
constexpr std::string_view gate = "no finding of level error by the style guide of now, or --override with a reason";
constexpr std::string_view a_reason = "a reason";
constexpr std::string_view taken_back = "a reason; what has not left is cancelled, what is at a target is removed";

constexpr ItemMove move_table[] = {
    {std::nullopt, ItemAct::create, State::concept_, "a title and no text"},
    {std::nullopt, ItemAct::create, State::draft, clean},
    {std::nullopt, ItemAct::create, State::blocked, unclean},
    {std::nullopt, ItemAct::create, State::approved, "a clean note of the program, which is planned at once"},
    {State::concept_, ItemAct::edit, State::concept_, "another title, and still no text"},
    {State::concept_, ItemAct::edit, State::draft, clean},
    {State::concept_, ItemAct::edit, State::blocked, unclean},
    {State::concept_, ItemAct::withdraw, State::withdrawn, a_reason},
    {State::draft, ItemAct::edit, State::draft, clean},
    {State::draft, ItemAct::edit, State::blocked, unclean},
    {State::draft, ItemAct::approve, State::approved, gate},
    {State::draft, ItemAct::withdraw, State::withdrawn, taken_back},
    {State::blocked, ItemAct::edit, State::draft, clean},
    {State::blocked, ItemAct::edit, State::blocked, unclean},
    {State::blocked, ItemAct::approve, State::approved, gate},
    {State::blocked, ItemAct::withdraw, State::withdrawn, taken_back},
    {State::approved, ItemAct::edit, State::draft, "clean; what has not left is cancelled"},
    {State::approved, ItemAct::edit, State::blocked, "an error is left; what has not left is cancelled"},
    {State::approved, ItemAct::schedule, State::scheduled, "a target"},
    {State::approved, ItemAct::publish, State::published, "every part of a note of the program is at its target"},
    {State::approved, ItemAct::withdraw, State::withdrawn, taken_back},
    {State::scheduled, ItemAct::edit, State::draft, "clean; what has not left is cancelled"},
    {State::scheduled, ItemAct::edit, State::blocked, "an error is left; what has not left is cancelled"},
    {State::scheduled, ItemAct::edit, State::scheduled,
     "clean, and a part of it is at a target: that is updated, the rest goes out with the new text"},
    {State::scheduled, ItemAct::edit, State::published, "the text that every target has already"},
    {State::scheduled, ItemAct::schedule, State::scheduled, "another time, or another target"},
    {State::scheduled, ItemAct::publish, State::published, "every part is at its target"},
    {State::scheduled, ItemAct::withdraw, State::withdrawn, taken_back},
    {State::published, ItemAct::edit, State::scheduled, "clean: an update of each part that is at a target"},
    {State::published, ItemAct::edit, State::published, "only its targets change"},
    {State::published, ItemAct::edit, State::blocked, "an error is left: the targets keep the text they have"},
    {State::published, ItemAct::schedule, State::scheduled,
     "a target that it is not at, or where it was found edited or deleted"},
    {State::published, ItemAct::withdraw, State::withdrawn, taken_back},
    {State::withdrawn, ItemAct::edit, State::draft, clean},
    {State::withdrawn, ItemAct::edit, State::blocked, unclean},
};

std::string_view state_text(const std::optional<State>& state) {
  return state ? enum_text(*state) : "none";
}

}  // namespace

std::span<const ItemMove> item_moves() {
  return move_table;
}

const ItemActTraits& item_act_traits(ItemAct act) {
  return *std::ranges::find(act_table, act, &ItemActTraits::act);
}

Result<void> check_item_act(ContentItemState from, ItemAct act) {
  std::vector<std::string_view> possible;
  for (const ItemMove& move : move_table) {
    if (move.from != from) continue;
    if (move.act == act) return {};
    const std::string_view word = item_act_traits(move.act).participle;
    if (possible.empty() || possible.back() != word) possible.push_back(word);
  }
  return fail(Errc::conflict, fmt::format("it is {} and cannot be {}; from there it can be {}", enum_text(from),
                                          item_act_traits(act).participle, fmt::join(possible, ", ")));
}

Result<void> check_item_move(std::optional<ContentItemState> from, ItemAct act, ContentItemState to) {
  const bool is_known = std::ranges::any_of(
      move_table, [&](const ItemMove& move) { return move.from == from && move.act == act && move.to == to; });
  if (is_known) return {};
  return fail(Errc::internal, fmt::format("no content item goes from {} to {} when it is {}", state_text(from),
                                          enum_text(to), item_act_traits(act).participle));
}

std::string render_undo(ItemAct act, std::string_view item_id, std::int64_t revision) {
  return fmt::format(fmt::runtime(item_act_traits(act).undo), fmt::arg("id", item_id), fmt::arg("revision", revision));
}

std::string render_item_moves() {
  std::string text = "| From | Command | To | Who | Needs |\n|---|---|---|---|---|\n";
  for (const ItemMove& move : move_table) {
    const ItemActTraits& act = item_act_traits(move.act);
    text += fmt::format("| {} | {} | {} | {} | {} |\n", move.from ? enum_text(*move.from) : "", act.verb,
                        enum_text(move.to), act.who, move.needs);
  }
  return text;
}

std::string render_item_diagram() {
  std::string text = "```mermaid\nstateDiagram-v2\n";
  for (const ItemMove& move : move_table)
    text += fmt::format("  {} --> {}: {}\n", move.from ? enum_text(*move.from) : "[*]", enum_text(move.to),
                        item_act_traits(move.act).verb);
  return text + "```\n";
}

}  // namespace converge::content
