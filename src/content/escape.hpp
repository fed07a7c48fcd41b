// content/escape.hpp — makes a text harmless where it is inserted. Pure.
#pragma once
#include "base/result.hpp"

#include <string>
#include <string_view>

namespace converge::content {

using Escape = std::string (*)(std::string_view);

std::string escape_none(std::string_view text);

// & < > " and ' as entities: safe as text and inside of either kind of quotes.
std::string escape_html(std::string_view text);

// The text as one run of plain words in Markdown, wherever it is put: no emphasis, link, code, formula, HTML, list, heading
// or bare link comes of it. Blanks and line feeds become single spaces, control characters are dropped.
std::string escape_markdown(std::string_view text);

// The same for Discord, where @everyone and @here would be mentions: they get a zero-width space behind the @.
std::string escape_discord(std::string_view text);

// How text is put in where it will be published. Notion and docs read CommonMark. errors: invalid_input naming the targets
Result<Escape> find_target_escape(std::string_view target);

// Words in lower case joined by `-`: what a file name or a URL part can hold. "sp500_vol5: v3" -> "sp500-vol5-v3".
// Letters outside ASCII are kept; a text without letters and digits gives an empty one.
std::string render_slug(std::string_view text);

}  // namespace converge::content
