// surface/report_words.hpp — the sentences and figures that every face of a report shares.
//
// Pure. Text for people: percentages with one decimal, an evidence object as "statistic ks, value 1.135".
#pragma once
#include "contract/rows.hpp"

#include <string>
#include <vector>

namespace converge::surface {

struct BacktestLine {
  std::string measure;  // "total return"
  std::string signal;
  std::string buy_and_hold;
};

// The signal beside buying and holding over the same bars, one line a measure.
std::vector<BacktestLine> compare_backtest(const BacktestRow& backtest);

// Which of the two earned more, said plainly, with the largest fall of each.
std::string render_backtest_verdict(const BacktestRow& backtest);

// What a finding rests on, without the command that prints it.
std::string render_evidence(const FindingRow& finding);

// The command in the evidence of a finding; empty when it names none.
std::string find_evidence_command(const FindingRow& finding);

}  // namespace converge::surface
