// store/file_lock.hpp — advisory locks on files (flock) that the kernel drops with their holder, however it ends.
#pragma once
#include "base/result.hpp"

#include <chrono>
#include <filesystem>
#include <optional>

namespace converge::store {

enum class LockMode { shared, exclusive };

// Held until destroyed. Not inherited by programs that are started, unless handed over with fd().
class FileLock {
 public:
  // Creates the file, 0600, when it is missing. errors: timeout when others hold it that long, unavailable
  static Result<FileLock> lock(const std::filesystem::path& path, LockMode mode, std::chrono::milliseconds wait_max);
  // Empty when somebody else holds it.
  static Result<std::optional<FileLock>> try_lock(const std::filesystem::path& path, LockMode mode);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

  int fd() const { return fd_; }

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace converge::store
