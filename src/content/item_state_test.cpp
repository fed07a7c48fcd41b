#include "content/item_state.hpp"

#include <gmock/gmock.h>
#include <fixture/golden.hpp>
#include <set>

namespace converge::content {
namespace {

using ::testing::HasSubstr;
using State = ContentItemState;

constexpr State states[] = {State::concept_,  State::draft,     State::blocked,  State::approved,
                            State::scheduled, State::published, State::withdrawn};
constexpr ItemAct acts[] = {ItemAct::create,   ItemAct::edit,    ItemAct::approve,
                            ItemAct::schedule, ItemAct::publish, ItemAct::withdraw};

// The arrows, drawn again by hand: from, act, to.
constexpr std::string_view drawn =
    " none.new.concept none.new.draft none.new.blocked none.new.approved"
    " concept.edit.concept concept.edit.draft concept.edit.blocked"
    " draft.edit.draft draft.edit.blocked blocked.edit.draft blocked.edit.blocked"
    " approved.edit.draft approved.edit.blocked"
    " scheduled.edit.draft scheduled.edit.blocked scheduled.edit.scheduled scheduled.edit.published"
    " published.edit.scheduled published.edit.published published.edit.blocked"
    " withdrawn.edit.draft withdrawn.edit.blocked"
    " draft.approve.approved blocked.approve.approved"
    " approved.schedule.scheduled scheduled.schedule.scheduled published.schedule.scheduled"
    " approved.publish.published scheduled.publish.published"
    " concept.withdraw.withdrawn draft.withdraw.withdrawn blocked.withdraw.withdrawn approved.withdraw.withdrawn"
    " scheduled.withdraw.withdrawn published.withdraw.withdrawn ";

bool is_drawn(const std::string& arrow) {
  return drawn.find(" " + arrow + (arrow.ends_with('.') ? "" : " ")) != std::string_view::npos;
}

std::string arrow_begin(std::optional<State> from, ItemAct act) {
  return std::string(from ? enum_text(*from) : "none") + "." + std::string(item_act_traits(act).verb) + ".";
}

TEST(ItemState, AllowsTheDrawnMovesAndNoOther) {
  std::vector<std::optional<State>> froms(std::begin(states), std::end(states));
  froms.emplace_back();
  for (const auto& from : froms)
    for (const ItemAct act : acts)
      for (const State to : states) {
        const std::string arrow = arrow_begin(from, act) + std::string(enum_text(to));
        EXPECT_EQ(check_item_move(from, act, to).has_value(), is_drawn(arrow)) << arrow;
      }
  EXPECT_EQ(check_item_move(State::published, ItemAct::publish, State::draft).error().code, Errc::internal);
}

TEST(ItemState, AllowsAnActWhereItLeadsSomewhere) {
  for (const State from : states)
    for (const ItemAct act : acts)
      EXPECT_EQ(check_item_act(from, act).has_value(), is_drawn(arrow_begin(from, act))) << arrow_begin(from, act);
}

TEST(ItemState, NamesWhatCanBeDoneInstead) {
  struct Case {
    State from;
    ItemAct act;
    const char* message;
  };
  const Case cases[] = {
      {State::draft, ItemAct::schedule,
       "it is draft and cannot be scheduled; from there it can be edited, approved, withdrawn"},
      {State::withdrawn, ItemAct::schedule, "it is withdrawn and cannot be scheduled; from there it can be edited"},
      {State::concept_, ItemAct::approve,
       "it is concept and cannot be approved; from there it can be edited, withdrawn"},
      {State::published, ItemAct::approve,
       "it is published and cannot be approved; from there it can be edited, scheduled, withdrawn"},
  };
  for (const Case& c : cases) {
    const auto result = check_item_act(c.from, c.act);
    ASSERT_FALSE(result) << c.message;
    EXPECT_EQ(result.error().code, Errc::conflict);
    EXPECT_EQ(result.error().message, c.message);
  }
}

// From every state there is a way on, and every state but the begin can be reached.
TEST(ItemState, LeavesNoStateAside) {
  std::set<State> left, reached;
  for (const ItemMove& move : item_moves()) {
    if (move.from) left.insert(*move.from);
    reached.insert(move.to);
    EXPECT_FALSE(move.needs.empty());
  }
  EXPECT_EQ(left, std::set<State>(std::begin(states), std::end(states)));
  EXPECT_EQ(reached, left);
}

TEST(ItemState, SaysHowEachActIsUndone) {
  for (const ItemAct act : acts) {
    const std::string undo = render_undo(act, "01E3HK3G0000000000000000AB", 3);
    EXPECT_THAT(undo, HasSubstr("converge content "));
    EXPECT_THAT(undo, HasSubstr("01E3HK3G0000000000000000AB"));
    EXPECT_EQ(undo.find('{'), std::string::npos);
  }
  EXPECT_THAT(render_undo(ItemAct::edit, "X", 3), HasSubstr("show X --revision 3 | converge content edit X -"));
}

// The page for users shows this table and no other.
TEST(ItemState, IsWhatThePageForUsersShows) {
  std::ifstream stream(CONVERGE_SOURCE_DIR "/docs/content.md", std::ios::binary);
  std::string page(std::istreambuf_iterator<char>(stream), {});
  constexpr std::string_view begin = "<!-- states: written by item_state_test -->\n", end = "<!-- end of states -->\n";
  const std::size_t from = page.find(begin), to = page.find(end);
  ASSERT_NE(from, std::string::npos);
  ASSERT_NE(to, std::string::npos);
  page.replace(from + begin.size(), to - from - begin.size(), render_item_diagram() + "\n" + render_item_moves());
  fixture::expect_golden("docs/content.md", page);
}

}  // namespace
}  // namespace converge::content
