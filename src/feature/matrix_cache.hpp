// feature/matrix_cache.hpp — feature matrices kept in files, so that the same bars and features are computed once.
//
// A file holds one matrix by columns, mapped into memory when read. Its name is its key: the hashes of the feature set and of
// the bars, and what computes it. A file is never trusted: one that is cut, altered or from another format is computed and written again.
// Layout, in the machine's byte order: header (magic, version, byte order mark, rows, columns, key, SHA-256 of everything else),
// then rows x int64 `bar_at` in microseconds, then columns x rows doubles.
#pragma once
#include "base/hash.hpp"
#include "base/result.hpp"
#include "feature/feature_set.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace converge::feature {

// A matrix file in memory, verified. Owns the mapping.
class MappedMatrix {
 public:
  // Nothing when there is no such file, or when it is not exactly what was written under this key.
  static std::optional<MappedMatrix> open(const std::filesystem::path& path, const Sha256& key);
  MappedMatrix(MappedMatrix&& other) noexcept;
  MappedMatrix& operator=(MappedMatrix&& other) noexcept;
  ~MappedMatrix();

  std::size_t rows() const { return rows_; }
  std::size_t columns() const { return columns_; }
  std::span<const std::int64_t> bar_at() const;  // microseconds since 1970, UTC
  std::span<const double> column(std::size_t i) const;

 private:
  MappedMatrix() = default;

  void* address_ = nullptr;
  std::size_t bytes_ = 0;
  std::size_t rows_ = 0, columns_ = 0;
};

class MatrixCache {
 public:
  //   folder     made when missing
  //   files_max  the newest so many files stay
  //   build      names the program: another one may compute other numbers, and does not take these
  MatrixCache(std::filesystem::path folder, std::size_t files_max, std::string build)
      : folder_(std::move(folder)), files_max_(files_max), build_(std::move(build)) {}

  // A matrix that was kept; nothing when there is none, or none that can be trusted.
  std::optional<Matrix> find(const FeatureSet& features, std::string_view snapshot_hash);

  // The rows of compute_matrix(features, bars), bit for bit.
  //   snapshot_hash  of exactly these bars (BarSeries::snapshot_hash)
  //   errors         unavailable when the folder cannot be written
  //   threads, processes  any number may share the folder: files appear whole, by rename
  Result<Matrix> load_or_compute(const FeatureSet& features, const Bars& bars, std::string_view snapshot_hash);

  std::filesystem::path file_of(const FeatureSet& features, std::string_view snapshot_hash) const;
  std::size_t hits() const { return hits_; }

 private:
  Sha256 compute_key(const FeatureSet& features, std::string_view snapshot_hash) const;
  Result<void> write(const Matrix& matrix, const Sha256& key, const std::filesystem::path& path) const;
  Result<void> drop_oldest() const;

  std::filesystem::path folder_;
  std::size_t files_max_;
  std::string build_;
  std::size_t hits_ = 0;
};

}  // namespace converge::feature
