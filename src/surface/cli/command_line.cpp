#include "surface/cli/command_line.hpp"

#include "base/log.hpp"
#include "surface/cli/command.hpp"
#include "surface/cli/session.hpp"

#include <CLI/CLI.hpp>
#include <list>
#include <map>
#include <ostream>

namespace converge::surface {
namespace {

constexpr const char* every_command =
    "Every command also takes --desk DIR, --json and, where it reads what was known, --as-of INSTANT (converge "
    "--help).";

// What CLI11 fills in while it parses; addresses must stay where they are.
struct Parsed {
  const Command* command = nullptr;
  CLI::App* app = nullptr;
  struct Value {
    const Option* option = nullptr;
    CLI::Option* declared = nullptr;
    std::string text;
    std::vector<std::string> texts;  // of a repeated option
  };
  std::list<Value> values;
  std::list<std::pair<const Option*, bool>> switches;
};

struct Line {
  CLI::App app{"Converge: one contract, one loop, from market data to a published note.", "converge"};
  std::string desk;
  std::string as_of;
  bool json = false;
  std::vector<Command> commands = surface::commands();
  std::list<Parsed> parsed;  // one for each command
};

void declare_option(CLI::App& app, Parsed& parsed, const Option& option) {
  if (option.placeholder.empty() && option.name.starts_with("--")) {
    auto& slot = parsed.switches.emplace_back(&option, false);
    app.add_flag(std::string(option.name), slot.second, std::string(option.help));
    return;
  }
  Parsed::Value& value = parsed.values.emplace_back();
  value.option = &option;
  const std::string name(option.name);
  const std::string help(option.help);
  value.declared = option.repeated ? app.add_option(name, value.texts, help) : app.add_option(name, value.text, help);
  value.declared->required(option.required);
  value.declared->type_name(std::string(option.placeholder));
}

CLI::App* declare_noun(CLI::App& app, std::map<std::string, CLI::App*>& nouns, const std::string& noun) {
  CLI::App*& known = nouns[noun];
  if (known == nullptr) {
    known = app.add_subcommand(noun, "");
    known->require_subcommand(1);
    known->fallthrough();
  }
  return known;
}

void declare(Line& line) {
  line.app.require_subcommand(1);
  line.app.fallthrough();
  line.app.set_version_flag("--version", std::string(program_version));
  line.app
      .add_option("--desk", line.desk, "Folder of the desk (default: here, or the nearest parent with a converge.toml)")
      ->type_name("DIR");
  line.app.add_flag("--json", line.json, "One JSON document on stdout");
  line.app
      .add_option("--as-of", line.as_of,
                  "Answer with what was known at this instant (2020-03-16T20:00:00Z), or by the end of this day, UTC")
      ->type_name("INSTANT");
  std::map<std::string, CLI::App*> nouns;
  for (const Command& command : line.commands) {
    const std::string noun(command.noun);
    CLI::App* parent = command.verb.empty() ? &line.app : declare_noun(line.app, nouns, noun);
    if (!command.verb.empty()) {
      const std::string verbs = parent->get_description();
      parent->description(verbs + (verbs.empty() ? "" : ", ") + std::string(command.verb));
    }
    Parsed& one = line.parsed.emplace_back();
    one.command = &command;
    one.app =
        parent->add_subcommand(command.verb.empty() ? noun : std::string(command.verb), std::string(command.summary));
    one.app->fallthrough();
    one.app->footer(every_command);
    for (const Option& option : command.options) declare_option(*one.app, one, option);
  }
}

Arguments collect(const Parsed& parsed) {
  Arguments arguments;
  for (const Parsed::Value& value : parsed.values)
    if (value.declared->count() > 0)
      arguments.add(value.option->name, value.option->repeated ? value.texts : std::vector{value.text});
  for (const auto& [option, is_set] : parsed.switches)
    if (is_set) arguments.add(option->name, {"true"});
  return arguments;
}

std::string name_of(const Command& command) {
  return std::string(command.noun) + (command.verb.empty() ? "" : " ") + std::string(command.verb);
}

// "converge model", as far as the words were understood.
std::string understood(const CLI::App& app) {
  std::string words = app.get_name();
  for (const CLI::App* sub : app.get_subcommands()) words += " " + understood(*sub);
  return words;
}

// The innermost word that was understood.
const CLI::App& innermost(const CLI::App& app) {
  const auto below = app.get_subcommands();
  return below.empty() ? app : innermost(*below.front());
}

// What CLI11 says may be several lines and ends in a full stop or not. It does not name a word that is no command.
Error command_line_error(const CLI::App& app, const CLI::ParseError& error) {
  std::string says = error.what();
  const CLI::App& last = innermost(app);
  const bool wants_command = !last.get_subcommands([](const CLI::App*) { return true; }).empty();
  const auto rest = app.remaining(true);
  if (wants_command) says = rest.empty() ? "a command is missing" : "'" + rest.front() + "' is no command";
  for (char& c : says)
    if (c == '\n') c = ' ';
  while (says.ends_with('.') || says.ends_with(' ')) says.pop_back();
  const std::string words = understood(app);
  return {Errc::invalid_input, says + "; in '" + words + "'; '" + words + " --help' shows what can be said"};
}

Result<std::optional<Instant>> read_as_of(const Line& line, const Command& command) {
  if (line.as_of.empty()) return std::nullopt;
  if (command.as_of == AsOf::refused)
    return fail(Errc::invalid_input,
                "--as-of: '" + name_of(command) + "' acts now, or shows what is there now; leave --as-of out");
  return parse_as_of(line.as_of);
}

Result<int> run_parsed(const Line& line, const Parsed& chosen, std::ostream& out, std::ostream& err, bool terminal) {
  TRY(const auto as_of, read_as_of(line, *chosen.command));
  Session session(line.desk);
  Invocation invocation{collect(chosen), session, as_of, line.json, terminal, out, err};
  TRY(const int status, chosen.command->run(invocation));
  out.flush();
  if (!out)
    return fail(Errc::unavailable, "the answer could not be written to standard output: it was closed, or is full");
  return status;
}

int report_error(const Error& error, std::ostream& err) {
  err << hide_secrets(render_error(error)) << std::endl;
  return error_traits(error.code).exit_status;
}

}  // namespace

int run_command_line(int argc, const char* const* argv, std::ostream& out, std::ostream& err, bool terminal) {
  Line line;
  declare(line);
  try {
    line.app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return line.app.exit(help, out, err);
  } catch (const CLI::ParseError& error) {
    return report_error(command_line_error(line.app, error), err);
  }
  for (const Parsed& one : line.parsed) {
    if (!one.app->parsed()) continue;
    const auto status = run_parsed(line, one, out, err, terminal);
    return status ? *status : report_error(status.error(), err);
  }
  return report_error({Errc::internal, "no command was chosen"}, err);
}

}  // namespace converge::surface
