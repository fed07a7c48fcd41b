#!/usr/bin/env bash
# Formatting, then clang-tidy over every source of the dev build. A file that was clean is not read again until it, a header
# of src/, or .clang-tidy changes.
set -euo pipefail
cd "$(dirname "$0")/.."
jobs=${JOBS:-$(nproc)}

echo "lint: shell"
git ls-files '*.sh' .ci/run | xargs -n 1 bash -n

echo "lint: format"
git ls-files '*.cpp' '*.hpp' | grep -v '^tests/golden/' | xargs -P "$jobs" -n 20 clang-format-16 --dry-run --Werror

echo "lint: clang-tidy"
[ -f build/dev/build.ninja ] || cmake --preset dev >/dev/null
cmake --build build/dev --target converge_store >/dev/null # the generated headers
mkdir -p build/lint
shared=$(git ls-files 'src/*.hpp' .clang-tidy | xargs cat | sha256sum)
tidy_one() {
  local stamp
  stamp=build/lint/$({ echo "$shared"; cat "$1"; } | sha256sum | cut -c1-64)
  # The build is GCC's: clang does not know all of its warnings.
  [ -e "$stamp" ] || { clang-tidy-16 --quiet --extra-arg=-Wno-unknown-warning-option -p build/dev "$1" && touch "$stamp"; }
}
export -f tidy_one
export shared
git ls-files 'src/*.cpp' | grep -v '_test\.cpp$' | xargs -P "$jobs" -I{} bash -c 'tidy_one {}'
echo "lint: clean"
