// The promise of `converge run` in small: a promoted model, published notes, nothing done twice, the same bytes again, also
// after kill -9 of the program and of its server, and whatever comes after a day in the file. The full size of it is
// replay_proof in `make prove`.
#include "flow/replay_proof.hpp"

#include "store/server_binary.hpp"
#include "wire/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdlib>

namespace converge::flow {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::uint64_t seed = 20150102;

class ReplayTest : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    setenv("CONVERGE_SERVER", GetParam(), 1);
    const auto search = store::load_server_search();
    ASSERT_TRUE(search.has_value()) << render_error(search.error());
    const auto binary = store::find_server_binary(*search);
    if (!binary && binary.error().code == Errc::not_found) GTEST_SKIP() << render_error(binary.error());
    folder_ = fs::temp_directory_path() / ("converge_flow_" + std::to_string(getpid()) + "_" + GetParam());
  }
  void TearDown() override { fs::remove_all(folder_); }

  // Small for the sanitizers: six years of prices, half the rows behind each verdict, and three features of the model whose
  // drift is watched (calibrating its thresholds is the longest work of a replay's start). One model is promoted all the same.
  ProofPlan make_plan() const {
    const std::vector<std::pair<std::string, std::string>> fewer_rows{{"test_rows = 200", "test_rows = 100"},
                                                                      {"train_rows_min = 1000", "train_rows_min = 500"},
                                                                      {"cv_folds = 4", "cv_folds = 2"}};
    const std::vector<std::string> left_out{"close_sma20", "close_ema20", "macd_close", "bb_position", "adx14",
                                            "stoch_k",     "roc10",       "obv_z20",    "volume_z20"};
    return {.folder = folder_,
            .seed = seed,
            .from = "2015-01-02",
            .to = "2015-01-14",
            .change = {.without_models = {},
                       .models = {{"sp500_vol5", left_out, fewer_rows}, {"sp500_up5", {}, fewer_rows}},
                       .prices = cut_prices(load_sample_prices(), "2009-01-01", "")}};
  }

  fs::path folder_;
};

TEST_P(ReplayTest, PromotesOneModelAndRefusesTheOther) {
  const ReplayDesk desk(folder_ / "desk", {});
  const auto report = parse_json(desk.run_well({"run", "--from", "2015-01-02", "--to", "2015-01-02", "--json"}));
  ASSERT_TRUE(report.has_value());
  const JsonObject& document = report->as_object();
  EXPECT_EQ(document.at("ticks").as_int64(), 1);
  ASSERT_EQ(document.at("promotions").as_array().size(), 1U);
  EXPECT_EQ(document.at("promotions").as_array()[0].as_object().at("model").as_string(), "sp500_vol5");
  ASSERT_EQ(document.at("refusals").as_array().size(), 1U);
  EXPECT_EQ(document.at("refusals").as_array()[0].as_object().at("model").as_string(), "sp500_up5");
  EXPECT_EQ(document.at("published").as_array().size(), 2U);
  EXPECT_THAT(fixture::read_text(desk.docs_dir() / "report.html"), HasSubstr("sp500_vol5"));
}

TEST_P(ReplayTest, GivesTheSameBytesAgainAlsoAfterKills) {
  ReplayProof proof(make_plan());
  EXPECT_THAT(proof.same_bytes(false), IsEmpty());
  EXPECT_THAT(proof.killed_program(2), IsEmpty());
  EXPECT_THAT(proof.killed_server(2), IsEmpty());
}

TEST_P(ReplayTest, KnowsNothingOfWhatComesAfterACut) {
  ReplayProof proof(make_plan());
  EXPECT_THAT(proof.cut_file(2, 1), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Servers, ReplayTest, ::testing::Values("mysql", "mariadb"),
                         [](const auto& lane) { return std::string(lane.param); });

}  // namespace
}  // namespace converge::flow
