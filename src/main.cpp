// main.cpp — one command line, one exit status.
#include "base/error.hpp"
#include "base/log.hpp"
#include "surface/cli/command_line.hpp"

#include <sodium.h>
#include <unistd.h>
#include <csignal>
#include <exception>
#include <iostream>

namespace {

int report_bug(const std::string& what) {
  const converge::Error error{converge::Errc::internal, what};
  std::cerr << converge::hide_secrets(converge::render_error(error)) << "\n";
  return converge::error_traits(error.code).exit_status;
}

}  // namespace

int main(int argc, char** argv) {
  if (sodium_init() < 0) return report_bug("libsodium could not be initialised");
  // A reader that has gone away is an error of the write, so that the desk's server is left in order.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return converge::surface::run_command_line(argc, argv, std::cout, std::cerr, isatty(STDERR_FILENO) == 1);
  } catch (const std::exception& error) {
    return report_bug(std::string("a bug of the program: ") + error.what());
  }
}
