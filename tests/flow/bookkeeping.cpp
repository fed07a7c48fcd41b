#include "flow/bookkeeping.hpp"

#include "base/hash.hpp"
#include "wire/json.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/json/object.hpp>
#include <set>

namespace converge::flow {
namespace {

std::size_t count_rows(const Table& table, std::string_view column, const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(table.rows, [&](const Row& row) { return table.text(row, column) == text; }));
}

// Whether the job says in its result that it made a version.
bool has_made_version(const Table& jobs, const Row& job) {
  const auto result = parse_json(jobs.text(job, "result"));
  return result && result->is_object() && result->as_object().contains("version");
}

Faults check_job(const Tables& tables, const Table& jobs, const Row& job) {
  Faults faults;
  const std::string id = jobs.text(job, "id"), attempt = jobs.text(job, "attempt"), crashes = jobs.text(job, "crashes");
  if (jobs.text(job, "state") != "done") faults.push_back(fmt::format("job {} is {}", id, jobs.text(job, "state")));
  for (const char* column : {"open_key", "lease_token", "lease_until"})
    if (jobs.cell(job, column)) faults.push_back(fmt::format("job {} still has its {}", id, column));
  if (std::stoll(attempt) != std::stoll(crashes) + 1)
    faults.push_back(fmt::format("job {} was claimed {} times and crashed {} times", id, attempt, crashes));

  const Table& versions = tables.at("model_version");
  const std::size_t wanted = has_made_version(jobs, job) ? 1 : 0;
  if (count_rows(versions, "job_id", id) != wanted)
    faults.push_back(fmt::format("job {} has {} versions, not {}", id, count_rows(versions, "job_id", id), wanted));
  return faults;
}

Faults check_jobs(const Tables& tables, std::size_t kills) {
  const Table& jobs = tables.at("job");
  Faults faults;
  std::int64_t crashes = 0;
  if (jobs.rows.empty()) faults.emplace_back("there is no job at all");
  for (const Row& job : jobs.rows) {
    const Faults more = check_job(tables, jobs, job);
    faults.insert(faults.end(), more.begin(), more.end());
    crashes += std::stoll(jobs.text(job, "crashes"));
  }
  if (crashes > static_cast<std::int64_t>(kills))
    faults.push_back(fmt::format("the jobs count {} crashes, and there were {} kills", crashes, kills));
  const Table &versions = tables.at("model_version"), &decisions = tables.at("gate_decision");
  for (const Row& version : versions.rows) {
    const std::string id = versions.text(version, "id");
    if (count_rows(decisions, "model_version_id", id) != 1)
      faults.push_back(
          fmt::format("version {} has {} gate decisions", id, count_rows(decisions, "model_version_id", id)));
  }
  return faults;
}

Faults check_leases(const Table& leases) {
  Faults faults;
  for (const Row& lease : leases.rows)
    if (!leases.text(lease, "holder").empty())
      faults.push_back(fmt::format("lease {} is held by {}", leases.text(lease, "name"), leases.text(lease, "holder")));
  return faults;
}

Faults check_journal(const Table& steps, const Table& undisturbed) {
  Faults faults;
  std::multiset<std::string> ours, theirs;
  for (const Row& step : steps.rows) {
    ours.insert(steps.text(step, "statement"));
    if (steps.text(step, "state") != "done")
      faults.push_back(fmt::format("journal step {} is {}", steps.text(step, "sequence"), steps.text(step, "state")));
  }
  for (const Row& step : undisturbed.rows) theirs.insert(undisturbed.text(step, "statement"));
  if (ours != theirs)
    faults.push_back(fmt::format("the journal has {} steps, and that of the undisturbed replay {} or others",
                                 ours.size(), theirs.size()));
  return faults;
}

Faults check_outbox(const Table& parts, const std::filesystem::path& docs_dir) {
  Faults faults;
  const auto files = load_files(docs_dir);
  if (parts.rows.empty()) faults.emplace_back("the outbox is empty");
  for (const Row& part : parts.rows) {
    const std::string id = parts.text(part, "id"), destination = parts.text(part, "destination");
    if (parts.text(part, "state") != "sent" || parts.text(part, "attempts") != "1")
      faults.push_back(
          fmt::format("part {} is {} after {} attempts", id, parts.text(part, "state"), parts.text(part, "attempts")));
    const auto file = files.find(destination);
    if (file == files.end())
      faults.push_back(fmt::format("part {}: there is no file {}", id, destination));
    else if (compute_sha256_hex(file->second) != parts.text(part, "payload_sha256"))
      faults.push_back(fmt::format("part {}: {} is not what was sent", id, destination));
  }
  return faults;
}

}  // namespace

Faults check_bookkeeping(const Tables& tables, const Tables& undisturbed, const std::filesystem::path& docs_dir,
                         std::size_t kills) {
  Faults faults = check_jobs(tables, kills);
  for (const Faults& more :
       {check_leases(tables.at("lease")), check_journal(tables.at("schema_step"), undisturbed.at("schema_step")),
        check_outbox(tables.at("outbox"), docs_dir)})
    faults.insert(faults.end(), more.begin(), more.end());
  return faults;
}

}  // namespace converge::flow
