#include "base/hash.hpp"

#include <gtest/gtest.h>

namespace converge {
namespace {

struct Case {
  const char* name;
  std::string input;
  const char* expected;
};

// FIPS 180-4 examples (NIST, SHA256.pdf and SHAVS short messages).
const Case cases[] = {
    {"empty", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"two blocks", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"one byte 0xbd", "\xbd", "68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b"},
    {"55 zeros: padding fills the block", std::string(55, '\0'),
     "02779466cdec163811d078815c633f21901413081449002f24aa3e80f0b88ef7"},
    {"64 zeros: a block of its own", std::string(64, '\0'),
     "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b"},
    {"a million a", std::string(1000000, 'a'), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
};

TEST(Sha256, AgreesWithFips180) {
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(compute_sha256_hex(c.input), c.expected);
    EXPECT_EQ(compute_sha256(c.input)[0], std::stoi(std::string(c.expected, 2), nullptr, 16));
  }
}

TEST(Sha256, IsTheSameInPieces) {
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Sha256Stream stream;
    for (std::size_t i = 0, piece = 1; i < c.input.size(); i += piece, piece = piece * 2 + 1)
      stream.add(std::string_view(c.input).substr(i, piece));
    EXPECT_EQ(stream.finish_hex(), c.expected);
  }
}

}  // namespace
}  // namespace converge
