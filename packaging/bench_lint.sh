#!/usr/bin/env bash
# Speed of linting beside textlint, write-good and alex, on one corpus: Markdown of npm packages, rules from the word lists of
# write-good and alex, one rule a word. Writes docs/bench_lint.md. Needs npm, node and build/release/converge.
# usage: packaging/bench_lint.sh [WORK_FOLDER]     default: a temporary one
set -euo pipefail
cd "$(dirname "$0")/.."
converge=$PWD/build/release/converge
report=$PWD/docs/bench_lint.md
revision=$(git rev-parse --short HEAD)
git diff --quiet HEAD || revision="$revision with changes that are not committed"
for program in npm node "$converge"; do
  command -v "$program" >/dev/null || { echo "bench_lint: there is no $program here" >&2; exit 69; }
done
work=${1:-}
if [[ -z $work ]]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
fi
mkdir -p "$work"
cd "$work"
export XDG_CACHE_HOME=$work/cache
packages=(npm@10.9.0 fastify@5.1.0 undici@6.21.0 pino@9.5.0 stylelint@16.10.0 discord-api-types@0.37.100 retext-equality@7.1.0 cuss@2.2.0
  weasel-words@0.1.1 too-wordy@0.3.6 no-cliches@0.3.6 adverb-where@0.2.6
  write-good@1.0.8 alex@11.0.1 textlint@15.8.0 textlint-rule-write-good@2.0.0 textlint-rule-alex@5.0.0)
[[ -d node_modules ]] || npm install --prefix . --ignore-scripts --no-audit --no-fund --silent "${packages[@]}"

cat >make.mjs <<'JS'
import fs from 'fs';
const list = (file, name) =>
  eval(fs.readFileSync('node_modules/' + file, 'utf8').match(new RegExp('(?:var|let|const)\\s+' + name + '\\s*=\\s*(\\[[\\s\\S]*?\\])'))[1]);
const { cuss } = await import('cuss');
const lists = {
  Weasel: list('weasel-words/weasel.js', 'weasels'), Wordy: list('too-wordy/too-wordy.js', 'wordyWords'), Cliche: list('no-cliches/cliches.js', 'cliches'),
  Adverb: list('adverb-where/adverbs.js', 'adverbs').map((stem) => stem + 'y'), Cuss: Object.keys(cuss) };
let rules = 0;
for (const [style, words] of Object.entries(lists)) {
  fs.mkdirSync('styles/' + style, { recursive: true });
  words.forEach((word, i) => {
    const pattern = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/'/g, "''");
    fs.writeFileSync(`styles/${style}/R${i}.yml`, `extends: existence\nmessage: "avoid '%s'"\nlevel: warning\nignorecase: true\ntokens:\n  - '${pattern}'\n`);
    ++rules;
  });
}
const styles = Object.keys(lists).join(', ');
fs.writeFileSync('plain.ini', `StylesPath = styles\n\n[*]\nBasedOnStyles = ${styles}\n`);
fs.writeFileSync('spelling.ini', `StylesPath = styles\n\n[*]\nBasedOnStyles = ${styles}, Vale\nVale.Repetition = NO\n`);
const walk = (folder) => fs.readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  .flatMap((entry) => (entry.isDirectory() ? walk(folder + '/' + entry.name) : [folder + '/' + entry.name]));
let bytes = 0, files = 0;
for (const size of [3.2e6]) {
  fs.mkdirSync('corpus', { recursive: true });
  const all = ['npm', 'fastify', 'undici', 'pino', 'stylelint', 'alex', 'textlint', 'retext-equality', 'discord-api-types', 'write-good'].flatMap((p) => walk('node_modules/' + p))
    .concat(walk('node_modules')).filter((file) => /\.md$/i.test(file) && fs.statSync(file).size > 2000);
  for (const file of new Set(all)) {
    if (bytes > size) break;
    fs.copyFileSync(file, `corpus/${String(files++).padStart(4, '0')}.md`);
    bytes += fs.statSync(file).size;
  }
}
for (const [name, times] of [['ten', 10], ['hundred', 31]])
  for (let i = 0; i < times; ++i) {
    fs.mkdirSync(`${name}/${i}`, { recursive: true });
    for (const file of fs.readdirSync('corpus')) fs.copyFileSync('corpus/' + file, `${name}/${i}/${file}`);
  }
fs.mkdirSync('one', { recursive: true });
fs.writeFileSync('one/a.md', 'One word.\n');
fs.writeFileSync('facts', `${rules} ${bytes} ${files}\n`);
JS
[[ -f facts ]] || node make.mjs
read -r rules bytes files <facts

