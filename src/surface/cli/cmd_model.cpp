#include "model/registry.hpp"
#include "model/run_predict.hpp"
#include "model/run_promotion.hpp"
#include "store/sql.hpp"
#include "surface/cli/command_tables.hpp"
#include "surface/cli/model_view.hpp"
#include "surface/cli/table_text.hpp"
#include "surface/desk_hold.hpp"
#include "surface/explain.hpp"
#include "surface/outline.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <ostream>

namespace converge::surface {
namespace {

using store::params;
using store::Scope;
using store::Tx;

Result<int> run_model_list(Invocation& call) {
  const std::string model = call.arguments.find("MODEL").value_or("");
  TRY(store::Db * db, call.session.db());
  TRY(const auto rows,
      db->transact([&](Tx& tx) { return tx.select(sql::model_listed, params(model, model, call.horizon())); }));
  if (!model.empty() && rows.rows.empty()) {
    TRY(const Desk* desk, call.session.desk());
    TRY_VOID(desk->find_model(model));
  }
  call.answer(render_table(rows), [&] { return render_rows_json(rows); });
  return exit_ok;
}

Result<int> run_model_show(Invocation& call) {
  TRY(store::Db * db, call.session.db());
  TRY(const ModelVersionRow version,
      db->transact([&](Tx& tx) { return model::load_version(tx, call.arguments.require("ID")); }));
  if (version.created_at > call.horizon())
    return fail(Errc::not_found, "model version " + version.id + ": it was made at " +
                                     render_instant(version.created_at) + ", after --as-of");
  const Instant as_of = call.as_of.value_or(std::max(version.created_at, call.session.clock().now()));
  TRY(const JsonObject document,
      db->transact([&](Tx& tx) { return load_explanation(tx, version.model, version.version, as_of); }));
  call.answer(render_outline(document), [&] { return Json(document); });
  return exit_ok;
}

Result<int> run_model_explain(Invocation& call) {
  TRY(const OpenModel open, open_model(call));
  TRY(const auto version, call.arguments.find_count("--version"));
  TRY(const JsonObject document,
      open.db->transact([&](Tx& tx) { return load_explanation(tx, open.spec->name, version, open.as_of); }));
  call.answer(render_outline(document), [&] { return Json(document); });
  return exit_ok;
}

// A retrain that the owner asks for: the same governor, queue, handler and gate as one that a finding asks for.
Result<int> run_model_train(Invocation& call) {
  TRY(const OpenModel open, open_model(call));
  TRY(const auto hold, DeskHold::take(*open.db));
  TRY_VOID(take_over_dead_run(*open.db, call.session.clock().now()));
  open.loop->set_fence([&](Tx& tx) { return hold->require(tx); });
  TRY(const Instant now, find_loop_time(call, open));
  TRY(const std::string id, open.db->transact([&](Tx& tx) {
    Scope scope{tx, now, open.desk->seed};
    return open.loop->request_retrain(scope, open.spec->name,
                                      call.arguments.find("--reason").value_or("no reason given"));
  }));
  TRY_VOID(open.loop->run_due_jobs(now));
  TRY(const auto job, open.db->transact([&](Tx& tx) { return tx.find<JobRow>(sql::job_by_id, params(id)); }));
  if (!job || !job->result)
    return fail(Errc::unavailable,
                "train job " + id + " has not ended: " + (job ? job->error.value_or("it waits") : "it is gone"));
  TRY(Json result, parse_json(*job->result));
  call.answer(render_outline(result.as_object()), [&] { return result; });
  return exit_ok;
}

Result<int> run_model_predict(Invocation& call) {
  TRY(const OpenModel open, open_model(call));
  TRY(const auto hold, DeskHold::take(*open.db));
  model::ScorerCache scorers;
  TRY(const auto counts, open.db->transact([&](Tx& tx) -> Result<model::PredictCounts> {
    Scope scope{tx, open.as_of, open.desk->seed};
    TRY(const auto known, open.loop->view(tx, *open.spec, open.as_of));
    if (known.matrix.rows() == 0) return fail(Errc::not_found, "model " + open.spec->name + ": there are no bars yet");
    return model::run_predict(scope, *open.spec, known.features.hash(), known.matrix, known.matrix.rows() - 1, scorers);
  }));
  call.answer(fmt::format("{} predictions written, {} of them abstentions\n", counts.predictions, counts.abstentions),
              [&] {
                return Json(JsonObject{{"predictions", counts.predictions}, {"abstentions", counts.abstentions}});
              });
  return exit_ok;
}

Result<int> run_model_rollback(Invocation& call) {
  TRY(const OpenModel open, open_model(call));
  TRY(const auto hold, DeskHold::take(*open.db));
  TRY(const Instant now, find_act_time(call, open));
  const std::string reason = call.arguments.require("--reason");
  TRY(const ModelVersionRow version, open.db->transact([&](Tx& tx) {
    Scope scope{tx, now, open.desk->seed};
    return model::rollback_champion(scope, open.spec->name, "owner", reason);
  }));
  call.answer(fmt::format("version {} is champion of {} again\n", version.version, version.model), [&] {
    return Json(JsonObject{{"model", version.model}, {"version", version.version}});
  });
  return exit_ok;
}

// The owner's own decision, which the gate has not made: recorded as such, and undone by the command in its audit row.
Result<int> run_model_promote(Invocation& call) {
  TRY(const OpenModel open, open_model(call));
  TRY(const auto hold, DeskHold::take(*open.db));
  TRY(const Instant now, find_act_time(call, open));
  TRY(const auto number, call.arguments.find_count("VERSION"));
  TRY(const ModelVersionRow version, open.db->transact([&](Tx& tx) -> Result<ModelVersionRow> {
    Scope scope{tx, now, open.desk->seed};
    TRY(const ModelVersionRow chosen, model::load_version_number(tx, open.spec->name, number.value_or(0)));
    TRY_VOID(model::run_promotion(scope, open.spec->validation, chosen,
                                  {std::nullopt, "owner", call.arguments.require("--reason"), {}}));
    return chosen;
  }));
  call.answer(fmt::format("version {} is champion of {}\n", version.version, version.model), [&] {
    return Json(JsonObject{{"model", version.model}, {"version", version.version}});
  });
  return exit_ok;
}

constexpr Option promote_options[] = {{"MODEL", "", "Model of the desk, without .toml", true},
                                      {"VERSION", "", "Number of the version", true},
                                      {"--reason", "TEXT", "Why, for the audit", true}};
constexpr Option list_options[] = {{"MODEL", "", "Only this model"}};
constexpr Option show_options[] = {{"ID", "", "Id of the version", true}};
constexpr Option model_options[] = {{"MODEL", "", "Model of the desk, without .toml", true}};
constexpr Option train_options[] = {{"MODEL", "", "Model of the desk, without .toml", true},
                                    {"--reason", "TEXT", "Why, for the audit"}};
constexpr Option explain_options[] = {{"MODEL", "", "Model of the desk, without .toml", true},
                                      {"--version", "N", "This version instead of the champion"}};
constexpr Option rollback_options[] = {{"MODEL", "", "Model of the desk, without .toml", true},
                                       {"--reason", "TEXT", "Why, for the audit", true}};

constexpr Command table[] = {
    {"model", "train", "Train a candidate now and put it before the gate", train_options, run_model_train,
     AsOf::answers},
    {"model", "list", "List versions with their verdicts", list_options, run_model_list, AsOf::answers},
    {"model", "show", "Show one version and the chain behind it", show_options, run_model_show, AsOf::answers},
    {"model", "predict", "Let the champion speak about the newest bar", model_options, run_model_predict,
     AsOf::answers},
    {"model", "promote", "Put a version in office by the owner's decision", promote_options, run_model_promote,
     AsOf::answers},
    {"model", "rollback", "Return to the champion before the one in office", rollback_options, run_model_rollback,
     AsOf::answers},
    {"model", "explain", "Print the whole chain behind the champion, or why there is none", explain_options,
     run_model_explain, AsOf::answers},
};

}  // namespace

std::span<const Command> model_commands() {
  return table;
}

}  // namespace converge::surface
