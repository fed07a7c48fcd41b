#include "store/desk_setting.hpp"

#include "store/sql.hpp"

namespace converge::store {
namespace {

std::vector<DeskSettingRow> make_settings(const DeskIdentity& identity) {
  std::vector<DeskSettingRow> settings(2);
  settings[0].name = "desk_id";
  settings[0].value = identity.desk_id;
  settings[1].name = "seed";
  settings[1].value = std::to_string(identity.seed);
  return settings;
}

// Settings that the database does not have yet. errors: contract_violation for one that it has with another value
Result<std::vector<DeskSettingRow>> find_missing(Tx& tx, const DeskIdentity& identity) {
  TRY(const auto stored, tx.load<DeskSettingRow>(sql::desk_setting_all));
  auto missing = make_settings(identity);
  for (const auto& setting : stored) {
    for (const auto& wanted : missing)
      if (wanted.name == setting.name && wanted.value != setting.value)
        return fail(Errc::contract_violation, setting.name + " is " + setting.value + " in the database and " +
                                                  wanted.value +
                                                  " in converge.toml: restore the file, or use another database");
    std::erase_if(missing, [&](const DeskSettingRow& wanted) { return wanted.name == setting.name; });
  }
  return missing;
}

}  // namespace

Result<void> init_desk(Tx& tx, const DeskIdentity& identity) {
  TRY(const auto missing, find_missing(tx, identity));
  if (missing.empty()) return {};
  auto inserted = tx.insert(std::span<const DeskSettingRow>(missing));
  if (inserted || inserted.error().code != Errc::conflict) return inserted;
  // Another first comer has committed his in the meantime: they must be the same.
  TRY(const auto still_missing, find_missing(tx, identity));
  return still_missing.empty() ? Result<void>() : inserted;
}

Result<void> verify_desk(Tx& tx, const DeskIdentity& identity) {
  TRY(const auto missing, find_missing(tx, identity));
  if (missing.empty()) return {};
  return fail(Errc::not_found,
              missing.front().name + " is not in the database: run `converge init` on this desk first");
}

}  // namespace converge::store
