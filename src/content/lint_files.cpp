#include "content/lint_files.hpp"

#include "wire/file.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <optional>
#include <thread>

namespace converge::content {
namespace {

namespace fs = std::filesystem;

bool is_hidden(const fs::path& path) {
  return path.filename().string().starts_with('.');
}

Result<void> add_folder(const std::string& folder, const std::vector<std::string>& extensions,
                        std::vector<std::string>& files) {
  const auto is_wanted = [&](const fs::path& path) {
    return std::ranges::find(extensions, path.extension().string()) != extensions.end();
  };
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (is_hidden(entry->path()) || entry->path().filename() == "node_modules") {
      entry.disable_recursion_pending();
    } else if (is_wanted(entry->path()) && entry->is_regular_file(error)) {
      files.push_back(entry->path().string());
    }
  }
  if (error) return fail(Errc::unavailable, fmt::format("list {}: {}", folder, error.message()));
  return {};
}

Result<std::vector<LintFinding>> lint_file(const Linter& linter, const std::string& path) {
  TRY(const auto text, read_file(path));
  return with_context(linter.lint(text, path), path);
}

constexpr std::size_t threads_max = 8;

}  // namespace

Result<std::vector<std::string>> find_markdown_files(std::span<const std::string> paths,
                                                     const std::vector<std::string>& extensions) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) return fail(Errc::not_found, fmt::format("no file or folder {}", path));
    if (!fs::is_directory(status)) files.push_back(path);
    const std::size_t first = files.size();
    if (fs::is_directory(status)) TRY_VOID(add_folder(path, extensions, files));
    // `.` is where we are: nobody writes ./a.md.
    for (std::size_t i = first; i < files.size() && path == "."; ++i) files[i].erase(0, 2);
  }
  std::ranges::sort(files);
  const auto repeated = std::ranges::unique(files);
  files.erase(repeated.begin(), repeated.end());
  return files;
}

Result<std::vector<FileFindings>> lint_files(const Linter& linter, std::span<const std::string> paths) {
  TRY(const auto files, find_markdown_files(paths, linter.extensions()));
  std::vector<std::optional<Result<std::vector<LintFinding>>>> results(files.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < files.size(); i = next++) results[i] = lint_file(linter, files[i]);
  };
  {
    const std::size_t threads =
        std::min<std::size_t>({files.size(), std::max(1U, std::thread::hardware_concurrency()), threads_max});
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < threads; ++i) others.emplace_back(work);
    work();
  }
  std::vector<FileFindings> reports;
  for (std::size_t i = 0; i < files.size(); ++i) {
    TRY(auto findings, std::move(*results[i]));
    reports.push_back({.path = files[i], .findings = std::move(findings)});
  }
  return reports;
}

Result<std::vector<FileFix>> fix_files(const Linter& linter, std::span<const std::string> paths, FixMode mode) {
  TRY(const auto files, find_markdown_files(paths, linter.extensions()));
  std::vector<FileFix> fixes;
  for (const std::string& path : files) {
    TRY(const auto text, read_file(path));
    TRY(auto result, with_context(fix_text(linter, text, path), path));
    const bool changed = result.text != text;
    if (changed && mode == FixMode::write) TRY_VOID(replace_file(path, result.text));
    fixes.push_back(
        {.path = path, .changed = changed, .fixed = std::move(result.fixed), .left = std::move(result.left)});
  }
  return fixes;
}

}  // namespace converge::content
