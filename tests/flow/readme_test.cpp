// The README's "Your own CSV in five minutes", word for word, on a file it has never seen; and the same desk when the file grows.
#include "fixture/program.hpp"
#include "wire/json.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <cmath>
#include <numbers>
#include <sstream>

namespace converge {
namespace {

namespace fs = std::filesystem;
using fixture::Answer;
using testing::HasSubstr;

// The indented lines below a heading: what the reader is told to type.
std::string find_commands(const std::string& readme, const std::string& heading) {
  const std::size_t begin = readme.find("\n## " + heading + "\n");
  if (begin == std::string::npos) return {};
  const std::size_t end = readme.find("\n## ", begin + 1);
  std::string commands;
  std::istringstream lines(readme.substr(begin, end - begin));
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("    ")) commands += line.substr(4) + "\n";
  return commands;
}

// Weekdays of a made-up market from 2010 on: returns whose volatility comes and goes over 60 days, so that there is something to be
// found in it. The random numbers are a linear congruence (Knuth's MMIX), not the program's.
std::string render_prices(int days) {
  std::uint64_t state = 20240229;
  const auto uniform = [&] {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return (static_cast<double>(state >> 11) + 0.5) / 9007199254740992.0;
  };
  const auto normal = [&] { return std::sqrt(-2 * std::log(uniform())) * std::cos(2 * std::numbers::pi * uniform()); };
  std::string csv = "Date,Open,High,Low,Close,Vol\n";
  std::chrono::sys_days day = std::chrono::year(2010) / 1 / 4;
  double close = 50;
  for (int i = 0; i < days; ++i) {
    while (std::chrono::weekday(day) == std::chrono::Saturday || std::chrono::weekday(day) == std::chrono::Sunday)
      day += std::chrono::days(1);
    const double volatility = 0.012 * std::exp(0.9 * std::sin(2 * std::numbers::pi * i / 60));
    const double open = close * std::exp(0.2 * volatility * normal());
    close = open * std::exp(volatility * normal());
    const double high = std::max(open, close) * std::exp(0.3 * volatility * uniform());
    const double low = std::min(open, close) * std::exp(-0.3 * volatility * uniform());
    const auto volume = static_cast<std::int64_t>(1e6 * std::exp(0.3 * normal()));
    const std::chrono::year_month_day date(day);
    csv += fmt::format("{:02}/{:02}/{},{:.3f},{:.3f},{:.3f},{:.3f},{}\n", static_cast<unsigned>(date.day()),
                       static_cast<unsigned>(date.month()), static_cast<int>(date.year()), open, high + 0.001,
                       low - 0.001, close, volume);
    day += std::chrono::days(1);
  }
  return csv;
}

class Readme : public testing::Test {
 protected:
  // A clone as far as the section needs it: build/release with the program in it.
  void SetUp() override {
    fs::create_directories(folder_.path() / "build/release");
    fs::create_symlink(fixture::make_command({}).front(), folder_.path() / "build/release/converge");
    fixture::write_text(folder_.path() / "prices.csv", render_prices(2'500));
  }
  Answer bash(const std::string& commands) const {
    return fixture::run_program({"/bin/bash", "-euo", "pipefail", "-c", commands},
                                {.folder = folder_.path(), .environment = {}});
  }
  Json converge_json(std::vector<std::string> words) const {
    words.insert(words.begin(), {"--desk", "mydesk", "--json"});
    const Answer answer = fixture::run_converge(words, {.folder = folder_.path(), .environment = {}});
    EXPECT_EQ(answer.status, 0) << answer.err;
    return parse_json(answer.out).value_or(Json(nullptr));
  }
  const fs::path& folder() const { return folder_.path(); }

 private:
  fixture::TestFolder folder_;
};

TEST_F(Readme, TakesAStrangersFileToATrainedGatedModel) {
  const std::string commands =
      find_commands(fixture::read_text(fs::path(CONVERGE_SOURCE_DIR) / "README.md"), "Your own CSV in five minutes");
  for (const char* word : {"converge init ", "ingest infer ", "run --once", "model explain "})
    ASSERT_THAT(commands, HasSubstr(word));
  const Answer answer = bash(commands);
  ASSERT_EQ(answer.status, 0) << commands << answer.err;
  EXPECT_THAT(answer.out, HasSubstr("model: mine\n"));
  EXPECT_THAT(answer.out, HasSubstr("  candidate_log_loss: 0."));

  const std::string source = fixture::read_text(folder() / "mydesk/sources/prices.toml");
  EXPECT_THAT(source, HasSubstr("stamp_format = \"dd/mm/yyyy\""));
  EXPECT_THAT(source, HasSubstr("file = \"data/prices.csv\""));
  const Json explained = converge_json({"model", "explain", "mine"});
  const JsonArray& attempts = explained.as_object().at("attempts").as_array();
  ASSERT_EQ(attempts.size(), 1U);
  EXPECT_EQ(attempts[0].as_object().at("rows").as_int64(), 1'000);
  const Json status = converge_json({"status"});
  EXPECT_EQ(status.as_object().at("counts").as_object().at("bars").as_int64(), 2'500);
  EXPECT_EQ(status.as_object().at("counts").as_object().at("rows_quarantined").as_int64(), 0);

  // Nothing is done twice.
  const Json again = converge_json({"run", "--once"});
  EXPECT_EQ(again.as_object().at("bars").as_int64(), 2'500);
  EXPECT_EQ(converge_json({"model", "explain", "mine"}).as_object().at("attempts").as_array().size(), 1U);

  // The file has grown, by a good row and a bad one.
  const std::string grown = render_prices(2'501) + "31/02/2021,1,1,1,1,1\n";
  fixture::write_text(folder() / "mydesk/data/prices.csv", grown);
  const Json later = converge_json({"run", "--once"});
  EXPECT_EQ(later.as_object().at("bars").as_int64(), 2'501);
  const Json after = converge_json({"status"});
  EXPECT_EQ(after.as_object().at("counts").as_object().at("bars").as_int64(), 2'501);
  EXPECT_EQ(after.as_object().at("counts").as_object().at("rows_quarantined").as_int64(), 1);
  const Json predictions = converge_json({"export", "prediction"});
  EXPECT_EQ(predictions.as_array().size(), 2U);
}

TEST_F(Readme, SaysPlainlyWhatIsStillToBeDecided) {
  const Answer open = bash(
      "PATH=$PWD/build/release:$PATH; converge init mydesk >/dev/null; cp prices.csv mydesk/data/\n"
      "converge ingest infer mydesk/data/prices.csv > mydesk/sources/prices.toml");
  EXPECT_EQ(open.status, 0) << open.err;
  EXPECT_THAT(open.err, HasSubstr("still to be decided, no file can tell: zone, close_at;"));
  const Answer refused = bash("build/release/converge --desk mydesk run --once");
  EXPECT_EQ(refused.status, 64);
  EXPECT_THAT(refused.err, HasSubstr("sources/prices.toml: /zone"));
  const Answer wrong = bash("build/release/converge ingest infer prices.csv --zone Mars/Olympus --close-at 16:00");
  EXPECT_EQ(wrong.status, 64);
  EXPECT_THAT(wrong.err, HasSubstr("/zone"));
}

}  // namespace
}  // namespace converge
