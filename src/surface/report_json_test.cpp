#include "fixture/sample_report.hpp"

#include <gtest/gtest.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace converge::surface {
namespace {

TEST(ReportJson, GivesWhatOthersRelyOn) {
  const Json document = render_report_json(fixture::make_sample_report());
  const JsonObject& report = document.as_object();
  struct Case {
    const char* key;
    std::int64_t value;
  };
  for (const Case& c : {Case{"ticks", 5}, Case{"bars", 5105}, Case{"synthetic_opens", 1857}, Case{"corrections", 1},
                        Case{"predictions", 9}, Case{"outcomes", 6}, Case{"feedback", 4}, Case{"retrains", 3},
                        Case{"blocked", 1}}) {
    SCOPED_TRACE(c.key);
    EXPECT_EQ(report.at(c.key).as_int64(), c.value);
  }
  const JsonObject& finding = report.at("findings").as_array().at(0).as_object();
  EXPECT_EQ(finding.at("kind").as_string(), "feature_drift");
  EXPECT_EQ(finding.at("at").as_string(), "2020-03-03T21:00:00Z");
  EXPECT_EQ(finding.at("evidence").as_object().at("value").as_double(), 1.195);
  EXPECT_EQ(boost::json::serialize(report.at("findings_by_year")), R"({"2020":{"feature_drift":1,"schedule_due":1}})");
}

TEST(ReportJson, KeepsVerdictsApart) {
  const Json document = render_report_json(fixture::make_sample_report());
  const JsonObject& report = document.as_object();
  ASSERT_EQ(report.at("promotions").as_array().size(), 1U);
  EXPECT_EQ(boost::json::serialize(report.at("promotions").as_array()[0]),
            R"({"model":"vol5","version":8,"algorithm":"logistic","verdict":"promoted","at":"2020-03-03T21:00:00Z",)"
            R"("reason":"log loss 0.5184 against 0.5297 for version 1","score":1.13E-2,"interval":[3.9E-3,1.97E-2],)"
            R"("rows":252,"attempts":2})");
  EXPECT_EQ(report.at("refusals").as_array().size(), 2U);
  EXPECT_EQ(report.at("insufficient_evidence").as_array().size(), 0U);
}

TEST(ReportJson, KeepsRolesApartAndPutsTheChampionFirst) {
  const Json document = render_report_json(fixture::make_sample_report());
  const JsonObject& vol = document.as_object().at("metrics").as_object().at("vol5").as_object();
  EXPECT_EQ(vol.at("role").as_string(), "champion");
  EXPECT_EQ(vol.at("rows").as_int64(), 3);
  EXPECT_EQ(vol.at("auc").as_double(), 1.0);
  EXPECT_EQ(vol.at("log_loss").as_double(), 0.5);
  const JsonObject& shadow = vol.at("roles").as_object().at("shadow").as_object();
  EXPECT_EQ(shadow.at("predictions").as_int64(), 1);
  EXPECT_EQ(shadow.at("rows").as_int64(), 0);
  EXPECT_TRUE(shadow.at("auc").is_null()) << "nothing has matured";
  EXPECT_TRUE(vol.at("champion").as_bool());
  EXPECT_EQ(vol.at("champions").as_array().size(), 2U);

  const JsonObject& up = document.as_object().at("metrics").as_object().at("up5").as_object();
  EXPECT_EQ(up.at("role").as_string(), "shadow");
  EXPECT_EQ(up.at("auc").as_double(), 0.0);
  EXPECT_FALSE(up.at("champion").as_bool());
  EXPECT_TRUE(up.at("backtest").is_null());
}

TEST(ReportJson, CountsAsPublishedOnlyWhatWasSent) {
  const Json document = render_report_json(fixture::make_sample_report());
  const JsonObject& report = document.as_object();
  ASSERT_EQ(report.at("published").as_array().size(), 1U);
  ASSERT_EQ(report.at("unsent").as_array().size(), 1U);
  EXPECT_EQ(report.at("unsent").as_array()[0].as_object().at("error").as_string(), "no <space> left");
  EXPECT_EQ(report.at("docs_dir").as_string(), "/desk/out");
}

TEST(ReportJson, HasNullsForAModelThatNeverSpoke) {
  Report report;
  report.models.resize(1);
  report.models[0].model = "vol5";
  const Json document = render_report_json(report);
  const JsonObject& vol = document.as_object().at("metrics").as_object().at("vol5").as_object();
  EXPECT_TRUE(vol.at("role").is_null());
  EXPECT_TRUE(vol.at("auc").is_null());
  EXPECT_TRUE(vol.at("log_loss").is_null());
}

}  // namespace
}  // namespace converge::surface
