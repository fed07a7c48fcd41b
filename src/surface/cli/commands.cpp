#include "surface/cli/command.hpp"
#include "surface/cli/command_tables.hpp"

namespace converge::surface {

std::vector<Command> commands() {
  std::vector<Command> all;
  for (const auto& table :
       {desk_commands(),   run_commands(),      report_commands(),  finding_commands(),      supervise_commands(),
        schema_commands(), ingest_commands(),   feature_commands(), model_commands(),        backtest_commands(),
        drift_commands(),  feedback_commands(), content_commands(), content_item_commands(), content_batch_commands(),
        style_commands(),  publish_commands(),  query_commands(),   job_commands(),          export_commands()})
    all.insert(all.end(), table.begin(), table.end());
  return all;
}

}  // namespace converge::surface
