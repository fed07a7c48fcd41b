// main.cpp — the words of the command line, one session, one exit status.
#include "surface/cli/command.hpp"
#include "surface/cli/session.hpp"

#include <sodium.h>
#include <unistd.h>
#include <CLI/CLI.hpp>
#include <iostream>
#include <list>
#include <map>

namespace {

using converge::Errc;
using converge::Error;
using converge::surface::Arguments;
using converge::surface::Command;
using converge::surface::Invocation;
using converge::surface::Option;
using converge::surface::Session;

// What CLI11 fills in while it parses; addresses must stay where they are.
struct Parsed {
  const Command* command = nullptr;
  CLI::App* app = nullptr;
  std::list<std::pair<const Option*, std::vector<std::string>>> values;
  std::list<std::pair<const Option*, bool>> switches;
};

void declare_option(CLI::App& app, Parsed& parsed, const Option& option) {
  if (option.placeholder.empty() && option.name.starts_with("--")) {
    auto& slot = parsed.switches.emplace_back(&option, false);
    app.add_flag(std::string(option.name), slot.second, std::string(option.help));
    return;
  }
  auto& slot = parsed.values.emplace_back(&option, std::vector<std::string>{});
  auto* declared = app.add_option(std::string(option.name), slot.second, std::string(option.help));
  declared->required(option.required);
  declared->type_name(std::string(option.placeholder));
  if (!option.repeated) declared->expected(1);
}

Arguments collect(const Parsed& parsed) {
  Arguments arguments;
  for (const auto& [option, values] : parsed.values)
    if (!values.empty()) arguments.add(option->name, values);
  for (const auto& [option, is_set] : parsed.switches)
    if (is_set) arguments.add(option->name, {"true"});
  return arguments;
}

int report_error(const Error& error) {
  std::cerr << converge::render_error(error) << "\n";
  return converge::error_traits(error.code).exit_status;
}

int run(int argc, char** argv) {
  CLI::App app("Converge: one contract, one loop, from market data to a published note.", "converge");
  app.require_subcommand(1);
  app.fallthrough();
  app.set_version_flag("--version", std::string(converge::surface::program_version));
  std::string desk;
  bool json = false;
  app.add_option("--desk", desk, "Folder of the desk (default: here, or the nearest parent with a converge.toml)")
      ->type_name("DIR");
  app.add_flag("--json", json, "One JSON document on stdout");

  const std::vector<Command> commands = converge::surface::commands();
  std::list<Parsed> parsed;
  std::map<std::string, CLI::App*> nouns;
  for (const Command& command : commands) {
    CLI::App* parent = &app;
    const std::string noun(command.noun);
    if (!command.verb.empty()) {
      CLI::App*& known = nouns[noun];
      if (known == nullptr) {
        known = app.add_subcommand(noun, "");
        known->require_subcommand(1);
        known->fallthrough();
      }
      parent = known;
    }
    Parsed& one = parsed.emplace_back();
    one.command = &command;
    one.app =
        parent->add_subcommand(command.verb.empty() ? noun : std::string(command.verb), std::string(command.summary));
    one.app->fallthrough();
    for (const Option& option : command.options) declare_option(*one.app, one, option);
  }

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int status = app.exit(error, std::cout, std::cerr);
    return status == 0 ? 0 : converge::error_traits(Errc::invalid_input).exit_status;
  }

  for (const Parsed& one : parsed) {
    if (!one.app->parsed()) continue;
    Session session(desk);
    Invocation invocation{collect(one), session, json, isatty(STDOUT_FILENO) == 1 && !json, std::cout, std::cerr};
    const auto status = one.command->run(invocation);
    std::cout.flush();
    return status ? *status : report_error(status.error());
  }
  return report_error({Errc::internal, "no command was chosen"});
}

}  // namespace

int main(int argc, char** argv) {
  if (sodium_init() < 0) return report_error({Errc::internal, "libsodium could not be initialised"});
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    return report_error({Errc::internal, std::string("a bug of the program: ") + error.what()});
  }
}
