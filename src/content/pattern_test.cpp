#include "content/pattern.hpp"

#include "base/rng.hpp"
#include "content/alternatives.hpp"
#include "content/pattern_syntax.hpp"
#include "content/prefilter.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <array>
#include <filesystem>
#include <fstream>
#include <set>

namespace converge::content {
namespace {

std::vector<std::string> find_texts(const std::string& pattern, const std::string& text,
                                    PatternCase letters = PatternCase::exact) {
  const auto compiled = Pattern::compile(pattern, letters);
  if (!compiled) return {"error: " + compiled.error().message};
  PatternScratch scratch;
  std::vector<std::string> found;
  for (const TextRange range : compiled->find_all(text, scratch))
    found.push_back(text.substr(range.begin, range.size()));
  return found;
}

TEST(Pattern, ReadsTheDialectOfRulePackages) {
  struct Case {
    const char* name;
    const char* pattern;
    const char* text;
    std::vector<std::string> found;
  };
  const Case cases[] = {
      {"word boundary beyond ASCII", R"(\bein\b)", "ein kein eins", {"ein"}},
      {"umlaut is a letter", R"(\w+)", "M\u00FChe los", {"M\u00FChe", "los"}},
      {"escape of four digits", R"(a\u2014b)", "a\u2014b", {"a\u2014b"}},
      {"escape in a class", R"([\u2014\x2d])", "a\u2014b-c", {"\u2014", "-"}},
      {"lookbehind", R"((?<!x)a)", "xa a", {"a"}},
      {"lookbehind without a fixed length", R"((?<!:[^ ]+?):\s[A-Z])", "a:b: C and d: E", {": E"}},
      {"the same, asserted", R"((?<=no+ )way)", "no way, noooo way, any way", {"way", "way"}},
      {"lookahead", R"(\bie(?=[\s,;]))", "ie, ie. ie ", {"ie", "ie"}},
      {"flag inside", R"((?i)abc(?-i)D)", "ABCD aBcD abcd", {"ABCD", "aBcD"}},
      {"lazy and possessive", R"(".+?")", "\"a\" \"b\"", {"\"a\"", "\"b\""}},
      {"no-break space is a space", R"(a\sb)", "a\u00A0b", {"a\u00A0b"}},
      {"backreference", R"(\b(\w+)\s+\1\b)", "it is is so", {"is is"}},
      {"named group", R"((?P<one>a)|(?<two>b))", "ab", {"a", "b"}},
      {"POSIX class", R"([[:upper:]]{2})", "abCDe", {"CD"}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(find_texts(c.pattern, c.text), c.found);
  }
}

TEST(Pattern, SaysWhatIsWrongAndWhere) {
  struct Case {
    const char* name;
    const char* pattern;
    const char* message;
  };
  const Case cases[] = {
      {"group", "(a", "a '(' without its ')' at byte 3 of the pattern (a"},
      {"close", "a)", "an unmatched ')' at byte 2"},
      {"class", "[a", "a '[' without its ']'"},
      {"backslash", "a\\", "a backslash at the end"},
      {"short escape", "\\u20", "\\u needs four hexadecimal digits"},
      {"verb", "(*SKIP)a", "a verb of PCRE2"},
      {"nothing to repeat", "(?:*)", "quantifier does not follow a repeatable item"},
      {"range", "[z-a]", "range out of order"},
      {"property", "\\p{Nope}", "unknown property"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto result = Pattern::compile(c.pattern);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Errc::invalid_input);
    EXPECT_THAT(result.error().message, testing::HasSubstr(c.message));
  }
  EXPECT_THAT(Pattern::compile(std::string(200, '(')).error().message, testing::HasSubstr("groups nested too deep"));
}

TEST(Pattern, StopsWhenAMatchTakesTooManySteps) {
  const Pattern pattern = Pattern::compile("(a+)+$").value();
  PatternScratch scratch;
  EXPECT_FALSE(pattern.find(std::string(64, 'a') + "!", 0, scratch));
  EXPECT_TRUE(scratch.exhausted);
}

TEST(Pattern, FillsGroupsIntoAReplacement) {
  PatternScratch scratch;
  const Pattern pattern = Pattern::compile(R"(change into the (`[^`]+`))", PatternCase::ignored).value();
  EXPECT_EQ(pattern.substitute("Change into the `/etc`", "to $1", scratch), "to `/etc`");
  EXPECT_EQ(pattern.substitute("other", "to $1", scratch), "other");
}

// One expression that joins all, as packages mean their lists.
TEST(Alternatives, FindWhatOneExpressionOfThemAllFinds) {
  const std::vector<std::string> tokens{"a b", "a", "ab+", "b c d", "c", "d\\w*", "(?:x|yz)", "\\d+ ?c"};
  std::string joined;
  for (const std::string& token : tokens) joined += (joined.empty() ? "" : "|") + token;
  const Pattern whole = Pattern::compile("(?m)\\b(?:" + joined + ")\\b").value();
  PatternPool pool;
  const Alternatives parts = Alternatives::compile(tokens, {.before = "(?m)\\b(?:", .after = ")\\b"}, pool).value();
  std::vector<unsigned> all;
  for (unsigned i = 0; i < tokens.size(); ++i) all.push_back(i);
  Rng rng(7);
  PatternScratch scratch;
  constexpr std::array<std::string_view, 12> pieces{"a", "b", "c", "d", " ", " ", "\n", "yz", "x", "1", "ab", "abb"};
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (std::uint64_t i = 0; i < 12; ++i) text += pieces[rng.below(pieces.size())];
    std::vector<TextRange> found;
    parts.for_each_match(text, all, scratch, [&](TextRange range, std::size_t) { found.push_back(range); });
    ASSERT_EQ(found, whole.find_all(text, scratch)) << testing::PrintToString(text);
  }
}

std::string random_pattern(Rng& rng, int depth) {
  constexpr std::array<std::string_view, 40> atoms{
      "a",   "b",        "colou?r",        "ing",     "\\s",          "\\d", "\\w",   "[a-c]",  "[^ab]",
      ".",   "\u2014",   "\u00E9",         "\u0416",  "ss",           "\\b", "^",     "$",      "k",
      "s",   "\\.",      "[\u2013\u2014]", "\\p{Lu}", "[[:digit:]x]", "-",   "(?=a)", "(?<!b)", "(?<=a+)",
      "the", "is",       "\\u00e9",        "very",    "\\x2d",        "'",   "[.?!]", " ",      "  ",
      "up",  "[A-Z]{2}", "(?i)",           "\\S"};
  constexpr std::array<std::string_view, 9> repeats{"", "", "", "?", "*", "+", "{2}", "{1,3}", "+?"};
  std::string pattern;
  for (std::uint64_t i = 0, count = 1 + rng.below(4); i < count; ++i) {
    if (depth > 0 && rng.below(4) == 0) {
      const std::string inner = random_pattern(rng, depth - 1) + "|" + random_pattern(rng, depth - 1);
      pattern += fmt::format("{}{}){}", rng.below(2) == 0 ? "(" : "(?:", inner, repeats[rng.below(repeats.size())]);
      continue;
    }
    const std::string_view atom = atoms[rng.below(atoms.size())];
    const bool repeatable =
        atom != "\\b" && atom != "^" && atom != "$" && !atom.starts_with("(?") && !atom.ends_with('}') && atom != "+";
    pattern += atom;
    if (repeatable) pattern += repeats[rng.below(repeats.size())];
  }
  return pattern;
}

std::string random_text(Rng& rng) {
  constexpr std::array<std::string_view, 40> pieces{
      "a",    "b",    "c",      "color",  "colour", "ing",        " ",      " ",      " ",  "\n",
      "1",    "42",   "\u2014", "\u2013", "\u00E9", "\u00C9",     "\u0416", "\u0436", "ss", "\u00DF",
      ".",    "!",    "?",      "-",      "'",      "\u2019",     "the",    "The",    "is", "IS",
      "very", "VERY", "AB",     "up",     "\u00A0", "\U0001F680", "x",      "k",      "K",  "S"};
  std::string text;
  for (std::uint64_t i = 0, count = rng.below(24); i < count; ++i) text += pieces[rng.below(pieces.size())];
  return text;
}

// Wherever a pattern matches, the prefilter has seen it: its hits are a superset. Over random patterns, cases and texts.
TEST(Prefilter, MissesNoMatch) {
  Rng rng(20150102);
  int filtered = 0;
  int matches = 0;
  for (int round = 0; round < 5; ++round) {
    std::vector<Pattern> patterns;
    std::vector<std::string> texts_of_patterns;
    std::vector<PrefilterEntry> entries;
    while (patterns.size() < 60) {
      const std::string text = random_pattern(rng, 2);
      const auto letters = rng.below(2) == 0 ? PatternCase::exact : PatternCase::ignored;
      auto pattern = Pattern::compile(text, letters);
      if (!pattern) continue;  // such as a lookbehind in a place where it cannot stand
      if (pattern->prefilter()) entries.push_back({static_cast<unsigned>(patterns.size()), *pattern->prefilter()});
      texts_of_patterns.push_back(text);
      patterns.push_back(std::move(*pattern));
    }
    std::set<unsigned> known;
    for (const PrefilterEntry& entry : entries) known.insert(entry.id);
    std::vector<unsigned> refused;
    const auto prefilter = Prefilter::compile(entries, {}, refused);
    ASSERT_TRUE(prefilter) << prefilter.error().message;
    for (const unsigned id : refused) known.erase(id);
    filtered += static_cast<int>(known.size());
    const auto scan_scratch = prefilter->make_scratch();
    PatternScratch scratch;
    for (int i = 0; i < 200; ++i) {
      const std::string text = random_text(rng);
      ASSERT_FALSE(folds_into_ascii(text));
      std::set<unsigned> seen;
      prefilter->scan(text, scan_scratch, [&](unsigned id, std::size_t) { seen.insert(id); });
      for (const unsigned id : known) {
        const auto match = patterns[id].find(text, 0, scratch);
        if (!match || match->size() == 0) continue;
        ++matches;
        ASSERT_TRUE(seen.contains(id)) << texts_of_patterns[id] << "\nas " << *patterns[id].prefilter() << "\nin "
                                       << testing::PrintToString(text);
      }
    }
  }
  EXPECT_GT(filtered, 100);
  EXPECT_GT(matches, 1000);
}

TEST(Prefilter, KeepsItsDatabaseInTheCacheAndMakesABadOneAnew) {
  const std::string folder =
      (std::filesystem::temp_directory_path() / ("converge_hs_" + std::to_string(::getpid()))).string();
  std::filesystem::remove_all(folder);
  const std::vector<PrefilterEntry> entries{{0, "very"}, {1, "x*"}, {2, "colou?r"}};
  std::vector<unsigned> refused;
  EXPECT_FALSE(Prefilter::compile(entries, {folder}, refused)->was_cached());
  EXPECT_EQ(refused, std::vector<unsigned>{1});  // it matches nothing at all, everywhere
  refused.clear();
  const auto cached = Prefilter::compile(entries, {folder}, refused);
  EXPECT_TRUE(cached->was_cached());
  EXPECT_EQ(refused, std::vector<unsigned>{1});
  std::set<unsigned> seen;
  cached->scan("a color", cached->make_scratch(), [&](unsigned id, std::size_t) { seen.insert(id); });
  EXPECT_EQ(seen, std::set<unsigned>{2});
  for (const auto& file : std::filesystem::directory_iterator(folder)) std::filesystem::resize_file(file.path(), 200);
  EXPECT_FALSE(Prefilter::compile(entries, {folder}, refused)->was_cached());
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace converge::content
