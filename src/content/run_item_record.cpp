#include "content/run_item_record.hpp"

#include "base/utf8.hpp"
#include "content/escape.hpp"
#include "store/outbox.hpp"
#include "store/sql.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace converge::content {
namespace {

constexpr std::size_t message_length_max = 500;
constexpr std::size_t reason_length_max = 500;
constexpr std::int64_t published_whole = 1;  // a Markdown file is not split: it is part 1

void add_findings(std::vector<ContentFindingRow>& rows, const std::string& item_id,
                  const std::vector<LintFinding>& findings, bool fixed) {
  for (const LintFinding& finding : findings) {
    ContentFindingRow row;
    row.content_item_id = item_id;
    row.sequence = std::ssize(rows) + 1;
    row.rule = finding.rule;
    row.level = parse_enum<ContentFindingLevel>(lint_level_name(finding.level)).value();
    row.line = finding.at.line;
    row.col = finding.at.col;
    row.message = clip_code_points(finding.message, message_length_max);
    row.fixed = fixed;
    rows.push_back(std::move(row));
  }
}

// Two items may ask for the same path: the later one gets "-2", "-3".
Result<std::string> find_free_destination(store::Tx& tx, const std::string& item_id, const std::string& target,
                                          const std::string& path) {
  const std::string stem = path.substr(0, path.size() - std::string_view(".md").size());
  std::string destination = path;
  for (int copy = 2;; ++copy) {
    TRY(const auto taken,
        tx.find<OutboxRow>(sql::content_item_outbox_by_destination, store::params(target, destination)));
    if (!taken || taken->content_item_id == item_id) return destination;
    destination = fmt::format("{}-{}.md", stem, copy);
  }
}

JsonObject make_state(const std::optional<ContentItemRow>& item) {
  if (!item) return {};
  JsonObject state{{"state", enum_text(item->state)},
                   {"title", item->title},
                   {"body_sha256", item->body_sha256},
                   {"style_hash", item->style_hash}};
  if (item->override_reason) state["override_reason"] = *item->override_reason;
  return state;
}

Result<std::int64_t> load_count(store::Tx& tx, const store::Statement& statement, std::string_view key) {
  TRY(const auto answer, tx.select(statement, store::params(key)));
  return std::get<std::int64_t>(answer.rows.at(0).at(0));
}

}  // namespace

std::string render_route(const ItemRoute& route) {
  JsonArray targets;
  for (const std::string& target : route.targets) targets.emplace_back(boost::json::string(target));
  return render_canonical_json(JsonObject{{"path", route.path}, {"targets", std::move(targets)}});
}

Result<ItemRoute> read_route(const ContentItemRow& item) {
  if (!item.route) return ItemRoute{.path = render_slug(item.title) + ".md", .targets = {}};
  const auto broken = [&] {
    return fail(Errc::contract_violation, fmt::format("content item {}: its route is {}", item.id, *item.route));
  };
  TRY(const Json route, parse_json(*item.route));
  const Json* path = route.is_object() ? route.get_object().if_contains("path") : nullptr;
  const Json* targets = route.is_object() ? route.get_object().if_contains("targets") : nullptr;
  if (path == nullptr || !path->is_string() || targets == nullptr || !targets->is_array()) return broken();
  ItemRoute parsed{.path = std::string(path->get_string()), .targets = {}};
  for (const Json& target : targets->get_array()) {
    if (!target.is_string()) return broken();
    parsed.targets.emplace_back(target.get_string());
  }
  return parsed;
}

Result<void> insert_act(const store::Scope& scope, const std::optional<ContentItemRow>& before,
                        const ContentItemRow& after, const ItemActNote& note) {
  TRY_VOID(check_item_move(before ? std::optional(before->state) : std::nullopt, note.act, after.state));
  const std::string subject = "content_item:" + after.id;
  TRY(const auto acts, load_count(scope.tx, sql::audit_count_of_subject, subject));
  TRY(const auto revision, load_revision_number(scope.tx, after.id));
  AuditRow row;
  row.id = scope.id(AuditRow::table, fmt::format("{}\x1f{}", subject, acts));
  row.actor = note.actor;
  row.verb = item_act_traits(note.act).verb;
  row.subject = subject;
  row.reason = clip_code_points(note.reason, reason_length_max);
  row.evidence = render_canonical_json(note.evidence);
  row.before_state = render_canonical_json(make_state(before));
  row.after_state = render_canonical_json(make_state(after));
  row.undo = render_undo(note.act, after.id, note.act == ItemAct::edit && revision > 1 ? revision - 1 : revision);
  row.acted_at = scope.now;
  return scope.tx.insert(row);
}

Result<void> replace_findings(store::Tx& tx, const std::string& item_id, const std::vector<LintFinding>& fixed,
                              const std::vector<LintFinding>& left) {
  std::vector<ContentFindingRow> findings;
  add_findings(findings, item_id, fixed, true);
  add_findings(findings, item_id, left, false);
  TRY_VOID(tx.execute(sql::content_finding_delete, store::params(item_id)));
  return tx.insert(std::span<const ContentFindingRow>(findings));
}

Result<bool> plan_item(const store::Scope& scope, const ContentItemRow& item, const std::vector<std::string>& targets,
                       std::optional<Instant> due_at) {
  TRY(const ItemRoute route, read_route(item));
  bool is_changed = false;
  for (const std::string& target : targets) {
    TRY(const auto destination, find_free_destination(scope.tx, item.id, target, route.path));
    TRY(const bool is_planned, store::plan_outbox(scope, {.content_item_id = item.id,
                                                          .target = target,
                                                          .part = published_whole,
                                                          .destination = destination,
                                                          .payload = item.body,
                                                          .due_at = due_at}));
    is_changed = is_changed || is_planned;
  }
  return is_changed;
}

Result<std::int64_t> load_revision_number(store::Tx& tx, std::string_view item_id) {
  TRY(const auto replaced, load_count(tx, sql::content_revision_count, item_id));
  return replaced + 1;
}

}  // namespace converge::content
