#!/usr/bin/env bash
# From a fresh clone on a clean Debian 12 machine to passed tests: makes a root of Debian's minimal system, clones HEAD into it and
# runs `make run` and `make test` there, with nothing of this machine but apt's settings and the proxy. Then, in the same root, a
# user without and one with sudo, and a system that cannot be served; and in a second root, which holds only the packages of the
# Dockerfile's last stage, the program by itself as that image's user.
#
# usage: tests/clean_machine.sh [LOG]      as root; LOG (default: build/clean_machine.log) takes all that is printed in the roots.
# Prints wall times and the program's peak memory, and exits with 1 when a step fails or a limit is passed.
# CONVERGE_SHARED_DIR, when set, is copied into the root, so that the tests find their oracles.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
replay_s_max=${REPLAY_S_MAX:-90}
memory_mb_max=600

stop() { echo "clean machine: $2" >&2; exit "$1"; }
say() { echo "clean machine: $*" | tee -a "$log"; }
[ "$(id -u)" -eq 0 ] || stop 77 "debootstrap and chroot need root"
log=$(realpath -m "${1:-$here/build/clean_machine.log}")
mkdir -p "$(dirname "$log")"
: >"$log"
command -v debootstrap >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install debootstrap >>"$log"
mirror=$("$here/packaging/find_mirror.sh")
[ -n "$mirror" ] || stop 69 "no Debian mirror is configured in this machine's apt sources"

# Mounts are made in a namespace of each step, and end with it: nothing but files is left to remove.
work=$(mktemp -d /var/tmp/converge-clean.XXXXXX)
trap 'rm -rf --one-file-system "$work"' EXIT
base=$work/base
root=$work/root
image=$work/image

# The roots get this machine's archives and keys, apt's ways to reach them, and the authorities that this environment trusts.
render_sources() {
  # shellcheck disable=SC2016  # apt fills these in, not the shell
  apt-get indextargets --format '$(ORIGIN)/$(CODENAME) deb $(SITE) $(RELEASE) $(COMPONENT)' 'Identifier: Packages' |
    sed -nE 's#^Debian/bookworm[a-z-]* (deb .*)#\1#p' | sort -u
}
environment=(PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb)
for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
  [ -z "${!name:-}" ] || environment+=("$name=${!name}")
done
make_base() {
  debootstrap --variant=minbase --keyring=/usr/share/keyrings/debian-archive-keyring.gpg bookworm "$base" "$mirror"
  render_sources >"$base/etc/apt/sources.list"
  apt-config dump | grep -E '^Acquire::(Check|http|https|Retries)' >"$base/etc/apt/apt.conf.d/90host" || true
  cp /etc/resolv.conf "$base/etc/resolv.conf"
  if [ -r "${SSL_CERT_FILE:-}" ]; then
    cp "$SSL_CERT_FILE" "$base/etc/host-authorities.crt"
    echo 'Acquire::https::CaInfo "/etc/host-authorities.crt";' >>"$base/etc/apt/apt.conf.d/90host"
  fi
  rm -f "$base/etc/hosts"  # a container may have none either
}

# inside ROOT USER COMMAND: as that user, with a clean environment, a process table and terminals of its own, and the rest of /dev as
# debootstrap made it.
# shellcheck disable=SC2016  # for the inner shells
inside() {
  local place=$1 user=$2 home
  home=$(chroot "$place" getent passwd "$user" | cut -d: -f6)
  unshare --mount --pid --fork --kill-child --mount-proc="$place/proc" \
    sh -c 'mount -t tmpfs none "$1/dev/shm" 2>/dev/null || true
      mount -t devpts -o newinstance,ptmxmode=0666 none "$1/dev/pts" && mount --bind "$1/dev/pts/ptmx" "$1/dev/ptmx"; shift; exec "$@"' sh "$place" \
    env -i "${environment[@]}" HOME="$home" USER="$user" chroot --userspec="$user" "$place" \
    bash -c "cd ~ 2>/dev/null || cd /tmp; $3" </dev/null
}

