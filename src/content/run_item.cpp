#include "content/run_item.hpp"

#include "base/hash.hpp"
#include "store/outbox.hpp"
#include "store/sql.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace converge::content {
namespace {

using store::params;
using store::Scope;

constexpr std::int64_t feedback_rows_max = 100;

tl::unexpected<Error> fail_unknown(std::string_view id) {
  return fail(Errc::not_found, fmt::format("there is no content item {}; 'converge content list' names them", id));
}

Result<ContentItemRow> lock_item(const Scope& scope, std::string_view id) {
  TRY(auto item, scope.tx.find<ContentItemRow>(sql::content_item_locked, params(id)));
  if (!item) return fail_unknown(id);
  return *std::move(item);
}

Result<ContentItemRow> lock_item_for(const Scope& scope, std::string_view id, ItemAct act) {
  TRY(auto item, lock_item(scope, id));
  TRY_VOID(with_context(check_item_act(item.state, act), "content item " + item.id));
  return item;
}

ContentItemState state_of(const Draft& draft) {
  if (draft.markdown.empty()) return ContentItemState::concept_;
  return draft.is_blocked() ? ContentItemState::blocked : ContentItemState::draft;
}

// is_out: a text that is out already goes out again when it is clean.
void take_draft(ContentItemRow& item, const Draft& draft, const std::string& style_hash, bool is_out) {
  item.title = draft.title;
  item.body = draft.markdown;
  item.body_sha256 = compute_sha256_hex(draft.markdown);
  item.style_hash = style_hash;
  item.state = state_of(draft);
  if (is_out && item.state == ContentItemState::draft) item.state = ContentItemState::scheduled;
  item.override_reason.reset();
}

// Published, or on its way with a part that is at its target.
Result<bool> is_out(const Scope& scope, const ContentItemRow& item) {
  if (item.state != ContentItemState::scheduled) return item.state == ContentItemState::published;
  return store::is_outbox_part_out(scope.tx, item.id);
}

JsonArray list_errors(const std::vector<LintFinding>& findings) {
  JsonArray errors;
  for (const LintFinding& finding : findings)
    if (finding.level == LintLevel::error)
      errors.push_back(JsonObject{
          {"rule", finding.rule}, {"line", finding.at.line}, {"col", finding.at.col}, {"message", finding.message}});
  return errors;
}

tl::unexpected<Error> fail_gate(const ContentItemRow& item, const std::vector<LintFinding>& findings) {
  std::string errors;
  for (const LintFinding& finding : findings)
    if (finding.level == LintLevel::error)
      errors += fmt::format("; {}:{} {}: {}", finding.at.line, finding.at.col, finding.rule, finding.message);
  return fail(Errc::denied,
              fmt::format("content item {}: errors are left{}; edit it, or approve it with --override --reason TEXT",
                          item.id, errors));
}

Result<void> keep_revision(const Scope& scope, const ContentItemRow& item) {
  TRY(const auto revision, load_revision_number(scope.tx, item.id));
  ContentRevisionRow row;
  row.content_item_id = item.id;
  row.revision = revision;
  row.title = item.title;
  row.body = item.body;
  row.body_sha256 = item.body_sha256;
  row.style_hash = item.style_hash;
  row.override_reason = item.override_reason;
  row.begun_at = item.edited_at.value_or(item.created_at);
  row.replaced_at = scope.now;
  return scope.tx.insert(row);
}

Result<void> write_revision(const Scope& scope, const ContentItemRow& item) {
  TRY_VOID(scope.tx.execute(sql::content_item_rewrite, params(item.title, item.body, item.body_sha256, item.style_hash,
                                                              item.state, item.route, item.edited_at, item.id)));
  return {};
}

// What the item becomes when its targets have the text already. writes: content_item, audit
Result<ActedItem> settle_item(const Scope& scope, const ContentItemRow& before) {
  TRY(const auto moved, scope.tx.execute(sql::content_item_mark_published, params(before.id)));
  if (moved == 0) return ActedItem{before, false};
  ContentItemRow item = before;
  item.state = ContentItemState::published;
  TRY_VOID(
      insert_act(scope, before, item, {ItemAct::publish, "converge", "every part of it is at its target already"}));
  return ActedItem{std::move(item), true};
}

// Takes the new text to the targets, where it has been out, or off the way to them.
Result<void> replan_edited(const Scope& scope, ContentItemRow& item) {
  if (item.state != ContentItemState::scheduled) {
    TRY_VOID(store::cancel_planned(scope.tx, item.id));
    return {};
  }
  TRY(const bool is_changed, store::replan_outbox(scope, item.id, item.body));
  if (!is_changed) item.state = ContentItemState::published;
  return {};
}

bool says_the_same(const ContentItemRow& item, const ItemRoute& before, const Draft& draft, const ItemRoute& route) {
  return item.title == draft.title && item.body_sha256 == compute_sha256_hex(draft.markdown) && before == route;
}

}  // namespace

