#include "content/run_item.hpp"
#include "store/sql.hpp"
#include "surface/cli/command_tables.hpp"
#include "surface/cli/session.hpp"
#include "surface/cli/table_text.hpp"
#include "surface/outline.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iostream>
#include <iterator>

namespace converge::surface {
namespace {

using content::ActedItem;
using content::ItemActor;
using content::ItemHistory;
using content::ItemText;
using store::Scope;

constexpr std::string_view standard_input = "-";
constexpr std::chrono::days calendar_back{7}, calendar_ahead{30};

// What an owner's act needs: the desk, and a transaction at the instant of now.
template <class Work>
auto with_item(Invocation& call, Work work) -> std::invoke_result_t<Work, const Desk&, const Scope&> {
  TRY(const Desk* desk, call.session.desk());
  TRY(store::Db * db, call.session.db());
  return db->transact([&](store::Tx& tx) { return work(*desk, Scope{tx, call.session.clock().now(), desk->seed}); });
}

Result<int> answer_act(Invocation& call, const ActedItem& acted) {
  const ContentItemRow& item = acted.item;
  call.answer(fmt::format("{}: {} {}{}\n", item.id, enum_text(item.state), item.title,
                          acted.is_changed ? "" : " (nothing to do)"),
              [&] {
                return Json(JsonObject{{"id", item.id},
                                       {"subject", item.subject},
                                       {"title", item.title},
                                       {"state", enum_text(item.state)},
                                       {"style_hash", item.style_hash},
                                       {"changed", acted.is_changed}});
              });
  return exit_ok;
}

ItemActor read_owner(const Invocation& call) {
  return {"owner", call.arguments.find("--reason").value_or("")};
}

Result<std::string> read_source_text(const std::string& file) {
  if (file != standard_input) return load_text(file);
  return std::string(std::istreambuf_iterator<char>(std::cin), {});
}

// The text, of a file or of standard input, with a path and targets that the desk can publish.
Result<ItemText> read_item_text(const Desk& desk, const std::string& file) {
  const std::string where = file == standard_input ? "standard input" : file;
  TRY(const std::string bytes, read_source_text(file));
  TRY(ItemText text, content::parse_item_text(bytes, where));
  for (const std::string& name : text.targets.value_or(std::vector<std::string>{})) {
    TRY(const auto* target, with_context(publish::require_target(desk.targets, name), where));
    TRY_VOID(with_context(target->check_destination(text.path), where));
  }
  return text;
}

Result<int> run_content_new(Invocation& call) {
  TRY(const Desk* desk, call.session.desk());
  TRY(const ItemText text, read_item_text(*desk, call.arguments.find("FILE").value_or(std::string(standard_input))));
  TRY(const ActedItem acted, with_item(call, [&](const Desk& own, const Scope& scope) {
        return content::create_item(scope, own.content, text, read_owner(call));
      }));
  return answer_act(call, acted);
}

Result<int> run_content_edit(Invocation& call) {
  TRY(const Desk* desk, call.session.desk());
  TRY(const ItemText text, read_item_text(*desk, call.arguments.require("FILE")));
  TRY(const ActedItem acted, with_item(call, [&](const Desk& own, const Scope& scope) {
        return content::edit_item(scope, own.content, call.arguments.require("ID"), text, read_owner(call));
      }));
  return answer_act(call, acted);
}

Result<int> run_content_approve(Invocation& call) {
  TRY(const ActedItem acted, with_item(call, [&](const Desk& desk, const Scope& scope) {
        return content::approve_item(scope, desk.content, call.arguments.require("ID"),
                                     call.arguments.has("--override"), read_owner(call));
      }));
  return answer_act(call, acted);
}

Result<int> run_content_schedule(Invocation& call) {
  content::ItemSchedule schedule;
  if (const auto at = call.arguments.find("--at")) {
    TRY(schedule.due_at, with_context(parse_instant(*at), "--at"));
  }
  schedule.targets = call.arguments.list("--target");
  TRY(const Desk* desk, call.session.desk());
  for (const std::string& name : schedule.targets) TRY_VOID(publish::require_target(desk->targets, name));
  TRY(const ActedItem acted, with_item(call, [&](const Desk&, const Scope& scope) {
        return content::schedule_item(scope, call.arguments.require("ID"), schedule, read_owner(call));
      }));
  return answer_act(call, acted);
}

Result<int> run_content_withdraw(Invocation& call) {
  TRY(const ActedItem acted, with_item(call, [&](const Desk&, const Scope& scope) {
        return content::withdraw_item(scope, call.arguments.require("ID"), read_owner(call));
      }));
  return answer_act(call, acted);
}

void put(JsonObject& object, std::string_view name, const std::optional<std::string>& value) {
  if (value) object[name] = *value;
}
void put(JsonObject& object, std::string_view name, const std::optional<Instant>& value) {
  if (value) object[name] = render_instant(*value);
}

JsonArray render_findings(const ItemHistory& history) {
  JsonArray rows;
  for (const ContentFindingRow& row : history.findings)
    rows.push_back(JsonObject{{"level", enum_text(row.level)},
                              {"rule", row.rule},
                              {"line", row.line},
                              {"col", row.col},
                              {"message", row.message},
                              {"fixed", row.fixed}});
  return rows;
}

JsonArray render_revisions(const ItemHistory& history) {
  JsonArray rows;
  for (const ContentRevisionRow& row : history.revisions) {
    JsonObject object{{"revision", row.revision},
                      {"title", row.title},
                      {"body_sha256", row.body_sha256},
                      {"style_hash", row.style_hash},
                      {"begun_at", render_instant(row.begun_at)},
                      {"replaced_at", render_instant(row.replaced_at)}};
    put(object, "override_reason", row.override_reason);
    rows.push_back(std::move(object));
  }
  return rows;
}

// The style guide that the text of a part was checked against: that of the revision it was.
std::optional<std::string> find_style_hash(const ItemHistory& history, const OutboxRow& part) {
  if (part.payload_sha256 == history.item.body_sha256) return history.item.style_hash;
  const auto found = std::ranges::find(history.revisions, part.payload_sha256, &ContentRevisionRow::body_sha256);
  return found == history.revisions.end() ? std::nullopt : std::optional(found->style_hash);
}

JsonArray render_parts(const ItemHistory& history) {
  JsonArray rows;
  for (const OutboxRow& row : history.parts) {
    JsonObject object{{"target", row.target},
                      {"part", row.part},
                      {"edition", row.edition.value_or(1)},
                      {"operation", enum_text(row.operation.value_or(OutboxOperation::create))},
                      {"state", enum_text(row.state)},
                      {"destination", row.destination},
                      {"payload_sha256", row.payload_sha256}};
    put(object, "style_hash", find_style_hash(history, row));
    put(object, "due_at", row.due_at);
    put(object, "sent_at", row.sent_at);
    put(object, "remote_id", row.remote_id);
    if (row.remote_state) object["remote_state"] = enum_text(*row.remote_state);
    put(object, "verified_at", row.verified_at);
    put(object, "error", row.error);
    rows.push_back(std::move(object));
  }
  return rows;
}

Result<JsonArray> render_acts(const ItemHistory& history) {
  JsonArray rows;
  for (const AuditRow& row : history.acts) {
    TRY(Json before, parse_json(row.before_state));
    TRY(Json after, parse_json(row.after_state));
    TRY(Json evidence, parse_json(row.evidence));
    rows.push_back(JsonObject{{"acted_at", render_instant(row.acted_at)},
                              {"actor", row.actor},
                              {"verb", row.verb},
                              {"reason", row.reason},
                              {"before", std::move(before)},
                              {"after", std::move(after)},
                              {"evidence", std::move(evidence)},
                              {"undo", row.undo}});
  }
  return rows;
}

JsonArray render_reactions(const ItemHistory& history) {
  JsonArray rows;
  for (const FeedbackRow& row : history.feedback) {
    JsonObject object{{"id", row.id}, {"author", row.author}, {"known_at", render_instant(row.known_at)}};
    if (row.rating) object["rating"] = *row.rating;
    put(object, "label", row.label);
    put(object, "comment", row.comment);
    put(object, "withdrawn_at", row.withdrawn_at);
    rows.push_back(std::move(object));
  }
  return rows;
}

Result<JsonObject> render_history(const ItemHistory& history) {
  const ContentItemRow& item = history.item;
  TRY(const content::ItemRoute route, content::read_route(item));
  JsonObject document{{"id", item.id},
                      {"title", item.title},
                      {"state", enum_text(item.state)},
                      {"template", item.template_},
                      {"subject", item.subject},
                      {"path", route.path},
                      {"targets", boost::json::array(route.targets.begin(), route.targets.end())},
                      {"revision", std::ssize(history.revisions) + 1},
                      {"body_sha256", item.body_sha256},
                      {"style_hash", item.style_hash},
                      {"created_at", render_instant(item.created_at)}};
  put(document, "edited_at", item.edited_at);
  put(document, "override_reason", item.override_reason);
  document["findings"] = render_findings(history);
  document["revisions"] = render_revisions(history);
  document["parts"] = render_parts(history);
  TRY(document["acts"], render_acts(history));
  document["feedback"] = render_reactions(history);
  return document;
}

Result<int> answer_revision(Invocation& call, const ItemHistory& history, std::int64_t revision) {
  const auto count = std::ssize(history.revisions);
  if (revision > count + 1)
    return fail(Errc::not_found,
                fmt::format("content item {} has {} revisions, not {}", history.item.id, count + 1, revision));
  const std::string& body =
      revision == count + 1 ? history.item.body : history.revisions[static_cast<std::size_t>(revision - 1)].body;
  call.answer(body, [&] { return Json(JsonObject{{"id", history.item.id}, {"revision", revision}, {"body", body}}); });
  return exit_ok;
}

Result<int> run_content_show(Invocation& call) {
  TRY(const auto revision, call.arguments.find_count("--revision"));
  TRY(store::Db * db, call.session.db());
  TRY(const ItemHistory history,
      db->transact([&](store::Tx& tx) { return content::load_item_history(tx, call.arguments.require("ID")); }));
  if (revision) return answer_revision(call, history, *revision);
  TRY(JsonObject document, render_history(history));
  call.answer(fmt::format("{}\n{}", render_outline(document), history.item.body), [&] {
    document["body"] = history.item.body;
    return Json(document);
  });
  return exit_ok;
}

Result<int> answer_rows(Invocation& call, const store::Statement& statement, const std::vector<store::Value>& params) {
  TRY(store::Db * db, call.session.db());
  TRY(const auto rows, db->transact([&](store::Tx& tx) { return tx.select(statement, params); }));
  call.answer(render_table(rows), [&] { return render_rows_json(rows); });
  return exit_ok;
}

Result<int> run_content_calendar(Invocation& call) {
  const Instant now = call.session.clock().now();
  TRY(const auto from, call.arguments.find_date("--from"));
  TRY(const auto to, call.arguments.find_date("--to"));
  const Instant first = from ? midnight_utc(*from) : now - calendar_back;
  const Instant last = to ? midnight_utc(*to) + std::chrono::days(1) - Duration(1) : now + calendar_ahead;
  return answer_rows(call, sql::content_calendar, store::params(now, first, last));
}

Result<int> run_content_list(Invocation& call) {
  const std::string state = call.arguments.find("--state").value_or("");
  if (!state.empty() && !parse_enum<ContentItemState>(state))
    return fail(Errc::invalid_input, fmt::format("--state is one of {}, not '{}'",
                                                 fmt::join(EnumWords<ContentItemState>::words, ", "), state));
  return answer_rows(call, sql::content_item_listed, store::params(call.horizon(), call.horizon(), state, state));
}

constexpr Option new_options[] = {{"FILE", "", "Markdown with front matter; standard input without one, or with -"},
                                  {"--reason", "TEXT", "Why, for the audit"}};
constexpr Option show_options[] = {{"ID", "", "Id of the item", true},
                                   {"--revision", "N", "Only the text of this revision, from 1"}};
constexpr Option edit_options[] = {
    {"ID", "", "Id of the item", true},
    {"FILE", "", "The new text, with or without front matter; - is standard input", true},
    {"--reason", "TEXT", "Why, for the audit"}};
constexpr Option approve_options[] = {{"ID", "", "Id of the item", true},
                                      {"--override", "", "Let it pass with errors left; needs --reason"},
                                      {"--reason", "TEXT", "Why, for the audit"}};
constexpr Option schedule_options[] = {
    {"ID", "", "Id of the item", true},
    {"--at", "INSTANT", "Not before, as in 2026-12-01T09:00:00+01:00 (default: on the next tick)"},
    {"--target", "NAME", "Only for this target (default: those of the item)", false, true},
    {"--reason", "TEXT", "Why, for the audit"}};
constexpr Option calendar_options[] = {{"--from", "DATE", "From this day on, UTC (default: 7 days ago)"},
                                       {"--to", "DATE", "To this day, UTC (default: in 30 days)"}};
constexpr Option withdraw_options[] = {{"ID", "", "Id of the item", true},
                                       {"--reason", "TEXT", "Why, for the audit", true}};
constexpr Option list_options[] = {{"--state", "STATE", "Only items in this state"}};

constexpr Command table[] = {
    {"content", "new", "Take a text in, lint it and mend what is safe; a title without a text is a concept",
     new_options, run_content_new},
    {"content", "show", "Show an item: findings, revisions, where it was sent, acts and reactions", show_options,
     run_content_show},
    {"content", "edit", "Put another text in place; what is published already is updated at its targets", edit_options,
     run_content_edit},
    {"content", "approve", "Let an item through the gate, which is shut while errors are left", approve_options,
     run_content_approve},
    {"content", "schedule", "Plan an approved item for its targets", schedule_options, run_content_schedule},
    {"content", "calendar", "What is due, overdue and sent, by time", calendar_options, run_content_calendar},
    {"content", "withdraw", "Take an item back: it is never sent, or removed where it was", withdraw_options,
     run_content_withdraw},
    {"content", "list", "List content items and their states", list_options, run_content_list, AsOf::answers},
};

}  // namespace

std::span<const Command> content_item_commands() {
  return table;
}

}  // namespace converge::surface
