#!/usr/bin/env bash
# Installs what this project needs on Debian 12: the packages of packaging/packages.txt and, in the user's cache, a MySQL server.
# usage: packaging/setup.sh [GROUP...]      default: build run test. Does nothing, quickly, when nothing is missing.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
groups=("$@")
[ ${#groups[@]} -gt 0 ] || groups=(build run test)

# shellcheck source=/dev/null
system=$(. /etc/os-release 2>/dev/null && echo "${ID:-unknown} ${VERSION_ID:-}" || echo unknown)
if [ "$system" != "debian 12" ]; then
  echo "setup: this is '$system', not Debian 12; use the container instead: docker compose run --rm converge" >&2
  exit 69
fi

wanted=()
for group in "${groups[@]}"; do
  while read -r package; do wanted+=("$package"); done < <(sed -n "s/^$group: *//p" "$here/packages.txt")
done
missing=()
for package in "${wanted[@]}"; do
  dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done

root=()
if [ "$(id -u)" -ne 0 ]; then root=(sudo); fi
if [ ${#missing[@]} -gt 0 ]; then
  if [ ${#root[@]} -gt 0 ] && ! command -v sudo >/dev/null; then
    echo "setup: ${#missing[@]} packages are missing and this is neither root nor sudo: ${missing[*]}" >&2
    exit 77
  fi
  echo "setup: will install ${#missing[@]} Debian packages (about 800 MB unpacked with all they need, one to three minutes): ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  "${root[@]}" apt-get -q update >/dev/null
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "${missing[@]}" >/dev/null
  echo "setup: packages installed"
fi

mysql_dir=${CONVERGE_MYSQL_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/converge/mysql-9}
if [ ! -x "$mysql_dir/run-mysqld" ] && [ -x "$here/fetch_mysql.sh" ]; then
  echo "setup: will unpack a MySQL server into $mysql_dir (about 250 MB, under a minute, no root needed)"
  "$here/fetch_mysql.sh" "$mysql_dir" || echo "setup: MySQL could not be unpacked; MariaDB will be used" >&2
fi
