#include "base/log.hpp"

#include "base/redact.hpp"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <array>
#include <cstdio>
#include <mutex>
#include <vector>

namespace converge {
namespace {

constexpr std::array spdlog_level{spdlog::level::debug, spdlog::level::info, spdlog::level::warn, spdlog::level::err};

// One message is one line, and tells a terminal nothing: a control character is written as what it would be in a program.
void append_visibly(std::string& line, char c) {
  constexpr std::string_view hex = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  if (c == '\n')
    line += "\\n";
  else if (c == '\r')
    line += "\\r";
  else if ((byte < ' ' && c != '\t') || byte == 0x7F)
    line.append({'\\', 'x', hex[byte / 16], hex[byte % 16]});
  else
    line += c;
}

class RedactingSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  RedactingSink()
      : base_sink(std::make_unique<spdlog::pattern_formatter>("%Y-%m-%dT%H:%M:%SZ %l: %v",
                                                              spdlog::pattern_time_type::utc, "")) {}

  void add_secret(std::string secret) {
    const std::lock_guard lock(mutex_);
    secrets_.push_back(std::move(secret));
  }
  std::string hide_secrets(std::string_view text) {
    const std::lock_guard lock(mutex_);
    return redact(text, secrets_);
  }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t formatted;
    formatter_->format(message, formatted);
    std::string line;
    for (const char c : redact({formatted.data(), formatted.size()}, secrets_)) append_visibly(line, c);
    line += '\n';
    std::fwrite(line.data(), 1, line.size(), stderr);
  }
  void flush_() override { std::fflush(stderr); }

 private:
  std::vector<std::string> secrets_;
};

const std::shared_ptr<RedactingSink>& sink() {
  static const auto instance = std::make_shared<RedactingSink>();
  return instance;
}

spdlog::logger& logger() {
  static spdlog::logger instance("converge", sink());
  return instance;
}

}  // namespace

void set_log_level(LogLevel level) {
  logger().set_level(spdlog_level.at(static_cast<std::size_t>(level)));
}

bool register_secret(std::string secret) {
  if (secret.size() < secret_length_min) return false;
  sink()->add_secret(std::move(secret));
  return true;
}

std::string hide_secrets(std::string_view text) {
  return sink()->hide_secrets(text);
}

void write_log(LogLevel level, std::string_view message) {
  logger().log(spdlog_level.at(static_cast<std::size_t>(level)), spdlog::string_view_t(message.data(), message.size()));
  logger().flush();
}

}  // namespace converge