Result<ActedItem> create_item(const Scope& scope, const ContentSource& source, const ItemText& text,
                              const ItemActor& actor) {
  TRY(const Draft draft, make_text_draft(source.linter, text));
  const ItemRoute route{.path = text.path, .targets = text.targets.value_or(std::vector<std::string>{})};
  TRY(auto there, scope.tx.find<ContentItemRow>(sql::content_item_by_subject, params(text_template, text.subject)));
  if (there) {
    TRY(const ItemRoute before, read_route(*there));
    if (says_the_same(*there, before, draft, route)) return ActedItem{*std::move(there), false};
    return fail(Errc::conflict, fmt::format("{} is content item {} already, with another text; 'converge content edit "
                                            "{} FILE' changes it, another `subject:` makes a second one",
                                            text.subject, there->id, there->id));
  }
  ContentItemRow item;
  item.id = scope.id(ContentItemRow::table, std::string(text_template) + '\x1f' + text.subject);
  item.template_ = text_template;
  item.subject = text.subject;
  item.fields = render_canonical_json(JsonObject());
  item.route = render_route(route);
  item.created_at = scope.now;
  take_draft(item, draft, source.guide.hash, false);
  TRY_VOID(scope.tx.insert(item));
  TRY_VOID(replace_findings(scope.tx, item.id, draft.fixed, draft.left));
  TRY_VOID(insert_act(scope, std::nullopt, item, {ItemAct::create, actor.name, actor.reason}));
  return ActedItem{std::move(item), true};
}

Result<ActedItem> edit_item(const Scope& scope, const ContentSource& source, std::string_view id, const ItemText& text,
                            const ItemActor& actor) {
  TRY(const ContentItemRow before, lock_item_for(scope, id, ItemAct::edit));
  if (text.markdown.empty() && before.state != ContentItemState::concept_)
    return fail(Errc::invalid_input, fmt::format("content item {}: the new text is empty; 'converge content withdraw' "
                                                 "takes an item back",
                                                 before.id));
  TRY(const Draft draft, make_text_draft(source.linter, text));
  TRY(const ItemRoute route_before, read_route(before));
  ItemRoute route = route_before;
  if (text.targets) route.targets = *text.targets;
  const bool is_back = before.state == ContentItemState::withdrawn;
  if (!is_back && says_the_same(before, route_before, draft, route)) return ActedItem{before, false};

  ContentItemRow item = before;
  TRY(const bool goes_out, is_out(scope, before));
  take_draft(item, draft, source.guide.hash, goes_out);
  item.route = render_route(route);
  item.edited_at = scope.now;
  TRY_VOID(replan_edited(scope, item));
  TRY_VOID(keep_revision(scope, before));
  TRY_VOID(write_revision(scope, item));
  TRY_VOID(replace_findings(scope.tx, item.id, draft.fixed, draft.left));
  TRY_VOID(insert_act(scope, before, item, {ItemAct::edit, actor.name, actor.reason}));
  return ActedItem{std::move(item), true};
}

