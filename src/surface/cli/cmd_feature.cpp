#include "feature/check.hpp"
#include "feature/render_matrix.hpp"
#include "surface/cli/command_tables.hpp"
#include "surface/cli/model_view.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cmath>
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

// Everything that is known: a desk that has not ticked since it loaded its bars shows them too.
Instant newest_known(const Invocation& call, const OpenModel& open) {
  return call.as_of.value_or(std::max(open.as_of, call.session.clock().now()));
}

// One object for each bar with from <= bar_at < to; null where a feature is not defined.
Json render_matrix_json(const feature::Matrix& matrix, Instant from, Instant to) {
  JsonArray rows;
  for (std::size_t i = 0; i < matrix.rows(); ++i) {
    if (matrix.bar_at[i] < from || matrix.bar_at[i] >= to) continue;
    JsonObject row{{"bar_at", render_instant(matrix.bar_at[i])}};
    for (std::size_t f = 0; f < matrix.columns(); ++f)
      row[matrix.names[f]] = std::isnan(matrix.at(i, f)) ? Json(nullptr) : Json(matrix.at(i, f));
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<int> run_feature_check(Invocation& call) {
  TRY(const OpenModel open, open_model(call));
  TRY(const feature::FeatureSet features, feature::FeatureSet::compile(open.spec->features));
  TRY_VOID(feature::check_scale_free(features));
  TRY(const auto bars, open.db->transact([&](store::Tx& tx) -> Result<feature::Bars> {
    TRY(const auto known, open.loop->view(tx, *open.spec, newest_known(call, open)));
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
  TRY(const Format format, read_format(call, Format::csv));
  TRY(const auto from, call.arguments.find_date("--from"));
  TRY(const auto to, call.arguments.find_date("--to"));
  TRY(const OpenModel open, open_model(call));
  const Instant known_at = newest_known(call, open);
  const Instant first = from ? midnight_utc(*from) : Instant::min();
  const Instant end = to ? midnight_utc(*to) + std::chrono::days(1) : end_of_time;
  TRY(const std::string text, open.db->transact([&](store::Tx& tx) -> Result<std::string> {
    TRY(const auto known, open.loop->view(tx, *open.spec, known_at));
    return format == Format::csv ? feature::render_matrix_csv(known.matrix, first, end)
                                 : render_json_pretty(render_matrix_json(known.matrix, first, end));
  }));
  call.out << text;
  return exit_ok;
}

constexpr Option model_options[] = {{"MODEL", "", "Model of the desk, without .toml", true}};
constexpr Option matrix_options[] = {
    {"MODEL", "", "Model of the desk, without .toml", true},
    {"--from", "DATE", "First day"},
    {"--to", "DATE", "Last day"},
    {"--format", "csv|json", "17 significant digits, or one JSON array (default csv)"}};

constexpr Command table[] = {
    {"feature", "list", "List the features of every model", {}, run_feature_list},
    {"feature", "check", "Prove that a model's features are free of price level and look at no later bar",
     model_options, run_feature_check, AsOf::answers},
    {"feature", "matrix", "Print the feature matrix of a model: bar_at and one column for each feature", matrix_options,
     run_feature_matrix, AsOf::answers},
};

}  // namespace

std::span<const Command> feature_commands() {
  return table;
}

}  // namespace converge::surface
