#include "wire/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace converge {
namespace {

namespace fs = std::filesystem;

// Any other number is `unavailable`: it may go another time.
constexpr std::array<std::pair<int, Errc>, 7> errno_codes{{{ENOENT, Errc::not_found},
                                                           {EISDIR, Errc::invalid_input},
                                                           {ENOTDIR, Errc::not_found},
                                                           {EACCES, Errc::denied},
                                                           {EPERM, Errc::denied},
                                                           {EROFS, Errc::denied},
                                                           {ELOOP, Errc::denied}}};

tl::unexpected<Error> fail_number(int number, std::string_view doing, const std::string& path) {
  const auto* known = std::ranges::find(errno_codes, number, &std::pair<int, Errc>::first);
  const Errc code = known == errno_codes.end() ? Errc::unavailable : known->second;
  return fail(code, fmt::format("{} {}: {}", doing, path, std::strerror(number)));
}

tl::unexpected<Error> fail_errno(std::string_view doing, const std::string& path) {
  return fail_number(errno, doing, path);
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }

 private:
  int fd_;
};

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

std::string folder_of(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

std::string temporary_of(const std::string& path) {
  const fs::path file(path);
  return (file.parent_path() / ("." + file.filename().string() + ".tmp")).string();
}

mode_t mode_for(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0644U;
}

bool is_same_file(int fd, const std::string& path) {
  struct stat open {};
  struct stat named {};
  return ::fstat(fd, &open) == 0 && ::lstat(path.c_str(), &named) == 0 && open.st_ino == named.st_ino &&
         open.st_dev == named.st_dev;
}

// Opens the temporary file for one writer alone. Another writer may have renamed the file away while we waited for it: then
// the one that has its name now is ours.
Result<Descriptor> open_alone(const std::string& temporary) {
  while (true) {
    Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file.is_open()) return fail_errno("create", temporary);
    if (::flock(file.get(), LOCK_EX) != 0) return fail_errno("lock", temporary);
    if (is_same_file(file.get(), temporary)) return file;
  }
}

Result<void> fill(const Descriptor& file, const std::string& temporary, mode_t mode, std::string_view bytes) {
  if (::ftruncate(file.get(), 0) != 0 || !write_all(file.get(), bytes)) return fail_errno("write", temporary);
  if (::fchmod(file.get(), mode) != 0) return fail_errno("set the mode of", temporary);
  if (::fsync(file.get()) != 0) return fail_errno("sync", temporary);
  return {};
}

Result<void> sync_folder_of(const std::string& path) {
  const Descriptor folder(::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open() || ::fsync(folder.get()) != 0) return fail_errno("sync the folder of", path);
  return {};
}

}  // namespace

Result<std::string> read_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return fail_errno("open", path);
  std::string bytes;
  std::string buffer(std::size_t{1} << 16, '\0');
  while (true) {
    const ssize_t count = ::read(file.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail_errno("read", path);
    if (count == 0) return bytes;
    bytes.append(buffer, 0, static_cast<std::size_t>(count));
  }
}

Result<void> replace_file(const std::string& path, std::string_view bytes) {
  const std::string temporary = temporary_of(path);
  TRY(const Descriptor file, open_alone(temporary));
  auto written = fill(file, temporary, mode_for(path), bytes);
  if (written && ::rename(temporary.c_str(), path.c_str()) != 0) written = fail_errno("rename into place", path);
  if (!written) {
    ::unlink(temporary.c_str());
    return written;
  }
  return sync_folder_of(path);
}

Result<void> remove_file(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return fail_errno("remove", path);
  if (!fs::exists(folder_of(path))) return {};
  return sync_folder_of(path);
}

Result<void> create_folder_of(const std::string& path) {
  std::error_code error;
  fs::create_directories(folder_of(path), error);
  if (error) return fail_number(error.value(), "create the folder of", path);
  return {};
}

Result<void> sync_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open() || ::fsync(file.get()) != 0) return fail_errno("sync", path);
  return sync_folder_of(path);
}

}  // namespace converge
