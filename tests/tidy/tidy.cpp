#include "tidy/tidy.hpp"

#include <re2/re2.h>
#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <sstream>

namespace converge::tidy {
namespace {

bool is_source(const std::string& path) {
  return path.ends_with(".cpp") || path.ends_with(".hpp");
}

bool is_test(const std::string& path) {
  return path.ends_with("_test.cpp") || path.starts_with("tests/") || path.starts_with("bench/");
}

// Calls `use(line number, line)` for each line.
template <class Use>
void for_each_line(const std::string& text, Use use) {
  std::istringstream in(text);
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) use(number, line);
}

std::string place(const std::string& path, int line) {
  return path + ":" + std::to_string(line) + ": ";
}

std::vector<std::string> layers_of(const Tree& tree) {
  std::vector<std::string> layers;
  const auto found = tree.find("src/LAYERS");
  if (found != tree.end()) for_each_line(found->second, [&](int, const std::string& line) { layers.push_back(line); });
  return layers;
}

// "src/drift/psi.cpp" -> "drift"; empty outside of a layer.
std::string layer_of(const std::string& path) {
  std::string layer;
  static const RE2 folder(R"(^src/([a-z_]+)/)");
  RE2::PartialMatch(path, folder, &layer);
  return layer;
}

Complaints check_layer_order(const Tree& tree) {
  static const RE2 include(R"(^\s*#\s*include [<"]([a-z_]+)/)");
  const auto layers = layers_of(tree);
  const auto rank = [&](const std::string& layer) { return std::ranges::find(layers, layer) - layers.begin(); };
  Complaints complaints;
  for (const auto& [path, text] : tree) {
    const std::string own = layer_of(path);
    if (!is_source(path) || own.empty()) continue;
    if (rank(own) == std::ssize(layers)) complaints.push_back(path + ": folder " + own + " is not in src/LAYERS");
    for_each_line(text, [&](int number, const std::string& line) {
      std::string other;
      if (!RE2::PartialMatch(line, include, &other)) return;
      if (rank(other) < std::ssize(layers) && rank(other) > rank(own))
        complaints.push_back(place(path, number) + own + " includes " + other +
                             ", which stands to its right; exchange rows or jobs instead");
      if (!is_test(path) && (other == "fixture" || other == "gtest" || other == "gmock"))
        complaints.push_back(place(path, number) + "the program includes what is for tests; move it into the test");
    });
  }
  return complaints;
}

// One string literal of C++: where it begins and what stands between its quotes. Texts that only white space parts are one.
struct Literal {
  int line = 0;
  std::string text;
};

// Reads over comments, characters, digit separators, escapes and raw strings.
std::vector<Literal> literals_of(const std::string& text) {
  static const RE2 token(
      R"re((?s)(//[^\n]*|/\*.*?\*/|[0-9a-fA-F]'[0-9a-fA-F]|'(?:\\.|[^'\\\n])+')|R"([^()\s]{0,16})\(|"((?:\\.|[^"\\\n])*)"|(\n)|([^\s"'/0-9a-fA-FR]+|\S))re");
  std::vector<Literal> literals;
  re2::StringPiece rest(text);
  int line = 1;
  bool joins = false;  // nothing but white space since the last literal
  const auto add = [&](std::string_view content) {
    if (joins) {
      literals.back().text += content;
    } else {
      literals.push_back({line, std::string(content)});
    }
    joins = true;
  };
  std::string skipped, mark, plain, end_of_line, other;
  while (RE2::FindAndConsume(&rest, token, &skipped, &mark, &plain, &end_of_line, &other)) {
    const std::string_view matched(rest.data() - 1, 1);
    if (!end_of_line.empty()) {
      ++line;
    } else if (!skipped.empty()) {
      line += static_cast<int>(std::ranges::count(skipped, '\n'));
    } else if (!other.empty()) {
      joins = false;
    } else if (matched == "(") {
      const re2::StringPiece content = rest.substr(0, rest.find(")" + mark + "\""));
      add({content.data(), content.size()});
      line += static_cast<int>(std::ranges::count(content, '\n'));
      rest.remove_prefix(std::min(content.size() + mark.size() + 2, rest.size()));
    } else {
      add(plain);
    }
  }
  return literals;
}

// The files that derive statements from a contract.
constexpr std::array<std::string_view, 3> sql_writers = {"src/contract/ddl.cpp", "src/contract/diff.cpp",
                                                         "src/contract/dml.cpp"};

// A statement, or the beginning of one. In capitals anywhere in the literal, else at its begin.
bool is_sql(const std::string& literal) {
  static const RE2 capitals(
      R"(\b(?:SELECT\s+[^.]*\bFROM\s|INSERT\s+(?:IGNORE\s+)?INTO\s|UPDATE\s+\S+\s+SET\s|DELETE\s+FROM\s|REPLACE\s+INTO\s|(?:CREATE|ALTER|DROP)\s+(?:TABLE|VIEW|INDEX|DATABASE|USER)\s|TRUNCATE\s+TABLE\s|LOAD\s+DATA\s|LOCK\s+TABLES\s|START\s+TRANSACTION\b|GET_LOCK\s*\()|^\s*SELECT\s)");
  static const RE2 any_case(
      R"((?i)^\s*(?:select\s+.*\sfrom\s+\w|insert\s+into\s+\w|update\s+\w+\s+set\s+\w+\s*=|delete\s+from\s+\w|set\s+(?:session|global|names)\s|(?:create|alter|drop)\s+(?:table|view|index|database)\s+\S))");
  return RE2::PartialMatch(literal, capitals) || RE2::PartialMatch(literal, any_case);
}

