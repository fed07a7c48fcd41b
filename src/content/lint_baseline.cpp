#include "content/lint_baseline.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace converge::content {
namespace {

std::string text_of(const JsonObject& entry, std::string_view key) {
  const Json* value = entry.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

}  // namespace

Result<LintBaseline> LintBaseline::parse(std::string_view text, std::string_view where) {
  TRY(const Json document, with_context(parse_json(text), std::string(where)));
  const Json* findings = document.is_object() ? document.as_object().if_contains("findings") : nullptr;
  if (findings == nullptr || !findings->is_array())
    return fail(Errc::invalid_input, fmt::format("{}: not a baseline; write one with --write-baseline", where));
  LintBaseline baseline;
  for (const Json& entry : findings->as_array()) {
    const JsonObject* fields = entry.if_object();
    const Json* count = fields == nullptr ? nullptr : fields->if_contains("count");
    if (count == nullptr || !count->is_int64() || count->as_int64() < 1)
      return fail(Errc::invalid_input, fmt::format("{}: a finding without its count", where));
    baseline.counts_[{text_of(*fields, "file"), text_of(*fields, "rule"), text_of(*fields, "message")}] +=
        static_cast<int>(count->as_int64());
  }
  return baseline;
}

void LintBaseline::leave_out(std::vector<FileFindings>& files) const {
  auto left = counts_;
  for (FileFindings& file : files) {
    std::erase_if(file.findings, [&](const LintFinding& finding) {
      const auto known = left.find({file.path, finding.rule, finding.message});
      return known != left.end() && known->second-- > 0;
    });
  }
}

std::string render_baseline(std::span<const FileFindings> files) {
  std::map<std::tuple<std::string, std::string, std::string>, std::int64_t> counts;
  for (const FileFindings& file : files)
    for (const LintFinding& finding : file.findings) ++counts[{file.path, finding.rule, finding.message}];
  JsonArray findings;
  for (const auto& [key, count] : counts) {
    const auto& [file, rule, message] = key;
    findings.push_back(JsonObject{{"file", file}, {"rule", rule}, {"message", message}, {"count", count}});
  }
  return render_canonical_json(JsonObject{{"findings", std::move(findings)}}) + "\n";
}

}  // namespace converge::content
