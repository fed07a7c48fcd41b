// base/log.hpp — lines to stderr, for the person who runs the program. Never a record: what must be known later is a row.
//
// spdlog underneath. Every line passes base/redact.hpp at the sink, after formatting, so nothing can go round it.
// threads: any
#pragma once
#include <string>
#include <string_view>

namespace converge {

enum class LogLevel { debug, info, warning, error };

// Lines below this level are dropped. Default: info.
void set_log_level(LogLevel level);

// A value that no line may show from now on. Values too short to be told from ordinary text are not kept: returns false.
bool register_secret(std::string secret);

// `text` as it may be shown: without registered secrets and whatever looks like one.
std::string hide_secrets(std::string_view text);

// One line: "2020-03-16T20:00:00Z warning: message". Line breaks inside the message are shown as \n, so that untrusted
// text cannot forge a line.
void write_log(LogLevel level, std::string_view message);

}  // namespace converge