Complaints check_sql_literals(const Tree& tree) {
  Complaints complaints;
  for (const auto& [path, text] : tree) {
    if (!is_source(path) || is_test(path) || std::ranges::find(sql_writers, path) != sql_writers.end()) continue;
    for (const Literal& literal : literals_of(text))
      if (is_sql(literal.text))
        complaints.push_back(place(path, literal.line) + "SQL in a literal; give it a name in src/store/sql/");
  }
  return complaints;
}

// Also in anonymous namespaces: grep for a name and see one thing.
Complaints check_unique_types(const Tree& tree) {
  static const RE2 type(
      R"(^(?:template <.*> )?(?:struct|class|enum|enum class) (?:\[\[nodiscard\]\] )?([A-Za-z0-9]+)(?: final)?(?: :[^:].*)? \{)");
  std::map<std::string, std::string> first;
  Complaints complaints;
  for (const auto& [path, text] : tree) {
    if (!path.starts_with("src/") || !is_source(path) || is_test(path)) continue;
    for_each_line(text, [&](int number, const std::string& line) {
      std::string name;
      if (!RE2::PartialMatch(line, type, &name)) return;
      const auto [known, is_first] = first.emplace(name, path);
      if (!is_first && known->second != path)
        complaints.push_back(place(path, number) + name + " is also a type of " + known->second +
                             "; one name, one thing");
    });
  }
  return complaints;
}

// Words that say nothing about the job, each with what to write.
constexpr std::array<std::pair<std::string_view, std::string_view>, 16> banned_words = {{
    {"manager", "the noun of the resource"},
    {"managers", "the noun of the resource"},
    {"helper", "the noun of the job"},
    {"helpers", "the noun of the job"},
    {"util", "the noun of the job"},
    {"utils", "the noun of the job"},
    {"common", "the layer that owns it"},
    {"misc", "the noun of the job"},
    {"base", "what it is"},
    {"data", "what the data is"},
    {"info", "what it tells"},
    {"processor", "the verb it does"},
    {"unified", "the thing itself"},
    {"v2", "the thing itself"},
    {"new", "the thing itself"},
    {"impl", "the thing itself"},
}};

// "csv_data.cpp" and "CsvData" -> {"csv", "data"}.
std::set<std::string> words_of(const std::string& name) {
  std::set<std::string> words;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) words.insert(word);
    word.clear();
  };
  for (const char c : name) {
    if (c == '_' || c == '.' || c == '/') {
      end_word();
      continue;
    }
    if (std::isupper(static_cast<unsigned char>(c)) != 0) end_word();
    word.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
  }
  end_word();
  return words;
}

void complain_of_words(const std::string& where, const std::string& name, Complaints& complaints) {
  const auto words = words_of(name);
  for (const auto& [banned, instead] : banned_words)
    if (words.contains(std::string(banned)))
      complaints.push_back(where + "'" + name + "' holds '" + std::string(banned) + "'; write " + std::string(instead));
}

Complaints check_names(const Tree& tree) {
  static const RE2 type(
      R"(^\s*(?:template <.*> )?(?:struct|class|enum|enum class|concept|using) (?:\[\[nodiscard\]\] )?([A-Z][A-Za-z0-9]*)\b)");
  Complaints complaints;
  for (const auto& [path, text] : tree) {
    if (!path.starts_with("src/")) continue;
    std::string below = path.substr(4);
    if (below.starts_with("base/")) below = below.substr(5);  // the one layer of that name
    complain_of_words(path + ": ", below.substr(0, below.rfind('.')), complaints);
    if (!is_source(path)) continue;
    for_each_line(text, [&](int number, const std::string& line) {
      std::string name;
      if (RE2::PartialMatch(line, type, &name)) complain_of_words(place(path, number), name, complaints);
    });
  }
  return complaints;
}

// Its own .cpp and its own test do not count: what only they know, nobody uses.
Complaints check_headers_used(const Tree& tree) {
  static const RE2 include(R"(^\s*#\s*include [<"]([^">]+)[">])");
  std::set<std::string> used;
  for (const auto& [path, text] : tree) {
    if (!is_source(path)) continue;
    std::string own = path.substr(0, path.rfind('.'));
    if (own.ends_with("_test")) own.resize(own.size() - 5);
    for_each_line(text, [&](int, const std::string& line) {
      std::string header;
      if (RE2::PartialMatch(line, include, &header) && "src/" + header != own + ".hpp") used.insert("src/" + header);
    });
  }
  Complaints complaints;
  for (const auto& [path, text] : tree) {
    if (!path.starts_with("src/") || !path.ends_with(".hpp")) continue;
    if (!used.contains(path)) complaints.push_back(path + ": no other file includes it; delete it or use it");
  }
  return complaints;
}

