// surface/report_words.hpp — the sentences and figures that every face of a report shares.
//
// Pure. Text for people: percentages with one decimal, an evidence object as "statistic ks, value 1.135", "-" for a figure
// that is not defined.
#pragma once
#include "surface/report.hpp"

#include <string>
#include <vector>

namespace converge::surface {

// The date of an instant, UTC.
std::string render_day(Instant at);
std::string render_figure(double value, int digits = 3);

// "1326 matured predictions as champion"
std::string render_role(const RoleReport& role);

struct BacktestLine {
  std::string measure;  // "total return"
  std::string signal;
  std::string buy_and_hold;
};

// The signal beside buying and holding over the same bars, one line a measure.
std::vector<BacktestLine> compare_backtest(const BacktestRow& backtest);

// Which of the two earned more, said plainly, with the interval and the largest fall of each.
std::string render_backtest_verdict(const BacktestRow& backtest);

// Why a model has no champion, from its attempts in the interval.
std::string render_why_no_champion(const ModelReport& model);

// What a reader wants to know first, a sentence or two each, the good news and the bad: drift, champions, earnings, what could
// not be published.
struct Headline {
  std::string text;
  bool is_bad = false;
  std::vector<std::string> items;  // what the text announces, a line each
};

// When drift was noticed and by what: date, statistic, value and threshold of each finding, the first ones of many.
Headline compose_drift_headline(const Report& report);

std::vector<Headline> compose_headlines(const Report& report);

// What a finding rests on, without ids and without the command that prints it.
std::string render_evidence(const FindingRow& finding);

// The command in the evidence of a finding; empty when it names none.
std::string find_evidence_command(const FindingRow& finding);

// Commands that print a figure of the report again.
std::string render_report_command(const Report& report);
std::string render_explain_command(const Report& report, const ModelReport& model);
std::string render_backtest_command(const Report& report, const ModelReport& model);

bool is_sent(const PublishedLine& line);

}  // namespace converge::surface
