// tests/sim/splitter_proof.cpp — random documents of every construct, split, and held to every promise.
//
// Half of the documents are made in Discord's dialect, of pieces of which each is known to be whole or not; half are Markdown
// that becomes Discord's dialect first. Limits are from 100 to 2,000, by code points and by UTF-16 units.
//
//   splitter_proof [N [SEED]]   1,000,000 documents are the full proof; exit 1 when a promise is broken, with its number;
//                               `splitter_proof 1 NUMBER` shows the document and its parts
#include "base/rng.hpp"
#include "content/discord_text.hpp"
#include "sim/split_promises.hpp"

#include <fmt/format.h>
#include <array>
#include <atomic>
#include <charconv>
#include <cstring>
#include <mutex>
#include <thread>

namespace converge::sim {
namespace {

template <std::size_t N>
std::string_view pick(Rng& rng, const std::array<std::string_view, N>& from) {
  return from.at(rng.below(N));
}

constexpr std::array<std::string_view, 24> words{"price",
                                                 "of",
                                                 "the",
                                                 "a",
                                                 "index",
                                                 "Gr\u00F6\u00DFe",
                                                 "e\u0301t\u0301e\u0301",
                                                 "snake_case",
                                                 "5",
                                                 "1.5%",
                                                 "$NVDA",
                                                 "(so)",
                                                 "it's",
                                                 "\u65E5\u672C\u8A9E\u3002",
                                                 "\u0645\u0631\u062D\u0628\u0627",
                                                 "\u0928\u092E\u0938\u094D\u0924\u0947",
                                                 "end.",
                                                 "What?",
                                                 "No!",
                                                 "10:30",
                                                 "C:",
                                                 "\u2014",
                                                 "x\u0336y\u0336",
                                                 "\uC548\uB155"};
constexpr std::array<std::string_view, 8> pictures{
    "\U0001F600",           "\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466",
    "\U0001F1E9\U0001F1EA", "\U0001F1E9\U0001F1EA\U0001F1EB\U0001F1F7",
    "\U0001F44D\U0001F3FD", "\u2764\uFE0F",
    "1\uFE0F\u20E3",        "\U0001F3F4\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F"};
constexpr std::array<std::string_view, 6> languages{"", "cpp", "python", "c++", "text", "objective-c"};

// One document as it is made.
class Maker {
 public:
  Maker(std::uint64_t seed, bool is_markdown) : rng_(Rng::named(seed, "document")), is_markdown_(is_markdown) {}

  void make() {
    const std::uint64_t blocks = 1 + rng_.below(12);
    for (std::uint64_t i = 0; i < blocks; ++i) {
      if (i > 0) text_ += rng_.below(8) == 0 ? "\n\n\n" : "\n\n";
      make_block();
    }
  }

  const std::string& text() const { return text_; }
  const std::vector<std::string>& whole() const { return whole_; }
  Rng& rng() { return rng_; }

 private:
  std::string sentence(std::uint64_t words_max) {
    std::string text;
    const std::uint64_t count = 1 + rng_.below(words_max);
    for (std::uint64_t i = 0; i < count; ++i) {
      if (i > 0) text += ' ';
      text += rng_.below(6) == 0 ? piece() : std::string(pick(rng_, words));
    }
    return text;
  }

  std::string plain(std::uint64_t words_max) {
    std::string text;
    const std::uint64_t count = 1 + rng_.below(words_max);
    for (std::uint64_t i = 0; i < count; ++i) text += (i > 0 ? " " : "") + std::string(pick(rng_, words));
    return text;
  }

