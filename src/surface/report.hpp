// surface/report.hpp — what a desk did over an interval and what it was worth. Pure; surface/run_report.hpp reads it from
// the tables.
//
// One struct, three faces: text for a terminal, one JSON document, one self-contained page. Every figure carries the
// command that prints it.
#pragma once
#include "contract/rows.hpp"
#include "wire/json.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace converge::surface {

// Matured predictions in time order, all columns of one length.
struct ScoredSeries {
  std::vector<Instant> bar_at;
  std::vector<double> score;
  std::vector<double> base_rate;
  std::vector<int> label;
  std::vector<double> value;
  std::vector<double> log_loss;
  std::vector<double> base_log_loss;
};

// How good they were. NaN where a figure is not defined.
struct Scores {
  double auc = 0;
  double log_loss = 0;
  double base_log_loss = 0;
  double hit_rate = 0;
  double ic = 0;
};

// What a model said in one role. A shadow is never acted on, so the two are never one figure.
struct RoleReport {
  PredictionRole role = PredictionRole::champion;
  std::int64_t predictions = 0;  // abstentions among them
  std::int64_t abstentions = 0;
  ScoredSeries scored;
  Scores scores;
};

struct DriftSeries {
  std::string statistic;
  std::int64_t window_sessions = 0;
  std::vector<Instant> known_at;
  std::vector<double> ratio;  // value / threshold; 1 and more is drift, NaN where the evidence did not suffice
};

// A version that took office: by the gate, or by its owner.
struct ChampionLine {
  ModelAliasRow alias;
  std::int64_t version = 0;
  std::string algorithm;
};

struct DecisionLine {
  GateDecisionRow decision;
  std::optional<std::int64_t> version;  // none where there was too little to make a candidate
  std::string algorithm;
};

struct BacktestReport {
  BacktestRow row;
  std::vector<Instant> bar_at;
  std::vector<double> signal, buy_and_hold;  // equity, both from 1
};

struct ModelReport {
  std::string model;
  std::vector<RoleReport> roles;               // those in which it spoke, the champion first
  std::map<std::string, std::int64_t> trials;  // by kind, from the desk's beginning
  std::vector<ChampionLine> champions;         // from the desk's beginning, oldest first; the last is in office
  std::vector<DecisionLine> decisions;         // in the interval
  std::vector<DriftSeries> drift;
  std::optional<BacktestReport> backtest;
};

struct PublishedLine {
  std::string target;
  std::string destination;
  std::string state;
  std::string title;
  std::string subject;
  std::string error;
};

struct StageLine {
  std::string stage;
  std::vector<std::pair<std::string, std::int64_t>> counts;  // sums over the ticks
};

struct Report {
  Instant from{}, to{};
  bool is_replay = false;  // of stored days on a simulated clock; else what a live desk did
  std::string server;
  std::string docs_dir;  // below the desk where it lies there: the same desk elsewhere gives the same report
  std::int64_t ticks = 0;
  std::vector<StageLine> stages;                                // in the order of the loop
  std::int64_t bars = 0, synthetic_opens = 0, corrections = 0;  // loaded in the interval
  std::int64_t predictions = 0, outcomes = 0, feedback = 0, retrains = 0, blocked = 0;
  std::vector<FindingRow> findings;
  std::vector<ProposalRow> proposals;
  std::vector<ModelReport> models;
  std::vector<PublishedLine> published;  // every part of the outbox that was planned in the interval
};

Scores compute_scores(const ScoredSeries& scored);

// Findings by year and kind, so that an alarm that is always on is seen. Every year of the interval has an entry.
std::map<int, std::map<std::string, std::int64_t>> count_findings_by_year(const Report& report);

// The role whose figures stand for the model: the champion's, of a model without one its shadow's; null when it never spoke.
const RoleReport* find_leading_role(const ModelReport& model);

std::string render_report_text(const Report& report);
Json render_report_json(const Report& report);
std::string render_report_html(const Report& report);

}  // namespace converge::surface
