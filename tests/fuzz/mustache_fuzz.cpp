// Any bytes as a template, with partials and fields that lead everywhere: parsing and rendering must end, and a template that
// is read must list what it uses.
#include "content/mustache.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace converge;
using namespace converge::content;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

const Json& fields() {
  static const Json made = JsonObject{{"a", "<x & y>"},
                                      {"b", true},
                                      {"c", JsonArray{JsonObject{{"a", 1}}, JsonObject{{"a", 2.5}}, "text"}},
                                      {"d", JsonObject{{"a", "p"}, {"d", JsonObject{{"e", "deep"}}}}},
                                      {"e", nullptr},
                                      {"p", "p"}};
  return made;
}

}  // namespace

// The text up to the first zero byte is the template, the rest is the partial p, which may include itself.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const std::size_t cut = text.find('\0');
  const MustachePartials partials{
      {"p", std::string(cut == std::string_view::npos ? std::string_view() : text.substr(cut + 1))},
      {"q", "{{$b}}default{{/b}}\n  {{$c}}\n    lines\n  {{/c}}\n{{>p}}"}};
  const auto parsed = MustacheTemplate::parse(text.substr(0, cut), "t");
  if (!parsed) {
    require(parsed.error().message.starts_with("t:"));
    return 0;
  }
  const auto once = parsed->render(fields(), escape_markdown, partials);
  const auto twice = parsed->render(fields(), escape_markdown, partials);
  require(once.has_value() == twice.has_value() && (!once || *once == *twice));
  require(once || once.error().code == Errc::invalid_input);
  const auto uses = parsed->uses(partials);
  require(uses || uses.error().code == Errc::invalid_input);
  return 0;
}