# Wall and processor seconds of a command; its own exit status says only whether it found something.
timed() {
  TIMEFORMAT='%R %U %S'
  { time { "$@" >"$work/out" 2>"$work/errors" || true; } 2>/dev/null; } 2>"$work/time"
  read -r wall user system <"$work/time"
  cpu=$(awk -v u="$user" -v s="$system" 'BEGIN { printf "%.3f", u + s }')
}
# The quickest of three: what a crowded machine adds is not the program's.
best() {
  local best_wall=999999 best_cpu=999999
  for _ in 1 2 3; do
    timed "$@"
    best_wall=$(awk -v a="$best_wall" -v b="$wall" 'BEGIN { print a < b ? a : b }')
    best_cpu=$(awk -v a="$best_cpu" -v b="$cpu" 'BEGIN { print a < b ? a : b }')
  done
  wall=$best_wall cpu=$best_cpu
}
rate() { awk -v b="$1" -v s="$2" -v start="$3" 'BEGIN { d = s - start; if (d < 0.001) d = 0.001; printf "%.1f", b / 1e6 / d }'; }

load=$(cut -d ' ' -f 1-3 /proc/loadavg)
rows=""
add() { rows+="| $1 | $2 | $3 |"$'\n'; printf '%s: %s (%s)\n' "$1" "$2" "$3"; }

rm -rf "$XDG_CACHE_HOME"
timed "$converge" content lint --config plain.ini one
add "start, nothing kept" "$wall s wall, $cpu s processor" "$rules rules read and compiled"
best "$converge" content lint --config plain.ini one
start_wall=$wall start_cpu=$cpu
add "start, database kept" "$wall s wall, $cpu s processor" "$rules rules read"
best "$converge" content lint --config plain.ini corpus
add "the corpus once, start and all" "$wall s wall, $cpu s processor" "$(wc -l <"$work/out") findings"
best "$converge" content lint --config plain.ini ten
add "linting, without the start" "$(rate $((bytes * 10)) "$wall" "$start_wall") MB/s wall, $(rate $((bytes * 10)) "$cpu" "$start_cpu") MB per processor second" "ten copies of the corpus, $(nproc) threads"
ten_cpu=$cpu
best "$converge" content lint --config plain.ini hundred
add "the same, $((bytes * 31 / 1000000)) MB" "$(rate $((bytes * 31)) "$wall" "$start_wall") MB/s wall, $(rate $((bytes * 31)) "$cpu" "$start_cpu") MB per processor second" "linear: $(awk -v a="$cpu" -v b="$ten_cpu" -v s="$start_cpu" 'BEGIN { printf "%.2f", (a - s) / (b - s) / 3.1 }') of ten copies' cost by byte"
best "$converge" content lint --config spelling.ini one
spell_wall=$wall spell_cpu=$cpu
add "start with spelling" "$wall s wall, $cpu s processor" "en_US"
best "$converge" content lint --config spelling.ini ten
add "linting with spelling, without the start" "$(rate $((bytes * 10)) "$wall" "$spell_wall") MB/s wall, $(rate $((bytes * 10)) "$cpu" "$spell_cpu") MB per processor second" "ten copies"
peer_rate() { awk -v b="$1" -v s="$2" 'BEGIN { printf "%.3f", b / 1e6 / s }'; }
timed npx --no-install write-good corpus/*.md
add "write-good 1.0.8" "$(peer_rate "$bytes" "$wall") MB/s wall, $wall s, $cpu s processor" "the corpus once"
timed npx --no-install alex --quiet corpus
add "alex 11.0.1" "$(peer_rate "$bytes" "$wall") MB/s wall, $wall s, $cpu s processor" "the corpus once"
timed npx --no-install textlint --no-color --rule write-good --rule alex corpus
add "textlint 15 with its rules write-good and alex" "$(peer_rate "$bytes" "$wall") MB/s wall, $wall s, $cpu s processor" "the corpus once"

cat >"$report" <<EOF_REPORT
# Speed of linting

Written by \`packaging/bench_lint.sh\` on $(date -u +%Y-%m-%d), revision $revision. $(nproc) cores ($(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -1)), load before: $load.
Corpus: $files Markdown files of npm packages, $bytes bytes. Rules: $rules, one for each word of the lists of write-good and alex.
Ours is the quickest of three runs, a peer's its only one. Wall times are those of the machine as it was; processor times are steadier.

| figure | value | conditions |
|---|---|---|
$rows
EOF_REPORT