Complaints check_tests_expect(const Tree& tree) {
  static const RE2 expectation(R"((?m)^[^/\n]*\b(?:(?:EXPECT|ASSERT)_[A-Z]+\(|RC_ASSERT\(|RC_GTEST_PROP\())");
  Complaints complaints;
  for (const auto& [path, text] : tree)
    if (path.ends_with("_test.cpp") && !RE2::PartialMatch(text, expectation))
      complaints.push_back(path + ": a test file without an expectation");
  return complaints;
}

Complaints check_left_behind(const Tree& tree) {
  static const RE2 mark(std::string(R"(\b(?:TO)") + R"(DO|FIX)" + R"(ME|XX)" + R"(X|not implemented)\b)");
  Complaints complaints;
  for (const auto& [path, text] : tree) {
    if (!is_source(path) || path.starts_with("tests/tidy/")) continue;
    for_each_line(text, [&](int number, const std::string& line) {
      if (RE2::PartialMatch(line, mark))
        complaints.push_back(place(path, number) + "left behind; do it, or write an issue");
    });
  }
  return complaints;
}

Complaints check_clock(const Tree& tree) {
  static const RE2 reads(
      R"((?:system_clock|steady_clock|high_resolution_clock)::now|\btime\(nullptr\)|gettimeofday|\bstd::rand\b|random_device)");
  Complaints complaints;
  for (const auto& [path, text] : tree) {
    if (!path.starts_with("src/") || !is_source(path) || is_test(path) || path == "src/base/clock.cpp") continue;
    for_each_line(text, [&](int number, const std::string& line) {
      if (RE2::PartialMatch(line, reads))
        complaints.push_back(place(path, number) +
                             "reads the clock or chance by itself; take an Instant, a Clock or an Rng");
    });
  }
  return complaints;
}

Complaints check_pure_files(const Tree& tree) {
  static const std::set<std::string> pure = {"contract", "feature",  "model",  "evaluate",
                                             "drift",    "feedback", "content"};
  Complaints complaints;
  for (const auto& [path, text] : tree) {
    const std::string name = path.substr(path.rfind('/') + 1);
    const bool io = name.starts_with("run_") || name.starts_with("registry") || is_test(path);
    if (!is_source(path) || io || !pure.contains(layer_of(path))) continue;
    for_each_line(text, [&](int number, const std::string& line) {
      static const RE2 store(R"(^\s*#include "store/(?:db|connection|sql|job|lease|outbox))");
      if (RE2::PartialMatch(line, store))
        complaints.push_back(place(path, number) +
                             "a pure file includes the store; move the reading and writing to run_" + layer_of(path) +
                             ".cpp");
    });
  }
  return complaints;
}

Complaints check_statements_called(const Tree& tree) {
  static const RE2 call(R"(\bsql::([a-z0-9_]+))");
  std::set<std::string> called;
  for (const auto& [path, text] : tree) {
    std::string name;
    for (re2::StringPiece rest = text; is_source(path) && RE2::FindAndConsume(&rest, call, &name);) called.insert(name);
  }
  Complaints complaints;
  for (const auto& [path, text] : tree) {
    if (!path.starts_with("src/store/sql/")) continue;
    for_each_line(text, [&](int number, const std::string& line) {
      static const RE2 statement(R"(^-- name: ([a-z0-9_]+))");
      std::string name;
      if (RE2::PartialMatch(line, statement, &name) && !called.contains(name))
        complaints.push_back(place(path, number) + "nobody calls " + name + "; delete it or use it");
    });
  }
  return complaints;
}

}  // namespace

const std::vector<TidyRule>& tidy_rules() {
  static const std::vector<TidyRule> rules = {
      {"layer_order", "a file includes its own folder and folders to its left", check_layer_order},
      {"sql_literals", "SQL has a name and lives in src/store/sql", check_sql_literals},
      {"unique_types", "a type name is unique in src", check_unique_types},
      {"names", "no word that says nothing", check_names},
      {"headers_used", "every header is included by somebody", check_headers_used},
      {"tests_expect", "every test file expects something", check_tests_expect},
      {"left_behind", "nothing is left for later", check_left_behind},
      {"clock", "time and chance are passed in", check_clock},
      {"pure_files", "only run_ files and the registry know the store", check_pure_files},
      {"statements_called", "every named statement has a caller", check_statements_called},
  };
  return rules;
}

Complaints find_orphan_sources(const Tree& tree, const std::vector<std::string>& compiled) {
  const std::set<std::string> known(compiled.begin(), compiled.end());
  Complaints complaints;
  for (const auto& [path, text] : tree)
    if (path.ends_with(".cpp") && !known.contains(path))
      complaints.push_back(path + ": no target compiles it; add it or delete it");
  return complaints;
}

}  // namespace converge::tidy
