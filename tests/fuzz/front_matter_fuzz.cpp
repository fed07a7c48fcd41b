// Any bytes as a template file, as a style guide and as a matrix of rows: read whole or refused with its place.
#include "content/batch.hpp"
#include "content/content_template.hpp"
#include "content/style_guide.hpp"

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

template <class T>
void require_place(const Result<T>& result, std::string_view where) {
  require(result.has_value() ||
          (result.error().code == Errc::invalid_input && result.error().message.starts_with(where)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto note = parse_content_template(text, "t", "t.md");
  require(note || note.error().code == Errc::invalid_input);
  if (note) {
    const auto rendered = render_note(*note, {});
    require(rendered || rendered.error().code == Errc::invalid_input);
    require_place(read_matrix_rows(text, "m.yaml", *note), "m.yaml");
  }
  require_place(parse_style_guide(text, "guide.yaml"), "guide.yaml");
  return 0;
}
