#include "feature/matrix_cache.hpp"

#include "fixture/bars.hpp"

#include <gtest/gtest.h>
#include <unistd.h>
#include <cstring>
#include <fstream>
#include <sstream>

namespace converge::feature {
namespace {

using fixture::append_bar, fixture::make_flat_bars, fixture::make_random_bars;

namespace fs = std::filesystem;

FeatureSet compile(const char* expression) {
  const std::vector<NamedExpression> features{{"a", expression}, {"b", "close / sma(5)"}};
  auto set = FeatureSet::compile(features);
  EXPECT_TRUE(set) << set.error().message;
  return *std::move(set);
}

void expect_same(const Matrix& a, const Matrix& b) {
  EXPECT_EQ(a.names, b.names);
  EXPECT_EQ(a.bar_at, b.bar_at);
  ASSERT_EQ(a.values.size(), b.values.size());
  EXPECT_EQ(std::memcmp(a.values.data(), b.values.data(), a.values.size() * sizeof(double)), 0);
}

std::string read_file(const fs::path& path) {
  std::stringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

void write_file(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

std::size_t count_files(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

class MatrixCacheTest : public testing::Test {
 protected:
  MatrixCacheTest() : folder_(fs::temp_directory_path() / ("matrix_cache_" + std::to_string(::getpid()))) {}
  ~MatrixCacheTest() override { fs::remove_all(folder_); }

  fs::path folder_;
  FeatureSet features_ = compile("rsi(14)");
  Bars bars_ = make_random_bars(1, 60);
};

TEST_F(MatrixCacheTest, SecondReadComesFromTheFileWithTheSameBytes) {
  MatrixCache cache(folder_, 5, "build");
  const auto computed = cache.load_or_compute(features_, bars_, "snapshot");
  ASSERT_TRUE(computed) << computed.error().message;
  EXPECT_EQ(cache.hits(), 0U);
  expect_same(*computed, compute_matrix(features_, bars_));

  const auto read = cache.load_or_compute(features_, bars_, "snapshot");
  ASSERT_TRUE(read);
  EXPECT_EQ(cache.hits(), 1U);
  expect_same(*read, *computed);
}

TEST_F(MatrixCacheTest, OtherBarsOrFeaturesAreAnotherFile) {
  MatrixCache cache(folder_, 5, "build");
  ASSERT_TRUE(cache.load_or_compute(features_, bars_, "snapshot"));
  const Bars others = make_random_bars(2, 60);
  const FeatureSet other_features = compile("rsi(15)");
  expect_same(*cache.load_or_compute(features_, others, "other snapshot"), compute_matrix(features_, others));
  expect_same(*cache.load_or_compute(other_features, bars_, "snapshot"), compute_matrix(other_features, bars_));
  EXPECT_EQ(cache.hits(), 0U);
  EXPECT_EQ(count_files(folder_), 3U);
}

TEST_F(MatrixCacheTest, AnotherBuildTakesNothingFromThisOne) {
  MatrixCache cache(folder_, 5, "build");
  ASSERT_TRUE(cache.load_or_compute(features_, bars_, "snapshot"));
  MatrixCache other(folder_, 5, "other build");
  EXPECT_FALSE(other.find(features_, "snapshot"));
  EXPECT_TRUE(MatrixCache(folder_, 5, "build").find(features_, "snapshot"));
}

TEST_F(MatrixCacheTest, DamagedFilesAreComputedAgainAndMended) {
  MatrixCache cache(folder_, 5, "build");
  ASSERT_TRUE(cache.load_or_compute(features_, bars_, "snapshot"));
  const fs::path path = cache.file_of(features_, "snapshot");
  const std::string good = read_file(path);

  std::vector<std::pair<std::string, std::string>> damaged{
      {"empty", ""},
      {"header cut", good.substr(0, 50)},
      {"only a header", good.substr(0, 96)},
      {"last byte cut", good.substr(0, good.size() - 1)},
      {"last column cut", good.substr(0, good.size() - 60 * 8)},
      {"longer", good + std::string(8, '\0')},
      {"text", "bar_at,a,b\n"},
  };
  for (std::size_t at = 0; at < good.size(); at += at < 96 ? 1 : 97) {
    damaged.emplace_back("bit flipped in byte " + std::to_string(at), good);
    damaged.back().second[at] = static_cast<char>(damaged.back().second[at] ^ 1);
  }
  // 60 rows x 2 columns and 90 rows x 1 column are files of the same length.
  std::string reshaped = good;
  const std::uint64_t shape[]{90, 1};
  std::memcpy(reshaped.data() + 16, shape, sizeof shape);
  damaged.emplace_back("another shape of the same size", reshaped);

  for (const auto& [name, bytes] : damaged) {
    SCOPED_TRACE(name);
    write_file(path, bytes);
    MatrixCache reader(folder_, 5, "build");
    const auto matrix = reader.load_or_compute(features_, bars_, "snapshot");
    ASSERT_TRUE(matrix) << matrix.error().message;
    EXPECT_EQ(reader.hits(), 0U);
    expect_same(*matrix, compute_matrix(features_, bars_));
    ASSERT_EQ(read_file(path), good);
  }
}

TEST_F(MatrixCacheTest, FileOfAnotherKeyIsNotTakenForIt) {
  MatrixCache cache(folder_, 5, "build");
  const Bars others = make_random_bars(2, 60);
  ASSERT_TRUE(cache.load_or_compute(features_, others, "other"));
  fs::copy_file(cache.file_of(features_, "other"), cache.file_of(features_, "snapshot"));
  expect_same(*cache.load_or_compute(features_, bars_, "snapshot"), compute_matrix(features_, bars_));
  EXPECT_EQ(cache.hits(), 0U);
}

TEST_F(MatrixCacheTest, KeepsTheNewestFiles) {
  MatrixCache cache(folder_, 3, "build");
  for (int i = 0; i < 6; ++i) {
    const std::string snapshot = std::to_string(i);
    ASSERT_TRUE(cache.load_or_compute(features_, bars_, snapshot));
    // One second apart, whatever the file system's clock can tell apart.
    const fs::path path = cache.file_of(features_, snapshot);
    fs::last_write_time(path, fs::last_write_time(path) - std::chrono::seconds(100 - i));
  }
  EXPECT_EQ(count_files(folder_), 3U);
  EXPECT_FALSE(fs::exists(cache.file_of(features_, "0")));
  EXPECT_TRUE(fs::exists(cache.file_of(features_, "5")));
}

TEST_F(MatrixCacheTest, SaysWhenItCannotWrite) {
  write_file(folder_, "a file where the folder should be");
  MatrixCache cache(folder_, 3, "build");
  const auto matrix = cache.load_or_compute(features_, bars_, "snapshot");
  ASSERT_FALSE(matrix);
  EXPECT_EQ(matrix.error().code, Errc::unavailable);
}

}  // namespace
}  // namespace converge::feature
