#include "content/run_content.hpp"

#include "base/hash.hpp"
#include "content/draft.hpp"
#include "content/run_item_record.hpp"
#include "store/sql.hpp"

namespace converge::content {
namespace {

ContentItemRow make_item(const store::Scope& scope, const NoteRequest& request, const ContentTemplate& note,
                         const Draft& draft, const std::string& style_hash) {
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
  item.route = render_route({.path = draft.path, .targets = note.targets});
  item.created_at = scope.now;
  return item;
}

Result<void> write_draft(const store::Scope& scope, const ContentSource& source, const ContentTemplate& note,
                         const NoteRequest& request, const Draft& draft) {
  const ContentItemRow item = make_item(scope, request, note, draft, source.guide.hash);
  TRY_VOID(scope.tx.insert(item));
  TRY_VOID(replace_findings(scope.tx, item.id, draft.fixed, draft.left));
  TRY_VOID(insert_act(scope, std::nullopt, item,
                      {.act = ItemAct::create, .actor = "converge", .reason = "the note of " + item.subject}));
  if (draft.is_blocked()) return {};
  TRY_VOID(plan_item(scope, item, note.targets, std::nullopt));
  return {};
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
