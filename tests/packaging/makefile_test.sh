#!/usr/bin/env bash
# The Makefile's promises that need no build: its targets, and one line on a system that set-up cannot serve.
set -euo pipefail
cd "$(dirname "$0")/../.."
fail() { echo "Makefile: $*" >&2; exit 1; }
command -v make >/dev/null || { echo "skipped: no make"; exit 77; }
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES

targets="help setup build run test prove lint format golden bench deploy clean"
for target in $targets; do
  make --dry-run "$target" >/dev/null || fail "target $target cannot be planned"
  make help | grep -qE "^  $target +[a-z]" || fail "make help does not explain $target"
done

other=$(mktemp)
trap 'rm -f "$other"' EXIT
printf 'NAME="Other Linux"\nID=other\nVERSION_ID="7"\n' >"$other"
for target in setup build run test lint format golden bench prove; do
  if said=$(CONVERGE_OS_RELEASE=$other make "$target" 2>&1); then fail "$target goes on where set-up cannot serve"; fi
  [ "$(wc -l <<<"$said")" -eq 1 ] || fail "$target says more than one line: $said"
  [[ $said == *"'other 7', not Debian 12"*"docker build -t converge . && docker run "* ]] || fail "$target says: $said"
done
if said=$(CONVERGE_OS_RELEASE=$other packaging/setup.sh 2>&1); then fail "setup.sh goes on where it cannot serve"; fi
[ "$(wc -l <<<"$said")" -eq 1 ] || fail "setup.sh says more than one line: $said"
if packaging/setup.sh no_such_group 2>/dev/null; then fail "setup.sh takes a group that packages.txt does not have"; fi
echo "Makefile: every target planned and explained; one line on a system it cannot serve"
