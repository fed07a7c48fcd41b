#!/usr/bin/env bash
# The long proofs at full size, on the release build, and docs/proof.md from what they printed.
#
#   packaging/prove.sh             all of them, about an hour on two cores (`make prove`)
#   packaging/prove.sh kills cuts  only these; docs/proof.md keeps what the others printed when they last ran here
#   packaging/prove.sh page        none: only docs/proof.md again
#
# CONVERGE_PROVE_CLEAN_MACHINE=1 also runs tests/clean_machine.sh (root only: a clean Debian 12 root, `make run`, `make test`).
# CONVERGE_SERVER chooses mysql (the default) or mariadb. Ends with 1 when one of them is not as promised.
set -euo pipefail
cd "$(dirname "$0")/.."
export CONVERGE_SERVER="${CONVERGE_SERVER:-mysql}"
logs=build/proof
mkdir -p "$logs"

# name | what is promised | command
proofs() {
  cat <<'END'
same|Two replays from nothing with the same seed give the same bytes: `model explain`, every exported table but for its volatile columns, every published file. A third run changes nothing.|build/release/replay_proof same
kills|A replay that is ended by kill -9 at 30 random moments and started again ends with the bytes of an undisturbed one.|build/release/replay_proof kills 30
server_kills|A replay whose database server is ended by kill -9 at 10 random moments goes on by itself and ends with the same bytes.|build/release/replay_proof server_kills 10
cuts|Cutting the prices off at 25 random dates leaves every feature, prediction and decision before the date unchanged.|build/release/replay_proof cuts 25
noise|The gate on 40 markets of independent returns and on 40 with a planted signal, direction label with horizon 1, 2,000 rows.|build/release/noise_proof 40
martingales|20 whole replays on martingale prices: how many ever crown a direction model, as it is.|build/release/replay_proof martingales 20
splitter|A million random documents of every construct, half of them Markdown for Discord: every part within limits by code points and UTF-16, no grapheme, fence, link, table or other piece that fits is cut, and the parts join to the source.|build/release/splitter_proof 1000000
END
  if packaging/fetch_commonmark.sh >&2; then
    echo 'commonmark|Autofix keeps the outline of every example of the CommonMark specification.|build/release/content_test --gtest_filter=Fix.IsSoundOnEveryCommonMarkExample'
  fi
  if [[ "${CONVERGE_PROVE_CLEAN_MACHINE:-}" == 1 && $EUID -eq 0 && -x tests/clean_machine.sh ]]; then
    echo 'clean_machine|`make run` and `make test` from a fresh clone in a clean Debian 12 root.|tests/clean_machine.sh'
  fi
}

revision() {
  git rev-parse --short=12 HEAD | tr -d '\n'
  git diff --quiet HEAD -- . ':!docs/proof.md' || printf ' with changes that are not committed'
}

run_proof() {  # name promise command
  local began=$SECONDS status=0
  echo "== $1: $2"
  $3 2>&1 | tee "$logs/$1.log" || status=$?
  {
    echo "## $1"
    echo
    echo "$2"
    echo
    printf '`%s`: %s, %d s, %s, revision %s' "$3" "$( ((status == 0)) && echo 'as promised' || echo "**NOT AS PROMISED** (status $status)")" \
      $((SECONDS - began)) "$(date -u '+%Y-%m-%d %H:%M UTC')" "$(revision)"
    printf '\n\n```\n'
    grep -v ' seed=[0-9]* ' "$logs/$1.log" || true  # noise_proof: one line for each market
    printf '```\n\n'
  } > "$logs/$1.md"
  return "$status"
}

write_page() {
  cat <<END
# Proofs at full size

Written by \`make prove\` (packaging/prove.sh); do not edit. Small samples of the same proofs run in \`make test\`.
How each is done stands in \`tests/flow/replay_proof.hpp\`, \`tests/flow/bookkeeping.hpp\`, \`tests/sim/noise.cpp\` and \`tests/sim/splitter_proof.cpp\`.

| | |
|---|---|
| machine | $(nproc) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1), $(awk '/MemTotal/ {printf "%.0f GB", $2 / 1e6}' /proc/meminfo) of memory |
| system | $(. /etc/os-release && echo "$PRETTY_NAME"), Linux $(uname -r) |
| compiler | $(${CXX:-c++} --version | head -1) |

END
  proofs | while IFS='|' read -r name _; do
    if [[ -e "$logs/$name.md" ]]; then cat "$logs/$name.md"; else printf '## %s\n\nNot run on this machine yet.\n\n' "$name"; fi
  done
}

[[ "$*" == page ]] || cmake --build --preset release --target converge noise_proof splitter_proof replay_proof content_test
failed=()
while IFS='|' read -r name promise command <&3; do
  if (($# > 0)) && [[ " $* " != *" $name "* ]]; then continue; fi
  run_proof "$name" "$promise" "$command" || failed+=("$name")
done 3< <(proofs)
write_page | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' > docs/proof.md
echo "docs/proof.md is written"
if ((${#failed[@]} > 0)); then
  echo "not as promised: ${failed[*]}" >&2
  exit 1
fi
