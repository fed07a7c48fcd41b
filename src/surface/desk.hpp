// surface/desk.hpp — a desk: the directory in which one person declares what should be true.
//
// Read whole and checked whole before anything is done with it: a file that does not parse, or does not fit the other files,
// stops every command that needs the desk, with the file, the place and what to do. What a tick would trip over is found here.
#pragma once
#include "content/content_source.hpp"
#include "content/model_draft.hpp"
#include "contract/contract.hpp"
#include "ingest/source.hpp"
#include "model/model_spec.hpp"
#include "publish/target.hpp"
#include "supervise/policy.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace converge::surface {

// queries/<name>.sql: read-only, parameters as `?`.
struct NamedQuery {
  std::string name;
  std::string text;
};

struct Desk {
  std::filesystem::path root;
  std::string id;
  std::uint64_t seed = 0;
  std::string database_url = "private";
  std::vector<publish::Target> targets;            // where it publishes
  std::optional<content::ModelEndpoint> drafting;  // the model that drafts, if the owner has set one
  std::filesystem::path docs_dir;                  // of the docs target, absolute; the report page lies there too

  std::vector<contract::Contract> contracts;  // the owner's own tables
  std::vector<ingest::Source> sources;
  std::vector<model::ModelSpec> models;
  content::ContentSource content;  // style guide and templates
  supervise::Policy policy;
  std::vector<NamedQuery> queries;

  std::filesystem::path state_dir() const { return root / ".state"; }
  // The contract of a table, the desk's own or the system's. errors: not_found
  Result<const contract::Contract*> find_contract(std::string_view table) const;
  Result<const model::ModelSpec*> find_model(std::string_view name) const;  // errors: not_found
  Result<const ingest::Source*> find_source(std::string_view name) const;   // errors: not_found
  // System contracts first, then the desk's own.
  std::vector<contract::Contract> all_contracts() const;
};

// The given folder, else the working directory or its nearest parent that holds a converge.toml.
// errors: not_found with what to do
Result<std::filesystem::path> find_desk_root(const std::string& given);

// errors: invalid_input with file and place; not_found, denied, unavailable when a file is not there or cannot be read
Result<Desk> load_desk(const std::filesystem::path& root);

Result<std::string> load_text(const std::filesystem::path& path);

}  // namespace converge::surface
