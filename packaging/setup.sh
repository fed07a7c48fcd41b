#!/usr/bin/env bash
# Installs what this project needs on Debian 12: the packages of packaging/packages.txt and, in the user's cache, a MySQL server.
# usage: packaging/setup.sh [GROUP...]    groups of packages.txt, and `mysql` for the server; default: build run test mysql.
#                                         Does nothing, quickly, when nothing is missing.
#        packaging/setup.sh --unserved    one line that says what to do instead, when this system is not Debian 12; else nothing
# CONVERGE_OS_RELEASE names another file than /etc/os-release to learn the system from.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

# shellcheck source=/dev/null
system=$(. "${CONVERGE_OS_RELEASE:-/etc/os-release}" 2>/dev/null && echo "${ID:-unknown} ${VERSION_ID:-}" || echo unknown)
unserved=""
if [ "$system" != "debian 12" ]; then
  unserved="this is '${system% }', not Debian 12; with Docker: docker build -t converge . && docker run --init --rm -v converge:/desk converge run --from 2015-01-02 --to 2020-04-17"
fi
if [ "${1:-}" = --unserved ]; then
  [ -z "$unserved" ] || echo "$unserved"
  exit 0
fi
if [ -n "$unserved" ]; then
  echo "setup: $unserved" >&2
  exit 69
fi

groups=("$@")
[ ${#groups[@]} -gt 0 ] || groups=(build run test mysql)

# Names of the packages of a group that are not installed, one a line.
list_missing() {
  local wanted
  mapfile -t wanted < <(sed -n "s/^$1: *//p" "$here/packages.txt")
  [ ${#wanted[@]} -gt 0 ] || { echo "setup: packages.txt has no group '$1'" >&2; return 64; }
  # shellcheck disable=SC2016  # dpkg-query fills these in, not the shell
  comm -23 <(printf '%s\n' "${wanted[@]}" | sort) \
    <(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null | sed -n 's/^installed //p' | sort)
}

# apt as root, with the proxy of this environment.
as_root() {
  local with=(env LC_ALL=C DEBIAN_FRONTEND=noninteractive) name
  for name in http_proxy https_proxy no_proxy; do [ -z "${!name:-}" ] || with+=("$name=${!name}"); done
  [ "$(id -u)" -eq 0 ] || with=(sudo "${with[@]}")
  "${with[@]}" "$@"
}

# A line for every fiftieth package that apt has fetched and set up.
show_progress() {
  awk '/^[0-9]+ upgraded, / {total = $1 + $3}
       /^Get:/ {if (++fetched % 50 == 0) print "setup: fetched " fetched " of " total}
       /^Setting up / {if (++done % 50 == 0) print "setup: set up " done " of " total}
       {fflush()}'
}

missing=()
for group in "${groups[@]}"; do
  [ "$group" != mysql ] || continue
  names=$(list_missing "$group")
  while read -r package; do [ -z "$package" ] || missing+=("$package"); done <<<"$names"
done

mysql_dir=${CONVERGE_MYSQL_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/converge/mysql-9}
fetch=no
if [[ " ${groups[*]} " == *" mysql "* ]] && [ ! -x "$mysql_dir/run-mysqld" ]; then fetch=yes; fi

# Said before anything is done.
if [ ${#missing[@]} -gt 0 ]; then
  echo "setup: will install ${#missing[@]} Debian packages and what they need (all of them: 0.9 GB, one to three minutes): ${missing[*]}"
fi
if [ "$fetch" = yes ]; then
  echo "setup: will unpack a MySQL server into $mysql_dir (250 MB, under a minute, no root needed)"
fi

if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
    echo "setup: this is neither root nor a user with sudo; let somebody who is run: apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 77
  fi
  as_root apt-get -q update >/dev/null
  as_root apt-get -q -y --no-install-recommends install "${missing[@]}" | show_progress
  echo "setup: packages are installed"
fi
if [ "$fetch" = yes ]; then
  "$here/fetch_mysql.sh" "$mysql_dir" || echo "setup: MySQL could not be unpacked; MariaDB will be used" >&2
fi
