// Drafts: `content render` and `content batch` from templates, `content draft` from a model. None needs a database, unless rows
// come from one or drafts go into it.
#include "base/hash.hpp"
#include "base/log.hpp"
#include "content/batch.hpp"
#include "content/content_source.hpp"
#include "content/lint_report.hpp"
#include "content/model_draft.hpp"
#include "content/run_content.hpp"
#include "surface/cli/command_tables.hpp"
#include "surface/cli/query_answer.hpp"
#include "surface/cli/session.hpp"
#include "surface/cli/table_text.hpp"
#include "surface/starter.hpp"
#include "wire/file.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <ostream>

namespace converge::surface {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view target_default = "docs";

// The texts of the desk when there is one, else those that `converge init` writes.
Result<content::ContentSource> load_source(const Session& session) {
  if (const auto root = session.find_root()) return content::load_content_source(root->string());
  std::vector<content::ContentFile> files;
  for (const StarterFile& file : starter_files())
    files.push_back({.path = std::string(file.path), .text = std::string(file.text)});
  return content::parse_content_source(files);
}

// One template, and the guide as it is where its texts will be published.
struct Workbench {
  content::ContentSource source;
  const content::ContentTemplate* note = nullptr;  // in source
  content::Linter linter;
  content::Escape escape = content::escape_markdown;
};

Result<Workbench> open_workbench(const Invocation& call) {
  Workbench bench;
  TRY(bench.source, load_source(call.session));
  TRY(bench.note, content::require_template(bench.source, call.arguments.require("TEMPLATE")));
  const std::string target = call.arguments.find("--target").value_or(std::string(target_default));
  TRY(bench.escape, content::find_target_escape(target));
  TRY(bench.linter, content::Linter::compile(bench.source.guide.for_target(target)));
  return bench;
}

// The rows of --data FILE or of --query NAME.
Result<std::vector<content::BatchRow>> load_rows(const Invocation& call, const content::ContentTemplate& note) {
  const auto file = call.arguments.find("--data");
  const auto query = call.arguments.find("--query");
  if (file.has_value() == query.has_value())
    return fail(Errc::invalid_input, "rows come from one of --data FILE and --query NAME");
  if (file) {
    TRY(const std::string text, read_file(*file));
    return content::read_batch_rows(text, *file, note);
  }
  TRY(const store::RowSet answered,
      answer_query(call, *query, {.rows_max = static_cast<std::int64_t>(content::batch_rows_max) + 1}));
  const Json document = render_rows_json(answered);
  std::vector<JsonObject> rows;
  for (const Json& row : document.as_array()) rows.push_back(row.as_object());
  return content::read_query_rows(rows, "query " + *query, note);
}

Result<int> run_content_render(Invocation& call) {
  TRY(const Workbench bench, open_workbench(call));
  TRY(const auto rows, load_rows(call, *bench.note));
  std::string text;
  JsonArray document;
  for (const content::BatchRow& row : rows) {
    if (row.error) return fail(row.error->code, fmt::format("{}: {}", row.where, row.error->message));
    TRY(const auto note, with_context(content::render_note(*bench.note, row.fields, bench.escape), row.where));
    if (rows.size() > 1) text += fmt::format("{}<!-- {} -->\n\n", text.empty() ? "" : "\n", note.path);
    text += note.markdown;
    document.push_back(JsonObject{{"row", row.where}, {"path", note.path}, {"markdown", note.markdown}});
  }
  call.answer(text, [&] { return Json(std::move(document)); });
  return exit_ok;
}

void add_lines(store::RowSet& table, const content::BatchDraft& made, const std::vector<content::LintFinding>& findings,
               std::string_view outcome) {
  for (const content::LintFinding& finding : findings)
    table.rows.push_back({made.where, made.draft.path, std::string(outcome),
                          fmt::format("{}:{}", finding.at.line, finding.at.col),
                          std::string(content::lint_level_name(finding.level)), finding.rule, finding.message});
}

// Every finding of every draft, and every row that gave none.
store::RowSet list_findings(std::span<const content::BatchDraft> batch) {
  store::RowSet table{.columns = {"row", "draft", "outcome", "at", "level", "rule", "message"}, .rows = {}};
  for (const content::BatchDraft& made : batch) {
    if (made.error)
      table.rows.push_back({made.where, std::string(), std::string("refused"), std::string(), std::string("error"),
                            std::string(), made.error->message});
    add_lines(table, made, made.draft.fixed, "fixed");
    add_lines(table, made, made.draft.left, "left");
  }
  return table;
}

// A path that a template gave is below the folder, whatever its fields held.
Result<std::string> place_below(const std::string& folder, const std::string& path) {
  const fs::path relative = fs::path(path).lexically_normal();
  if (relative.is_absolute() || relative.begin()->string() == "..")
    return fail(Errc::invalid_input, fmt::format("the path {} leads out of {}", path, folder));
  return (fs::path(folder) / relative).string();
}

struct DraftFile {
  std::string path;
  std::string_view markdown;
};

// Nothing is written when one of the files would replace another text.
Result<void> write_drafts(std::span<const DraftFile> files, bool overwrites) {
  for (const DraftFile& file : files) {
    const auto there = read_file(file.path);
    if (!there && there.error().code != Errc::not_found) return fail(there.error());
    if (there && *there != file.markdown && !overwrites)
      return fail(Errc::conflict, fmt::format("{} is there with another text; --overwrite replaces it", file.path));
  }
  for (const DraftFile& file : files) {
    TRY_VOID(create_folder_of(file.path));
    TRY_VOID(replace_file(file.path, file.markdown));
  }
  return {};
}

Result<void> write_batch(const std::string& folder, std::span<const content::BatchDraft> batch, bool overwrites) {
  std::vector<DraftFile> files;
  for (const content::BatchDraft& made : batch) {
    if (made.error) continue;
    TRY(auto path, place_below(folder, made.draft.path));
    files.push_back({.path = std::move(path), .markdown = made.draft.markdown});
  }
  return write_drafts(files, overwrites);
}

// A row is known again by what it holds.
std::string make_subject(const content::ContentTemplate& note, const JsonObject& fields) {
  constexpr std::size_t hash_digits = 32;
  return fmt::format("row:{}",
                     compute_sha256_hex(note.name + '\n' + render_canonical_json(fields)).substr(0, hash_digits));
}

Result<content::ContentCount> save_drafts(const Invocation& call, const Workbench& bench,
                                          std::span<const content::BatchRow> rows,
                                          std::span<const content::BatchDraft> batch) {
  std::vector<content::NoteRequest> requests;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (batch[i].error) continue;
    requests.push_back({.template_name = bench.note->name,
                        .subject = make_subject(*bench.note, rows[i].fields),
                        .fields = rows[i].fields});
  }
  TRY(const Desk* desk, call.session.desk());
  TRY(store::Db * db, call.session.db());
  return db->transact([&](store::Tx& tx) {
    const store::Scope scope{tx, call.session.clock().now(), desk->seed};
    return content::run_content(scope, desk->content, requests);
  });
}

