#include "surface/desk.hpp"

#include "contract/desk_contracts.hpp"
#include "contract/pattern.hpp"
#include "publish/docs_target.hpp"
#include "supervise/finding.hpp"
#include "supervise/sample_note.hpp"
#include "surface/desk_series.hpp"
#include "wire/file.hpp"
#include "wire/toml.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/json/object.hpp>

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

Result<void> read_targets(Desk& desk, TableReader& file) {
  const std::string folder = desk.root.string();
  static const JsonObject none;
  TableReader publish(none, "converge.toml", "/publish");
  if (file.has("publish")) {
    TRY(publish, file.table("publish"));
  }
  TRY(desk.targets, publish::open_targets(publish, folder));
  TableReader docs(none, "converge.toml", "/publish/docs");
  if (publish.has(publish::docs_target_name)) {
    TRY(docs, publish.table(publish::docs_target_name));
  }
  TRY(desk.docs_dir, publish::read_docs_folder(docs, folder));
  return {};
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
  TRY_VOID(read_targets(desk, table));
  if (table.has("drafting")) {
    TRY(TableReader drafting, table.table("drafting"));
    TRY(desk.drafting, content::read_model_endpoint(drafting));
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

// A name that becomes the value of a column: what its contract would refuse on the first row is refused here.
Result<void> check_name(std::string_view name, std::string_view table, std::string_view column,
                        const std::string& where) {
  const contract::Column& rule = *contract::system_contract(table).find_column(column);
  TRY(const auto pattern, contract::PatternMatcher::compile(rule.pattern));
  const bool fits = static_cast<std::int64_t>(name.size()) <= *rule.length_max && pattern.matches(name);
  if (fits) return {};
  return fail(Errc::invalid_input,
              fmt::format("{} '{}' must be 1 to {} of A-Z a-z 0-9 _ . : / -, the first a letter, digit or _", where,
                          name, *rule.length_max));
}

Result<ingest::Source> parse_named_source(std::string_view text, const std::string& where) {
  TRY(ingest::Source source, ingest::parse_source(text, where));
  TRY_VOID(check_name(source.name, "ingest_batch", "source", where + ": the name of the file"));
  if (source.bar && !source.bar->symbol.empty())
    TRY_VOID(check_name(source.bar->symbol, "bar", "symbol", where + ": /symbol"));
  return source;
}

Result<model::ModelSpec> parse_named_model(std::string_view text, const std::string& where) {
  TRY(model::ModelSpec spec, model::parse_model(text, where));
  const std::string stem = fs::path(where).stem().string();
  if (spec.name != stem)
    return fail(Errc::invalid_input,
                fmt::format("{}: /name must be \"{}\", as the file is called, not \"{}\"", where, stem, spec.name));
  TRY_VOID(check_name(spec.name, "model_version", "model", where + ": /name"));
  TRY_VOID(check_name(spec.symbol, "bar", "symbol", where + ": /symbol"));
  return spec;
}

Result<void> check_sources(const Desk& desk) {
  for (const ingest::Source& source : desk.sources) {
    TRY(const contract::Contract* contract,
        with_context(desk.find_contract(source.table), "sources/" + source.name + ".toml"));
    TRY_VOID(ingest::check_source(source, *contract));
  }
  return {};
}

Result<void> check_finding_kind(const std::string& kind, const std::string& where) {
  if (kind == "*" ||
      std::ranges::find(supervise::checks(), kind, &supervise::FindingCheck::kind) != supervise::checks().end())
    return {};
  std::string known = "*";
  for (const auto& check : supervise::checks()) known += ", " + std::string(check.kind);
  return fail(Errc::invalid_input,
              fmt::format("{} names '{}', which no check finds; there are: {}", where, kind, known));
}

Result<void> check_policy(const supervise::Policy& policy) {
  const std::int64_t length_max = *contract::system_contract("proposal").find_column("policy_rule")->length_max;
  for (std::size_t i = 0; i < policy.rules.size(); ++i) {
    const supervise::PolicyRule& rule = policy.rules[i];
    const std::string where = fmt::format("policy.toml: /rule/{}", i);
    if (static_cast<std::int64_t>(rule.name.size()) > length_max)
      return fail(Errc::invalid_input, fmt::format("{}/name is longer than {} characters", where, length_max));
    for (const std::string& kind : rule.findings) TRY_VOID(check_finding_kind(kind, where + "/findings"));
  }
  return {};
}

Result<void> check_template(const Desk& desk, const content::ContentTemplate& note) {
  TRY_VOID(check_name(note.name, "content_item", "template", note.where + ": the name of the file"));
  for (const std::string& target : note.targets) {
    const auto found = publish::require_target(desk.targets, target);
    if (!found)
      return fail(Errc::invalid_input, fmt::format("{}:{}: {}", note.where, note.targets_line, found.error().message));
  }
  return {};
}

// What the note stage will ask for must fit the templates: it tells of decisions that cannot be taken back.
Result<void> check_templates(const Desk& desk) {
  for (const auto& [name, note] : desk.content.templates) TRY_VOID(check_template(desk, note));
  TRY(const auto samples, supervise::draft_samples(desk.content));
  for (const supervise::SampleDraft& sample : samples)
    for (const std::string& name : sample.note->targets) {
      TRY(const publish::Target* target, publish::require_target(desk.targets, name));
      TRY_VOID(with_context(target->check_destination(sample.draft.path), sample.note->where + ": path"));
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
  return read_file(path.string());
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
  TRY(desk.sources, load_each<ingest::Source>(root, "sources", ".toml", parse_named_source));
  TRY(desk.models, load_each<model::ModelSpec>(root, "models", ".toml", parse_named_model));
  TRY(desk.queries, load_each<NamedQuery>(root, "queries", ".sql",
                                          [](std::string text, const std::string& where) -> Result<NamedQuery> {
                                            return NamedQuery{fs::path(where).stem().string(), std::move(text)};
                                          }));
  TRY(desk.content, content::load_content_source(root.string()));
  TRY(const std::string policy, load_text(root / "policy.toml"));
  TRY(desk.policy, supervise::parse_policy(policy, "policy.toml"));
  TRY_VOID(check_sources(desk));
  TRY_VOID(check_policy(desk.policy));
  TRY_VOID(check_templates(desk));
  TRY_VOID(check_series(desk.sources, desk.models));
  return desk;
}

Result<const contract::Contract*> Desk::find_contract(std::string_view table) const {
  const auto& system = contract::system_contracts();
  const auto found = std::ranges::find(system, table, &contract::Contract::table);
  if (found != system.end()) return &*found;
  const auto own = std::ranges::find(contracts, table, &contract::Contract::table);
  if (own != contracts.end()) return &*own;
  std::vector<std::string> known;
  for (const contract::Contract& one : all_contracts()) known.push_back(one.table);
  std::ranges::sort(known);
  return fail(Errc::not_found,
              fmt::format("table '{}' is not on this desk; it has: {}", table, fmt::join(known, ", ")));
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
