// surface/cli/command_tables.hpp — the tables that commands.cpp joins: one for each cmd_<noun>.cpp.
#pragma once
#include "surface/cli/command.hpp"

namespace converge::surface {

std::span<const Command> desk_commands();  // init, status, doctor
std::span<const Command> run_commands();
std::span<const Command> report_commands();
std::span<const Command> finding_commands();
std::span<const Command> supervise_commands();  // manager
std::span<const Command> schema_commands();
std::span<const Command> ingest_commands();
std::span<const Command> feature_commands();
std::span<const Command> model_commands();
std::span<const Command> backtest_commands();
std::span<const Command> drift_commands();
std::span<const Command> feedback_commands();
std::span<const Command> content_commands();  // on files
std::span<const Command> content_item_commands();
std::span<const Command> content_batch_commands();  // render, batch, draft
std::span<const Command> style_commands();
std::span<const Command> publish_commands();
std::span<const Command> query_commands();
std::span<const Command> job_commands();
std::span<const Command> export_commands();

}  // namespace converge::surface
