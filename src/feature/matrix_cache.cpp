#include "feature/matrix_cache.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <utility>

namespace converge::feature {
namespace {

namespace fs = std::filesystem;

constexpr std::array<char, 8> magic{'C', 'V', 'M', 'A', 'T', 'R', 'I', 'X'};
constexpr std::uint32_t format_version = 1;
constexpr std::uint32_t byte_order_mark = 0x01020304;

struct MatrixFileHeader {
  std::array<char, 8> magic;
  std::uint32_t version;
  std::uint32_t byte_order;
  std::uint64_t rows;
  std::uint64_t columns;
  Sha256 key;
  Sha256 hash;  // of the file with this field all zero
};
static_assert(sizeof(MatrixFileHeader) == 96 && sizeof(MatrixFileHeader) % alignof(double) == 0);

std::string_view as_bytes(const void* data, std::size_t size) {
  return {static_cast<const char*>(data), size};
}

Sha256 compute_file_hash(MatrixFileHeader header, std::string_view body) {
  header.hash = {};
  std::string hashes = compute_sha256_hex(as_bytes(&header, sizeof header));
  hashes += compute_sha256_hex(body);
  return compute_sha256(hashes);
}

bool is_intact(std::string_view file, const Sha256& key) {
  if (file.size() < sizeof(MatrixFileHeader)) return false;
  MatrixFileHeader header;
  std::memcpy(&header, file.data(), sizeof header);
  const std::string_view body = file.substr(sizeof header);
  const std::size_t cells = body.size() / sizeof(double);
  return header.magic == magic && header.version == format_version && header.byte_order == byte_order_mark &&
         header.key == key && header.rows <= cells && header.columns <= cells &&
         header.rows * (header.columns + 1) * sizeof(double) == body.size() &&
         header.hash == compute_file_hash(header, body);
}

// By columns, as the file has it.
std::string render_body(const Matrix& matrix) {
  std::string body;
  body.reserve(matrix.rows() * (matrix.columns() + 1) * sizeof(double));
  for (const Instant at : matrix.bar_at) {
    const std::int64_t microseconds = at.time_since_epoch().count();
    body += as_bytes(&microseconds, sizeof microseconds);
  }
  for (std::size_t column = 0; column < matrix.columns(); ++column)
    for (std::size_t row = 0; row < matrix.rows(); ++row) {
      const double value = matrix.at(row, column);
      body += as_bytes(&value, sizeof value);
    }
  return body;
}

Matrix copy_matrix(const MappedMatrix& mapped, const std::vector<std::string>& names) {
  Matrix matrix{.names = names, .bar_at = {}, .values = {}};
  for (const std::int64_t microseconds : mapped.bar_at()) matrix.bar_at.push_back(Instant(Duration(microseconds)));
  matrix.values.resize(mapped.rows() * mapped.columns());
  for (std::size_t column = 0; column < mapped.columns(); ++column) {
    const auto values = mapped.column(column);
    for (std::size_t row = 0; row < mapped.rows(); ++row) matrix.values[row * mapped.columns() + column] = values[row];
  }
  return matrix;
}

}  // namespace

std::optional<MappedMatrix> MappedMatrix::open(const fs::path& path, const Sha256& key) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  struct stat status {};
  MappedMatrix mapped;
  if (::fstat(file, &status) == 0 && status.st_size > 0) {
    mapped.bytes_ = static_cast<std::size_t>(status.st_size);
    void* address = ::mmap(nullptr, mapped.bytes_, PROT_READ, MAP_PRIVATE, file, 0);
    if (address != MAP_FAILED) mapped.address_ = address;
  }
  ::close(file);
  if (!mapped.address_ || !is_intact(as_bytes(mapped.address_, mapped.bytes_), key)) return std::nullopt;
  const auto* header = static_cast<const MatrixFileHeader*>(mapped.address_);
  mapped.rows_ = header->rows;
  mapped.columns_ = header->columns;
  return mapped;
}

MappedMatrix::MappedMatrix(MappedMatrix&& other) noexcept {
  *this = std::move(other);
}