# Every line behind the seconds since the start, so that the parts of one command can be told apart afterwards.
stamp_lines() { while IFS= read -r line; do printf '%(%s)T %s\n' -1 "$line"; done; }

failures=0
# run_step NAME ROOT USER COMMAND: all it prints goes to the log; sets `took_s` and `output`.
run_step() {
  local name=$1 started=$SECONDS status=0
  output=$work/output
  say "$name"
  inside "$2" "$3" "$4" 2>&1 | stamp_lines | tee "$output" >>"$log" || status=$?
  took_s=$((SECONDS - started))
  if [ "$status" -eq 0 ]; then
    say "  passed in $took_s s"
  else
    say "  FAILED in $took_s s (status $status); the end of $log:"
    tail -20 "$output"
    failures=$((failures + 1))
  fi
}

expect() { # expect WHAT COMMAND...: one more thing that must hold
  local what=$1
  shift
  if "$@"; then say "  $what"; else say "  FAILED: not true that $what"; failures=$((failures + 1)); fi
}

# Seconds between the first line that matches $1 and the first that matches $2 (or the last line) of the last step.
seconds_between() {
  awk -v from="$1" -v to="$2" '{at = $1; sub(/^[0-9]+ /, "")} !begin && $0 ~ from {begin = at; next}
    begin && to != "" && !end && $0 ~ to {end = at} END {print (end ? end : at) - begin}' "$output"
}

# The program's highest resident size, in kB: the kernel keeps it, but only as long as the process lives.
watch_memory() {
  local peak=0 process size
  while sleep 0.3; do
    for process in /proc/[0-9]*; do
      [ "$(readlink "$process/exe" 2>/dev/null)" = "$1" ] || continue
      size=$(awk '/^VmHWM/ {print $2}' "$process/status" 2>/dev/null || true)
      if [ "${size:-0}" -gt "$peak" ]; then peak=$size; echo "$peak" >"$work/peak_kb"; fi
    done
  done
}

say "making a clean root from $(uname -m) packages of this machine's Debian archive"
started=$SECONDS
make_base >>"$log" 2>&1 || stop 70 "debootstrap failed; see $log"
cp -a "$base" "$root"
say "  $(du -sm "$base" | cut -f1) MB in $((SECONDS - started)) s"

run_step "make and git" "$root" root "apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install make git ca-certificates"
git clone -q --no-hardlinks "$here" "$root/root/converge"
say "a fresh clone of $(git -C "$here" rev-parse --short=12 HEAD)"
if [ -d "${CONVERGE_SHARED_DIR:-}" ]; then
  mkdir -p "$root/root/shared"
  cp -r "$CONVERGE_SHARED_DIR/data" "$root/root/shared/"
  environment+=(CONVERGE_SHARED_DIR=/root/shared)
fi

echo 0 >"$work/peak_kb"
watch_memory "$root/root/converge/build/release/converge" &
watcher=$!
run_step "make run" "$root" root "cd converge && make run"
kill "$watcher"
setup_s=$(seconds_between . '^build: ')
build_s=$(seconds_between '^build: ' '^replay: ')
replay_s=$(seconds_between '^replay: ' '')
peak_mb=$(($(cat "$work/peak_kb") / 1024))
say "  set-up $setup_s s, build $build_s s, replay $replay_s s, peak memory of the program $peak_mb MB"
expect "the first line says what will be installed" grep -qE '^[0-9]+ setup: will install [0-9]+ Debian packages' <(head -1 "$output")
expect "the replay took at most $replay_s_max s" [ "$replay_s" -le "$replay_s_max" ]
expect "the program used at most $memory_mb_max MB" [ "$peak_mb" -gt 0 -a "$peak_mb" -le "$memory_mb_max" ]
expect "sp500_vol5 has a champion and sp500_up5 has none" \
  [ "$(grep -cE 'Model sp500_vol5: has a champion$|Model sp500_up5: NO CHAMPION$' "$output")" -eq 2 ]
