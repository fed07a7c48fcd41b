// content/lint_files.hpp — lint and fix files where they lie: what `converge content lint|fix PATH...` does. No desk, no database.
#pragma once
#include "content/fix.hpp"
#include "content/lint_report.hpp"

#include <span>
#include <string>
#include <vector>

namespace converge::content {

// The files named, and those with one of the extensions below the folders named; hidden ones below a folder are passed over,
// and what npm installs. Sorted, each once. errors: not_found
Result<std::vector<std::string>> find_markdown_files(std::span<const std::string> paths,
                                                     const std::vector<std::string>& extensions);

// Several files at a time. errors: those of read_file; invalid_input (not UTF-8) naming the file
Result<std::vector<FileFindings>> lint_files(const Linter& linter, std::span<const std::string> paths);

struct FileFix {
  std::string path;
  bool changed = false;
  std::vector<LintFinding> fixed;
  std::vector<LintFinding> left;
};

enum class FixMode { write, dry_run };

// Files that need no change are not touched. errors: as lint_files; those of replace_file
Result<std::vector<FileFix>> fix_files(const Linter& linter, std::span<const std::string> paths, FixMode mode);

}  // namespace converge::content
