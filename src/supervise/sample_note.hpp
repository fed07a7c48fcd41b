// supervise/sample_note.hpp — every kind of note that a tick may write, drafted from sample rows.
//
// Notes tell of decisions that are committed already, so a template that cannot take what a note gives must be found when the
// desk is loaded, not on the tick. The samples are made by the functions that make the real notes, from the fullest and the
// barest rows, with names of the greatest length. Pure.
#pragma once
#include "content/content_source.hpp"
#include "content/draft.hpp"

#include <vector>

namespace converge::supervise {

struct SampleDraft {
  const content::ContentTemplate* note = nullptr;  // of the source
  content::Draft draft;
};

// errors: not_found naming the template that the desk lacks; invalid_input naming the template's file, and the field it does not
// declare or declares otherwise, or the title or path that no row can hold
Result<std::vector<SampleDraft>> draft_samples(const content::ContentSource& source);

}  // namespace converge::supervise
