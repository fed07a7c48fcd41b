#include "content/batch.hpp"

#include "content/yaml.hpp"
#include "ingest/csv.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>

namespace converge::content {
namespace {

const FieldSpec* find_field(const ContentTemplate& note, std::string_view name) {
  const auto found = std::ranges::find(note.fields, name, &FieldSpec::name);
  return found == note.fields.end() ? nullptr : &*found;
}

// The fields that a file has columns for; each must be declared, and each that is needed must be there.
Result<std::vector<const FieldSpec*>> match_columns(std::span<const std::string> columns, const ContentTemplate& note,
                                                    std::string_view where) {
  std::vector<const FieldSpec*> fields;
  std::vector<std::string_view> declared;
  for (const FieldSpec& spec : note.fields) declared.push_back(spec.name);
  for (const std::string& column : columns) {
    const FieldSpec* spec = find_field(note, column);
    if (spec == nullptr)
      return fail(Errc::invalid_input, fmt::format("{}: '{}' is no field of template {}; it declares: {}", where,
                                                   column, note.name, fmt::join(declared, ", ")));
    fields.push_back(spec);
  }
  for (const FieldSpec& spec : note.fields) {
    if (!spec.optional && std::ranges::find(columns, spec.name) == columns.end())
      return fail(Errc::invalid_input,
                  fmt::format("{}: nothing for field '{}' of template {}", where, spec.name, note.name));
  }
  return fields;
}

// A row is made of what can be read; the first thing that cannot is kept as its error.
void set_field(BatchRow& row, const FieldSpec& spec, std::string_view text) {
  auto value = read_field_text(spec, text);
  if (value) row.fields.insert_or_assign(spec.name, std::move(*value));
  if (!value && !row.error) row.error = std::move(value.error());
}

Result<void> check_count(std::size_t rows, std::string_view where) {
  if (rows == 0) return fail(Errc::invalid_input, fmt::format("{}: holds no rows", where));
  if (rows > batch_rows_max)
    return fail(Errc::invalid_input, fmt::format("{}: more than {} rows", where, batch_rows_max));
  return {};
}

struct MatrixAxis {
  const FieldSpec* field = nullptr;
  std::vector<std::string> values;
};

Result<MatrixAxis> read_axis(const YamlMember& member, std::string_view where, const ContentTemplate& note) {
  MatrixAxis axis{.field = find_field(note, member.key)};
  if (member.value.kind == YamlKind::scalar) axis.values.push_back(member.value.text);
  if (member.value.kind != YamlKind::scalar) {
    TRY(axis.values, read_texts(member.value, where));
  }
  if (axis.values.empty()) return fail_yaml(member.value, where, fmt::format("'{}' has no values", member.key));
  for (const std::string& value : axis.values) {
    const auto read = read_field_text(*axis.field, value);
    if (!read) return fail_yaml(member.value, where, read.error().message);
  }
  return axis;
}

// The values of row `index`, the last axis varying fastest.
BatchRow make_matrix_row(std::span<const MatrixAxis> axes, std::size_t index, std::string_view where) {
  BatchRow row;
  std::vector<std::string> named;
  for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis) {
    const std::string& value = axis->values[index % axis->values.size()];
    index /= axis->values.size();
    set_field(row, *axis->field, value);
    if (axis->values.size() > 1) named.push_back(fmt::format("{}={}", axis->field->name, value));
  }
  std::ranges::reverse(named);
  row.where = named.empty() ? std::string(where) : fmt::format("{}: {}", where, fmt::join(named, ", "));
  return row;
}

// A path for each draft that no draft before it has.
class FreePaths {
 public:
  std::string take(const std::string& path) {
    const std::string stem = path.substr(0, path.size() - std::string_view(".md").size());
    std::string free = path;
    for (int copy = ++copies_[path]; !taken_.try_emplace(free).second; copies_[path] = ++copy)
      free = fmt::format("{}-{}.md", stem, copy);
    return free;
  }

 private:
  std::map<std::string, int> copies_;
  std::map<std::string, std::monostate> taken_;
};

}  // namespace

Result<std::vector<BatchRow>> read_csv_rows(std::string_view text, std::string_view where,
                                            const ContentTemplate& note) {
  TRY(auto scanner, with_context(ingest::CsvScanner::open(text), std::string(where)));
  TRY(const auto fields, match_columns(scanner.header(), note, fmt::format("{}:1", where)));
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i]->type == FieldType::text) scanner.allow_line_ends(i);
  }
  std::vector<BatchRow> rows;
  ingest::CsvRecord record;
  while (rows.size() <= batch_rows_max && scanner.next(record)) {
    BatchRow row{.where = fmt::format("{}:{}", where, record.line)};
    if (record.fault != ingest::CsvFault::none)
      row.error = Error{Errc::invalid_input, std::string(ingest::csv_message(record.fault))};
    for (std::size_t i = 0; !row.error && i < fields.size(); ++i) {
      const ingest::CsvField& cell = record.fields[i];
      const bool is_value = cell.quoted || !cell.text.empty();
      if (is_value) set_field(row, *fields[i], cell.text);
    }
    rows.push_back(std::move(row));
  }
  TRY_VOID(check_count(rows.size(), where));
  return rows;
}

