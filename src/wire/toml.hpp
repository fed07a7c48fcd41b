// wire/toml.hpp — the files of a desk, read strictly: every key is asked for or refused.
//
// toml++ underneath. A file becomes a JsonObject whose keys stand in the order of the file, so an error can say where by
// JSON pointer and a table may be an ordered list (`[features]`). Dates and times are refused: a desk writes them as text.
#pragma once
#include "base/result.hpp"
#include "wire/json.hpp"

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace converge {

// `where` names the file in errors. errors: invalid_input with line and column
Result<JsonObject> parse_toml(std::string_view text, std::string_view where);

// One table, read key by key. Values are checked as they are read; refuse_rest() fails on a key that nobody asked for.
// Borrows the object. Every error is invalid_input and reads "<where>: /<pointer> must be ...".
class TableReader {
 public:
  TableReader(const JsonObject& object, std::string where, std::string pointer = {})
      : object_(&object), where_(std::move(where)), pointer_(std::move(pointer)) {}

  bool has(std::string_view key) const;
  std::vector<std::string> keys() const;  // in the order of the file
  Result<std::string> text(std::string_view key);
  // One of `words`.
  Result<std::string> word(std::string_view key, std::span<const std::string_view> words);
  // Within [min, max]. An integer is a number too.
  Result<std::int64_t> integer(std::string_view key, std::int64_t min, std::int64_t max);
  Result<double> number(std::string_view key, double min, double max);
  Result<bool> flag(std::string_view key);
  Result<std::vector<std::string>> texts(std::string_view key);  // an array of texts
  Result<TableReader> table(std::string_view key);
  Result<std::vector<TableReader>> tables(std::string_view key);  // [[key]]
  Result<void> refuse_rest() const;
  // "<where>: /<pointer>/<key> <what>"
  tl::unexpected<Error> refuse(std::string_view key, std::string_view what) const;

 private:
  const Json* ask(std::string_view key);

  const JsonObject* object_;
  std::string where_;
  std::string pointer_;
  std::set<std::string, std::less<>> asked_;
};

}  // namespace converge
