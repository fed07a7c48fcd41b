#include "feedback/run_feedback.hpp"
#include "surface/cli/command_tables.hpp"
#include "surface/cli/session.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdlib>
#include <ostream>

namespace converge::surface {
namespace {

constexpr std::int64_t rows_max_default = 100;
constexpr std::array<std::pair<std::string_view, std::int64_t>, 3> ratings = {
    {{"good", 1}, {"neutral", 0}, {"bad", -1}}};

Json render_feedback(const FeedbackRow& row) {
  JsonObject object{{"id", row.id},           {"source", enum_text(row.source)},
                    {"channel", row.channel}, {"subject", row.subject},
                    {"author", row.author},   {"known_at", render_instant(row.known_at)}};
  if (row.rating) object["rating"] = *row.rating;
  if (row.label) object["label"] = *row.label;
  if (row.comment) object["comment"] = *row.comment;
  if (row.withdrawn_at) object["withdrawn_at"] = render_instant(*row.withdrawn_at);
  return object;
}

std::string render_line(const FeedbackRow& row) {
  return fmt::format("{}  {}  {} {}  {} {} {}{}\n", row.id, render_instant(row.known_at), enum_text(row.source),
                     row.author, row.subject, row.rating.value_or(0), row.comment.value_or(row.label.value_or("")),
                     row.withdrawn_at ? "  (withdrawn)" : "");
}

template <class Work>
auto with_scope(Invocation& call, Instant now, Work work)
    -> Result<typename std::invoke_result_t<Work, store::Scope&>::value_type> {
  TRY(const Desk* desk, call.session.desk());
  TRY(store::Db * db, call.session.db());
  return db->transact([&](store::Tx& tx) {
    store::Scope scope{tx, now, desk->seed};
    return work(scope);
  });
}

Result<int> run_feedback_add(Invocation& call) {
  feedback::FeedbackItem item;
  item.channel = "cli";
  item.subject = call.arguments.require("SUBJECT");
  const char* user = std::getenv("USER");
  item.author = call.arguments.find("--author").value_or(user == nullptr ? "owner" : user);
  if (const auto word = call.arguments.find("--rating")) {
    const auto* found = std::ranges::find(ratings, *word, [](const auto& r) { return r.first; });
    if (found == ratings.end())
      return fail(Errc::invalid_input, "--rating is good, neutral or bad, not '" + *word + "'");
    item.rating = found->second;
  }
  item.label = call.arguments.find("--label");
  item.comment = call.arguments.find("--comment");
  item.idempotency_key = call.arguments.find("--key");
  TRY(const auto added, with_scope(call, call.session.clock().now(),
                                   [&](store::Scope& scope) { return feedback::add_feedback(scope, item); }));
  call.answer((added.is_new ? "added " : "was there already: ") + added.row.id + "\n",
              [&] { return render_feedback(added.row); });
  return exit_ok;
}

Result<int> run_feedback_list(Invocation& call) {
  TRY(const auto limit, call.arguments.find_count("--limit"));
  const std::string subject = call.arguments.find("SUBJECT").value_or("");
  TRY(auto rows, with_scope(call, call.horizon(), [&](store::Scope& scope) {
        return feedback::list_feedback(scope, subject, static_cast<std::size_t>(limit.value_or(rows_max_default)));
      }));
  std::string text;
  JsonArray document;
  for (FeedbackRow& row : rows) {
    if (row.withdrawn_at > call.horizon()) row.withdrawn_at.reset();
    text += render_line(row);
    document.push_back(render_feedback(row));
  }
  call.answer(text, [&] { return Json(document); });
  return exit_ok;
}

Result<int> run_feedback_withdraw(Invocation& call) {
  TRY(const auto row, with_scope(call, call.session.clock().now(), [&](store::Scope& scope) {
        return feedback::withdraw_feedback(scope, call.arguments.require("ID"));
      }));
  call.answer("withdrawn " + row.id + "\n", [&] { return render_feedback(row); });
  return exit_ok;
}

constexpr Option add_options[] = {{"SUBJECT", "", "What it is about, kind:id, as in content_item:01J...", true},
                                  {"--rating", "good|neutral|bad", "Helpful or not"},
                                  {"--label", "WORD", "Short verdict"},
                                  {"--comment", "TEXT", "Free text"},
                                  {"--author", "NAME", "Who says it (default: $USER)"},
                                  {"--key", "KEY", "Idempotency key: the same key is the same feedback"}};
constexpr Option list_options[] = {{"SUBJECT", "", "Only about this"},
                                   {"--limit", "ROWS", "At most so many (default 100)"}};
constexpr Option withdraw_options[] = {{"ID", "", "Id of the feedback", true}};

constexpr Command table[] = {
    {"feedback", "add", "Say what you think of a prediction, a note or a version", add_options, run_feedback_add},
    {"feedback", "list", "List feedback, the newest first", list_options, run_feedback_list, AsOf::answers},
    {"feedback", "withdraw", "Take feedback back; the row stays and says when", withdraw_options,
     run_feedback_withdraw},
};

}  // namespace

std::span<const Command> feedback_commands() {
  return table;
}

}  // namespace converge::surface
