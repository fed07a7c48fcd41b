#include "fixture/sample_report.hpp"

#include <gtest/gtest.h>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace converge::surface {
namespace {

std::set<std::string> collect(const std::string& text, const std::regex& pattern) {
  std::set<std::string> found;
  for (auto it = std::sregex_iterator(text.begin(), text.end(), pattern); it != std::sregex_iterator(); ++it)
    found.insert((*it)[1]);
  return found;
}

TEST(ReportHtml, StandsAlone) {
  const std::string page = render_report_html(fixture::make_sample_report());
  for (const char* word : {"<script", "<link", "src=", "href=", "@import", "url(", "http://", "https://"})
    EXPECT_EQ(page.find(word), std::string::npos) << word;
}

TEST(ReportHtml, EscapesWhatPeopleWrote) {
  const std::string page = render_report_html(fixture::make_sample_report());
  EXPECT_NE(page.find("I trust &lt;this&gt; one &amp; no other"), std::string::npos);
  EXPECT_NE(page.find("up5 &lt;b&gt;refused&lt;/b&gt;"), std::string::npos);
  EXPECT_NE(page.find("no &lt;space&gt; left"), std::string::npos);
  EXPECT_EQ(page.find("<this>"), std::string::npos);
}

TEST(ReportHtml, HasAColourForEverySeries) {
  const std::string page = render_report_html(fixture::make_sample_report());
  const std::size_t style_end = page.find("</style>");
  const std::string style = page.substr(0, style_end);
  const std::string body = page.substr(style_end);
  for (const std::string& number : collect(body, std::regex("class=\"(?:line|rug|key|last|dot) s([0-9]+)\""))) {
    SCOPED_TRACE(number);
    EXPECT_NE(style.find("--s" + number + ":"), std::string::npos);
    EXPECT_NE(style.find(".line.s" + number), std::string::npos);
    EXPECT_NE(style.find(".key.s" + number), std::string::npos);
  }
  EXPECT_EQ(collect(style, std::regex("var\\(--(\\w+)\\)")).size(),
            collect(style, std::regex("[{;]--(\\w+):")).size()) << "a colour that is used or defined, and not the other";
}

TEST(ReportHtml, ShowsEveryDriftSeries) {
  const std::string page = render_report_html(fixture::make_sample_report());
  for (const char* statistic : {"ks", "log_loss", "psi"})
    EXPECT_NE(page.find("<figcaption>" + std::string(statistic) + " over its threshold <span class=\"key s0\">21 sessions</span> "
                        "<span class=\"key s1\">63 sessions</span>"),
              std::string::npos) << statistic;
}

TEST(ReportHtml, PutsACommandBelowEveryFigure) {
  const std::string page = render_report_html(fixture::make_sample_report());
  // Between the head of a block and its command there are figures; outside of blocks there are none.
  std::string outside;
  std::size_t at = page.find("<main>");
  for (std::size_t begin = page.find("<div class=\"block\">"); begin != std::string::npos;
       begin = page.find("<div class=\"block\">", at)) {
    outside += page.substr(at, begin - at);
    const std::size_t command = page.find("<p class=\"cmd\"><code>converge ", begin);
    ASSERT_NE(command, std::string::npos);
    const std::size_t next = page.find("<div class=\"block\">", begin + 1);
    EXPECT_LT(command, next) << page.substr(begin, 200);
    at = command;
  }
  for (const char* figure : {"<svg", "class=\"n\"", "class=\"tile\""})
    EXPECT_EQ(outside.find(figure), std::string::npos) << figure << " stands outside of a block";
}

TEST(ReportHtml, ClosesEveryElementThatItOpens) {
  const std::string page = render_report_html(fixture::make_sample_report());
  const std::set<std::string> never_closed = {"meta", "br"};
  std::vector<std::string> open;
  const std::regex tag("<(/?)([a-z0-9]+)[^>]*?(/?)>");
  for (auto it = std::sregex_iterator(page.begin(), page.end(), tag); it != std::sregex_iterator(); ++it) {
    const std::string name = (*it)[2];
    if ((*it)[1] == "/") {
      ASSERT_FALSE(open.empty()) << "</" << name << ">";
      EXPECT_EQ(open.back(), name);
      open.pop_back();
    } else if ((*it)[3] != "/" && !never_closed.contains(name)) {
      open.push_back(name);
    }
  }
  EXPECT_TRUE(open.empty()) << open.back();
}

}  // namespace
}  // namespace converge::surface