MappedMatrix& MappedMatrix::operator=(MappedMatrix&& other) noexcept {
  std::swap(address_, other.address_);
  std::swap(bytes_, other.bytes_);
  std::swap(rows_, other.rows_);
  std::swap(columns_, other.columns_);
  return *this;
}

MappedMatrix::~MappedMatrix() {
  if (address_) ::munmap(address_, bytes_);
}

std::span<const std::int64_t> MappedMatrix::bar_at() const {
  const char* body = static_cast<const char*>(address_) + sizeof(MatrixFileHeader);
  return {reinterpret_cast<const std::int64_t*>(body), rows_};
}

std::span<const double> MappedMatrix::column(std::size_t i) const {
  const char* body = static_cast<const char*>(address_) + sizeof(MatrixFileHeader);
  return {reinterpret_cast<const double*>(body) + rows_ * (i + 1), rows_};
}

Sha256 MatrixCache::compute_key(const FeatureSet& features, std::string_view snapshot_hash) const {
  return compute_sha256(fmt::format("{}\n{}\n{}", features.hash(), snapshot_hash, build_));
}

fs::path MatrixCache::file_of(const FeatureSet& features, std::string_view snapshot_hash) const {
  return folder_ / (compute_sha256_hex(fmt::format("{}\n{}\n{}", features.hash(), snapshot_hash, build_)) + ".matrix");
}

std::optional<Matrix> MatrixCache::find(const FeatureSet& features, std::string_view snapshot_hash) {
  const auto mapped = MappedMatrix::open(file_of(features, snapshot_hash), compute_key(features, snapshot_hash));
  if (!mapped || mapped->columns() != features.names().size()) return std::nullopt;
  ++hits_;
  return copy_matrix(*mapped, features.names());
}

Result<Matrix> MatrixCache::load_or_compute(const FeatureSet& features, const Bars& bars,
                                            std::string_view snapshot_hash) {
  if (auto kept = find(features, snapshot_hash); kept && kept->rows() == bars.size()) return *std::move(kept);
  Matrix matrix = compute_matrix(features, bars);
  TRY_VOID(write(matrix, compute_key(features, snapshot_hash), file_of(features, snapshot_hash)));
  TRY_VOID(drop_oldest());
  return matrix;
}

// Written beside and renamed, so that a reader finds all of it or nothing. Two writers of one key write the same bytes.
Result<void> MatrixCache::write(const Matrix& matrix, const Sha256& key, const fs::path& path) const {
  const std::string body = render_body(matrix);
  MatrixFileHeader header{magic, format_version, byte_order_mark, matrix.rows(), matrix.columns(), key, {}};
  header.hash = compute_file_hash(header, body);

  std::error_code error;
  fs::create_directories(folder_, error);
  const fs::path draft = fs::path(path).replace_extension(fmt::format(".{}.draft", ::getpid()));
  std::ofstream file(draft, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(&header), sizeof header);
  file.write(body.data(), static_cast<std::streamsize>(body.size()));
  file.close();
  if (file) fs::rename(draft, path, error);
  if (!file || error) return fail(Errc::unavailable, fmt::format("matrix cache: cannot write {}", path.string()));
  return {};
}

// Drafts that a killed program left behind count as files, so they go in their turn.
Result<void> MatrixCache::drop_oldest() const {
  std::vector<std::pair<fs::file_time_type, fs::path>> files;
  std::error_code error;
  for (fs::directory_iterator at(folder_, error), end; !error && at != end; at.increment(error)) {
    std::error_code gone;  // by another process, meanwhile
    const auto written = at->last_write_time(gone);
    if (!gone) files.emplace_back(written, at->path());
  }
  if (error) return fail(Errc::unavailable, fmt::format("matrix cache: cannot list {}", folder_.string()));
  std::ranges::sort(files, std::greater{});
  for (std::size_t i = files_max_; i < files.size(); ++i) fs::remove(files[i].second, error);
  return {};
}

}  // namespace converge::feature