  // Something that may not be cut, made unlike every other by its number.
  std::string piece() {
    const std::uint64_t number = ++pieces_;
    std::string text;
    switch (rng_.below(is_markdown_ ? 8 : 16)) {
      case 0: return long_token();
      case 1: return picture_run();
      case 2: text = fmt::format("[{} {}](https://example.org/{})", plain(3), number, number); break;
      case 3: text = fmt::format("![{} {}](https://example.org/{}.png)", plain(2), number, number); break;
      case 4: text = fmt::format("`code {} *`", number); break;
      case 5: text = fmt::format("`` a ` {} ``", number); break;
      case 6: text = fmt::format("**bold words {}**", number); break;
      case 7: text = fmt::format("<https://example.org/?a={}&b=_c_>", number); break;
      case 8: text = fmt::format("||hidden {}||", number); break;
      case 9: text = fmt::format("<@{}>", 100'000'000 + number); break;
      case 10: text = fmt::format("<a:party_{}:{}>", number, number); break;
      case 11: text = fmt::format("<t:{}:R>", 1'700'000'000 + number); break;
      case 12: text = fmt::format("https://example.org/a_b_(c)/{}?x=*", number); break;
      case 13: text = fmt::format(":shrug_{}:", number); break;
      case 14: text = fmt::format("~~struck *and so* {}~~", number); break;
      default: text = fmt::format("||**[a *b*](https://example.org/{0}) `{0}`**||", number); break;
    }
    whole_.push_back(text);
    return text;
  }

  std::string long_token() {
    std::string text;
    const std::uint64_t size = rng_.below(4) == 0 ? 2'000 + rng_.below(600) : 20 + rng_.below(200);
    while (text.size() < size) text += static_cast<char>('a' + rng_.below(26));
    return text;
  }

  std::string picture_run() {
    std::string text;
    const std::uint64_t count = 1 + rng_.below(rng_.below(8) == 0 ? 120 : 6);
    for (std::uint64_t i = 0; i < count; ++i) text += pick(rng_, pictures);
    return text;
  }

  std::string code_lines(std::string_view margin, std::uint64_t lines_max) {
    std::string text;
    const std::uint64_t lines = 1 + rng_.below(lines_max);
    for (std::uint64_t i = 0; i < lines; ++i) {
      if (i > 0) text += '\n';
      text += margin;
      if (i > 0 && i + 1 < lines && rng_.below(8) == 0) continue;
      text += std::string(rng_.below(5), ' ');
      text += rng_.below(40) == 0 ? long_token() : fmt::format("{} = [{}] * `{}`; // {}", "x", i, pieces_, plain(4));
    }
    return text;
  }

  void make_fence(std::string_view margin) {
    const bool is_nested = rng_.below(4) == 0;
    const std::string mark = is_nested ? "~~~~" : "```";
    std::string text = fmt::format("{0}{1}{2}\n{3}", margin, mark, pick(rng_, languages), code_lines(margin, 12));
    if (is_nested) text += fmt::format("\n{0}```\n{0}inside\n{0}```", margin);
    text += fmt::format("\n{}{}", margin, mark);
    whole_.push_back(text);
    text_ += text;
  }

  void make_table() {
    std::string text = fmt::format("| name {} | price |\n|:-----|------:|", ++pieces_);
    const std::uint64_t rows = 1 + rng_.below(10);
    for (std::uint64_t i = 0; i < rows; ++i) text += fmt::format("\n| {} | {} |", plain(3), ++pieces_);
    whole_.push_back(text);
    text_ += text;
  }

  void make_list(bool is_ordered) {
    const std::uint64_t items = 1 + rng_.below(8), start = rng_.below(4) == 0 ? 9 : 1;
    for (std::uint64_t i = 0; i < items; ++i) {
      if (i > 0) text_ += '\n';
      const std::string mark = is_ordered ? fmt::format("{}. ", start + i) : "- ";
      text_ += mark + sentence(12);
      if (rng_.below(5) == 0) text_ += fmt::format("\n{}- {}", std::string(mark.size(), ' '), sentence(6));
    }
  }

  void make_quote() {
    const std::uint64_t lines = 1 + rng_.below(4);
    for (std::uint64_t i = 0; i < lines; ++i) text_ += (i > 0 ? "\n> " : "> ") + sentence(15);
    if (rng_.below(4) == 0) {
      text_ += "\n> \n";
      make_fence("> ");
    }
  }

  void make_paragraph() {
    const std::uint64_t lines = 1 + rng_.below(3);
    for (std::uint64_t i = 0; i < lines; ++i) {
      if (i > 0) text_ += '\n';
      text_ += sentence(30);
    }
  }

  void make_block() {
    switch (rng_.below(10)) {
      case 0: text_ += std::string(1 + rng_.below(is_markdown_ ? 6 : 3), '#') + ' ' + sentence(8); break;
      case 1: make_list(false); break;
      case 2: make_list(true); break;
      case 3: make_quote(); break;
      case 4:
      case 5: make_fence(""); break;
      case 6: make_table(); break;
      default: make_paragraph(); break;
    }
  }

  Rng rng_;
  bool is_markdown_;
  std::string text_;
  std::vector<std::string> whole_;
  std::uint64_t pieces_ = 0;
};

content::TextSize make_limits(Rng& rng) {
  if (rng.below(4) == 0) return {2'000, 2'000};
  const std::size_t code_points = 100 + rng.below(600);
  return {code_points, rng.below(2) == 0 ? code_points : 100 + rng.below(600)};
}

// What may stand before a piece when it is alone in its part: `> `, `### `.
constexpr content::TextSize margin{8, 8};

struct Outcome {
  std::string broken;
  std::string text;
  std::vector<std::string> parts;
};

Outcome prove_document(std::uint64_t seed) {
  const bool is_markdown = seed % 2 == 1;
  Maker maker(seed, is_markdown);
  maker.make();
  const content::TextSize max = make_limits(maker.rng());
  Outcome outcome{.text = maker.text()};
  std::vector<std::string> whole;
  if (is_markdown) {
    const auto tree = content::parse_block_tree(maker.text());
    if (!tree) return {.broken = tree.error().message, .text = maker.text()};
    outcome.text = content::render_discord_text(*tree).text;
  } else {
    for (const std::string& text : maker.whole())
      if ((content::measure_size(text) + margin).fits(max)) whole.push_back(text);
  }
  const auto split = content::split_text(outcome.text, max);
  if (!split) return {.broken = split.error().message, .text = outcome.text};
  for (const content::TextPart& part : split->parts) outcome.parts.push_back(part.text);
  outcome.broken = find_broken_promise(outcome.text, max, *split);
  if (outcome.broken.empty()) outcome.broken = find_broken_structure(outcome.text, *split, whole);
  if (!outcome.broken.empty()) outcome.broken += fmt::format(" (limits {} and {})", max.code_points, max.utf16_units);
  return outcome;
}

int run_proof(std::uint64_t documents, std::uint64_t first) {
  std::atomic<std::uint64_t> next{0}, parts{0}, bytes{0}, cut{0}, broken{0};
  std::mutex printing;
  const auto work = [&] {
    for (std::uint64_t i = next++; i < documents && broken < 5; i = next++) {
      const Outcome outcome = prove_document(first + i);
      parts += outcome.parts.size();
      bytes += outcome.text.size();
      cut += outcome.parts.size() > 1 ? 1 : 0;
      if (outcome.broken.empty()) continue;
      ++broken;
      const std::scoped_lock lock(printing);
      fmt::print("document {}: {}\n", first + i, outcome.broken);
      if (documents > 1) continue;
      fmt::print("{}\n", outcome.text);
      for (const std::string& part : outcome.parts) fmt::print("---- part\n{}\n", part);
    }
  };
  std::vector<std::jthread> workers;
  for (unsigned i = 1; i < std::max(1U, std::thread::hardware_concurrency()); ++i) workers.emplace_back(work);
  work();
  workers.clear();
  fmt::print("{} documents of {:.1f} MB, {} of them cut, {} parts: {} broken promises\n", documents,
             static_cast<double>(bytes) / 1e6, cut.load(), parts.load(), broken.load());
  return broken == 0 ? 0 : 1;
}

std::uint64_t number_of(const char* text, std::uint64_t otherwise) {
  if (text != nullptr) std::from_chars(text, text + std::strlen(text), otherwise);
  return otherwise;
}

}  // namespace
}  // namespace converge::sim

int main(int argc, char** argv) {
  return converge::sim::run_proof(converge::sim::number_of(argc > 1 ? argv[1] : nullptr, 1'000'000),
                                  converge::sim::number_of(argc > 2 ? argv[2] : nullptr, 1));
}
