#include "tidy/tidy.hpp"

#include "wire/json.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace converge::tidy {
namespace {

namespace fs = std::filesystem;

std::string read_text(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

bool is_read(const std::string& path) {
  return path.ends_with(".cpp") || path.ends_with(".hpp") || path.ends_with(".sql") || path.ends_with(".in") ||
         path == "src/LAYERS";
}

Tree load_project() {
  const fs::path root = CONVERGE_SOURCE_DIR;
  Tree tree;
  for (const char* folder : {"src", "tests", "bench"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const std::string path = fs::relative(entry.path(), root).string();
      if (entry.is_regular_file() && is_read(path) && !path.starts_with("tests/golden/"))
        tree[path] = read_text(entry.path());
    }
  }
  // The rows that the build makes of the contracts: their names are taken.
  tree["src/contract/rows.hpp"] = read_text(root / "tests/golden/rows.hpp");
  return tree;
}

std::string join(const Complaints& complaints) {
  std::string text;
  for (const std::string& complaint : complaints) text += complaint + "\n";
  return text;
}

TEST(Tidy, TheProjectKeepsItsOwnRules) {
  const Tree tree = load_project();
  ASSERT_GT(tree.size(), 50U);
  for (const TidyRule& rule : tidy_rules()) {
    SCOPED_TRACE(rule.name);
    EXPECT_EQ(join(rule.check(tree)), "") << rule.says;
  }
}

TEST(Tidy, EverySourceIsCompiledBySomeTarget) {
  const Json commands = parse_json(read_text(fs::path(CONVERGE_BINARY_DIR) / "compile_commands.json")).value();
  std::vector<std::string> compiled;
  for (const Json& entry : commands.as_array()) {
    const std::string file(entry.as_object().at("file").as_string());
    compiled.push_back(fs::relative(file, CONVERGE_SOURCE_DIR).string());
  }
  EXPECT_EQ(join(find_orphan_sources(load_project(), compiled)), "");
}

TEST(Tidy, SeesASourceThatNobodyCompiles) {
  const Complaints complaints = find_orphan_sources(
      {{"src/base/lost.cpp", ""}, {"src/base/kept.cpp", ""}, {"tests/fuzz/lost_fuzz.cpp", ""}, {"src/base/a.hpp", ""}},
      {"src/base/kept.cpp"});
  ASSERT_EQ(complaints.size(), 2U) << join(complaints);
  EXPECT_TRUE(complaints[0].starts_with("src/base/lost.cpp")) << complaints[0];
  EXPECT_TRUE(complaints[1].starts_with("tests/fuzz/lost_fuzz.cpp")) << complaints[1];
}

// A violation of each rule, and its nearest innocent neighbour.
TEST(Tidy, EachRuleSeesItsViolationAndNothingElse) {
  struct Case {
    const char* rule;
    Tree tree;
    const char* place;  // empty: no complaint
  };
  const std::string layers = "base\nstore\ndrift\nsupervise\n";
  const Case cases[] = {
      {"layer_order",
       {{"src/LAYERS", layers}, {"src/store/a.cpp", "#include \"drift/psi.hpp\"\n"}},
       "src/store/a.cpp:1"},
      {"layer_order", {{"src/LAYERS", layers}, {"src/drift/a.cpp", "#include \"store/db.hpp\"\n"}}, ""},
      {"layer_order", {{"src/LAYERS", layers}, {"src/extra/a.cpp", ""}}, "src/extra/a.cpp"},
      {"layer_order", {{"src/LAYERS", layers}, {"src/store/a.cpp", "#include <drift/psi.hpp>\n"}}, "src/store/a.cpp:1"},
      {"layer_order",
       {{"src/LAYERS", layers}, {"src/store/a.cpp", "#include \"fixture/bars.hpp\"\n"}},
       "src/store/a.cpp:1"},
      {"layer_order", {{"src/LAYERS", layers}, {"src/store/a_test.cpp", "#include \"fixture/bars.hpp\"\n"}}, ""},
      {"sql_literals", {{"src/drift/a.cpp", "f(\"SELECT a FROM b\");"}}, "src/drift/a.cpp:1"},
      {"sql_literals", {{"src/drift/a.cpp", "int a;\nf(R\"(\n  SELECT a\n  FROM b)\");"}}, "src/drift/a.cpp:2"},
      {"sql_literals", {{"src/drift/a.cpp", "f(R\"sql(x \" )\" y)sql\"); g(\"DELETE FROM b\");"}}, "src/drift/a.cpp:1"},
      {"sql_literals", {{"src/drift/a.cpp", "f(\"SELECT a \"\n  \"FROM b\");"}}, "src/drift/a.cpp:1"},
      {"sql_literals", {{"src/drift/a.cpp", "f(\"select a from b\");"}}, "src/drift/a.cpp:1"},
      {"sql_literals", {{"src/drift/a.cpp", "f(with + \" x; DROP TABLE y\");"}}, "src/drift/a.cpp:1"},
      {"sql_literals",
       {{"src/drift/a.cpp", "f('\"', 1'000, \"a\"); // \"SELECT a FROM b\"\n/* \"SELECT a FROM b\" */"}},
       ""},
      {"sql_literals", {{"src/drift/a.cpp", "f(\"Show what was selected from the desk; update it\");"}}, ""},
      {"sql_literals",
       {{"src/drift/a.cpp", "f(\"  insert\"); g(R\"(UPDATE job SET state = 1)\");"}},
       "src/drift/a.cpp:1"},
      {"sql_literals", {{"src/drift/a.cpp", "f(\"selected rows\"); // SELECT in words"}}, ""},
      {"sql_literals", {{"src/contract/ddl.cpp", "f(\"CREATE TABLE \");"}}, ""},
      {"unique_types", {{"src/a/a.hpp", "struct Task {\n"}, {"src/b/b.hpp", "class Task {\n"}}, "src/b/b.hpp:1"},
      {"unique_types", {{"src/a/a.hpp", "struct Task;\nstruct TaskRow {\n"}, {"src/b/b.hpp", "struct Task {\n"}}, ""},
      {"unique_types", {{"src/a/a.cpp", "enum class Fault {\n"}, {"src/b/b.cpp", "struct Fault {\n"}}, "src/b/b.cpp:1"},
      {"unique_types",
       {{"src/a/a.hpp", "template <class T> class Grid final : public Base<T> {\n"},
        {"src/b/b.hpp", "struct Grid {\n"}},
       "src/b/b.hpp:1"},
      {"unique_types", {{"src/a/a.hpp", "struct Task {\n"}, {"src/b/b_test.cpp", "struct Task {\n"}}, ""},
      {"names", {{"src/store/sql/job_info.sql", ""}}, "src/store/sql/job_info.sql"},
      {"names", {{"src/drift/a.hpp", "template <class T> struct DriftData {\n"}}, "src/drift/a.hpp:1"},
      {"names", {{"src/drift/a.hpp", "struct Metadata {\nint data;\n"}}, ""},
      {"names", {{"src/drift/psi_utils.cpp", ""}}, "src/drift/psi_utils.cpp"},
      {"names", {{"src/drift/a.hpp", "class DriftManager {\n"}}, "src/drift/a.hpp:1"},
      {"names", {{"src/drift/update.hpp", "struct Newest {\n"}}, ""},
      {"names", {{"src/base/time.hpp", ""}}, ""},
      {"headers_used", {{"src/drift/psi.hpp", ""}}, "src/drift/psi.hpp"},
      {"headers_used", {{"src/drift/psi.hpp", ""}, {"src/drift/a.cpp", "#include \"drift/psi.hpp\"\n"}}, ""},
      {"headers_used",
       {{"src/drift/psi.hpp", ""},
        {"src/drift/psi.cpp", "#include \"drift/psi.hpp\"\n"},
        {"src/drift/psi_test.cpp", "#include \"drift/psi.hpp\"\n"}},
       "src/drift/psi.hpp"},
      {"tests_expect", {{"src/a/a_test.cpp", "TEST(A, Runs) { run(); }"}}, "src/a/a_test.cpp"},
      {"tests_expect", {{"src/a/a_test.cpp", "TEST(A, Runs) { run(); }  // EXPECT_EQ(1, 1)"}}, "src/a/a_test.cpp"},
      {"tests_expect", {{"src/a/a_test.cpp", "TEST(A, Runs) { EXPECT_EQ(run(), 1); }"}}, ""},
      {"left_behind",
       {{"src/a/a.cpp",
         "int a;  // FIX"
         "ME later\n"}},
       "src/a/a.cpp:1"},
      {"left_behind", {{"src/a/a.cpp", "int fixes;\n"}}, ""},
      {"clock", {{"src/a/a.cpp", "auto t = std::chrono::system_clock::now();"}}, "src/a/a.cpp:1"},
      {"clock", {{"src/base/clock.cpp", "auto t = std::chrono::system_clock::now();"}}, ""},
      {"pure_files", {{"src/drift/psi.cpp", "#include \"store/db.hpp\"\n"}}, "src/drift/psi.cpp:1"},
      {"pure_files", {{"src/drift/run_drift.cpp", "#include \"store/db.hpp\"\n"}}, ""},
      {"statements_called",
       {{"src/store/sql/bar.sql", "-- name: bar_all\nSELECT 1\n-- name: bar_at\nSELECT 2\n"},
        {"src/a/a.cpp", "tx.select(sql::bar_at); tx.select(sql::bar_all_of);"}},
       "src/store/sql/bar.sql:1"},
      {"statements_called",
       {{"src/store/sql/bar.sql", "-- name: bar_all\nSELECT 1\n"}, {"src/a/a.cpp", "tx.select(sql::bar_all);"}},
       ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.rule) + " " + c.tree.rbegin()->second);
    const auto rule = std::ranges::find(tidy_rules(), c.rule, &TidyRule::name);
    ASSERT_NE(rule, tidy_rules().end());
    const Complaints complaints = rule->check(c.tree);
    if (*c.place == '\0') {
      EXPECT_EQ(join(complaints), "");
    } else {
      ASSERT_EQ(complaints.size(), 1U) << join(complaints);
      EXPECT_TRUE(complaints[0].starts_with(c.place)) << complaints[0];
    }
  }
}

}  // namespace
}  // namespace converge::tidy
