// content/batch.hpp — many drafts from one template: rows from a CSV file, from JSON, or from a matrix of values.
//
// A row that cannot be rendered is reported beside the drafts of the others: nothing is lost, and nothing stops. What makes
// every row wrong (a column that the template does not declare, one that it needs) is an error. Pure.
#pragma once
#include "content/draft.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace converge::content {

inline constexpr std::size_t batch_rows_max = 10'000;

struct BatchRow {
  std::string where;           // "rows.csv:3"
  JsonObject fields;           // by the names that the template declares
  std::optional<Error> error;  // the row cannot be read
};

// The header names fields; cells are read by their fields' types, an empty one without quotes is no value.
// errors: invalid_input naming file and line, for the header
Result<std::vector<BatchRow>> read_csv_rows(std::string_view text, std::string_view where, const ContentTemplate& note);

// An array of objects, or one object; values must be of their fields' types. errors: invalid_input naming the file
Result<std::vector<BatchRow>> read_json_rows(std::string_view text, std::string_view where,
                                             const ContentTemplate& note);

// A YAML map of lists, one for each field; a field with one value may stand without a list. Every combination is a row, the
// last field varying fastest. errors: invalid_input as "file:line: what"
Result<std::vector<BatchRow>> read_matrix_rows(std::string_view text, std::string_view where,
                                               const ContentTemplate& note);

// Rows that a database answered with, which may be none: texts are read by their fields' types, and null is no value. errors: invalid_input
Result<std::vector<BatchRow>> read_query_rows(std::span<const JsonObject> rows, std::string_view where,
                                              const ContentTemplate& note);

// By the ending of `where`: .csv, .json, .yaml or .yml. errors: invalid_input
Result<std::vector<BatchRow>> read_batch_rows(std::string_view text, std::string_view where,
                                              const ContentTemplate& note);

struct BatchDraft {
  std::string where;
  std::optional<Error> error;  // then there is no draft
  Draft draft;
};

// One for each row, in order. Where two would have the same path the later one gets "-2", "-3".
std::vector<BatchDraft> make_batch(const Linter& linter, const ContentTemplate& note, std::span<const BatchRow> rows,
                                   Escape escape);

struct BatchCount {
  std::int64_t drafts = 0;
  std::int64_t blocked = 0;  // of them: an error is left
  std::int64_t refused = 0;  // rows without a draft
  std::int64_t fixed = 0;    // findings
  std::int64_t left = 0;
};
BatchCount count_batch(std::span<const BatchDraft> batch);

}  // namespace converge::content
