// content/lint_document.hpp — a file as rules of packages look at it: passages of text, each with its scope and its place.
//
// All text stands in one buffer, passage behind passage, so that the prefilter can run over it once. Pure.
#pragma once
#include "base/result.hpp"
#include "content/prose.hpp"
#include "content/scope.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace converge::content {

struct DocumentPassage {
  PassageKind kind = PassageKind::block;
  std::string scope;      // "text.heading.h2.md"
  TextRange text;         // in LintDocument::text
  std::size_t block = 0;  // index into Prose::blocks; the passage's text is `in_block` of that block's
  std::size_t in_block = 0;
  bool is_plain = false;  // a paragraph outside of lists, quotes and the like
};

struct LintDocument {
  std::string_view source;
  Prose prose;       // with front matter's texts behind the blocks
  std::string text;  // of all blocks
  std::vector<DocumentPassage> blocks;

  std::string_view text_of(const DocumentPassage& passage) const {
    return std::string_view(text).substr(passage.text.begin, passage.text.size());
  }
  // The file's bytes behind a range of a passage's text.
  TextRange source_of(const DocumentPassage& passage, TextRange range) const;
};

// How a file is read.
struct DocumentSetup {
  std::string extension = ".md";  // of the file: the last name of every scope; ".txt" is read as plain text
  ProseSelection selection;
  std::vector<TextRange> ignored;  // of the source: overwritten before any rule looks
  bool front_matter = false;       // whether its texts are passages too
};

// errors: invalid_input when the text is not UTF-8
Result<LintDocument> make_lint_document(std::string_view source, const DocumentSetup& setup);

// The sentences of a block, or the parts between its blank lines.
std::vector<DocumentPassage> split_sentences(const LintDocument& document, const DocumentPassage& block);

// The words of all paragraphs, lists and quotes, which `summary` rules measure.
std::string make_summary(const LintDocument& document);

}  // namespace converge::content
