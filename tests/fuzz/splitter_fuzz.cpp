// Any text, split: the first two bytes are the limits. It is refused with invalid_input or the parts keep what is promised of them.
#include "base/error.hpp"
#include "content/block_tree.hpp"
#include "content/discord_text.hpp"
#include "content/notion_blocks.hpp"
#include "sim/split_promises.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace {

void require_sound(std::string_view text, const converge::content::TextSize& max) {
  const auto split = converge::content::split_text(text, max);
  if (!split && split.error().code == converge::Errc::invalid_input) return;
  const std::string broken =
      split ? converge::sim::find_broken_promise(text, max, *split) : converge::render_error(split.error());
  if (broken.empty()) return;
  std::fprintf(stderr, "%s\n", broken.c_str());
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < 2) return 0;
  const converge::content::TextSize max{64U + bytes[0], 64U + bytes[1]};
  const std::string_view text(reinterpret_cast<const char*>(bytes) + 2, size - 2);
  require_sound(text, max);
  const auto tree = converge::content::parse_block_tree(text);
  if (!tree) return 0;
  require_sound(converge::content::render_discord_text(*tree).text, max);
  converge::content::plan_notion_requests(converge::content::make_notion_blocks(*tree).blocks);
  return 0;
}
