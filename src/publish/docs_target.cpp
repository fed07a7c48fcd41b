#include "publish/docs_target.hpp"

#include "base/hash.hpp"
#include "content/file.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <filesystem>

namespace converge::publish {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> fail_destination(std::string_view destination, std::string_view what) {
  return fail(Errc::invalid_input, fmt::format("docs destination '{}': {}", destination, what));
}

Result<void> check_destination(std::string_view destination) {
  const auto is_forbidden = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '\\'; };
  if (std::ranges::any_of(destination, is_forbidden))
    return fail_destination(destination, "has a character no file name should have");
  if (!destination.ends_with(".md")) return fail_destination(destination, "does not end in .md");
  std::string_view rest = destination;
  while (true) {
    const std::size_t slash = rest.find('/');
    const std::string_view part = rest.substr(0, slash);
    if (part.empty() || part == "." || part == ".." || part == ".md")
      return fail_destination(destination, "is not a plain path below the folder");
    if (slash == std::string_view::npos) return {};
    rest.remove_prefix(slash + 1);
  }
}

// No part below the folder may be a link: neither the folders on the way nor the file itself.
Result<void> check_links(const fs::path& folder, const fs::path& destination) {
  fs::path at = folder;
  for (const fs::path& part : destination) {
    at /= part;
    std::error_code error;
    if (fs::is_symlink(fs::symlink_status(at, error)))
      return fail(Errc::denied,
                  fmt::format("{} is a link; the docs target writes only below {}", at.string(), folder.string()));
  }
  return {};
}

bool holds(const std::string& path, std::string_view payload) {
  const auto bytes = content::read_file(path);
  return bytes && compute_sha256(*bytes) == compute_sha256(payload);
}

}  // namespace

Result<std::string> find_docs_path(const std::string& folder, std::string_view destination) {
  TRY_VOID(check_destination(destination));
  TRY_VOID(check_links(folder, destination));
  return (fs::path(folder) / destination).string();
}

Result<DocsDelivery> deliver_docs(const std::string& folder, std::string_view destination, std::string_view payload) {
  TRY(const auto path, find_docs_path(folder, destination));
  if (holds(path, payload)) return DocsDelivery::was_there;
  std::error_code error;
  fs::create_directories(fs::path(path).parent_path(), error);
  if (error) return fail(Errc::unavailable, fmt::format("create the folder of {}: {}", path, error.message()));
  TRY_VOID(content::replace_file(path, payload));
  if (!holds(path, payload))
    return fail(Errc::internal, fmt::format("{} reads back differently from what was written", path));
  return DocsDelivery::written;
}

}  // namespace converge::publish
