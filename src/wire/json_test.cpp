#include "wire/json.hpp"

#include <gmock/gmock.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

namespace converge {
namespace {

using ::testing::HasSubstr;

TEST(ParseJson, AcceptsWhatRfc8259Allows) {
  for (const char* text : {"null", " true ", "0", "-0", "1.5e3", "\"\"", "[]", "{}", "[1,[2,[3]]]",
                           R"({"a":{"a":1},"b":{"a":2}})", R"("\u00e9\ud83d\ude00\/")", "\t\r\n [ ] \n"}) {
    SCOPED_TRACE(text);
    EXPECT_TRUE(parse_json(text).has_value());
  }
}

TEST(ParseJson, RefusesEverythingElse) {
  struct Case {
    const char* name;
    std::string text;
    const char* message;
  };
  const Case cases[] = {
      {"nothing", "", "JSON"},
      {"only space", "  ", "JSON"},
      {"two values", "1 2", "at byte"},
      {"trailing comma", "[1,]", "at byte"},
      {"comment", "[1] // one", "JSON"},
      {"single quotes", "{'a':1}", "at byte 1"},
      {"NaN", "NaN", "JSON"},
      {"leading zero", "01", "JSON"},
      {"plus", "+1", "JSON"},
      {"no fraction", "1.", "JSON"},
      {"open string", "\"a", "JSON"},
      {"raw line feed in a string", "\"a\nb\"", "JSON"},
      {"bad escape", R"("\x41")", "JSON"},
      {"lone surrogate", R"("\ud83d")", "JSON"},
      {"not UTF-8", "\"\xff\"", "JSON"},
      {"byte order mark", "\xef\xbb\xbf{}", "JSON"},
      {"deeper than 64", std::string(65, '[') + std::string(65, ']'), "JSON"},
      {"beyond the doubles", "1e400", "exponent"},
      {"beyond the doubles in an object", R"({"x":-1e400})", "exponent"},
      {"just beyond the doubles", "1.7976931348623159e308", "exponent"},
      {"beyond the doubles in digits", std::string(310, '9') + ".0", "exponent"},
      {"beyond the doubles without a point", std::string(310, '9'), "exponent"},
      {"equal keys", R"({"a":1,"b":2,"a":1})", "key 'a' stands twice"},
      {"equal keys, one escaped", R"({"a":1,"\u0061":2})", "key 'a' stands twice"},
      {"equal keys further in", R"([{"x":{"k":1,"k":2}}])", "key 'k' stands twice"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto value = parse_json(c.text);
    ASSERT_FALSE(value.has_value());
    EXPECT_EQ(value.error().code, Errc::invalid_input);
    EXPECT_THAT(value.error().message, HasSubstr(c.message));
  }
}

// RFC 8785, section 3.2.2 and 3.2.3, and appendix B; worked by hand from the rules there.
TEST(RenderCanonicalJson, AgreesWithRfc8785) {
  struct Case {
    const char* name;
    const char* text;
    const char* expected;
  };
  const Case cases[] = {
      {"the example of section 3.2.2",
       R"({"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],)"
       R"("string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]})",
       R"({"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],)"
       "\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}"},
      {"the example of section 3.2.3: keys by UTF-16 code unit",
       R"({"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One",)"
       R"("\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"})",
       "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"ö\":\"Latin Small Letter O With "
       "Diaeresis\","
       "\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}"},
      {"a prefix comes first", R"({"ab":1,"a":2,"":3,"B":4})", R"({"":3,"B":4,"a":2,"ab":1})"},
      {"nested", R"({"b":[{"d":1,"c":2}],"a":{}})", R"({"a":{},"b":[{"c":2,"d":1}]})"},
      {"short escapes", R"("\b\t\n\f\r\u001f\u007f")", "\"\\b\\t\\n\\f\\r\\u001f\x7f\""},
      {"white space goes", " [ 1 , { \"a\" : 2 } ] ", R"([1,{"a":2}])"},
      {"a whole double is written whole", "[1.0,-0.0,1e20,100000.0]", "[1,0,100000000000000000000,100000]"},
      {"64-bit integers stay exact, where the RFC would round", "[9223372036854775807,18446744073709551615]",
       "[9223372036854775807,18446744073709551615]"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto value = parse_json(c.text);
    ASSERT_TRUE(value.has_value());
    EXPECT_EQ(render_canonical_json(*value), c.expected);
    EXPECT_EQ(render_canonical_json(parse_json(c.expected).value()), c.expected) << "canonical text is canonical";
  }
}

