// numbers — how figures are written: a digit before the point, thousands apart or not, the percent sign at its number.
// A number is never changed without asking; only the blank before a percent sign is taken out.
#include "content/rules.hpp"
#include "content/surrounding.hpp"

#include <fmt/format.h>
#include <cctype>

namespace converge::content::rule {
namespace {

constexpr std::size_t grouped_from = 5;  // digits: 4 of them may be a year

bool is_digit(char c) {
  return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

// A number as it stands in running text; what belongs to an identifier, a date, a time, a version or a path is none.
struct NumberText {
  TextRange range;
  TextRange whole;  // the part before the point
};

bool can_touch_number(std::string_view text, std::size_t at) {
  constexpr std::string_view blanks_and_brackets = " \t\n([{\"'+-\xE2\xE7$~<>=";
  return at == 0 || blanks_and_brackets.find(text[at - 1]) != std::string_view::npos;
}

bool goes_on(std::string_view text, std::size_t at) {
  if (at >= text.size()) return false;
  const char c = text[at];
  const bool joins = std::string_view("_/:#@*-").find(c) != std::string_view::npos || (c & '\x80') != 0 ||
                     std::isalnum(static_cast<unsigned char>(c)) != 0;
  const bool point_joins =
      (c == '.' || c == ',') && at + 1 < text.size() && std::isalnum(static_cast<unsigned char>(text[at + 1])) != 0;
  return joins || point_joins;
}

// Reads the number that begins at `at`, a digit or a point before one.
NumberText read_number(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() &&
         (is_digit(text[end]) || (text[end] == ',' && end > at && end + 1 < text.size() && is_digit(text[end + 1]))))
    ++end;
  const TextRange whole{at, end};
  if (end + 1 < text.size() && text[end] == '.' && is_digit(text[end + 1])) {
    ++end;
    while (end < text.size() && is_digit(text[end])) ++end;
  }
  return {.range = {at, end}, .whole = whole};
}

std::string group_digits(std::string_view digits) {
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

std::string drop_commas(std::string_view digits) {
  std::string out;
  for (const char c : digits) {
    if (c != ',') out += c;
  }
  return out;
}

// How the part before the point should be written; empty where it is right as it is.
std::string regroup(std::string_view whole, std::string_view thousands) {
  const std::string plain = drop_commas(whole);
  if (plain.size() < grouped_from && whole == plain) return {};
  const std::string wanted = thousands == "comma" ? group_digits(plain) : plain;
  return wanted == whole ? std::string() : wanted;
}

void add_hit(const ProseBlock& block, TextRange range, std::string wanted, FixSafety safety,
             std::vector<RuleHit>& hits) {
  std::optional<LintFix> fix;
  std::string message = fmt::format("'{}'; write '{}'", block.text.substr(range.begin, range.size()), wanted);
  if (block.maps_whole(range))
    fix = LintFix{.range = block.source_of(range), .replacement = std::move(wanted), .safety = safety};
  hits.push_back({.range = block.source_of(range), .message = std::move(message), .fix = std::move(fix)});
}

void check_number(const ProseBlock& block, const NumberText& number, const std::string& thousands,
                  std::vector<RuleHit>& hits) {
  const std::string_view text = block.text;
  const std::string_view whole = text.substr(number.whole.begin, number.whole.size());
  const std::string fraction(text.substr(number.whole.end, number.range.end - number.whole.end));
  if (whole.empty()) add_hit(block, number.range, "0" + fraction, FixSafety::suggest, hits);
  if (const std::string wanted = thousands.empty() ? std::string() : regroup(whole, thousands); !wanted.empty())
    add_hit(block, number.range, wanted + fraction, FixSafety::suggest, hits);
  const std::size_t blanks = count_blanks_after(block, number.range);
  const std::size_t percent = number.range.end + blanks;
  if (blanks == 0 || percent >= text.size() || text[percent] != '%' || goes_on(text, percent + 1)) return;
  add_hit(block, {number.range.begin, percent + 1},
          std::string(text.substr(number.range.begin, number.range.size())) + "%", FixSafety::safe, hits);
}

Result<RuleCheck> compile_numbers(const RuleSetting& setting) {
  return RuleCheck([thousands = setting.word("thousands")](const Prose& prose, std::vector<RuleHit>& hits) {
    for (const ProseBlock& block : prose.blocks) {
      const std::string_view text = block.text;
      for (std::size_t at = 0; at < text.size();) {
        const bool bare_point = text[at] == '.' && at + 1 < text.size() && is_digit(text[at + 1]);
        if (!is_digit(text[at]) && !bare_point) {
          ++at;
          continue;
        }
        const NumberText number = read_number(text, at);
        if (can_touch_number(text, at) && !goes_on(text, number.range.end))
          check_number(block, number, thousands, hits);
        at = number.range.end;
        while (goes_on(text, at)) ++at;  // the rest of what is no number
      }
    }
  });
}

std::string render_numbers(const RuleSetting& setting) {
  std::string advice = "A digit stands before the decimal point (`0.5`), a percent sign at its number (`5%`).";
  if (setting.word("thousands") == "comma") advice += " Thousands are set apart by commas from 10,000 on.";
  if (setting.word("thousands") == "none") advice += " Thousands are not set apart (`10000`).";
  return advice;
}

}  // namespace

StyleRule numbers() {
  return {.name = "numbers",
          .settings = {{.name = "thousands", .kind = SettingKind::word, .words = {"comma", "none"}}},
          .compile = compile_numbers,
          .render_advice = render_numbers};
}

}  // namespace converge::content::rule