Result<std::vector<BatchRow>> read_json_rows(std::string_view text, std::string_view where, const ContentTemplate&) {
  TRY(const Json document, with_context(parse_json(text), std::string(where)));
  std::vector<BatchRow> rows;
  if (const auto* object = document.if_object()) {
    rows.push_back({.where = std::string(where), .fields = *object});
    return rows;
  }
  const auto* list = document.if_array();
  if (list == nullptr) return fail(Errc::invalid_input, fmt::format("{}: expected an array of objects", where));
  TRY_VOID(check_count(list->size(), where));
  for (const Json& item : *list) {
    BatchRow row{.where = fmt::format("{}: /{}", where, rows.size())};
    if (const auto* object = item.if_object()) row.fields = *object;
    if (!item.is_object()) row.error = Error{Errc::invalid_input, "is not an object"};
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<std::vector<BatchRow>> read_matrix_rows(std::string_view text, std::string_view where,
                                               const ContentTemplate& note) {
  TRY(const YamlNode root, parse_yaml(text, where));
  if (root.kind != YamlKind::map) return fail_yaml(root, where, "expected `field: [values]` lines here");
  std::vector<std::string> columns;
  for (const YamlMember& member : root.members) columns.push_back(member.key);
  TRY_VOID(match_columns(columns, note, where));
  std::vector<MatrixAxis> axes;
  std::size_t count = 1;
  for (const YamlMember& member : root.members) {
    TRY(auto axis, read_axis(member, where, note));
    count = std::min(count * axis.values.size(), batch_rows_max + 1);
    axes.push_back(std::move(axis));
  }
  TRY_VOID(check_count(count, where));
  std::vector<BatchRow> rows;
  for (std::size_t i = 0; i < count; ++i) rows.push_back(make_matrix_row(axes, i, where));
  return rows;
}

Result<std::vector<BatchRow>> read_query_rows(std::span<const JsonObject> answered, std::string_view where,
                                              const ContentTemplate& note) {
  if (answered.empty()) return std::vector<BatchRow>();
  TRY_VOID(check_count(answered.size(), where));
  std::vector<std::string> columns;
  for (const auto& [name, value] : answered.front()) columns.emplace_back(name);
  TRY(const auto fields, match_columns(columns, note, where));
  std::vector<BatchRow> rows;
  for (const JsonObject& given : answered) {
    BatchRow row{.where = fmt::format("{}: row {}", where, rows.size() + 1)};
    for (const FieldSpec* field : fields) {
      const Json& value = given.at(field->name);
      if (value.is_null()) continue;
      const auto* text = value.if_string();
      set_field(row, *field, text != nullptr ? std::string(*text) : render_json(value));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<std::vector<BatchRow>> read_batch_rows(std::string_view text, std::string_view where,
                                              const ContentTemplate& note) {
  struct RowFormat {
    std::string_view ending;
    Result<std::vector<BatchRow>> (*read)(std::string_view, std::string_view, const ContentTemplate&);
  };
  constexpr RowFormat formats[] = {
      {".csv", read_csv_rows}, {".json", read_json_rows}, {".yaml", read_matrix_rows}, {".yml", read_matrix_rows}};
  const auto* format = std::ranges::find_if(formats, [&](const RowFormat& f) { return where.ends_with(f.ending); });
  if (format == std::end(formats))
    return fail(Errc::invalid_input,
                fmt::format("{}: rows are read from .csv, .json, and from .yaml for a matrix", where));
  return format->read(text, where, note);
}

std::vector<BatchDraft> make_batch(const Linter& linter, const ContentTemplate& note, std::span<const BatchRow> rows,
                                   Escape escape) {
  std::vector<BatchDraft> batch;
  FreePaths paths;
  for (const BatchRow& row : rows) {
    BatchDraft made{.where = row.where, .error = row.error};
    if (!row.error) {
      auto draft = make_draft(linter, note, row.fields, escape);
      if (!draft) made.error = std::move(draft.error());
      if (draft) made.draft = std::move(*draft);
    }
    if (!made.error) made.draft.path = paths.take(made.draft.path);
    batch.push_back(std::move(made));
  }
  return batch;
}

BatchCount count_batch(std::span<const BatchDraft> batch) {
  BatchCount count;
  for (const BatchDraft& made : batch) {
    ++(made.error ? count.refused : count.drafts);
    if (made.draft.is_blocked()) ++count.blocked;
    count.fixed += std::ssize(made.draft.fixed);
    count.left += std::ssize(made.draft.left);
  }
  return count;
}

}  // namespace converge::content
