#include "content/comment_switch.hpp"

#include "content/kind.hpp"
#include "wire/json.hpp"

#include <fmt/format.h>
#include <array>
#include <boost/json/array.hpp>

namespace converge::content {
namespace {

// "Style.Rule = NO" -> its name, and whether that is off; nothing for another text.
struct Setting {
  std::string_view name;
  bool off = false;
  bool is_switch = false;
};

Setting read_setting(std::string_view text) {
  const std::size_t equals = text.rfind(" = ");
  if (equals == std::string_view::npos) return {};
  const std::string_view value = text.substr(equals + 3);
  const bool off = value == "NO" || value == "off";
  const bool on = value == "YES" || value == "on";
  return {.name = text.substr(0, equals), .off = off, .is_switch = off || on};
}

}  // namespace

CommentSwitch::CommentSwitch(std::string_view source, std::span<const TextRange> comments,
                             std::span<const std::string> styles)
    : source_(source), comments_(comments), styles_(styles) {}

void CommentSwitch::advance_to(std::size_t offset) {
  for (; next_ < comments_.size() && comments_[next_].begin <= offset; ++next_)
    obey(trim_blanks(source_.substr(comments_[next_].begin, comments_[next_].size())));
}

void CommentSwitch::set(std::string name, bool off) {
  if (off) {
    off_.insert(std::move(name));
  } else {
    off_.erase(name);
  }
}

void CommentSwitch::obey(std::string_view comment) {
  constexpr std::array<std::string_view, 2> names{"vale ", "converge "};
  std::string_view text;
  for (const std::string_view name : names)
    if (comment.starts_with(name)) text = trim_blanks(comment.substr(name.size()));
  if (text.empty()) return;
  if (text == "off" || text == "on") {
    all_off_ = text == "off";
    return;
  }
  for (const std::string_view key : {"styles = ", "style = "}) {
    if (!text.starts_with(key)) continue;
    for (const std::string& style : styles_) set(style, true);
    std::string_view rest = text.substr(key.size());
    while (!rest.empty()) {
      const std::size_t end = rest.find(',');
      set(std::string(trim_blanks(rest.substr(0, end))), false);
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    return;
  }
  const Setting setting = read_setting(text);
  if (!setting.is_switch) return;
  const std::size_t bracket = setting.name.find('[');
  if (bracket == std::string_view::npos) {
    set(std::string(setting.name), setting.off);
    return;
  }
  const auto matches = parse_json(setting.name.substr(bracket));
  if (!matches || !matches->is_array()) return;
  for (const Json& match : matches->as_array())
    if (match.is_string())
      set(fmt::format("{}[{}]", setting.name.substr(0, bracket), std::string(match.as_string())), setting.off);
}

bool CommentSwitch::silences(std::string_view rule, std::string_view match) const {
  if (all_off_) return true;
  if (off_.empty()) return false;
  return off_.contains(rule) || off_.contains(rule.substr(0, rule.find('.'))) ||
         off_.contains(fmt::format("{}[{}]", rule, match));
}

}  // namespace converge::content
