// Any bytes as a .vale.ini: refused with file and line, or read; section names as globs.
#include "content/path_glob.hpp"
#include "content/vale_ini.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace converge::content;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto ini = parse_vale_ini({reinterpret_cast<const char*>(bytes), size}, "v.ini");
  if (!ini) {
    if (!ini.error().message.starts_with("v.ini:")) std::abort();
    return 0;
  }
  for (const ValeSection& section : ini->sections) {
    if (!is_utf8(section.glob)) continue;
    const auto glob = PathGlob::compile(section.glob);
    if (glob) (void)glob->matches("docs/a.md");
  }
  return 0;
}
