#include "store/file_lock.hpp"

#include "base/clock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

namespace converge::store {

Result<std::optional<FileLock>> FileLock::try_lock(const std::filesystem::path& path, LockMode mode) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return fail(Errc::unavailable, fmt::format("open {}: {}", path.string(), std::strerror(errno)));
  FileLock lock(fd);
  const int operation = mode == LockMode::shared ? LOCK_SH : LOCK_EX;
  while (::flock(fd, operation | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno == EWOULDBLOCK) return std::optional<FileLock>{};
    return fail(Errc::unavailable, fmt::format("lock {}: {}", path.string(), std::strerror(errno)));
  }
  return std::optional<FileLock>(std::move(lock));
}

Result<FileLock> FileLock::lock(const std::filesystem::path& path, LockMode mode, std::chrono::milliseconds wait_max) {
  const std::int64_t deadline_ms = monotonic_ms() + wait_max.count();
  for (;;) {
    TRY(auto lock, try_lock(path, mode));
    if (lock) return *std::move(lock);
    if (monotonic_ms() >= deadline_ms)
      return fail(Errc::timeout,
                  fmt::format("lock {}: held by another process for {} ms", path.string(), wait_max.count()));
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

FileLock::FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}
FileLock::~FileLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace converge::store