TEST(RenderDouble, AgreesWithEcmaScript) {
  struct Case {
    double value;
    const char* expected;
  };
  const Case cases[] = {
      {0.0, "0"},
      {-0.0, "0"},
      {5e-324, "5e-324"},
      {-5e-324, "-5e-324"},
      {1.7976931348623157e308, "1.7976931348623157e+308"},
      {9007199254740992, "9007199254740992"},
      {-9007199254740992, "-9007199254740992"},
      {295147905179352830000.0, "295147905179352830000"},
      {9.999999999999997e22, "9.999999999999997e+22"},
      {1e23, "1e+23"},
      {1.0000000000000001e23, "1.0000000000000001e+23"},
      {999999999999999700000.0, "999999999999999700000"},
      {1e21, "1e+21"},
      {9.999999999999997e-7, "9.999999999999997e-7"},
      {0.000001, "0.000001"},
      {333333333.3333332, "333333333.3333332"},
      {-0.0000033333333333333333, "-0.0000033333333333333333"},
      {1424953923781206.2, "1424953923781206.2"},
      {0.1, "0.1"},
      {123456.75, "123456.75"},
      {1e-7, "1e-7"},
      {std::numeric_limits<double>::quiet_NaN(), "null"},
      {std::numeric_limits<double>::infinity(), "null"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.expected);
    EXPECT_EQ(render_double(c.value), c.expected);
    if (!std::isfinite(c.value)) continue;
    double again = 1;
    std::from_chars(c.expected, c.expected + std::strlen(c.expected), again);
    EXPECT_EQ(again, c.value) << "reads back as the same double";
  }
}

TEST(RenderJson, KeepsTheOrderOfKeys) {
  const Json value = parse_json(R"({"b":[1,{"c":null}],"a":{},"d":[]})").value();
  EXPECT_EQ(render_json(value), R"({"b":[1,{"c":null}],"a":{},"d":[]})");
  EXPECT_EQ(render_json_pretty(value),
            "{\n  \"b\": [\n    1,\n    {\n      \"c\": null\n    }\n  ],\n  \"a\": {},\n  \"d\": []\n}\n");
}

TEST(RequireField, SaysWhereAFieldIsMissingOrWrong) {
  const Json value = parse_json(R"({"name":"x","count":3,"big":1e3,"part":1.5,"flag":true})").value();
  const JsonObject& object = value.get_object();
  EXPECT_EQ(require_string(object, "name", "f.json").value(), "x");
  EXPECT_EQ(require_int(object, "count", "f.json").value(), 3);
  EXPECT_EQ(require_int(object, "big", "f.json").value(), 1000);
  EXPECT_EQ(require_number(object, "part", "f.json").value(), 1.5);
  EXPECT_EQ(require_number(object, "count", "f.json").value(), 3.0);
  EXPECT_EQ(require_string(object, "count", "f.json").error().message, "f.json: /count must be a string");
  EXPECT_EQ(require_int(object, "part", "f.json").error().message, "f.json: /part must be a whole number");
  EXPECT_EQ(require_int(object, "flag", "f.json").error().code, Errc::invalid_input);
  EXPECT_EQ(require_number(object, "none", "f.json").error().message, "f.json: /none must be a number");
}

}  // namespace
}  // namespace converge
