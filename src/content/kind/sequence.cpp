// sequence — words of given kinds of speech behind one another. It needs a tagger, which this program does not have.
#include "content/kind.hpp"

namespace converge::content::kind {
namespace {

Result<KindRule> compile_sequence(const RuleFile&, KindSetup&) {
  return KindRule{.not_run = "rules of kind sequence need part-of-speech tags"};
}

}  // namespace

RuleKind sequence() {
  return {.name = "sequence",
          .keys = {{"ignorecase", RuleKeyKind::flag}, {"tokens", RuleKeyKind::unread}},
          .compile = compile_sequence};
}

}  // namespace converge::content::kind
