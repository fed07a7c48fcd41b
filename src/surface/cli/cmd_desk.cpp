#include "base/log.hpp"
#include "store/schema.hpp"
#include "store/sql.hpp"
#include "surface/cli/command_tables.hpp"
#include "surface/cli/session.hpp"
#include "surface/cli/table_text.hpp"
#include "surface/starter.hpp"
#include "wire/file.hpp"

#include <fmt/format.h>
#include <sodium.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <filesystem>
#include <ostream>

namespace converge::surface {
namespace {

namespace fs = std::filesystem;
using store::params;

Result<void> write_file(const fs::path& path, std::string_view text) {
  std::error_code code;
  fs::create_directories(path.parent_path(), code);
  return replace_file(path.string(), text);
}

// A name for the desk from the folder's: letters, digits and _.
std::string make_desk_id(const fs::path& folder) {
  std::string id;
  for (const char c : folder.filename().string())
    id.push_back(std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_');
  return id.empty() ? "desk" : id;
}

std::string render_settings(const std::string& id, std::uint32_t seed) {
  return fmt::format(
      "[desk]\nid = \"{}\"\nseed = {}   # every id and every random draw follows from it; never change it\n\n"
      "[database]\nurl = \"private\"   # a server of its own below .state/; or mysql://user@host/db\n\n"
      "[publish.docs]\ndir = \"out\"\n",
      id, seed);
}

Result<void> write_desk(const fs::path& root) {
  for (const StarterFile& file : starter_files()) TRY_VOID(write_file(root / file.path, file.text));
  TRY_VOID(write_file(root / ".gitignore", ".state/\nout/\n"));
  for (const char* folder : {"contracts", "data", "sources", "models"}) {
    std::error_code code;
    fs::create_directories(root / folder, code);
    if (code) return fail(Errc::unavailable, "create " + (root / folder).string() + ": " + code.message());
  }
  // Last: what holds a converge.toml is a whole desk.
  return write_file(root / "converge.toml", render_settings(make_desk_id(root), randombytes_random()));
}

Result<int> run_init(Invocation& call) {
  fs::path root = fs::absolute(call.arguments.require("DIR")).lexically_normal();
  if (root.filename().empty()) root = root.parent_path();
  if (fs::exists(root / "converge.toml"))
    return fail(Errc::conflict, "init: " + root.string() + " is a desk already; choose another folder");
  TRY_VOID(with_context(write_desk(root), "init: " + root.string() + " must be a folder that can be written"));
  call.answer(
      fmt::format("{0} is a desk now. Next, in that folder:\n"
                  "  put a CSV into data/\n"
                  "  converge ingest infer data/FILE.csv > sources/NAME.toml    then read it: what is empty is yours "
                  "to decide\n"
                  "  cp models/example.toml.txt models/NAME.toml                then change its name and symbol\n"
                  "  converge run --once\n",
                  root.string()),
      [&] {
        return Json(JsonObject{{"desk", root.string()}});
      });
  return exit_ok;
}

Result<int> run_status(Invocation& call) {
  TRY(const Desk* desk, call.session.desk());
  TRY(store::Db * db, call.session.db());
  struct Answers {
    store::RowSet counts, champions, findings;
  };
  const Instant at = call.horizon();
  TRY(const Answers answers, db->transact([&](store::Tx& tx) -> Result<Answers> {
    Answers all;
    TRY(all.counts, tx.select(sql::status_counts, params(at, at, at, at, at, at, at, at, at, at, at)));
    TRY(all.champions, tx.select(sql::status_champions, params(at)));
    TRY(all.findings, tx.select(sql::status_open_findings, params(at, at, at, at)));
    return all;
  }));
  std::string text =
      fmt::format("desk {} on {}\n\n{}\nChampions\n{}\nOpen findings\n{}", desk->id, db->server().describe(),
                  render_table(answers.counts), render_table(answers.champions), render_table(answers.findings));
  call.answer(text, [&] {
    return Json(JsonObject{{"desk", desk->id},
                           {"server", db->server().describe()},
                           {"counts", render_rows_json(answers.counts).as_array().at(0)},
                           {"champions", render_rows_json(answers.champions)},
                           {"open_findings", render_rows_json(answers.findings)}});
  });
  return exit_ok;
}

// One thing that can be wrong with an installation, and what to do about it.
struct Examination {
  std::string_view name;
  Result<std::string> (*examine)(Invocation&);
};

Result<std::string> examine_desk(Invocation& call) {
  TRY(const Desk* desk, call.session.desk());
  return fmt::format("{}: {} sources, {} models, {} templates", desk->root.string(), desk->sources.size(),
                     desk->models.size(), desk->content.templates.size());
}

Result<std::string> examine_zones(Invocation&) {
  TRY(const Instant close, local_instant(Date(std::chrono::year(2020), std::chrono::month(3), std::chrono::day(16)),
                                         std::chrono::hours(16), "America/New_York"));
  if (render_instant(close) != "2020-03-16T20:00:00Z")
    return fail(Errc::internal, "time zones: the tz database is out of date; reinstall tzdata");
  return "the tz database answers";
}

Result<std::string> examine_server(Invocation& call) {
  TRY(store::Db * db, call.session.db_as_it_is());
  return db->server().describe() + " at " + db->options().describe();
}

Result<std::string> examine_schema(Invocation& call) {
  TRY(store::Db * db, call.session.db());
  TRY(const Desk* desk, call.session.desk());
  TRY(store::Connection connection, db->open_connection());
  TRY_VOID(store::require_schema(connection, desk->all_contracts()));
  return fmt::format("{} tables are what their contracts say", desk->all_contracts().size());
}

Result<std::string> examine_target(Invocation& call) {
  TRY(const Desk* desk, call.session.desk());
  const fs::path probe = desk->docs_dir / ".doctor";
  TRY_VOID(write_file(probe, "ok"));
  std::error_code code;
  fs::remove(probe, code);
  return desk->docs_dir.string() + " can be written";
}

constexpr Examination examinations[] = {{"desk", examine_desk},
                                        {"time zones", examine_zones},
                                        {"server", examine_server},
                                        {"schema", examine_schema},
                                        {"docs target", examine_target}};

Result<int> run_doctor(Invocation& call) {
  std::string text;
  JsonArray document;
  bool healthy = true;
  for (const Examination& one : examinations) {
    const auto answer = one.examine(call);
    healthy = healthy && answer.has_value();
    const std::string says = answer ? *answer : hide_secrets(render_error(answer.error()));
    text += fmt::format("{:<12} {}  {}\n", one.name, answer ? "ok " : "BAD", says);
    document.push_back(JsonObject{{"name", one.name}, {"ok", answer.has_value()}, {"says", says}});
  }
  call.answer(text, [&] { return Json(document); });
  return healthy ? exit_ok : exit_findings;
}

constexpr Option init_options[] = {{"DIR", "", "Folder of the desk to make", true}};

constexpr Command table[] = {
    {"init", "", "Make a desk: settings, policy, style guide, templates, queries, an example of a model file",
     init_options, run_init},
    {"status", "", "Show counts, champions and open findings", {}, run_status, AsOf::answers},
    {"doctor",
     "",
     "Examine the desk, its server and its schema, and say what to do (exit 1 when something is wrong)",
     {},
     run_doctor},
};

}  // namespace

std::span<const Command> desk_commands() {
  return table;
}

}  // namespace converge::surface
