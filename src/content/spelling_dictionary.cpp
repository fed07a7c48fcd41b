#include "content/spelling_dictionary.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <nuspell/dictionary.hxx>

namespace converge::content {

struct SpellingDictionary::Words {
  nuspell::Dictionary dictionary;
};

Result<SpellingDictionary> SpellingDictionary::load(const std::string& aff_path) {
  auto words = std::make_shared<Words>();
  try {
    words->dictionary.load_aff_dic(aff_path);
  } catch (const nuspell::Dictionary_Loading_Error& error) {
    return fail(Errc::invalid_input, fmt::format("the dictionary {}: {}", aff_path, error.what()));
  }
  SpellingDictionary loaded;
  loaded.words_ = std::move(words);
  return loaded;
}

bool SpellingDictionary::knows(const std::string& word) const {
  return words_->dictionary.spell(word);
}

Result<std::string> find_dictionary(std::span<const std::string> folders, const std::string& name) {
  std::vector<std::string> searched(folders.begin(), folders.end());
  if (const char* path = std::getenv("DICPATH"); path != nullptr && *path != '\0') searched.emplace_back(path);
  searched.insert(searched.end(), {"/usr/share/hunspell", "/usr/share/myspell/dicts"});
  for (const std::string& folder : searched) {
    const std::string aff = fmt::format("{}/{}.aff", folder, name);
    std::error_code error;
    if (std::filesystem::exists(aff, error) && std::filesystem::exists(fmt::format("{}/{}.dic", folder, name), error))
      return aff;
  }
  return fail(Errc::not_found, fmt::format("no dictionary {0} (looked for {0}.aff and {0}.dic in {1}); install it "
                                           "(Debian: hunspell-en-us), or switch the rule off",
                                           name, fmt::join(searched, ", ")));
}

bool WordVerdicts::find_or(std::string_view word, const std::function<bool()>& judge) const {
  Shard& shard = shards_->at(WordHash()(word) % shards);
  {
    const std::shared_lock lock(shard.lock);
    const auto found = shard.verdicts.find(word);
    if (found != shard.verdicts.end()) return found->second;
  }
  const bool verdict = judge();
  const std::unique_lock lock(shard.lock);
  shard.verdicts.emplace(word, verdict);
  return verdict;
}

}  // namespace converge::content
