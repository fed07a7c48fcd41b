// script — a program inside a package. It is not run: a linter that executes what it downloads is a risk its user did not ask for.
#include "content/kind.hpp"

namespace converge::content::kind {
namespace {

Result<KindRule> compile_script(const RuleFile&, KindSetup&) {
  return KindRule{.not_run = "rules of kind script are programs, which are not run"};
}

}  // namespace

RuleKind script() {
  return {.name = "script", .keys = {{"script", RuleKeyKind::text}}, .compile = compile_script};
}

}  // namespace converge::content::kind
