#include "base/log.hpp"

#include <gmock/gmock.h>

namespace converge {
namespace {

using ::testing::HasSubstr;
using ::testing::internal::CaptureStderr;
using ::testing::internal::GetCapturedStderr;

TEST(Log, NeverShowsARegisteredSecret) {
  const std::string canary = "canary-2f61c0";
  ASSERT_TRUE(register_secret(canary));
  CaptureStderr();
  write_log(LogLevel::error, "connect with " + canary);
  write_log(LogLevel::warning, "{\"token\": \"" + canary + "\"}");
  write_log(LogLevel::info, "https://ann:" + canary + "@example.org");
  const std::string written = GetCapturedStderr();
  EXPECT_THAT(written, ::testing::Not(HasSubstr(canary)));
  EXPECT_THAT(written, HasSubstr("error: connect with [secret]\n"));
}

TEST(Log, HidesSecretsInAnyText) {
  ASSERT_TRUE(register_secret("canary-71d3ab"));
  EXPECT_EQ(hide_secrets("error: ann with canary-71d3ab at mysql://ann:other-word@host/db"),
            "error: ann with [secret] at mysql://[secret]@host/db");
}

TEST(Log, RefusesToRegisterWhatIsTooShort) {
  EXPECT_FALSE(register_secret("abc"));
  EXPECT_FALSE(register_secret(""));
}

TEST(Log, WritesOneLineAndNoForgedOnes) {
  CaptureStderr();
  write_log(LogLevel::warning, "first\n2020-01-01T00:00:00Z info: forged\r{} {0}");
  const std::string written = GetCapturedStderr();
  EXPECT_THAT(written, ::testing::MatchesRegex("[0-9-]+T[0-9:]+Z warning: first\\\\n2020-01-01T00:00:00Z info: "
                                               "forged\\\\r\\{\\} \\{0\\}\n"));
}

TEST(Log, TellsATerminalNothing) {
  CaptureStderr();
  write_log(LogLevel::warning, std::string("a\x1b[2Jb\x07\x7f\0c\td ü", 15));
  EXPECT_THAT(GetCapturedStderr(), HasSubstr("a\\x1b[2Jb\\x07\\x7f\\x00c\td ü\n"));
}

TEST(Log, DropsLinesBelowItsLevel) {
  struct Case {
    LogLevel level;
    const char* expected;
  };
  const Case cases[] = {{LogLevel::debug, "dbg.inf.wrn.err."},
                        {LogLevel::info, "inf.wrn.err."},
                        {LogLevel::warning, "wrn.err."},
                        {LogLevel::error, "err."}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.expected);
    set_log_level(c.level);
    CaptureStderr();
    write_log(LogLevel::debug, "dbg.");
    write_log(LogLevel::info, "inf.");
    write_log(LogLevel::warning, "wrn.");
    write_log(LogLevel::error, "err.");
    std::string messages;
    const std::string written = GetCapturedStderr();
    for (const char* message : {"dbg.", "inf.", "wrn.", "err."})
      if (written.find(message) != std::string::npos) messages += message;
    EXPECT_EQ(messages, c.expected);
  }
  set_log_level(LogLevel::info);
}

}  // namespace
}  // namespace converge
