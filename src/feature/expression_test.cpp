#include "feature/expression.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace converge::feature {
namespace {

TEST(Expression, RendersEveryWayToWriteItTheSame) {
  struct Case {
    const char* name;
    const char* text;
    const char* canonical;
  };
  const Case cases[] = {
      {"number", "1.50", "1.5"},
      {"exponent", "2e3", "2000"},
      {"column", " close ", "close"},
      {"product before sum", "1+2*3", "(1 + (2 * 3))"},
      {"left to right", "8-4-2", "((8 - 4) - 2)"},
      {"left to right, products", "8/4*2", "((8 / 4) * 2)"},
      {"parentheses", "(1+2)*3", "((1 + 2) * 3)"},
      {"sign binds closer than product", "-close*2", "(-(close) * 2)"},
      {"two signs", "--1", "-(-(1))"},
      {"minus a sign", "1 - -1", "(1 - -(1))"},
      {"default written out", "close / sma() - 1", "((close / sma(20)) - 1)"},
      {"same with the default given", "close/sma(20)-1", "((close / sma(20)) - 1)"},
      {"some defaults", "macd(5)", "macd(5,26,9)"},
      {"second output", "bb_up(20, 2.5)", "bb_up(20,2.5)"},
      {"no arguments", "obv()", "obv()"},
      {"functions", "log(abs(volume))", "log(abs(volume))"},
      {"rolling", "z( log(volume) ,20 )", "z(log(volume), 20)"},
      {"rolling of rolling", "z(z(close,5),10)", "z(z(close, 5), 10)"},
      {"line breaks and tabs", "close\n\t/ open", "(close / open)"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto parsed = parse_expression(c.text);
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(render_expression(*parsed), c.canonical);
    const auto again = parse_expression(c.canonical);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(render_expression(*again), c.canonical);
  }
}

TEST(Expression, RefusesWhatItCannotReadAndPointsAtTheColumn) {
  struct Case {
    const char* name;
    std::string text;
    const char* message;
  };
  const Case cases[] = {
      {"empty", "", "column 1: expected a number, a name or '(', found the end"},
      {"only space", "   ", "column 4: expected a number, a name or '(', found the end"},
      {"unclosed call", "close / sma(20", "column 15: expected ',' or ')', found the end"},
      {"unclosed parenthesis", "(close", "column 7: expected ')', found the end"},
      {"closed twice", "close)", "column 6: expected an operator or the end, found ')'"},
      {"operator without right side", "close *", "column 8: expected a number, a name or '(', found the end"},
      {"operator without left side", "* close", "column 1: expected a number, a name or '(', found '*'"},
      {"two operators", "close */ 2", "column 8: expected a number, a name or '(', found '/'"},
      {"two values", "close open", "column 7: expected an operator or the end, found 'o'"},
      {"power", "close ^ 2", "column 7: expected an operator or the end, found '^'"},
      {"unknown name", "1 + clsoe", "column 5: unknown name 'clsoe'; known are open, high, low, close, volume, log()"},
      {"a label is not a name", "direction(5)", "column 1: unknown name 'direction'"},
      {"upper case", "Close", "column 1: unknown name 'Close'"},
      {"indicator without parentheses", "obv / 2", "column 5: expected '(' after obv, found '/'"},
      {"too many arguments", "sma(20, 3)", "column 9: sma takes 1 argument(s) at most"},
      {"argument for none", "obv(3)", "column 5: obv takes 0 argument(s) at most"},
      {"argument left open", "sma(20,)", "column 8: sma takes 1 argument(s) at most"},
      {"argument that is no number", "sma(close)", "column 5: expected a number for n, found 'c'"},
      {"negative argument", "sma(-3)", "column 5: expected a number for n, found '-'"},
      {"fraction of a bar", "sma(2.5)", "column 5: n must be a whole number"},
      {"argument too small", "sma(1)", "column 5: n must lie between 2 and 10000"},
      {"argument too large", "sma(10001)", "column 5: n must lie between 2 and 10000"},
      {"width too small", "bb_up(20, 0)", "column 11: width must lie between 0.01 and 100"},
      {"fast not less than slow", "1 + macd(26, 12)", "column 5: macd: fast must be less than slow"},
      {"z without window", "z(close)", "column 8: expected ',' and the window of z, found ')'"},
      {"window too small", "z(close, 1)", "column 10: window must lie between 2 and 10000"},
      {"window of a name", "z(close, n)", "column 10: expected a number for window, found 'n'"},
      {"function of two", "log(close, 2)", "column 10: expected ')', found ','"},
      {"number too large", "1e999", "column 1: expected a number, found '1'"},
      {"lone point", ".", "column 1: expected a number, found '.'"},
      {"not ASCII", "close \xC3\x97 2", "column 7: expected an operator or the end"},
      {"too deep", std::string(65, '(') + "1" + std::string(65, ')'), "column 65: nested too deeply"},
      {"too many signs", std::string(65, '-') + "1", "nested too deeply"},
      {"too long", std::string(1001, ' '), "longer than 1000 characters"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto parsed = parse_expression(c.text);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().code, Errc::invalid_input);
    EXPECT_THAT(parsed.error().message, testing::HasSubstr(c.message));
  }
}

}  // namespace
}  // namespace converge::feature
