// surface/report.hpp — what a run did and what it was worth. Pure; surface/run_report.hpp reads it from the tables.
//
// One struct, three faces: text for a terminal, one JSON document, one self-contained page. Every figure carries the
// command that prints it.
#pragma once
#include "contract/rows.hpp"
#include "wire/json.hpp"

#include <map>
#include <optional>
#include <string>
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

struct DriftSeries {
  std::string statistic;
  std::int64_t window_sessions = 0;
  std::vector<Instant> known_at;
  std::vector<double> ratio;  // value / threshold; 1 and more is drift, NaN where the evidence did not suffice
};

struct DecisionLine {
  GateDecisionRow decision;
  ModelVersionRow version;
};

struct ModelReport {
  std::string model;
  bool has_champion = false;
  std::int64_t predictions = 0;
  ScoredSeries scored;  // by the champion of the day; of a model without one, by its shadow
  bool shadow = false;
  double auc = 0, log_loss = 0, base_log_loss = 0, hit_rate = 0, ic = 0;  // NaN without matured predictions
  std::map<std::string, std::int64_t> trials;                             // by kind
  std::vector<DecisionLine> decisions;
  std::vector<DriftSeries> drift;
  std::optional<BacktestRow> backtest;
  std::vector<Instant> equity_at;
  std::vector<double> equity, buy_and_hold;  // of the signal and of holding, both from 1
};

struct PublishedLine {
  std::string target;
  std::string destination;
  std::string state;
  std::string title;
  std::string subject;
};

struct Report {
  Instant from{}, to{};
  std::string server;
  std::int64_t ticks = 0;
  std::map<std::string, std::map<std::string, std::int64_t>> stages;  // stage -> count -> sum
  std::int64_t bars = 0, synthetic_opens = 0, corrections = 0;
  std::int64_t predictions = 0, outcomes = 0, feedback = 0, retrains = 0, blocked = 0;
  std::vector<FindingRow> findings;
  std::vector<ProposalRow> proposals;
  std::vector<ModelReport> models;
  std::vector<PublishedLine> published;
};

// AUC, losses, hit rate and IC of the model's scored series; NaN where they are not defined.
void add_scores(ModelReport& model);

// Findings by year and kind, so that an alarm that is always on is seen.
std::map<int, std::map<std::string, std::int64_t>> count_findings_by_year(const Report& report);

std::string render_report_text(const Report& report);
Json render_report_json(const Report& report);
std::string render_report_html(const Report& report);

}  // namespace converge::surface
