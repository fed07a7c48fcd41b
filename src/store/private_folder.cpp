#include "store/private_folder.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>

namespace converge::store {

namespace fs = std::filesystem;

Result<void> make_private_folder(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
    return fail(Errc::unavailable, fmt::format("create {}: {}", path.string(), std::strerror(errno)));
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0 || !S_ISDIR(found.st_mode) || found.st_uid != ::geteuid())
    return fail(Errc::denied, fmt::format("{} is not a folder of this user", path.string()));
  if ((found.st_mode & 0077) != 0 && ::chmod(path.c_str(), 0700) != 0)
    return fail(Errc::unavailable, fmt::format("chmod {}: {}", path.string(), std::strerror(errno)));
  return {};
}

Result<void> require_trusted(const fs::path& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return fail(Errc::not_found, fmt::format("no {}", path.string()));
  if (found.st_uid != ::geteuid() && found.st_uid != 0)
    return fail(Errc::denied, fmt::format("{} belongs to another user", path.string()));
  if ((found.st_mode & 0022) != 0)
    return fail(Errc::denied, fmt::format("{} can be written by others (chmod go-w)", path.string()));
  return {};
}

}  // namespace converge::store
