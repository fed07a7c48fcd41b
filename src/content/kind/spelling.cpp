// spelling — a word that no dictionary knows, nor the project's vocabulary. Reads its dictionaries and word lists when compiled.
#include "content/kind.hpp"
#include "content/letter_case.hpp"
#include "content/spelling_dictionary.hpp"
#include "wire/file.hpp"

#include <fmt/format.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>
#include <algorithm>
#include <array>
#include <filesystem>
#include <unordered_set>

namespace converge::content::kind {
namespace {

bool is_inside_word(char c) {
  return std::isspace(static_cast<unsigned char>(c)) == 0;
}

// Quotes, brackets and marks around a word, without those that belong to it.
TextRange strip_marks(std::string_view text, TextRange range) {
  constexpr std::string_view before = "$(\"[{<*_'-/";
  constexpr std::string_view behind = ",)\"]};!?.:>*_'-/";
  constexpr std::array<std::string_view, 7> wide{"\u2018", "\u2019", "\u201C", "\u201D", "\u2026", "\u2014", "\u2013"};
  bool again = true;
  while (again && range.size() > 0) {
    again = false;
    const std::string_view word = text.substr(range.begin, range.size());
    for (const std::string_view mark : wide) {
      if (word.starts_with(mark)) range.begin += mark.size(), again = true;
      if (range.size() > 0 && !again && word.ends_with(mark)) range.end -= mark.size(), again = true;
      if (again) break;
    }
    if (again) continue;
    if (before.find(word.front()) != std::string_view::npos) {
      ++range.begin;
      again = true;
    } else if (behind.find(word.back()) != std::string_view::npos) {
      --range.end;
      again = true;
    }
  }
  return range;
}

std::string straighten_quotes(std::string_view word) {
  std::string out;
  for (std::size_t at = 0; at < word.size();) {
    const bool curly = word.substr(at).starts_with("\u2019") || word.substr(at).starts_with("\u2018");
    out += curly ? '\'' : word[at];
    at += curly ? 3 : 1;
  }
  return out;
}

// What Vale passes over unless a rule is `custom`: names in camel case, what ends in a capital, what is not only letters.
bool is_passed_over(std::string_view word) {
  UChar32 c = 0;
  UChar32 last = 0;
  for (std::int32_t at = 0; at < static_cast<std::int32_t>(word.size()); last = c) {
    U8_NEXT(reinterpret_cast<const std::uint8_t*>(word.data()), at, static_cast<std::int32_t>(word.size()), c);
    if (!u_isalpha(c) && c != '_' && c != '\'') return true;
  }
  if (u_isupper(last)) return true;
  const auto upper = [](char x) { return x >= 'A' && x <= 'Z'; };
  const auto lower = [](char x) { return x >= 'a' && x <= 'z'; };
  for (std::size_t at = 0; at + 3 < word.size(); ++at) {
    if (!upper(word[at]) || !lower(word[at + 1])) continue;
    std::size_t next = at + 1;
    while (next < word.size() && lower(word[next])) ++next;
    if (next + 1 < word.size() && upper(word[next])) return true;
  }
  return false;
}

struct Spelling {
  RuleFile rule;
  std::vector<SpellingDictionary> dictionaries;
  std::unordered_set<std::string> ignored;  // in lower case
  std::vector<Pattern> filters;
  ExceptionList exceptions;
  WordVerdicts verdicts;

  bool knows(const std::string& word) const {
    return std::ranges::any_of(dictionaries,
                               [&](const SpellingDictionary& dictionary) { return dictionary.knows(word); });
  }

  bool is_right(std::string_view found, PatternScratch& scratch) const {
    const std::string word = straighten_quotes(found);
    if (!rule.flag("custom") && is_passed_over(word)) return true;
    if (std::ranges::any_of(filters, [&](const Pattern& filter) { return filter.matches(word, scratch); })) return true;
    if (ignored.contains(to_lower(word)) || knows(word)) return true;
    constexpr std::array<std::string_view, 5> endings{"'s", "'ll", "'re", "'m", "'ve"};
    for (const std::string_view ending : endings) {
      if (!to_lower(word).ends_with(ending)) continue;
      const std::string stem = word.substr(0, word.size() - ending.size());
      if (stem.empty() || knows(stem) || ignored.contains(to_lower(stem)) || exceptions.matches(stem, scratch))
        return true;
    }
    return exceptions.matches(word, scratch);
  }

