#include "content/splitter.hpp"

#include "content/cut_map.hpp"
#include "content/segment.hpp"

#include <fmt/format.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>
#include <algorithm>
#include <optional>

namespace converge::content {
namespace {

bool is_ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// Nothing that a reader sees: white space, zero-width signs, controls.
bool shows_nothing(std::string_view text) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  for (std::int32_t at = 0; at < static_cast<std::int32_t>(text.size());) {
    UChar32 c = 0;
    U8_NEXT(bytes, at, static_cast<std::int32_t>(text.size()), c);
    const auto kind = u_charType(c);
    if (u_hasBinaryProperty(c, UCHAR_WHITE_SPACE) == 0 && kind != U_CONTROL_CHAR && kind != U_FORMAT_CHAR) return false;
  }
  return true;
}

// Sizes of ranges of one text in constant time.
class SizeIndex {
 public:
  explicit SizeIndex(std::string_view text) : sizes_(text.size() + 1) {
    TextSize size;
    for (std::size_t i = 0; i < text.size(); ++i) {
      sizes_[i] = size;
      if (!is_continuation(text[i])) size += {1, static_cast<unsigned char>(text[i]) >= 0xF0 ? 2U : 1U};
    }
    sizes_[text.size()] = size;
  }

  TextSize of(std::size_t begin, std::size_t end) const {
    return {sizes_[end].code_points - sizes_[begin].code_points, sizes_[end].utf16_units - sizes_[begin].utf16_units};
  }

 private:
  std::vector<TextSize> sizes_;
};

// Asks whether a byte offset is between graphemes. Between two ASCII characters it is, but for CR LF; for the rest, one run
// from such a place to the next is segmented and kept.
class GraphemeIndex {
 public:
  explicit GraphemeIndex(std::string_view text) : text_(text) {}

  bool is_boundary(std::size_t at) {
    if (is_certain(at)) return true;
    if (at < run_.begin || at > run_.end) segment(at);
    return std::ranges::binary_search(boundaries_, at);
  }

 private:
  bool is_certain(std::size_t at) const {
    if (at == 0 || at == text_.size()) return true;
    return is_ascii(text_[at - 1]) && is_ascii(text_[at]) && !(text_[at - 1] == '\r' && text_[at] == '\n');
  }

  void segment(std::size_t at) {
    run_ = {at, at};
    while (!is_certain(run_.begin)) --run_.begin;
    while (!is_certain(run_.end)) ++run_.end;
    boundaries_ = {run_.begin};
    for (const TextRange& grapheme : find_graphemes(text_.substr(run_.begin, run_.size())))
      boundaries_.push_back(run_.begin + grapheme.end);
  }

  std::string_view text_;
  TextRange run_;
  std::vector<std::size_t> boundaries_;
};

// How a wrap is treated: by its length against a part.
enum class Treatment {
  whole,     // never cut
  reopened,  // cut inside, closed and opened again
  severed,   // cut as if it were plain text
};

constexpr std::size_t no_wrap = static_cast<std::size_t>(-1);

bool exceeds_share(const TextSize& size, const TextSize& max, std::size_t share) {
  return size.code_points * share > max.code_points || size.utf16_units * share > max.utf16_units;
}

// Cuts one text. One text, one use.
class Splitter {
 public:
  Splitter(std::string_view text, const TextSize& max)
      : text_(text), max_(max), sizes_(text), graphemes_(text), map_(map_cuts(text)) {
    treatments_.reserve(map_.wraps.size());
    owners_.assign(text.size() + 1, no_wrap);
    for (std::size_t w = 0; w < map_.wraps.size(); ++w) add_wrap(w);
  }

  Result<SplitText> split() {
    std::size_t at = map_.body.begin;
    split_.lead = text_.substr(0, at);
    while (at < map_.body.end) {
      const std::string opening = opening_at(at);
      const TextSize opened = measure_size(opening);
      const std::string ending = closing_at(text_.size());
      if ((opened + sizes_.of(at, map_.body.end) + measure_size(ending)).fits(max_)) {
        add_part(at, {map_.body.end, text_.size()}, opening, ending);
        return std::move(split_);
      }
      const std::optional<TextRange> gap = choose_gap(at, opened);
      if (!gap) {
        return fail(Errc::invalid_input,
                    fmt::format("line {}: one character there is made of so many that it is longer than a part of {} "
                                "code points ({} UTF-16 units)",
                                line_of(at), max_.code_points, max_.utf16_units));
      }
      add_part(at, *gap, opening, closing_at(gap->begin));
      at = gap->end;
    }
    if (split_.parts.empty()) split_.lead = text_;
    return std::move(split_);
  }

