// Any bytes as a rule and a text, parted by a line of `===`: loading must refuse or work, and findings must lie in the text.
#include "content/rule_set.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace converge::content;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  constexpr std::string_view mark = "\n===\n";
  const std::size_t part = input.find(mark);
  auto rule = parse_rule_file(input.substr(0, part), "T.R", "rule.yml", find_rule_keys);
  // Spelling reads dictionaries, which are not what is tested here.
  if (!rule || rule->kind == "spelling") return 0;
  const auto rules = RuleSet::compile({*rule}, {});
  if (!rules || part == std::string_view::npos || rules->size() == 0) return 0;
  const std::string_view text = input.substr(part + mark.size());
  const auto document = make_lint_document(text, {});
  if (!document) return 0;
  RuleSetScratch scratch = rules->make_scratch();
  const auto findings = rules->check(*document, {true}, scratch);
  if (!findings) return 0;
  for (const RuleFinding& finding : *findings)
    require(finding.range.begin <= finding.range.end && finding.range.end <= text.size());
  return 0;
}