  void check(const KindInput& input, std::vector<KindHit>& hits) const {
    for (std::size_t i = 0; i < input.passages.size(); ++i) {
      const std::string_view text = input.passages[i].text;
      for (std::size_t at = 0; at < text.size();) {
        while (at < text.size() && !is_inside_word(text[at])) ++at;
        const std::size_t begin = at;
        while (at < text.size() && is_inside_word(text[at])) ++at;
        const TextRange range = strip_marks(text, {begin, at});
        if (range.size() == 0) continue;
        const std::string_view word = text.substr(range.begin, range.size());
        const bool right = verdicts.find_or(word, [&] { return is_right(word, input.scratch); });
        if (right || exceptions.covers(text, range, input.scratch)) continue;
        const std::string shown = straighten_quotes(word);
        hits.push_back({.passage = i,
                        .range = range,
                        .message = format_rule_message(rule.message, {&shown, 1}),
                        .replacements = {}});
      }
    }
  }
};

// The folders where a rule's dictionaries may lie.
std::vector<std::string> dictionary_folders(const RuleFile& rule, const KindSetup& setup) {
  std::vector<std::string> folders;
  const std::string& dicpath = rule.text("dicpath");
  if (!dicpath.empty()) folders.push_back(dicpath);
  for (const std::string& styles : setup.style_folders) {
    if (!dicpath.empty()) folders.push_back(styles + "/" + dicpath);
    folders.push_back(styles + "/config/dictionaries");
  }
  return folders;
}

Result<void> add_word_lists(Spelling& made, const KindSetup& setup) {
  std::vector<std::string> lists;
  for (const std::string& name : made.rule.texts("ignore")) {
    lists.push_back(name);
    for (const std::string& styles : setup.style_folders) {
      lists.push_back(styles + "/" + name);
      lists.push_back(styles + "/config/ignore/" + name);
    }
  }
  if (made.rule.name == "Vale.Spelling") {
    for (const std::string& styles : setup.style_folders) {
      std::error_code error;
      std::filesystem::recursive_directory_iterator entry(styles + "/config/ignore", error);
      for (; !error && entry != std::filesystem::recursive_directory_iterator(); entry.increment(error))
        if (entry->path().extension() == ".txt") lists.push_back(entry->path().string());
    }
  }
  for (const std::string& path : lists) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) continue;
    TRY(const std::string text, read_file(path));
    for (const std::string& word : parse_word_list(text)) made.ignored.insert(to_lower(word));
  }
  return {};
}

Result<KindRule> compile_spelling(const RuleFile& rule, KindSetup& setup) {
  auto made = std::make_shared<Spelling>(
      Spelling{.rule = rule, .dictionaries = {}, .ignored = {}, .filters = {}, .exceptions = {}, .verdicts = {}});
  std::vector<std::string> names = rule.texts("dictionaries");
  const std::vector<std::string> folders = dictionary_folders(rule, setup);
  if (!rule.text("dic").empty()) {
    std::string name = rule.text("dic");
    if (name.ends_with(".dic")) name.resize(name.size() - 4);
    std::vector<std::string> with_styles = folders;
    with_styles.insert(with_styles.end(), setup.style_folders.begin(), setup.style_folders.end());
    auto aff = find_dictionary(with_styles, name);
    if (!aff) return rule.complain(aff.error().message);
    TRY(auto dictionary, SpellingDictionary::load(*aff));
    made->dictionaries.push_back(std::move(dictionary));
  } else {
    if (names.empty() || rule.flag("append")) names.emplace_back("en_US");
    for (const std::string& name : names) {
      auto aff = find_dictionary(folders, name);
      if (!aff) return rule.complain(aff.error().message);
      TRY(auto dictionary, SpellingDictionary::load(*aff));
      made->dictionaries.push_back(std::move(dictionary));
    }
  }
  for (const std::string& text : rule.texts("filters")) {
    auto filter = Pattern::compile(text);
    if (!filter) return rule.complain("filters: " + filter.error().message);
    made->filters.push_back(std::move(*filter));
  }
  TRY_VOID(add_word_lists(*made, setup));
  std::vector<std::string> terms = setup.vocabulary.accepted;
  const std::vector<std::string>& own = rule.texts("exceptions");
  terms.insert(terms.end(), own.begin(), own.end());
  auto exceptions = ExceptionList::compile(std::move(terms), PatternCase::ignored);
  if (!exceptions) return rule.complain(exceptions.error().message);
  made->exceptions = std::move(*exceptions);
  return KindRule{.sees_every_passage = true,
                  .check = [made](const KindInput& input, std::vector<KindHit>& hits) { made->check(input, hits); }};
}

}  // namespace

RuleKind spelling() {
  return {.name = "spelling",
          .keys = {{"custom", RuleKeyKind::flag},
                   {"filters", RuleKeyKind::texts},
                   {"ignore", RuleKeyKind::texts},
                   {"exceptions", RuleKeyKind::texts},
                   {"dictionaries", RuleKeyKind::texts},
                   {"aff", RuleKeyKind::text},
                   {"dic", RuleKeyKind::text},
                   {"dicpath", RuleKeyKind::text},
                   {"append", RuleKeyKind::flag},
                   {"threshold", RuleKeyKind::number}},
          .compile = compile_spelling};
}

}  // namespace converge::content::kind
