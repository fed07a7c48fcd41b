// surface/cli/command_line.hpp — from the words of a command line to an exit status.
//
// CLI11 underneath, filled from the table of commands. An error is printed once, here, on `err`:
// "error[code]: what; where; what to do", without secrets (base/redact.hpp); its exit status is the error table's.
#pragma once
#include <iosfwd>

namespace converge::surface {

// terminal: whether err is one, where a progress bar may be drawn
int run_command_line(int argc, const char* const* argv, std::ostream& out, std::ostream& err, bool terminal);

}  // namespace converge::surface
