#include "surface/desk.hpp"

#include "contract/desk_contracts.hpp"
#include "wire/toml.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <fstream>
#include <sstream>

namespace converge::surface {
namespace {

namespace fs = std::filesystem;

// Files of one folder in name order; a folder that is not there has none.
Result<std::vector<fs::path>> find_files(const fs::path& folder, std::string_view ending) {
  std::vector<fs::path> files;
  std::error_code code;
  for (fs::directory_iterator it(folder, code), end; !code && it != end; it.increment(code))
    if (it->path().filename().string().ends_with(ending)) files.push_back(it->path());
  if (code && code != std::errc::no_such_file_or_directory)
    return fail(Errc::unavailable, folder.string() + ": " + code.message());
  std::ranges::sort(files);
  return files;
}

// Parses every file of a folder with `parse(text, where)`; `where` is the path below the desk.
template <class T, class Parse>
Result<std::vector<T>> load_each(const fs::path& root, const char* folder, std::string_view ending, Parse parse) {
  TRY(const auto files, find_files(root / folder, ending));
  std::vector<T> all;
  for (const fs::path& file : files) {
    TRY(const std::string text, load_text(file));
    TRY(T one, parse(text, fs::relative(file, root).string()));
    all.push_back(std::move(one));
  }
  return all;
}

Result<void> read_settings(Desk& desk) {
  const std::string where = "converge.toml";
  TRY(const std::string text, load_text(desk.root / where));
  TRY(const JsonObject file, parse_toml(text, where));
  TableReader table(file, where);
  TRY(TableReader identity, table.table("desk"));
  TRY(desk.id, identity.text("id"));
  TRY(const std::int64_t seed, identity.integer("seed", 0, std::int64_t{1} << 53));
  desk.seed = static_cast<std::uint64_t>(seed);
  TRY_VOID(identity.refuse_rest());
  if (table.has("database")) {
    TRY(TableReader database, table.table("database"));
    TRY(desk.database_url, database.text("url"));
    TRY_VOID(database.refuse_rest());
  }
  desk.docs_dir = desk.root / "out";
  if (table.has("publish")) {
    TRY(TableReader publish, table.table("publish"));
    TRY(TableReader docs, publish.table("docs"));
    TRY(const std::string dir, docs.text("dir"));
    desk.docs_dir = desk.root / dir;
    TRY_VOID(docs.refuse_rest());
    TRY_VOID(publish.refuse_rest());
  }
  return table.refuse_rest();
}

Result<contract::Contract> load_contract_file(const std::string& text, const std::string& where) {
  TRY(auto loaded, contract::load_contract(text, where));
  if (fs::path(where).filename() != loaded.table + ".schema.json")
    return fail(Errc::invalid_input, fmt::format("{}: /title is {}: the file of that table is {}.schema.json", where,
                                                 loaded.table, loaded.table));
  return loaded;
}

Result<void> check_sources(const Desk& desk) {
  for (const ingest::Source& source : desk.sources) {
    TRY(const contract::Contract* contract,
        with_context(desk.find_contract(source.table), "sources/" + source.name + ".toml"));
    TRY_VOID(ingest::check_source(source, *contract));
  }
  return {};
}

template <class T, class Name>
Result<const T*> find_by_name(const std::vector<T>& all, std::string_view name, Name T::*member, const char* kind) {
  const auto found = std::ranges::find(all, name, member);
  if (found != all.end()) return &*found;
  std::string known;
  for (const T& one : all) known += (known.empty() ? "" : ", ") + one.*member;
  return fail(Errc::not_found,
              fmt::format("{} '{}' is not on this desk; it has: {}", kind, name, known.empty() ? "none" : known));
}

}  // namespace

Result<std::string> load_text(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(Errc::not_found, "file " + path.string() + " cannot be read");
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

Result<fs::path> find_desk_root(const std::string& given) {
  if (!given.empty()) {
    if (!fs::exists(fs::path(given) / "converge.toml"))
      return fail(Errc::not_found, given + " holds no converge.toml; 'converge init " + given + "' writes one");
    return fs::weakly_canonical(given);
  }
  for (fs::path folder = fs::current_path();; folder = folder.parent_path()) {
    if (fs::exists(folder / "converge.toml")) return folder;
    if (folder == folder.parent_path()) break;
  }
  return fail(Errc::not_found, "no converge.toml here or above; use --desk DIR, or 'converge init DIR' to make a desk");
}

Result<Desk> load_desk(const fs::path& root) {
  Desk desk;
  desk.root = root;
  TRY_VOID(read_settings(desk));
  TRY(auto own, load_each<contract::Contract>(root, "contracts", ".schema.json", load_contract_file));
  TRY(desk.contracts, contract::arrange_desk_contracts(std::move(own)));
  TRY(desk.sources, load_each<ingest::Source>(root, "sources", ".toml", ingest::parse_source));
  TRY(desk.models, load_each<model::ModelSpec>(root, "models", ".toml", model::parse_model));
  TRY(desk.queries, load_each<NamedQuery>(root, "queries", ".sql",
                                          [](std::string text, const std::string& where) -> Result<NamedQuery> {
                                            return NamedQuery{fs::path(where).stem().string(), std::move(text)};
                                          }));
  TRY(desk.content, content::load_content_source(root.string()));
  TRY(const std::string policy, load_text(root / "policy.toml"));
  TRY(desk.policy, supervise::parse_policy(policy, "policy.toml"));
  TRY_VOID(check_sources(desk));
  return desk;
}

Result<const contract::Contract*> Desk::find_contract(std::string_view table) const {
  const auto& system = contract::system_contracts();
  const auto found = std::ranges::find(system, table, &contract::Contract::table);
  if (found != system.end()) return &*found;
  return find_by_name(contracts, table, &contract::Contract::table, "table");
}

Result<const model::ModelSpec*> Desk::find_model(std::string_view name) const {
  return find_by_name(models, name, &model::ModelSpec::name, "model");
}

Result<const ingest::Source*> Desk::find_source(std::string_view name) const {
  return find_by_name(sources, name, &ingest::Source::name, "source");
}

std::vector<contract::Contract> Desk::all_contracts() const {
  std::vector<contract::Contract> all = contract::system_contracts();
  all.insert(all.end(), contracts.begin(), contracts.end());
  return all;
}

}  // namespace converge::surface
