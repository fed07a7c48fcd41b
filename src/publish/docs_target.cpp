#include "publish/docs_target.hpp"

#include "base/hash.hpp"
#include "wire/file.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <filesystem>

namespace converge::publish {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> fail_destination(std::string_view destination, std::string_view what) {
  return fail(Errc::invalid_input, fmt::format("docs destination '{}': {}", destination, what));
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

Result<OutboxRemoteState> look_at_file(const std::string& path, std::string_view payload) {
  const auto bytes = read_file(path);
  if (!bytes && bytes.error().code == Errc::not_found) return OutboxRemoteState::deleted;
  if (!bytes) return fail(bytes.error());
  return compute_sha256(*bytes) == compute_sha256(payload) ? OutboxRemoteState::verified : OutboxRemoteState::edited;
}

Result<bool> holds_bytes(const std::string& path, std::string_view payload) {
  TRY(const OutboxRemoteState found, look_at_file(path, payload));
  return found == OutboxRemoteState::verified;
}

}  // namespace

// A part that begins with a point is hidden, leads upwards, or is the seat of a file that is being written.
Result<void> check_docs_destination(std::string_view destination) {
  const auto is_forbidden = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '\\'; };
  if (std::ranges::any_of(destination, is_forbidden))
    return fail_destination(destination, "has a character no file name should have");
  if (!destination.ends_with(".md")) return fail_destination(destination, "does not end in .md");
  std::string_view rest = destination;
  while (true) {
    const std::size_t slash = rest.find('/');
    const std::string_view part = rest.substr(0, slash);
    if (part.empty() || part.starts_with('.'))
      return fail_destination(destination, "is not a plain path below the folder");
    if (slash == std::string_view::npos) return {};
    rest.remove_prefix(slash + 1);
  }
}

Result<Target> open_docs_target(TableReader& settings, const std::string& desk_folder) {
  TRY(const std::string folder, read_docs_folder(settings, desk_folder));
  const auto id_of = [](const OutboxRow& part) { return part.remote_id.value_or(part.destination); };
  const auto create = [folder](const OutboxRow& part) -> Result<std::string> {
    TRY_VOID(deliver_docs(folder, part.destination, part.payload));
    return part.destination;
  };
  const auto update = [=](const OutboxRow& part) { return deliver_docs(folder, id_of(part), part.payload); };
  const auto withdraw = [=](const OutboxRow& part) { return remove_docs(folder, id_of(part)); };
  const auto find_sent = [folder](const OutboxRow& part) -> Result<std::optional<std::string>> {
    TRY(const bool holds, holds_docs(folder, part.destination, part.payload));
    return holds ? std::optional(part.destination) : std::nullopt;
  };
  const auto look = [=](const OutboxRow& part) { return look_at_docs(folder, id_of(part), part.payload); };
  return Target{.name = std::string(docs_target_name),
                .check_destination = check_docs_destination,
                .create = create,
                .update = update,
                .withdraw = withdraw,
                .find_sent = find_sent,
                .look = look};
}

Result<std::string> read_docs_folder(TableReader& settings, const std::string& desk_folder) {
  std::string dir = "out";
  if (settings.has("dir")) {
    TRY(dir, settings.text("dir"));
  }
  return (fs::path(desk_folder) / dir).string();
}

Result<std::string> find_docs_path(const std::string& folder, std::string_view destination) {
  TRY_VOID(check_docs_destination(destination));
  TRY_VOID(check_links(folder, destination));
  return (fs::path(folder) / destination).string();
}

Result<bool> holds_docs(const std::string& folder, std::string_view destination, std::string_view payload) {
  TRY(const auto path, find_docs_path(folder, destination));
  TRY(const bool holds, holds_bytes(path, payload));
  if (holds) TRY_VOID(sync_file(path));
  return holds;
}

Result<void> deliver_docs(const std::string& folder, std::string_view destination, std::string_view payload) {
  TRY(const auto path, find_docs_path(folder, destination));
  TRY(const bool was_there, holds_docs(folder, destination, payload));
  if (was_there) return {};
  TRY_VOID(create_folder_of(path));
  TRY_VOID(replace_file(path, payload));
  TRY(const bool holds, holds_bytes(path, payload));
  if (!holds) return fail(Errc::internal, fmt::format("{} reads back differently from what was written", path));
  return {};
}

Result<void> remove_docs(const std::string& folder, std::string_view destination) {
  TRY(const auto path, find_docs_path(folder, destination));
  return remove_file(path);
}

Result<OutboxRemoteState> look_at_docs(const std::string& folder, std::string_view destination,
                                       std::string_view payload) {
  TRY(const auto path, find_docs_path(folder, destination));
  return look_at_file(path, payload);
}

}  // namespace converge::publish