Json make_stored_json(const std::optional<content::ContentCount>& saved) {
  if (!saved) return nullptr;
  return JsonObject{{"approved", saved->approved}, {"blocked", saved->blocked}, {"unchanged", saved->unchanged}};
}

Json make_batch_json(std::span<const content::BatchDraft> batch, const content::BatchCount& count,
                     const std::optional<content::ContentCount>& saved, const std::string& style_hash) {
  JsonArray drafts;
  for (const content::BatchDraft& made : batch) {
    JsonObject draft{{"row", made.where}};
    if (made.error) draft["error"] = made.error->message;
    if (!made.error) {
      draft["path"] = made.draft.path;
      draft["title"] = made.draft.title;
      draft["blocked"] = made.draft.is_blocked();
      draft["markdown"] = made.draft.markdown;
    }
    drafts.push_back(std::move(draft));
  }
  return JsonObject{{"drafts", count.drafts},
                    {"blocked", count.blocked},
                    {"refused", count.refused},
                    {"fixed", count.fixed},
                    {"left", count.left},
                    {"style_hash", style_hash},
                    {"stored", make_stored_json(saved)},
                    {"items", std::move(drafts)},
                    {"findings", render_rows_json(list_findings(batch))}};
}

Result<int> run_content_batch(Invocation& call) {
  const bool saves = call.arguments.has("--save");
  if (saves && call.arguments.has("--target"))
    return fail(Errc::invalid_input, "--save plans drafts for the targets of their template; leave --target out");
  TRY(const Workbench bench, open_workbench(call));
  TRY(const auto rows, load_rows(call, *bench.note));
  const auto batch = content::make_batch(bench.linter, *bench.note, rows, bench.escape);
  const content::BatchCount count = content::count_batch(batch);
  if (const auto folder = call.arguments.find("--out"))
    TRY_VOID(write_batch(*folder, batch, call.arguments.has("--overwrite")));
  const store::RowSet findings = list_findings(batch);
  std::string text = findings.rows.empty() ? std::string() : render_table(findings) + "\n";
  text += fmt::format("{} drafts, {} of them blocked; {} rows refused; {} findings fixed, {} left\n", count.drafts,
                      count.blocked, count.refused, count.fixed, count.left);
  std::optional<content::ContentCount> saved;
  if (saves) {
    TRY(saved, save_drafts(call, bench, rows, batch));
    text += fmt::format("stored: {} approved, {} blocked, {} there before\n", saved->approved, saved->blocked,
                        saved->unchanged);
  }
  call.answer(text, [&] { return make_batch_json(batch, count, saved, bench.source.guide.hash); });
  return count.blocked + count.refused > 0 ? exit_findings : exit_ok;
}

