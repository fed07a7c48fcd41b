#include "content/prefilter.hpp"

#include "base/hash.hpp"
#include "wire/file.hpp"

#include <fmt/format.h>
#include <hs.h>
#include <algorithm>
#include <cstdlib>
#include <limits>

namespace converge::content {
namespace {

constexpr unsigned pattern_flags = HS_FLAG_DOTALL | HS_FLAG_PREFILTER;

struct HsCompileErrorRelease {
  void operator()(hs_compile_error_t* error) const { hs_free_compile_error(error); }
};
using HsCompileError = std::unique_ptr<hs_compile_error_t, HsCompileErrorRelease>;

// The header of a kept file tells what it was made of, for a hash is only as good as what it covers.
constexpr std::string_view cache_format = "converge-prefilter-1\n";

std::string cache_path(const PrefilterSetup& setup, const std::vector<PrefilterEntry>& entries) {
  if (setup.cache_folder.empty()) return "";
  Sha256Stream hash;
  hash.add(cache_format);
  hash.add(hs_version());
  for (const PrefilterEntry& entry : entries) hash.add(fmt::format("\n{} {}", entry.id, entry.expression));
  return fmt::format("{}/{}.hs", setup.cache_folder, hash.finish_hex());
}

}  // namespace

struct Prefilter::Scratch {
  hs_scratch_t* held = nullptr;
  Scratch() = default;
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { hs_free_scratch(held); }
};

struct Prefilter::Database {
  hs_database_t* held = nullptr;
  Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database() { hs_free_database(held); }
};

Prefilter::Prefilter() = default;

namespace {

bool is_accepted(const PrefilterEntry& entry) {
  hs_expr_info_t* info = nullptr;
  hs_compile_error_t* error = nullptr;
  const hs_error_t status = hs_expression_info(entry.expression.c_str(), pattern_flags, &info, &error);
  const HsCompileError held(error);
  const bool accepted = status == HS_SUCCESS && info->min_width > 0;
  std::free(info);
  return accepted;
}

// Compiles all entries, moving those that Hyperscan refuses over to `refused`.
Result<hs_database_t*> compile_entries(std::vector<PrefilterEntry>& entries, std::vector<unsigned>& refused) {
  std::erase_if(entries, [&](const PrefilterEntry& entry) {
    const bool refuses = !is_accepted(entry);
    if (refuses) refused.push_back(entry.id);
    return refuses;
  });
  while (!entries.empty()) {
    std::vector<const char*> expressions;
    std::vector<unsigned> flags(entries.size(), pattern_flags);
    std::vector<unsigned> ids;
    for (const PrefilterEntry& entry : entries) {
      expressions.push_back(entry.expression.c_str());
      ids.push_back(entry.id);
    }
    hs_database_t* database = nullptr;
    hs_compile_error_t* raw_error = nullptr;
    const hs_error_t status =
        hs_compile_multi(expressions.data(), flags.data(), ids.data(), static_cast<unsigned>(entries.size()),
                         HS_MODE_BLOCK, nullptr, &database, &raw_error);
    const HsCompileError error(raw_error);
    if (status == HS_SUCCESS) return database;
    if (!error || error->expression < 0)
      return fail(Errc::unavailable,
                  fmt::format("the prefilter cannot be compiled: {}", error ? error->message : "no reason given"));
    const auto index = static_cast<std::size_t>(error->expression);
    refused.push_back(entries.at(index).id);
    entries.erase(entries.begin() + error->expression);
  }
  return nullptr;
}

// Refused ids stand in front of the database, one a line, after their number.
std::string render_cache(hs_database_t* database, const std::vector<unsigned>& refused) {
  char* bytes = nullptr;
  std::size_t size = 0;
  if (hs_serialize_database(database, &bytes, &size) != HS_SUCCESS) return "";
  std::string file(cache_format);
  file += fmt::format("{}\n", refused.size());
  for (const unsigned id : refused) file += fmt::format("{}\n", id);
  file += compute_sha256_hex({bytes, size}) + "\n";
  file.append(bytes, size);
  std::free(bytes);
  return file;
}

hs_database_t* read_cache(const std::string& path, std::vector<unsigned>& refused) {
  const auto file = read_file(path);
  if (!file || !file->starts_with(cache_format)) return nullptr;
  std::string_view rest = std::string_view(*file).substr(cache_format.size());
  const auto take_line = [&] {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string line(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return line;
  };
  std::vector<unsigned> ids;
  const unsigned long count = std::strtoul(take_line().c_str(), nullptr, 10);
  for (unsigned long i = 0; i < count && !rest.empty(); ++i)
    ids.push_back(static_cast<unsigned>(std::strtoul(take_line().c_str(), nullptr, 10)));
  const std::string hash = take_line();
  if (hash != compute_sha256_hex(rest)) return nullptr;
  hs_database_t* database = nullptr;
  if (hs_deserialize_database(rest.data(), rest.size(), &database) != HS_SUCCESS) return nullptr;
  refused.insert(refused.end(), ids.begin(), ids.end());
  return database;
}

}  // namespace

Result<Prefilter> Prefilter::compile(std::vector<PrefilterEntry> entries, const PrefilterSetup& setup,
                                     std::vector<unsigned>& refused) {
  Prefilter prefilter;
  if (entries.empty()) return prefilter;
  if (hs_valid_platform() != HS_SUCCESS)
    return fail(Errc::unavailable, "this processor cannot run the prefilter (Hyperscan needs SSSE3)");
  auto database = std::make_shared<Database>();
  const std::string path = cache_path(setup, entries);
  if (!path.empty()) database->held = read_cache(path, refused);
  prefilter.was_cached_ = database->held != nullptr;
  if (!prefilter.was_cached_) {
    TRY(database->held, compile_entries(entries, refused));
    if (database->held == nullptr) return prefilter;
    // A cache that cannot be written costs time, not findings.
    const std::string file = path.empty() ? "" : render_cache(database->held, refused);
    if (!file.empty() && create_folder_of(path)) (void)replace_file(path, file).has_value();
  }
  prefilter.database_ = std::move(database);
  return prefilter;
}

Prefilter::ScratchPointer Prefilter::make_scratch() const {
  auto scratch = std::make_shared<Scratch>();
  if (database_ && hs_alloc_scratch(database_->held, &scratch->held) != HS_SUCCESS) throw std::bad_alloc();
  return scratch;
}

void Prefilter::scan(std::string_view text, const ScratchPointer& scratch, const Visit& visit) const {
  if (!database_) return;
  const auto on_match = [](unsigned id, unsigned long long, unsigned long long to, unsigned, void* user) {
    (*static_cast<const Visit*>(user))(id, static_cast<std::size_t>(to));
    return 0;
  };
  const hs_error_t status = hs_scan(database_->held, text.data(), static_cast<unsigned>(text.size()), 0, scratch->held,
                                    on_match, const_cast<Visit*>(&visit));
  if (status != HS_SUCCESS) throw std::runtime_error(fmt::format("the prefilter's scan failed with code {}", status));
}

std::string find_lint_cache_folder() {
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && *cache != '\0')
    return std::string(cache) + "/converge/lint";
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0')
    return std::string(home) + "/.cache/converge/lint";
  return "";
}

}  // namespace converge::content
