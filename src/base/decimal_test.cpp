#include "base/decimal.hpp"

#include "base/rng.hpp"

#include <gtest/gtest.h>
#include <limits>

namespace converge {
namespace {

using Wide = Decimal::Coefficient;

TEST(DecimalParse, KeepsEveryDigit) {
  struct Case {
    const char* text;
    const char* printed;
    int scale;
    int significant_scale;
    int integer_digits;
  };
  const Case cases[] = {
      {"0", "0", 0, 0, 0},
      {"-0", "0", 0, 0, 0},
      {"-0.00", "0.00", 2, 0, 0},
      {"12.3400", "12.3400", 4, 2, 2},
      {"-12.34", "-12.34", 2, 2, 2},
      {"0.05", "0.05", 2, 2, 0},
      {"007", "7", 0, 0, 1},
      {"1e3", "1000", 0, 0, 4},
      {"1.5E+3", "1500", 0, 0, 4},
      {"1.5e-3", "0.0015", 4, 4, 0},
      {"1200e-2", "12.00", 2, 0, 2},
      {"0e100", "0", 0, 0, 0},
      {"99999999999999999999999999999999999999", "99999999999999999999999999999999999999", 0, 0, 38},
      {"-0.99999999999999999999999999999999999999", "-0.99999999999999999999999999999999999999", 38, 38, 0},
      {"2386.129883", "2386.129883", 6, 6, 4},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    const auto decimal = Decimal::parse(c.text);
    ASSERT_TRUE(decimal.has_value());
    EXPECT_EQ(decimal->to_string(), c.printed);
    EXPECT_EQ(decimal->scale(), c.scale);
    EXPECT_EQ(decimal->significant_scale(), c.significant_scale);
    EXPECT_EQ(decimal->integer_digits(), c.integer_digits);
  }
}

TEST(DecimalParse, RefusesWhatIsNoDecimalOrTooLong) {
  for (const char* text : {"",
                           "-",
                           "+1",
                           ".",
                           ".5",
                           "5.",
                           "-.5",
                           "1..2",
                           "1.2.3",
                           "1,2",
                           "1 ",
                           " 1",
                           "--1",
                           "0x10",
                           "1e",
                           "1e+",
                           "1e+-5",
                           "1e1.5",
                           "1e5x",
                           "1e101",
                           "1e-101",
                           "1e99999999999",
                           "NaN",
                           "nan",
                           "inf",
                           "Infinity",
                           "1_000",
                           "１",
                           "100000000000000000000000000000000000000",
                           "1e38",
                           "0.1e-38",
                           "0.000000000000000000000000000000000000001",
                           "0.000000000000000000000000000000000000000000000000000",
                           "999999999999999999999999999999999999999999999999999999999999"}) {
    SCOPED_TRACE(text);
    const auto decimal = Decimal::parse(text);
    ASSERT_FALSE(decimal.has_value());
    EXPECT_EQ(decimal.error().code, Errc::invalid_input);
  }
}

TEST(Decimal, ComparesNumbersNotTexts) {
  struct Case {
    const char* a;
    const char* b;
    std::strong_ordering expected;
  };
  const auto less = std::strong_ordering::less;
  const auto equal = std::strong_ordering::equal;
  const Case cases[] = {
      {"1.5", "1.50", equal},
      {"0", "-0.000", equal},
      {"-1", "0", less},
      {"-1", "1", less},
      {"-2", "-1.5", less},
      {"-0.2", "-0.1", less},
      {"0.09", "0.1", less},
      {"9.99", "10", less},
      {"99999999999999999999999999999999999998", "99999999999999999999999999999999999999", less},
      {"0.99999999999999999999999999999999999999", "1", less},
      {"-99999999999999999999999999999999999999", "0.00000000000000000000000000000000000001", less},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.a) + " <=> " + c.b);
    const Decimal a = Decimal::parse(c.a).value(), b = Decimal::parse(c.b).value();
    EXPECT_TRUE((a <=> b) == c.expected);
    EXPECT_TRUE((b <=> a) == (c.expected == equal ? equal : std::strong_ordering::greater));
  }
}

TEST(Decimal, ChangesItsScaleOnlyWithoutLoss) {
  const Decimal d = Decimal::parse("12.3400").value();
  EXPECT_EQ(d.with_scale(2)->to_string(), "12.34");
  EXPECT_EQ(d.with_scale(6)->to_string(), "12.340000");
  EXPECT_EQ(d.with_scale(1).error().code, Errc::invalid_input);
  EXPECT_EQ(Decimal::parse("1")->with_scale(37)->to_string().size(), 39u);
  EXPECT_EQ(Decimal::parse("1")->with_scale(38).error().code, Errc::invalid_input) << "39 digits";
  EXPECT_EQ(Decimal::parse("-1")->with_scale(38).error().code, Errc::invalid_input);
}

TEST(Decimal, GivesUnitsThatFit64Bits) {
  EXPECT_EQ(Decimal::parse("12.34")->units(2).value(), 1234);
  EXPECT_EQ(Decimal::parse("-12.3400")->units(2).value(), -1234);
  EXPECT_EQ(Decimal::parse("9223372036854775807")->units(0).value(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(Decimal::parse("-9223372036854775808")->units(0).value(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(Decimal::parse("9223372036854775808")->units(0).error().code, Errc::invalid_input);
  EXPECT_EQ(Decimal::parse("-9223372036854775809")->units(0).error().code, Errc::invalid_input);
  EXPECT_EQ(Decimal::parse("0.001")->units(2).error().code, Errc::invalid_input);
  EXPECT_EQ(Decimal::from_units(-5, 3).to_string(), "-0.005");
}

TEST(Decimal, BecomesTheNearestDouble) {
  EXPECT_EQ(Decimal::parse("0.1")->to_double(), 0.1);
  EXPECT_EQ(Decimal::parse("2386.129883")->to_double(), 2386.129883);
  EXPECT_EQ(Decimal::parse("9007199254740993")->to_double(), 9007199254740992.0) << "ties to even";
  EXPECT_EQ(Decimal::parse("-1e-30")->to_double(), -1e-30);
}

// What 128-bit integers say about numbers of equal scale.
TEST(Decimal, AgreesWithIntegerArithmetic) {
  Rng rng(23);
  for (int repetition = 0; repetition < 5000; ++repetition) {
    const auto draw = [&] {
      return static_cast<std::int64_t>(rng.bits() >> rng.below(63)) * (rng.below(2) == 0 ? 1 : -1);
    };
    const std::int64_t a = draw(), b = draw();
    const int scale_a = static_cast<int>(rng.below(19)), scale_b = static_cast<int>(rng.below(19));
    const Decimal x = Decimal::from_units(a, scale_a), y = Decimal::from_units(b, scale_b);
    SCOPED_TRACE(x.to_string() + " " + y.to_string());

    Wide wide_a = a, wide_b = b;
    for (int s = scale_a; s < 18; ++s) wide_a *= 10;
    for (int s = scale_b; s < 18; ++s) wide_b *= 10;
    EXPECT_EQ(x < y, wide_a < wide_b);
    EXPECT_EQ(x == y, wide_a == wide_b);
    const Decimal again = Decimal::parse(x.to_string()).value();
    EXPECT_EQ(again, x);
    EXPECT_EQ(again.scale(), scale_a);
    EXPECT_EQ(x.units(scale_a).value(), a);
    EXPECT_EQ(x.is_negative(), a < 0);
  }
}

}  // namespace
}  // namespace converge