Result<std::string> load_key(const content::ModelEndpoint& endpoint) {
  if (endpoint.key_env.empty()) return std::string();
  const char* key = std::getenv(endpoint.key_env.c_str());
  if (key == nullptr || *key == '\0')
    return fail(Errc::denied,
                fmt::format("drafting: the environment variable {} is not set; converge.toml names it as the key",
                            endpoint.key_env));
  register_secret(key);
  return std::string(key);
}

// What the model may take its facts from: files as they are, each under its name.
Result<std::string> load_facts(const std::vector<std::string>& paths) {
  std::string facts;
  for (const std::string& path : paths) {
    TRY(const std::string text, read_file(path));
    facts += fmt::format("{}{}:\n\n{}\n", facts.empty() ? "" : "\n", fs::path(path).filename().string(), text);
  }
  return facts;
}

Result<int> run_content_draft(Invocation& call) {
  TRY(const Desk* desk, call.session.desk());
  if (!desk->drafting)
    return fail(Errc::not_found,
                "no model to draft with: set url and model under [drafting] in converge.toml; docs/templates.md");
  TRY(const std::string key, load_key(*desk->drafting));
  TRY(auto facts, load_facts(call.arguments.list("--facts")));
  const std::string target = call.arguments.find("--target").value_or(std::string(target_default));
  const content::DraftBrief brief{.about = call.arguments.require("ABOUT"), .facts = std::move(facts)};
  TRY(const content::Draft draft,
      content::draft_with_model(*desk->drafting, key, desk->content.guide.for_target(target), brief, send_http));
  const auto file = call.arguments.find("--out");
  if (file) {
    const DraftFile whole{.path = *file, .markdown = draft.markdown};
    TRY_VOID(write_drafts(std::span(&whole, 1), call.arguments.has("--overwrite")));
  }
  const content::FileFindings left{file.value_or("draft"), draft.left};
  call.err << content::render_lint_lines(std::span(&left, 1));
  call.answer(file ? std::string() : draft.markdown, [&] {
    return Json(JsonObject{{"title", draft.title},
                           {"markdown", draft.markdown},
                           {"blocked", draft.is_blocked()},
                           {"fixed", draft.fixed.size()},
                           {"left", content::make_lint_json(std::span(&left, 1))},
                           {"style_hash", desk->content.guide.hash}});
  });
  return draft.is_blocked() ? exit_findings : exit_ok;
}

constexpr Option template_option{"TEMPLATE", "", "Template of the desk, without .md", true};
constexpr Option data_option{"--data", "FILE",
                             "Rows: .csv, .json (an array of objects), or .yaml (a matrix: `field: [values]`)"};
constexpr Option query_option{"--query", "NAME", "Rows: the answer of a named query of the desk"};
constexpr Option param_option{"--param", "NAME=VALUE", "Value of a parameter of the query", false, true};
constexpr Option target_option{"--target", "NAME", "Escape and check for discord, notion or docs (default docs)"};

constexpr Option render_options[] = {template_option, data_option, query_option, param_option, target_option};
constexpr Option batch_options[] = {
    template_option,
    data_option,
    query_option,
    param_option,
    target_option,
    {"--out", "DIR", "Write the drafts below this folder"},
    {"--overwrite", "", "Replace files that hold another text"},
    {"--save", "",
     "Store the drafts in the desk: clean ones are approved, and planned for the targets of the template"}};

constexpr Option draft_options[] = {{"ABOUT", "", "What the text is to say", true},
                                    {"--facts", "FILE", "Facts to write from: any text file", false, true},
                                    target_option,
                                    {"--out", "FILE", "Write the draft to this file"},
                                    {"--overwrite", "", "Replace a file that holds another text"}};

constexpr Command table[] = {
    {"content", "render", "Fill a template with rows, without checking it", render_options, run_content_render,
     AsOf::answers},
    {"content", "batch", "Make a checked draft of every row, with one table of all findings", batch_options,
     run_content_batch, AsOf::answers},
    {"content", "draft", "Let the model of converge.toml write a draft, which is checked and never published by itself",
     draft_options, run_content_draft},
};

}  // namespace

std::span<const Command> content_batch_commands() {
  return table;
}

}  // namespace converge::surface
