// feature/render_matrix.hpp — a feature matrix as a file that other programs read.
#pragma once
#include "feature/matrix.hpp"

#include <string>

namespace converge::feature {

// RFC 4180 with "\n" line ends: `bar_at` (RFC 3339, UTC) and one column per feature in their order, 17 significant digits,
// empty where not defined. Rows with from <= bar_at < to.
std::string render_matrix_csv(const Matrix& matrix, Instant from, Instant to);

}  // namespace converge::feature
