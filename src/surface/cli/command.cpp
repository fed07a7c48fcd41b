#include "surface/cli/command.hpp"

#include <charconv>
#include <ostream>

namespace converge::surface {

std::optional<std::string> Arguments::find(std::string_view name) const {
  const auto found = values_.find(std::string(name));
  if (found == values_.end() || found->second.empty()) return std::nullopt;
  return found->second.front();
}

std::vector<std::string> Arguments::list(std::string_view name) const {
  const auto found = values_.find(std::string(name));
  return found == values_.end() ? std::vector<std::string>{} : found->second;
}

Result<std::optional<Date>> Arguments::find_date(std::string_view name) const {
  const auto text = find(name);
  if (!text) return std::nullopt;
  TRY(const Date date, with_context(parse_date(*text), std::string(name)));
  return date;
}

Result<std::optional<std::int64_t>> Arguments::find_count(std::string_view name) const {
  const auto text = find(name);
  if (!text) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (code != std::errc() || end != text->data() + text->size() || value < 0)
    return fail(Errc::invalid_input, std::string(name) + ": '" + *text + "' is not a whole number from 0");
  return value;
}

Result<Instant> parse_as_of(std::string_view text) {
  constexpr std::size_t date_length = 10;
  if (text.size() != date_length) return with_context(parse_instant(text), "--as-of");
  TRY(const Date date, with_context(parse_date(text), "--as-of"));
  return midnight_utc(date) + std::chrono::days(1) - Duration(1);
}

Result<Format> read_format(const Invocation& call, Format otherwise) {
  const auto text = call.arguments.find("--format");
  if (!text) return call.json ? Format::json : otherwise;
  if (*text == "json") return Format::json;
  if (*text != "csv") return fail(Errc::invalid_input, "--format is csv or json, not '" + *text + "'");
  if (call.json) return fail(Errc::invalid_input, "--format csv and --json contradict each other; leave one out");
  return Format::csv;
}

void Invocation::answer(const std::string& text, const std::function<Json()>& document) const {
  if (json)
    out << render_json_pretty(document());
  else
    out << text;
}

}  // namespace converge::surface
