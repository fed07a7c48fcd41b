#include "content/run_content.hpp"

#include "base/hash.hpp"
#include "base/utf8.hpp"
#include "content/draft.hpp"
#include "store/outbox.hpp"
#include "store/sql.hpp"

#include <fmt/format.h>

namespace converge::content {
namespace {

constexpr std::size_t message_length_max = 500;
constexpr std::int64_t published_whole = 1;  // a Markdown file is not split: it is part 1

ContentItemRow make_item(const store::Scope& scope, const NoteRequest& request, const Draft& draft,
                         const std::string& style_hash) {
  ContentItemRow item;
  item.id = scope.id(ContentItemRow::table, request.template_name + '\x1f' + request.subject);
  item.template_ = request.template_name;
  item.subject = request.subject;
  item.title = draft.title;
  item.body = draft.markdown;
  item.body_sha256 = compute_sha256_hex(draft.markdown);
  item.style_hash = style_hash;
  item.state = draft.is_blocked() ? ContentItemState::blocked : ContentItemState::approved;
  item.fields = render_canonical_json(request.fields);
  item.created_at = scope.now;
  return item;
}

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

// Two notes may ask for the same path: the later one gets "-2", "-3".
Result<std::string> find_free_destination(store::Tx& tx, const std::string& target, const std::string& path) {
  const std::string stem = path.substr(0, path.size() - std::string_view(".md").size());
  std::string destination = path;
  for (int copy = 2;; ++copy) {
    TRY(const auto taken,
        tx.find<OutboxRow>(sql::content_item_outbox_by_destination, store::params(target, destination)));
    if (!taken) return destination;
    destination = fmt::format("{}-{}.md", stem, copy);
  }
}

Result<void> plan_targets(const store::Scope& scope, const ContentTemplate& note, const std::string& item_id,
                          const Draft& draft) {
  for (const std::string& target : note.targets) {
    TRY(const auto destination, find_free_destination(scope.tx, target, draft.path));
    TRY_VOID(store::plan_outbox(scope, {.content_item_id = item_id,
                                        .target = target,
                                        .part = published_whole,
                                        .destination = destination,
                                        .payload = draft.markdown}));
  }
  return {};
}

Result<void> write_draft(const store::Scope& scope, const ContentSource& source, const ContentTemplate& note,
                         const NoteRequest& request, const Draft& draft) {
  const ContentItemRow item = make_item(scope, request, draft, source.guide.hash);
  std::vector<ContentFindingRow> findings;
  add_findings(findings, item.id, draft.fixed, true);
  add_findings(findings, item.id, draft.left, false);
  TRY_VOID(scope.tx.insert(item));
  TRY_VOID(scope.tx.insert(std::span<const ContentFindingRow>(findings)));
  if (draft.is_blocked()) return {};
  return plan_targets(scope, note, item.id, draft);
}

}  // namespace

Result<ContentCount> run_content(const store::Scope& scope, const ContentSource& source,
                                 std::span<const NoteRequest> requests) {
  ContentCount count;
  for (const NoteRequest& request : requests) {
    TRY(const auto there, scope.tx.find<ContentItemRow>(sql::content_item_by_subject,
                                                        store::params(request.template_name, request.subject)));
    if (there) {
      ++count.unchanged;
      continue;
    }
    TRY(const ContentTemplate* note, require_template(source, request.template_name));
    TRY(const Draft draft,
        with_context(make_draft(source.linter, *note, request.fields), "note on " + request.subject));
    TRY_VOID(write_draft(scope, source, *note, request, draft));
    ++(draft.is_blocked() ? count.blocked : count.approved);
  }
  return count;
}

}  // namespace converge::content
