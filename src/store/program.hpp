// store/program.hpp — starting other programs: to read what they print, or to leave them running.
#pragma once
#include "base/result.hpp"

#include <sys/types.h>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace converge::store {

// The program, then its arguments. No shell reads them.
using CommandLine = std::vector<std::string>;

// What it printed on both streams. errors: not_found when there is no such program; unavailable with the end of what it
// printed when it exits with another status than 0; timeout, and it is killed. kept_fd: an open file of ours that it holds
// too, such as a lock that must last as long as it runs, also when we are killed before
Result<std::string> run_program(const CommandLine& command, std::chrono::milliseconds wait_max, int kept_fd = -1);

// Starts it in a session of its own (Ctrl-C does not reach it), as nobody's child (it is reaped by init and outlives us),
// with standard output and error appended to `log_file` and no open file of ours but `kept_fd`.
Result<pid_t> start_detached(const CommandLine& command, const std::filesystem::path& log_file, int kept_fd);

// "/usr/sbin/mysqld" for "mysqld": looked for in `directories`, in order. Empty when it is in none of them.
std::filesystem::path find_program(const std::vector<std::filesystem::path>& directories, const std::string& name);

// The directories of PATH, and those for servers that a user's PATH often lacks.
std::vector<std::filesystem::path> load_program_directories();

}  // namespace converge::store