run_step "make run once more: no work twice" "$root" root "cd converge && make run"
expect "it took at most 15 s" [ "$took_s" -le 15 ]
run_step "make setup once more: nothing to do" "$root" root "cd converge && make setup"
expect "it printed nothing" [ ! -s "$output" ]

run_step "make test" "$root" root "cd converge && make test"
test_s=$took_s
say "  $(grep -oE '[0-9]+% tests passed.*' "$output" | tail -1); tests alone $(seconds_between '^[0-9]*.*Test project' '') s"

# shellcheck disable=SC2016  # for the inner shells
{
  run_step "a user without sudo, everything installed" "$root" root '
    useradd --create-home ada && cp -r converge /home/ada/ && rm -rf /home/ada/converge/desk/.state /home/ada/converge/desk/out &&
    mkdir -p /home/ada/.cache/converge && cp -r ~/.cache/converge/mysql-9 /home/ada/.cache/converge/ && chown -R ada: /home/ada'
  run_step "  make setup: nothing to do" "$root" ada "cd converge && make setup"
  expect "it printed nothing" [ ! -s "$output" ]
  run_step "  a replay of two weeks, with a server of his own" "$root" ada \
    "cd converge && build/release/converge --desk desk run --from 2015-01-02 --to 2015-01-16"
  run_step "  make setup with a package missing: says so and stops" "$root" root 'apt-get -q -y remove librapidcheck-dev'
  run_step "  (its status)" "$root" ada 'cd converge && ! make setup'
  expect "the message names the package" grep -q 'neither root nor a user with sudo.*librapidcheck-dev' "$output"
  run_step "a user with sudo" "$root" root '
    apt-get -q -y --no-install-recommends install sudo && echo "ada ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/ada'
  run_step "  make setup installs what is missing" "$root" ada "cd converge && make setup && dpkg-query -W librapidcheck-dev"
  run_step "a system that cannot be served" "$root" root '
    printf "ID=fedora\nVERSION_ID=40\n" >/etc/os-release.other && cd converge &&
    ! CONVERGE_OS_RELEASE=/etc/os-release.other make run'
  expect "it says one line, which names the container command" [ "$(grep -c . "$output")/$(grep -c 'docker run' "$output")" = 1/1 ]
}

# The Dockerfile's last stage: its packages, its user, and the program that the clean root has built.
groups=$(sed -nE 's|^RUN /tmp/packaging/setup.sh ([a-z ]+) &&.*|\1|p' "$here/Dockerfile")
[ -n "$groups" ] || stop 70 "the Dockerfile's last stage installs no group 'runtime'"
cp -a "$base" "$image"
mkdir -p "$image/opt/converge"
cp -r "$here/packaging" "$image/opt/converge/"
run_step "the image's packages alone ($groups)" "$image" root "/opt/converge/packaging/setup.sh $groups && useradd --create-home converge"
cp "$root/root/converge/build/release/converge" "$image/usr/local/bin/"
git -C "$here" archive HEAD desk | tar -x -C "$image"
cp -a "$image/desk" "$image/srv/desk"
chroot "$image" sh -c 'chown -R converge: /desk && chown -R nobody /srv/desk'
run_step "  the program finds its libraries" "$image" converge '! ldd /usr/local/bin/converge | grep "not found"'
run_step "  a replay of two weeks on the image's own server" "$image" converge \
  "cd /desk && converge run --from 2015-01-02 --to 2015-01-16"
run_step "  the same as a user without a home" "$image" nobody \
  "converge --desk /srv/desk run --from 2015-01-02 --to 2015-01-16"
run_step "  the image's health check" "$image" converge "cd /desk && $(sed -nE 's/^HEALTHCHECK .*CMD (.*)/\1/p' "$here/Dockerfile")"

say "set-up $setup_s s, build $build_s s, replay $replay_s s (peak $peak_mb MB), dev build and tests $test_s s: $failures failed"
[ "$failures" -eq 0 ]
