// The promise of `converge run`: a promoted model and a refused one, published notes, nothing done twice, the same bytes
// again, and again after kill -9. Drives the program itself on copies of the sample desk, on each server in turn.
#include "contract/contract.hpp"
#include "wire/json.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace converge {
namespace {

namespace fs = std::filesystem;

struct Answer {
  int status = -1;
  std::string text;
};

class ReplayTest : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("converge_flow_" + std::to_string(getpid()) + "_" + GetParam());
    fs::remove_all(folder_);
    setenv("CONVERGE_SERVER", GetParam(), 1);
    const Answer probe = run(make_desk("probe"), "doctor");
    if (probe.text.find("error[not_found]") != std::string::npos)
      GTEST_SKIP() << GetParam() << " cannot be had here:\n" << probe.text;
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path make_desk(const std::string& name) const {
    const fs::path desk = folder_ / name;
    fs::create_directories(desk);
    for (const char* part :
         {"converge.toml", "policy.toml", "data", "models", "queries", "sources", "style", "templates"})
      fs::copy(fs::path(CONVERGE_SOURCE_DIR) / "desk" / part, desk / part, fs::copy_options::recursive);
    return desk;
  }

  static std::string command_line(const fs::path& desk, const std::string& words) {
    return std::string(CONVERGE_PROGRAM) + " --desk " + desk.string() + " " + words;
  }

  static Answer run(const fs::path& desk, const std::string& words) {
    Answer answer;
    FILE* pipe = popen(("{ " + command_line(desk, words) + "; } 2>&1").c_str(), "r");
    std::array<char, 4096> buffer{};
    for (std::size_t n = 0; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
      answer.text.append(buffer.data(), n);
    answer.status = WEXITSTATUS(pclose(pipe));
    return answer;
  }

  static Json run_json(const fs::path& desk, const std::string& words) {
    const Answer answer = run(desk, words + " --json 2>/dev/null");
    EXPECT_EQ(answer.status, 0) << answer.text;
    auto parsed = parse_json(answer.text);
    EXPECT_TRUE(parsed.has_value()) << answer.text.substr(0, 2000);
    return parsed.value_or(Json(nullptr));
  }

  // Every domain table, without the columns that its contract calls volatile. Jobs, leases and the journal are not domain.
  static std::string export_domain(const fs::path& desk) {
    std::string all;
    for (const contract::Contract& contract : contract::system_contracts()) {
      if (contract.table == "job" || contract.table == "lease" || contract.table == "schema_step") continue;
      Json rows = run_json(desk, "export " + contract.table);
      for (Json& row : rows.as_array())
        for (const contract::Column& column : contract.columns)
          if (column.is_volatile) row.as_object().erase(column.name);
      all += contract.table + "\n" + render_json_pretty(rows);
    }
    return all;
  }

  fs::path folder_;
};

constexpr const char* week = "run --from 2015-01-02 --to 2015-01-09";

TEST_P(ReplayTest, PromotesOneModelRefusesTheOtherAndDoesNoWorkTwice) {
  const fs::path desk = make_desk("desk");
  const Json report = run_json(desk, week);
  const JsonObject& document = report.as_object();
  EXPECT_EQ(document.at("ticks").as_int64(), 6);  // 2, 5, 6, 7, 8 and 9 January
  ASSERT_EQ(document.at("promotions").as_array().size(), 1U);
  EXPECT_EQ(document.at("promotions").as_array()[0].as_object().at("model").as_string(), "sp500_vol5");
  ASSERT_EQ(document.at("refusals").as_array().size(), 1U);
  EXPECT_EQ(document.at("refusals").as_array()[0].as_object().at("model").as_string(), "sp500_up5");
  EXPECT_EQ(document.at("published").as_array().size(), 2U);
  EXPECT_TRUE(fs::exists(desk / "out" / "report.html"));

  const std::string before = export_domain(desk);
  const Json again = run_json(desk, week);
  EXPECT_EQ(again.as_object().at("run").as_object().at("ticks_run").as_int64(), 0);
  EXPECT_EQ(export_domain(desk), before);
}

TEST_P(ReplayTest, GivesTheSameBytesAgainAlsoAfterBeingKilled) {
  const fs::path calm = make_desk("calm");
  ASSERT_EQ(run(calm, week).status, 0);

  const fs::path killed = make_desk("killed");
  for (const int delay_ms : {2500, 6000}) {
    const pid_t child = fork();
    if (child == 0) {
      if (freopen("/dev/null", "w", stdout) == nullptr || freopen("/dev/null", "w", stderr) == nullptr) _exit(1);
      execl(CONVERGE_PROGRAM, CONVERGE_PROGRAM, "--desk", killed.c_str(), "run", "--from", "2015-01-02", "--to",
            "2015-01-09", nullptr);
      _exit(127);
    }
    usleep(static_cast<useconds_t>(delay_ms) * 1000);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
  }
  const Answer resumed = run(killed, week);
  ASSERT_EQ(resumed.status, 0) << resumed.text;

  EXPECT_EQ(export_domain(killed), export_domain(calm));
  EXPECT_EQ(run(killed, "model explain sp500_vol5 --json").text, run(calm, "model explain sp500_vol5 --json").text);
}

INSTANTIATE_TEST_SUITE_P(Servers, ReplayTest, ::testing::Values("mysql", "mariadb"),
                         [](const auto& lane) { return std::string(lane.param); });

}  // namespace
}  // namespace converge