Result<ActedItem> approve_item(const Scope& scope, const ContentSource& source, std::string_view id,
                               bool override_errors, const ItemActor& actor) {
  if (override_errors && actor.reason.empty()) return fail(Errc::invalid_input, "an override needs a reason");
  TRY(const ContentItemRow before, lock_item(scope, id));
  if (before.state == ContentItemState::approved) return ActedItem{before, false};
  TRY_VOID(with_context(check_item_act(before.state, ItemAct::approve), "content item " + before.id));
  TRY(const auto findings, source.linter.lint(before.body));
  const bool is_clean = !has_errors(findings);
  if (!is_clean && !override_errors) return fail_gate(before, findings);

  ContentItemRow item = before;
  item.state = ContentItemState::approved;
  item.style_hash = source.guide.hash;
  if (!is_clean) item.override_reason = actor.reason;
  TRY_VOID(
      scope.tx.execute(sql::content_item_approve, params(item.state, item.style_hash, item.override_reason, item.id)));
  TRY_VOID(replace_findings(scope.tx, item.id, {}, findings));
  ItemActNote note{ItemAct::approve, actor.name, actor.reason};
  if (!is_clean) note.evidence["overridden"] = list_errors(findings);
  TRY_VOID(insert_act(scope, before, item, note));
  return ActedItem{std::move(item), true};
}

Result<ActedItem> schedule_item(const Scope& scope, std::string_view id, const ItemSchedule& schedule,
                                const ItemActor& actor) {
  TRY(const ContentItemRow before, lock_item_for(scope, id, ItemAct::schedule));
  TRY(ItemRoute route, read_route(before));
  const auto& targets = schedule.targets.empty() ? route.targets : schedule.targets;
  if (targets.empty())
    return fail(Errc::invalid_input,
                fmt::format("content item {} names no target; say --target NAME, or `targets: [...]` in its front "
                            "matter",
                            before.id));
  TRY(const bool is_changed, plan_item(scope, before, targets, schedule.due_at));
  if (!is_changed) return settle_item(scope, before);

  ContentItemRow item = before;
  item.state = ContentItemState::scheduled;
  for (const std::string& target : targets)
    if (std::ranges::find(route.targets, target) == route.targets.end()) route.targets.push_back(target);
  item.route = render_route(route);
  TRY_VOID(scope.tx.execute(sql::content_item_schedule, params(item.state, item.route, item.id)));
  ItemActNote note{ItemAct::schedule, actor.name, actor.reason};
  note.evidence["due_at"] = render_instant(schedule.due_at.value_or(scope.now));
  note.evidence["targets"] = Json(boost::json::array(targets.begin(), targets.end()));
  TRY_VOID(insert_act(scope, before, item, note));
  return ActedItem{std::move(item), true};
}

Result<ActedItem> withdraw_item(const Scope& scope, std::string_view id, const ItemActor& actor) {
  if (actor.reason.empty()) return fail(Errc::invalid_input, "a withdrawal needs a reason");
  TRY(const ContentItemRow before, lock_item(scope, id));
  TRY(const auto removals, store::plan_withdrawal(scope, before.id));
  if (before.state == ContentItemState::withdrawn) return ActedItem{before, removals > 0};

  ContentItemRow item = before;
  item.state = ContentItemState::withdrawn;
  TRY_VOID(scope.tx.execute(sql::content_item_withdraw, params(item.state, item.id)));
  ItemActNote note{ItemAct::withdraw, actor.name, actor.reason};
  note.evidence["removals_planned"] = removals;
  TRY_VOID(insert_act(scope, before, item, note));
  return ActedItem{std::move(item), true};
}

Result<ItemHistory> load_item_history(store::Tx& tx, std::string_view id) {
  TRY(auto item, tx.find<ContentItemRow>(sql::content_item_by_id, params(id)));
  if (!item) return fail_unknown(id);
  ItemHistory history{.item = *std::move(item)};
  const std::string subject = "content_item:" + history.item.id;
  TRY(history.findings, tx.load<ContentFindingRow>(sql::content_finding_by_item, params(id)));
  TRY(history.revisions, tx.load<ContentRevisionRow>(sql::content_revision_by_item, params(id)));
  TRY(history.parts, tx.load<OutboxRow>(sql::outbox_of_item, params(id)));
  TRY(history.acts, tx.load<AuditRow>(sql::audit_of_subject, params(subject)));
  TRY(history.feedback,
      tx.load<FeedbackRow>(sql::feedback_of_subject, params(subject, end_of_time, feedback_rows_max)));
  return history;
}

}  // namespace converge::content
