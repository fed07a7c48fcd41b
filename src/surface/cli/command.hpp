// surface/cli/command.hpp — a command is a row of a table: its words, its options, its function.
//
// A function takes an Invocation, writes its answer to it and returns the exit status. Errors are returned, never printed:
// main prints them once and takes the exit status from the error table.
#pragma once
#include "base/result.hpp"
#include "base/time.hpp"
#include "wire/json.hpp"

#include <functional>
#include <iosfwd>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace converge::surface {

class Session;

struct Option {
  std::string_view name;         // "--from", or "MODEL" for a positional word
  std::string_view placeholder;  // "DATE"; empty for a switch
  std::string_view help;
  bool required = false;
  bool repeated = false;
};

// The words of one command line, checked against the command's options.
class Arguments {
 public:
  void add(std::string_view name, std::vector<std::string> values) { values_[std::string(name)] = std::move(values); }

  bool has(std::string_view name) const { return values_.contains(std::string(name)); }
  std::optional<std::string> find(std::string_view name) const;
  // The value of a required option, which the parser has already insisted on.
  const std::string& require(std::string_view name) const { return values_.at(std::string(name)).front(); }
  std::vector<std::string> list(std::string_view name) const;

  Result<std::optional<Instant>> find_instant(std::string_view name) const;  // a date means the end of that day, UTC
  Result<std::optional<Date>> find_date(std::string_view name) const;
  Result<std::optional<std::int64_t>> find_count(std::string_view name) const;

 private:
  std::map<std::string, std::vector<std::string>> values_;
};

struct Invocation {
  Arguments arguments;
  Session& session;
  bool json = false;      // one JSON document on stdout
  bool terminal = false;  // stdout is a terminal: progress bars are welcome
  std::ostream& out;
  std::ostream& err;

  // With --json the document, else the text.
  void answer(const std::string& text, const std::function<Json()>& document) const;
};

struct Command {
  std::string_view noun;
  std::string_view verb;  // empty for commands of one word
  std::string_view summary;
  std::span<const Option> options;
  Result<int> (*run)(Invocation&);
};

// Every command, in the order of the help text.
std::vector<Command> commands();

}  // namespace converge::surface
