#include "base/ulid.hpp"

#include "base/rng.hpp"

#include <gtest/gtest.h>
#include <set>

namespace converge {
namespace {

using namespace std::chrono_literals;

// Worked outside: milliseconds << 80 | first 80 bits of sha256("7\x1fbar\x1fSPX\x1f1d"), in Crockford's base 32.
TEST(Ulid, IsMadeOfTimeAndNaturalKey) {
  const Instant at = midnight_utc(Date(std::chrono::year(2020) / 3 / 16)) + 20h + 123ms;
  EXPECT_EQ(make_ulid(at, 7, "bar",
                      "SPX\x1f"
                      "1d"),
            "01E3JEWZKVNPFF19AAMVT81AMS");
  EXPECT_EQ(make_ulid(Instant{}, 0, "", ""), "0000000000Y2S65G1JH0QR40A0");
  EXPECT_EQ(make_ulid(at + 999us, 7, "bar",
                      "SPX\x1f"
                      "1d"),
            make_ulid(at, 7, "bar",
                      "SPX\x1f"
                      "1d"))
      << "milliseconds";
}

TEST(Ulid, DiffersWithEachOfItsParts) {
  const Instant at{1s};
  const std::set<std::string> ids{make_ulid(at, 7, "bar", "a"), make_ulid(at + 1ms, 7, "bar", "a"),
                                  make_ulid(at, 8, "bar", "a"), make_ulid(at, 7, "bars", "a"),
                                  make_ulid(at, 7, "bar", "b"), make_ulid(at, 7, "", "bara")};
  EXPECT_EQ(ids.size(), 6u);
}

TEST(Ulid, SortsByTime) {
  Rng rng(5);
  for (int repetition = 0; repetition < 500; ++repetition) {
    const Instant early{std::chrono::milliseconds(rng.below(2'000'000'000'000))};
    const Instant late = early + std::chrono::milliseconds(1 + rng.below(1'000'000));
    const std::string a = make_ulid(early, rng.bits(), "t", "k"), b = make_ulid(late, rng.bits(), "t", "k");
    EXPECT_LT(a, b);
    EXPECT_EQ(parse_ulid_instant(a).value(), early);
  }
}

// Examples of github.com/ulid/spec and its reference implementation.
TEST(ParseUlidInstant, AgreesWithTheSpecification) {
  EXPECT_EQ(parse_ulid_instant("01ARYZ6S41TSV4RRFFQ69G5FAV").value(), Instant(1469918176385ms));
  EXPECT_EQ(parse_ulid_instant("01ARZ3NDEKTSV4RRFFQ69G5FAV").value(), Instant(1469922850259ms));
  EXPECT_EQ(parse_ulid_instant("00000000000000000000000000").value(), Instant{});
  EXPECT_EQ(parse_ulid_instant("7ZZZZZZZZZZZZZZZZZZZZZZZZZ").value(), Instant(281474976710655ms)) << "the largest";
}

TEST(ParseUlidInstant, RefusesWhatIsNoUlid) {
  for (const char* text : {"", "01ARZ3NDEKTSV4RRFFQ69G5FA", "01ARZ3NDEKTSV4RRFFQ69G5FAVV", "80000000000000000000000000",
                           "01ARZ3NDEKTSV4RRFFQ69G5FAI", "01ARZ3NDEKTSV4RRFFQ69G5FAL", "01ARZ3NDEKTSV4RRFFQ69G5FAO",
                           "01ARZ3NDEKTSV4RRFFQ69G5FAU", "01arz3ndektsv4rrffq69g5fav", "01ARZ3NDEK-SV4RRFFQ69G5FAV"}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(parse_ulid_instant(text).error().code, Errc::invalid_input);
  }
}

}  // namespace
}  // namespace converge
