#include "supervise/sample_note.hpp"

#include "base/utf8.hpp"
#include "contract/contract.hpp"
#include "supervise/run_note.hpp"
#include "wire/json.hpp"

#include <fmt/format.h>
#include <boost/json/object.hpp>

namespace converge::supervise {
namespace {

using content::NoteRequest;

const Instant noon = midnight_utc(Date(std::chrono::year(2020) / 12 / 31)) + std::chrono::hours(12);
const std::string ulid(26, '0');
constexpr std::size_t path_reserve = 8;  // of two notes with one path the later gets "-2", the hundredth "-100"

std::string longest(std::string_view table, std::string_view column) {
  return std::string(static_cast<std::size_t>(*contract::system_contract(table).find_column(column)->length_max), 'a');
}

ModelVersionRow make_version(std::int64_t number) {
  ModelVersionRow version;
  version.id = ulid;
  version.model = longest("model_version", "model");
  version.version = number;
  return version;
}

GateDecisionRow make_decision(GateDecisionVerdict verdict, bool is_measured) {
  GateDecisionRow decision;
  decision.id = ulid;
  decision.model_version_id = ulid;
  decision.model = longest("gate_decision", "model");
  decision.verdict = verdict;
  decision.confidence = 0.95;
  decision.rows = decision.attempts = 1'000;
  decision.reason = longest("gate_decision", "reason");
  decision.decided_at = noon;
  if (is_measured) {
    decision.candidate_log_loss = decision.reference_log_loss = 0.6931;
    decision.score = decision.interval_low = decision.interval_high = -0.0123;
  }
  return decision;
}

FindingRow make_finding(std::string_view kind, const JsonObject& evidence) {
  FindingRow finding;
  finding.id = ulid;
  finding.kind = kind;
  finding.subject = longest("finding", "subject");
  finding.evidence = render_canonical_json(evidence);
  finding.opened_at = noon;
  return finding;
}

ProposalRow make_proposal(ProposalStatus status) {
  ProposalRow proposal;
  proposal.id = proposal.finding_id = ulid;
  proposal.status = status;
  proposal.reason = proposal.decision_reason.emplace(longest("proposal", "reason"));
  return proposal;
}

Result<std::vector<NoteRequest>> make_samples() {
  ModelVersionRow asked_for = make_version(99'999);
  asked_for.finding_id = ulid;
  const ModelVersionRow plain = make_version(1);
  const JsonObject drift{{"statistic", "psi"}, {"window_sessions", 63}, {"value", 0.5}, {"threshold", 0.4}};
  JsonObject full_drift = drift;
  full_drift["worst_feature"] = longest("drift_report", "feature");
  full_drift["worst_ratio"] = 1.25;
  full_drift["command"] = "converge status";
  const JsonObject figures{
      {"rows", 3}, {"share", 0.5}, {"text", "a b"}, {"last", nullptr}, {"command", "converge status"}};
  const ProposalRow held = make_proposal(ProposalStatus::held);

  TRY(const auto bare_drift_note, make_drift_note(make_finding("loss_drift", drift), plain, std::nullopt));
  TRY(const auto full_drift_note, make_drift_note(make_finding("feature_drift", full_drift), asked_for, held));
  TRY(const auto bare_note, make_finding_note(make_finding("source_stale", {}), held));
  TRY(const auto full_note, make_finding_note(make_finding(longest("finding", "kind"), figures), held));
  return std::vector<NoteRequest>{
      make_decision_note(make_decision(GateDecisionVerdict::promoted, true), plain, std::nullopt),
      make_decision_note(make_decision(GateDecisionVerdict::promoted, true), asked_for, plain),
      make_decision_note(make_decision(GateDecisionVerdict::refused, false), plain, std::nullopt),
      make_decision_note(make_decision(GateDecisionVerdict::refused, true), asked_for, plain),
      make_decision_note(make_decision(GateDecisionVerdict::insufficient_evidence, false), std::nullopt, std::nullopt),
      make_decision_note(make_decision(GateDecisionVerdict::insufficient_evidence, false), std::nullopt, plain),
      bare_drift_note,
      full_drift_note,
      bare_note,
      full_note,
  };
}

Result<void> check_length(std::string_view what, std::string_view text, std::int64_t length_max) {
  const auto most = static_cast<std::size_t>(length_max);
  if (clip_code_points(text, most) == text) return {};
  return fail(Errc::invalid_input,
              fmt::format("its {} can grow beyond {} characters: '{}'; make it shorter", what, most, text));
}

Result<content::Draft> make_sample_draft(const content::ContentSource& source, const content::ContentTemplate& note,
                                         const JsonObject& fields) {
  TRY(auto draft, content::make_draft(source.linter, note, fields));
  const auto& item = contract::system_contract("content_item");
  const auto& outbox = contract::system_contract("outbox");
  TRY_VOID(check_length("title", draft.title, *item.find_column("title")->length_max));
  TRY_VOID(check_length("path", draft.path,
                        *outbox.find_column("destination")->length_max - static_cast<std::int64_t>(path_reserve)));
  return draft;
}

Result<const content::ContentTemplate*> find_note_template(const content::ContentSource& source,
                                                           const std::string& name) {
  const auto found = content::require_template(source, name);
  if (found) return *found;
  return fail(
      Errc::not_found,
      fmt::format("templates/{}.md is missing: notes are written from it; 'converge init' gives a desk one", name));
}

}  // namespace

Result<std::vector<SampleDraft>> draft_samples(const content::ContentSource& source) {
  TRY(const auto samples, make_samples());
  std::vector<SampleDraft> drafts;
  for (const NoteRequest& sample : samples) {
    TRY(const content::ContentTemplate* note, find_note_template(source, sample.template_name));
    TRY(auto draft, with_context(make_sample_draft(source, *note, sample.fields), note->where));
    drafts.push_back({note, std::move(draft)});
  }
  return drafts;
}

}  // namespace converge::supervise
