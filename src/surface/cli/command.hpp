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

  Result<std::optional<Date>> find_date(std::string_view name) const;
  Result<std::optional<std::int64_t>> find_count(std::string_view name) const;

 private:
  std::map<std::string, std::vector<std::string>> values_;
};

// An instant, or a date, which means the end of that day, UTC. errors: invalid_input
Result<Instant> parse_as_of(std::string_view text);

struct Invocation {
  Arguments arguments;
  Session& session;
  std::optional<Instant> as_of;  // --as-of: answer with what was known then
  bool json = false;             // one JSON document on stdout
  bool terminal = false;         // stderr is a terminal: progress bars are welcome
  std::ostream& out;
  std::ostream& err;

  // The instant up to which rows are shown: --as-of, else all of them.
  Instant horizon() const { return as_of.value_or(end_of_time); }
  // With --json the document, else the text.
  void answer(const std::string& text, const std::function<Json()>& document) const;
};

// Forms of an answer that is a table.
enum class Format { csv, json };
// --format, else JSON with --json, else `otherwise`. errors: invalid_input, also for --format csv with --json
Result<Format> read_format(const Invocation& call, Format otherwise);

// What --as-of means to a command.
enum class AsOf {
  refused,  // it acts now, or looks at what is there now
  answers,  // it answers, or computes, with what was known at that instant
};

struct Command {
  std::string_view noun;
  std::string_view verb;  // empty for commands of one word
  std::string_view summary;
  std::span<const Option> options;
  Result<int> (*run)(Invocation&);
  AsOf as_of = AsOf::refused;
};

// Every command, in the order of the help text.
std::vector<Command> commands();

}  // namespace converge::surface
