// ingest/date_spelling.hpp — how a file spells its dates: "yyyy-mm-dd", "dd/mm/yyyy", "m/d/yyyy", "yyyymmdd", ...
//
// A spelling holds yyyy and one of mm and m, one of dd and d, each once, with blanks or punctuation between them. dd and mm are two
// digits, d and m one or two; two of them may touch only where both have a fixed length. Pure.
#pragma once
#include "base/time.hpp"

#include <span>
#include <string_view>

namespace converge::ingest {

inline constexpr std::string_view iso_date_spelling = "yyyy-mm-dd";

// errors: invalid_input saying what a spelling is
Result<void> check_date_spelling(std::string_view spelling);

// The day that `text` names. errors: invalid_input when it is not spelled so, or there is no such day
Result<Date> parse_spelled_date(std::string_view text, std::string_view spelling);

// The spellings that are tried on a file nobody has described yet, the strict ones first.
std::span<const std::string_view> common_date_spellings();

}  // namespace converge::ingest
