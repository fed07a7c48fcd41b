#!/usr/bin/env bash
# Shell, formatting, then clang-tidy over every source of the program. A file that was clean is not read again until it, a header, or
# .clang-tidy changes.
# usage: packaging/lint.sh [FILE...]      default: the sources of the program; tests and benchmarks when they are named
set -euo pipefail
cd "$(dirname "$0")/.."
jobs=${JOBS:-$(nproc)}
sources=("$@")
[ ${#sources[@]} -gt 0 ] || mapfile -t sources < <(git ls-files 'src/*.cpp' | grep -v '_test\.cpp$')

echo "lint: shell"
git ls-files '*.sh' .ci/run | xargs shellcheck --severity=warning

echo "lint: format"
git ls-files '*.cpp' '*.hpp' | grep -v '^tests/golden/' | xargs -P "$jobs" -n 20 clang-format-16 --dry-run --Werror

echo "lint: clang-tidy over ${#sources[@]} sources"
cmake --build build/dev --target converge_store >/dev/null # the generated headers
mkdir -p build/lint
shared=$(git ls-files '*.hpp' .clang-tidy | xargs cat | sha256sum)
tidy_one() {
  local stamp
  stamp=build/lint/$({ echo "$shared"; cat "$1"; } | sha256sum | cut -c1-64)
  [ ! -e "$stamp" ] || return 0
  # The build is GCC's: clang does not know all of its warnings. What it counts and suppresses is not shown.
  if clang-tidy-16 --quiet --extra-arg=-Wno-unknown-warning-option -p build/dev "$1" 2> >(grep -vE '^[0-9]+ warnings? (generated|treated)' >&2); then
    touch "$stamp"
  else
    echo "lint: findings in $1" >&2
    return 1
  fi
}
export -f tidy_one
export shared
printf '%s\n' "${sources[@]}" | xargs -P "$jobs" -I{} bash -c 'tidy_one {}'
echo "lint: clean"
