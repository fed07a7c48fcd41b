#include "ingest/date_spelling.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>

namespace converge::ingest {
namespace {

constexpr std::array<std::string_view, 14> common{"yyyy-mm-dd", "yyyy/mm/dd", "yyyy.mm.dd", "yyyymmdd",   "dd/mm/yyyy",
                                                  "mm/dd/yyyy", "dd.mm.yyyy", "dd-mm-yyyy", "mm-dd-yyyy", "d/m/yyyy",
                                                  "m/d/yyyy",   "d.m.yyyy",   "d-m-yyyy",   "m-d-yyyy"};

bool is_letter(char c) {
  return c == 'y' || c == 'm' || c == 'd';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// "dd" at the front of "dd/mm/yyyy": the run of its first character.
std::string_view first_run(std::string_view spelling) {
  return spelling.substr(0, std::min(spelling.find_first_not_of(spelling.front()), spelling.size()));
}

// Takes the digits of a part off the front of `text`: as many as the part has letters, one more for a single letter.
// -1 without enough of them.
int take_number(std::string_view& text, std::size_t letters) {
  const std::size_t digits_max = letters == 1 ? 2 : letters;
  int number = 0;
  std::size_t taken = 0;
  while (taken < digits_max && taken < text.size() && is_digit(text[taken]))
    number = number * 10 + (text[taken++] - '0');
  text.remove_prefix(taken);
  return taken < letters ? -1 : number;
}

}  // namespace

Result<void> check_date_spelling(std::string_view spelling) {
  const auto refuse = [&] {
    return fail(
        Errc::invalid_input,
        fmt::format("'{}' spells no date: it needs yyyy, mm or m, and dd or d, each once, with punctuation between "
                    "them, as in dd/mm/yyyy",
                    spelling));
  };
  std::array<int, 3> seen{};  // y, m, d
  bool after_loose = false;   // behind a single letter something must stand that is no digit
  for (std::string_view rest = spelling; !rest.empty();) {
    const std::string_view run = first_run(rest);
    const char c = run.front();
    if (is_letter(c)) {
      const bool is_year = c == 'y';
      if (after_loose || (is_year ? run.size() != 4 : run.size() > 2)) return refuse();
      ++seen.at(is_year ? 0 : c == 'm' ? 1 : 2);
      after_loose = run.size() == 1;
    } else {
      if (is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return refuse();
      after_loose = false;
    }
    rest.remove_prefix(run.size());
  }
  if (seen != std::array{1, 1, 1}) return refuse();
  return {};
}

Result<Date> parse_spelled_date(std::string_view text, std::string_view spelling) {
  const auto refuse = [&] {
    return fail(Errc::invalid_input, fmt::format("'{}' is not a day spelled {}", text, spelling));
  };
  int year = -1;
  int month = -1;
  int day = -1;
  std::string_view left = text;
  for (std::string_view rest = spelling; !rest.empty();) {
    const std::string_view run = first_run(rest);
    if (is_letter(run.front())) {
      int& part = run.front() == 'y' ? year : run.front() == 'm' ? month : day;
      part = take_number(left, run.size());
      if (part < 0) return refuse();
    } else {
      if (!left.starts_with(run)) return refuse();
      left.remove_prefix(run.size());
    }
    rest.remove_prefix(run.size());
  }
  if (!left.empty()) return refuse();
  const Date date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                  std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return refuse();
  return date;
}

std::span<const std::string_view> common_date_spellings() {
  return common;
}

}  // namespace converge::ingest
