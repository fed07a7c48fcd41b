#include "feature/check.hpp"
#include "feature/render_matrix.hpp"
#include "surface/cli/command_tables.hpp"
#include "surface/cli/model_view.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <ostream>

namespace converge::surface {
namespace {

constexpr std::size_t cut_count = 25;

Result<int> run_feature_list(Invocation& call) {
  TRY(const Desk* desk, call.session.desk());
  std::string text;
  JsonArray document;
  for (const model::ModelSpec& spec : desk->models) {
    TRY(const feature::FeatureSet features, feature::FeatureSet::compile(spec.features));
    text += fmt::format("{}: {} features, lookback {} bars, burn-in {} bars, {}\n", spec.name, features.names().size(),
                        features.lookback(), features.burn_in(), features.hash());
    JsonArray names;
    for (const feature::NamedExpression& one : spec.features) {
      text += fmt::format("  {} = {}\n", one.name, one.expression);
      names.push_back(JsonObject{{"name", one.name}, {"expression", one.expression}});
    }
    document.push_back(JsonObject{{"model", spec.name},
                                  {"hash", features.hash()},
                                  {"lookback", static_cast<std::int64_t>(features.lookback())},
                                  {"features", names}});
  }
  call.answer(text, [&] { return Json(document); });
  return exit_ok;
}

// Cuts spread over the second half of the bars, where every feature is defined.
std::vector<std::size_t> spread_cuts(std::size_t bars) {
  std::vector<std::size_t> cuts;
  for (std::size_t i = 0; i < cut_count; ++i) cuts.push_back(bars / 2 + i * (bars - bars / 2) / cut_count);
  return cuts;
}

Result<int> run_feature_check(Invocation& call) {
  TRY(const OpenModel open, open_model(call));
  TRY(const feature::FeatureSet features, feature::FeatureSet::compile(open.spec->features));
  TRY_VOID(feature::check_scale_free(features));
  TRY(const auto bars, open.db->transact([&](store::Tx& tx) -> Result<feature::Bars> {
    TRY(const auto known, open.loop->view(tx, *open.spec, open.as_of));
    return known.series.bars();
  }));
  const auto cuts = spread_cuts(bars.size());
  TRY_VOID(feature::check_truncation(features, bars, cuts));
  call.answer(
      fmt::format("{}: free of price level; unchanged when bars are cut off at {} places\n", open.spec->name,
                  cuts.size()),
      [&] {
        return Json(JsonObject{
            {"model", open.spec->name}, {"scale_free", true}, {"cuts", static_cast<std::int64_t>(cuts.size())}});
      });
  return exit_ok;
}

Result<int> run_feature_matrix(Invocation& call) {
  if (const auto format = call.arguments.find("--format"); format && *format != "csv")
    return fail(Errc::invalid_input, "--format: only csv is written, not '" + *format + "'");
  TRY(const auto from, call.arguments.find_date("--from"));
  TRY(const auto to, call.arguments.find_date("--to"));
  TRY(const OpenModel open, open_model(call));
  TRY(const std::string csv, open.db->transact([&](store::Tx& tx) -> Result<std::string> {
    TRY(const auto known, open.loop->view(tx, *open.spec, open.as_of));
    const Instant first = from ? midnight_utc(*from) : Instant{};
    const Instant end = to ? midnight_utc(*to) + std::chrono::days(1) : open.as_of + Duration(1);
    return feature::render_matrix_csv(known.matrix, first, end);
  }));
  call.out << csv;
  return exit_ok;
}

constexpr Option model_options[] = {
    {"MODEL", "", "Model of the desk, without .toml", true},
    {"--as-of", "INSTANT", "With what was known at this instant (default: the last tick)"}};
constexpr Option matrix_options[] = {
    {"MODEL", "", "Model of the desk, without .toml", true},
    {"--from", "DATE", "First day"},
    {"--to", "DATE", "Last day"},
    {"--format", "csv", "Form of the answer"},
    {"--as-of", "INSTANT", "With what was known at this instant (default: the last tick)"}};

constexpr Command table[] = {
    {"feature", "list", "List the features of every model", {}, run_feature_list},
    {"feature", "check", "Prove that a model's features are free of price level and look at no later bar",
     model_options, run_feature_check},
    {"feature", "matrix", "Print the feature matrix of a model as CSV", matrix_options, run_feature_matrix},
};

}  // namespace

std::span<const Command> feature_commands() {
  return table;
}

}  // namespace converge::surface