 private:
  std::size_t line_of(std::size_t at) const {
    return 1 +
           static_cast<std::size_t>(std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
  }

  // Wraps come the outer before the inner: the parent is what owns the first byte inside, or nothing.
  void add_wrap(std::size_t w) {
    const Wrap& wrap = map_.wraps[w];
    const std::size_t parent = owner_of(wrap.whole);
    parents_.push_back(parent);
    TextSize overhead = measure_size(wrap.open) + measure_size(wrap.close);
    const TextSize outside = reopening_of(parent) + margin_before(wrap.whole.begin);
    const TextSize left_open = wrap.is_left_open ? measure_size(wrap.close) : TextSize{};
    Treatment treatment = Treatment::severed;
    if ((outside + left_open + sizes_.of(wrap.whole.begin, wrap.whole.end)).fits(max_)) {
      treatment = Treatment::whole;
    } else if (wrap.inner.size() > 0 && !exceeds_share(overhead += outside, max_, 2)) {
      treatment = Treatment::reopened;
    } else {
      note_severed(wrap);
    }
    treatments_.push_back(treatment);
    if (treatment == Treatment::severed) return;  // its inner wraps belong to the outer one
    std::fill(owners_.begin() + static_cast<std::ptrdiff_t>(wrap.whole.begin) + 1,
              owners_.begin() + static_cast<std::ptrdiff_t>(wrap.whole.end), w);
    if (wrap.is_left_open) owners_[wrap.whole.end] = w;
  }

  void note_severed(const Wrap& wrap) {
    split_.notes.push_back(
        {line_of(wrap.whole.begin), fmt::format("{} of {} characters is longer than a part and is cut", wrap.name,
                                                sizes_.of(wrap.whole.begin, wrap.whole.end).code_points)});
  }

  // The innermost wrap around the whole range. The place before its first byte belongs to the outer one, unless the two begin
  // together.
  std::size_t owner_of(const TextRange& range) const {
    if (range.size() < 2) return owners_[range.begin];
    return owners_[range.begin + 1];
  }

  // What reopening the wrap and those around it costs.
  TextSize reopening_of(std::size_t w) const {
    TextSize size;
    for (; w != no_wrap; w = parents_[w])
      if (treatments_[w] == Treatment::reopened)
        size += measure_size(map_.wraps[w].open) + measure_size(map_.wraps[w].close);
    return size;
  }

  // The margin of the line that holds the place; one that takes a large share of a part counts as text.
  const LineMargin* margin_of(std::size_t at) const {
    const auto behind =
        std::ranges::lower_bound(map_.margins, at, {}, [](const LineMargin& m) { return m.margin.begin; });
    if (behind == map_.margins.begin()) return nullptr;
    const LineMargin& line = *std::prev(behind);
    const bool is_here = at <= line.line_end && !exceeds_share(sizes_.of(line.margin.begin, line.margin.end), max_, 4);
    return is_here ? &line : nullptr;
  }

  std::string prefix_at(std::size_t at) const {
    const LineMargin* line = margin_of(at);
    return line != nullptr ? line->prefix : std::string();
  }

  // What must stand before a wrap in its part: the margin itself, or its prefix again.
  TextSize margin_before(std::size_t at) const {
    const LineMargin* line = margin_of(at);
    if (line == nullptr) return {};
    return at == line->margin.end ? sizes_.of(line->margin.begin, at) : measure_size(line->prefix);
  }

  std::string opening_at(std::size_t at) const {
    std::string blocks, spans;
    for (std::size_t w = owners_[at]; w != no_wrap; w = parents_[w]) {
      if (treatments_[w] != Treatment::reopened) continue;
      std::string& opening = map_.wraps[w].is_block ? blocks : spans;
      opening.insert(0, map_.wraps[w].open);
    }
    return blocks + prefix_at(at) + spans;
  }

  std::string closing_at(std::size_t at) const {
    std::string closing;
    for (std::size_t w = owners_[at]; w != no_wrap; w = parents_[w])
      if (treatments_[w] == Treatment::reopened || (map_.wraps[w].is_left_open && at == text_.size()))
        closing += map_.wraps[w].close;
    return closing;
  }

  // Whether what is left and right of the gap may stand in two parts.
  bool is_allowed(const TextRange& gap) const {
    for (const std::size_t at : {gap.begin, gap.end})
      if (const LineMargin* line = margin_of(at); line != nullptr && at <= line->margin.end) return false;
    for (const std::size_t at : {gap.begin, gap.end}) {
      for (std::size_t w = owners_[at]; w != no_wrap; w = parents_[w]) {
        if (treatments_[w] == Treatment::severed) continue;
        if (treatments_[w] == Treatment::whole) return false;
        const TextRange& inner = map_.wraps[w].inner;
        if (gap.begin <= inner.begin || gap.end >= inner.end) return false;
      }
    }
    return true;
  }

  bool fits(std::size_t begin, std::size_t end, const TextSize& opened) const {
    return (opened + sizes_.of(begin, end)).fits(max_);
  }

  bool is_cut(std::size_t begin, const TextRange& gap, const TextSize& opened) {
    return fits(begin, gap.begin, opened + measure_size(closing_at(gap.begin))) && is_allowed(gap) &&
           graphemes_.is_boundary(gap.begin) && graphemes_.is_boundary(gap.end);
  }

  std::optional<TextRange> choose_gap(std::size_t begin, const TextSize& opened) {
    if (const auto gap = choose_place(begin, opened)) return gap;
    while (true) {
      if (const auto at = choose_grapheme(begin, opened)) return TextRange{*at, *at};
      if (!sever_at(begin, opened)) return std::nullopt;
    }
  }

  // The last place of the best rank that leaves no part nearly empty.
  std::optional<TextRange> choose_place(std::size_t begin, const TextSize& opened) {
    constexpr std::size_t ranks = 5;
    std::optional<TextRange> filled[ranks], any[ranks];
    auto place = std::ranges::upper_bound(map_.places, begin, {}, [](const CutPlace& p) { return p.gap.begin; });
    for (; place != map_.places.end() && fits(begin, place->gap.begin, opened); ++place) {
      if (!is_cut(begin, place->gap, opened)) continue;
      const auto rank = static_cast<std::size_t>(place->rank);
      any[rank] = place->gap;
      if (exceeds_share(opened + sizes_.of(begin, place->gap.begin), max_, 4)) filled[rank] = place->gap;
    }
    for (const auto* found : {filled, any})
      for (std::size_t rank = ranks; rank-- > 0;)
        if (found[rank]) return found[rank];
    return std::nullopt;
  }

  std::size_t find_furthest(std::size_t begin, const TextSize& opened) const {
    std::size_t low = begin, high = map_.body.end;
    while (low < high) {
      const std::size_t middle = low + (high - low + 1) / 2;
      if (fits(begin, middle, opened)) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  std::optional<std::size_t> choose_grapheme(std::size_t begin, const TextSize& opened) {
    for (std::size_t at = find_furthest(begin, opened); at > begin; --at)
      if (at < text_.size() && !is_continuation(text_[at]) && is_cut(begin, {at, at}, opened)) return at;
    return std::nullopt;
  }

  // Gives up the outermost wrap that is whole and stands in the way.
  bool sever_at(std::size_t begin, const TextSize& opened) {
    for (std::size_t at = find_furthest(begin, opened); at > begin; --at) {
      std::size_t outermost = no_wrap;
      for (std::size_t w = owners_[at]; w != no_wrap; w = parents_[w])
        if (treatments_[w] != Treatment::severed) outermost = w;
      if (outermost == no_wrap) continue;
      treatments_[outermost] = Treatment::severed;
      note_severed(map_.wraps[outermost]);
      return true;
    }
    return false;
  }

  void add_part(std::size_t begin, const TextRange& gap, const std::string& opening, const std::string& closing) {
    const std::string_view shown = text_.substr(begin, gap.begin - begin);
    const std::string_view behind = text_.substr(gap.begin, gap.size());
    if (is_nothing(begin, gap.begin)) {
      std::string& before = split_.parts.empty() ? split_.lead : split_.parts.back().gap;
      before.append(shown).append(behind);
      return;
    }
    split_.parts.push_back({.text = opening + std::string(shown) + closing,
                            .opened = opening.size(),
                            .closed = closing.size(),
                            .gap = std::string(behind)});
  }

  // Whether a reader would see nothing of this range: white space, or that and the last line of a fence.
  bool is_nothing(std::size_t begin, std::size_t end) const {
    for (std::size_t w = owners_[begin]; w != no_wrap; w = parents_[w]) {
      const Wrap& wrap = map_.wraps[w];
      if (!wrap.is_block || treatments_[w] != Treatment::reopened || end <= wrap.inner.end) continue;
      return shows_nothing(text_.substr(begin, wrap.inner.end - begin)) &&
             shows_nothing(text_.substr(wrap.whole.end, end - std::min(end, wrap.whole.end)));
    }
    return shows_nothing(text_.substr(begin, end - begin));
  }

  std::string_view text_;
  TextSize max_;
  SizeIndex sizes_;
  GraphemeIndex graphemes_;
  CutMap map_;
  std::vector<Treatment> treatments_;  // of each wrap
  std::vector<std::size_t> parents_;   // of each wrap
  std::vector<std::size_t> owners_;    // the innermost wrap that a cut before this byte would cut
  SplitText split_;
};

}  // namespace

Result<SplitText> split_text(std::string_view text, const TextSize& part_size_max) {
  if (!is_utf8(text)) return fail(Errc::invalid_input, "text is not UTF-8");
  if (!part_size_min.fits(part_size_max)) {
    return fail(Errc::invalid_input,
                fmt::format("a part of {} code points ({} UTF-16 units) is too small; the least is {} of each",
                            part_size_max.code_points, part_size_max.utf16_units, part_size_min.code_points));
  }
  return Splitter(text, part_size_max).split();
}

std::string join_parts(const SplitText& split) {
  std::string source = split.lead;
  for (const TextPart& part : split.parts) {
    source.append(part.text, part.opened, part.text.size() - part.opened - part.closed);
    source += part.gap;
  }
  return source;
}

}  // namespace converge::content
