// tickers — symbols in one form: SPX or $SPX, in capitals. Only the symbols that the guide lists are looked for, and none is
// ever changed: a wrong ticker is worse than an ugly one.
#include "content/phrase_matcher.hpp"
#include "content/rules.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace converge::content::rule {
namespace {

std::string render_ticker(std::string_view symbol, std::string_view form) {
  return fmt::format("{}{}", form == "dollar" ? "$" : "", symbol);
}

Result<RuleCheck> compile_tickers(const RuleSetting& setting) {
  TRY(auto matcher, PhraseMatcher::compile(setting.texts("symbols")));
  return RuleCheck([matcher = std::move(matcher), symbols = setting.texts("symbols"), form = setting.word("form")](
                       const Prose& prose, std::vector<RuleHit>& hits) {
    for (const ProseBlock& block : prose.blocks) {
      for (const PhraseMatch& match : matcher.find_all(block.text)) {
        TextRange range = match.range;
        if (range.begin > 0 && block.text[range.begin - 1] == '$') --range.begin;
        const std::string found = block.text.substr(range.begin, range.size());
        const std::string wanted = render_ticker(symbols[match.phrase], form);
        if (found == wanted) continue;
        hits.push_back({.range = block.source_of(range),
                        .message = fmt::format("ticker '{}'; write '{}'", found, wanted),
                        .fix = std::nullopt});
      }
    }
  });
}

std::string render_tickers(const RuleSetting& setting) {
  const std::vector<std::string>& symbols = setting.texts("symbols");
  return fmt::format("Tickers are in capitals, {} a dollar sign (`{}`); known ones: {}.",
                     setting.word("form") == "dollar" ? "behind" : "without",
                     render_ticker(symbols.empty() ? "SPX" : symbols.front(), setting.word("form")),
                     fmt::join(symbols, ", "));
}

}  // namespace

StyleRule tickers() {
  return {.name = "tickers",
          .settings = {{.name = "symbols", .kind = SettingKind::texts, .required = true},
                       {.name = "form", .kind = SettingKind::word, .required = true, .words = {"plain", "dollar"}}},
          .compile = compile_tickers,
          .render_advice = render_tickers};
}

}  // namespace converge::content::rule
