#include "content/vale_ini.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cctype>

namespace converge::content {
namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  return text;
}

// A list with commas; `\,` is a comma inside an entry. Each entry once.
std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> entries{""};
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\' && at + 1 < text.size() && text[at + 1] == ',') {
      entries.back() += text[++at];
    } else if (text[at] == ',') {
      entries.emplace_back();
    } else {
      entries.back() += text[at];
    }
  }
  std::vector<std::string> kept;
  for (const std::string& entry : entries) {
    std::string trimmed(trim(entry));
    if (!trimmed.empty() && std::ranges::find(kept, trimmed) == kept.end()) kept.push_back(std::move(trimmed));
  }
  return kept;
}

struct IniLine {
  int number = 0;
  std::string key;
  std::string value;
};

// Keys that Vale has and this program has no use for.
constexpr std::array<std::string_view, 6> unused_core_keys{"Packages",        "NLPEndpoint",    "SphinxBuildPath",
                                                           "SphinxAutoBuild", "IgnoredClasses", "Project"};
constexpr std::array<std::string_view, 4> unused_section_keys{"Transform", "Lang", "View", "CommentDelimiters"};

class IniReader {
 public:
  explicit IniReader(std::string_view where) { ini_.where = where; }

  Result<ValeIni> read(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    int number = 0;
    std::string pending;
    int pending_line = 0;
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      std::string_view line = trim(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
      ++number;
      if (pending.empty()) pending_line = number;
      const bool continues = line.ends_with('\\') && !line.starts_with('#') && !line.starts_with(';');
      if (continues) {
        pending += trim(line.substr(0, line.size() - 1));
        continue;
      }
      pending += line;
      TRY_VOID(read_line(pending, pending_line));
      pending.clear();
    }
    if (!pending.empty()) TRY_VOID(read_line(pending, pending_line));
    return std::move(ini_);
  }

 private:
  tl::unexpected<Error> complain(int line, std::string_view what) const {
    return fail(Errc::invalid_input, fmt::format("{}:{}: {}", ini_.where, line, what));
  }

  Result<void> read_line(std::string_view line, int number) {
    if (line.empty() || line.starts_with('#') || line.starts_with(';')) return {};
    if (line.starts_with('[')) {
      const std::size_t close = line.rfind(']');
      if (close == std::string_view::npos || close == 1)
        return complain(number, "a section without its ']' or its name");
      return open_section(std::string(trim(line.substr(1, close - 1))), number);
    }
    const std::size_t equals = line.find_first_of("=:");
    if (equals == std::string_view::npos || equals == 0)
      return complain(number, fmt::format("expected `key = value`, found '{}'", line));
    std::string_view value = trim(line.substr(equals + 1));
    // A remark at the end has a blank before its mark.
    for (const std::string_view mark : {" #", " ;", "\t#", "\t;"}) value = trim(value.substr(0, value.find(mark)));
    const bool quoted = value.size() > 1 && (value.front() == '"' || value.front() == '`' || value.front() == '\'') &&
                        value.back() == value.front();
    if (quoted) value = value.substr(1, value.size() - 2);
    const IniLine entry{
        .number = number, .key = std::string(trim(line.substr(0, equals))), .value = std::string(value)};
    if (in_formats_) {
      ini_.formats[entry.key] = entry.value;
      return {};
    }
    if (is_ignored_section_) return {};
    return in_core_ ? read_core(entry) : read_section(entry);
  }

  Result<void> open_section(std::string name, int number) {
    in_core_ = false;
    in_formats_ = name == "formats";
    is_ignored_section_ = name == "asciidoctor";
    if (in_formats_ || is_ignored_section_) return {};
    const auto same = std::ranges::find(ini_.sections, name, &ValeSection::glob);
    if (same == ini_.sections.end()) {
      ini_.sections.push_back({.glob = std::move(name), .line = number});
      section_ = ini_.sections.size() - 1;
    } else {
      section_ = static_cast<std::size_t>(same - ini_.sections.begin());
    }
    return {};
  }

  Result<void> read_core(const IniLine& entry) {
    const std::string& key = entry.key;
    if (key == "StylesPath") {
      ini_.styles_paths.push_back(entry.value);
    } else if (key == "MinAlertLevel") {
      const auto level = parse_lint_level(entry.value);
      if (!level)
        return complain(entry.number,
                        fmt::format("'{}' is not a level; write suggestion, warning or error", entry.value));
      ini_.level_min = *level;
    } else if (key == "Vocab") {
      append(ini_.vocabularies, entry.value);
    } else if (key == "IgnoredScopes") {
      append(ini_.ignored_scopes, entry.value);
    } else if (key == "SkippedScopes") {
      append(ini_.skipped_scopes, entry.value);
    } else if (key == "WordTemplate") {
      if (entry.value.find("%s") == std::string::npos)
        return complain(entry.number, "WordTemplate needs a %s where the patterns go");
      ini_.word_template = entry.value;
    } else if (std::ranges::find(unused_core_keys, key) != unused_core_keys.end()) {
      ini_.notices.push_back(fmt::format("{}:{}: {} has no effect here", ini_.where, entry.number, key));
    } else {
      return complain(
          entry.number,
          fmt::format("unknown key '{}'; rules and BasedOnStyles belong below a section such as [*.md]", key));
    }
    return {};
  }

  Result<void> read_section(const IniLine& entry) {
    ValeSection& section = ini_.sections[section_];
    const std::string& key = entry.key;
    if (key == "BasedOnStyles") {
      if (!section.styles) section.styles.emplace();
      append(*section.styles, entry.value);
    } else if (key == "TokenIgnores") {
      append(section.token_ignores, entry.value);
    } else if (key == "BlockIgnores" || key == "IgnorePatterns") {
      append(section.block_ignores, entry.value);
    } else if (std::ranges::find(unused_section_keys, key) != unused_section_keys.end()) {
      ini_.notices.push_back(fmt::format("{}:{}: {} has no effect here", ini_.where, entry.number, key));
    } else {
      TRY(auto choice, read_choice(entry));
      section.rules.push_back(std::move(choice));
    }
    return {};
  }

  Result<RuleChoice> read_choice(const IniLine& entry) const {
    constexpr std::array<std::string_view, 6> core_keys{"StylesPath",    "MinAlertLevel", "Vocab",
                                                        "IgnoredScopes", "SkippedScopes", "WordTemplate"};
    if (std::ranges::find(core_keys, entry.key) != core_keys.end())
      return complain(entry.number, fmt::format("{} belongs above the first section", entry.key));
    RuleChoice choice{.name = entry.key, .enabled = true, .level = parse_lint_level(entry.value), .line = entry.number};
    if (choice.level || entry.value == "YES") return choice;
    choice.enabled = false;
    if (entry.value == "NO") return choice;
    return complain(entry.number,
                    fmt::format("{} = {}: write YES, NO, suggestion, warning or error", entry.key, entry.value));
  }

  static void append(std::vector<std::string>& to, std::string_view list) {
    for (std::string& entry : split_list(list))
      if (std::ranges::find(to, entry) == to.end()) to.push_back(std::move(entry));
  }

  ValeIni ini_;
  std::size_t section_ = 0;
  bool in_core_ = true;
  bool in_formats_ = false;
  bool is_ignored_section_ = false;
};

}  // namespace

Result<ValeIni> parse_vale_ini(std::string_view text, std::string_view where) {
  return IniReader(where).read(text);
}

}  // namespace converge::content
