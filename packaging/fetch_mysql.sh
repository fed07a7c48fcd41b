#!/usr/bin/env bash
# Unpacks a MySQL 9 server from Debian's unstable suite into a folder of its own: no root, nothing installed, and none of this
# machine's libraries used. apt checks the signatures; DIR/manifest.txt records what was fetched.
# usage: fetch_mysql.sh [DIR]      default: $CONVERGE_MYSQL_DIR, else the user's cache. Does nothing when it is there already.
# Afterwards DIR/run-mysqld ARGUMENTS starts the server.
set -euo pipefail
umask 022  # the program is run only while nobody else can write to it
here=$(cd "$(dirname "$0")" && pwd)

dir=${1:-${CONVERGE_MYSQL_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/converge/mysql-9}}
dir=$(realpath -m "$dir")
package=mysql-server-core
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
step() { echo "fetch_mysql: $*" >&2; }
stop() { step "$2"; exit "$1"; }

# "mysqld  Ver 9.7.4-2 for Linux ..." when the folder holds a server that starts
server_version() { "$1/run-mysqld" --version 2>/dev/null | sed -n 's/.* Ver \([^ ]*\) .*/\1/p'; }

# apt with an archive, a cache and an empty set of installed packages of our own; the machine's are neither read nor written.
private_apt() {
  local command=$1
  shift
  "$command" -q -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null -o APT::Default-Release= \
    -o Dir::State::lists="$work/lists" -o Dir::State::status="$work/status" -o Dir::Cache="$work/cache" \
    -o Acquire::Languages=none -o APT::Sandbox::User="$(id -un)" -o Acquire::Retries=3 "$@"
}

# The server and every library it needs down to libc, one name a line.
list_packages() {
  private_apt apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces \
    --no-enhances "$package" | grep -E '^(lib|zlib1g|mysql-server-core)[a-z0-9.+-]*$' | sort -u
}

# One line per package: name, version, SHA-256 of the file.
render_manifest() {
  local deb
  for deb in "$work"/debs/*.deb; do
    echo "$(dpkg-deb -f "$deb" Package) $(dpkg-deb -f "$deb" Version) $(sha256sum "$deb" | cut -d' ' -f1)"
  done
}

# Flat: one folder of libraries with the loader among them, so that the server runs from wherever the folder is moved to.
assemble() {
  local root=$1 out=$2 triplets loader
  mkdir -p "$out/lib" "$out/plugin"
  triplets=$(find "$root/usr/lib" "$root/lib" -maxdepth 1 -name '*-linux-gnu*' 2>/dev/null || true)
  while read -r folder; do
    find "$folder" -maxdepth 1 -name '*.so*' -exec cp -Lf {} "$out/lib/" \; 2>/dev/null || true
  done <<<"$triplets"
  cp "$root/usr/sbin/mysqld" "$out/mysqld"
  cp -r "$root/usr/share/mysql" "$out/share"
  loader=$(cd "$out/lib" && find . -maxdepth 1 -name 'ld-linux*.so.*' -printf '%f\n' | head -1)
  [ -n "$loader" ] || stop 70 "the packages hold no program loader for this machine"
  cat >"$out/run-mysqld" <<RUN
#!/bin/sh
# Starts the server of this folder with its own loader and libraries. No option files are read.
here=\$(dirname "\$(readlink -f "\$0")")
exec "\$here/lib/$loader" --library-path "\$here/lib" "\$here/mysqld" --no-defaults --secure-file-priv= \\
  --lc-messages-dir="\$here/share" --character-sets-dir="\$here/share/charsets" --plugin-dir="\$here/plugin" "\$@"
RUN
  chmod 755 "$out/run-mysqld"
}

if version=$(server_version "$dir") && [ -n "$version" ] && [ -s "$dir/manifest.txt" ]; then
  step "MySQL $version is in $dir already"
  exit 0
fi
if [ -n "$(ls -A "$dir" 2>/dev/null)" ] && [ ! -e "$dir/run-mysqld" ]; then
  stop 64 "$dir holds something else; name an empty folder"
fi
for tool in apt-get apt-cache dpkg-deb sha256sum; do
  command -v "$tool" >/dev/null || stop 69 "$tool is missing: this works on Debian and its relatives only"
done
[ -r "$keyring" ] || stop 69 "the package debian-archive-keyring is missing"
mirror=$("$here/find_mirror.sh")
[ -n "$mirror" ] || stop 69 "no Debian mirror is configured in this machine's apt sources"
mkdir -p "$(dirname "$dir")" || stop 73 "cannot create $(dirname "$dir")"

work=$(mktemp -d "$dir.partial-XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{lists/partial,cache/archives/partial,debs,root}
: >"$work/status"
echo "deb [signed-by=$keyring] $mirror sid main" >"$work/sources.list"

step "reading the package index"
private_apt apt-get update >"$work/log" 2>&1 || stop 69 "the package index cannot be read: $(tail -1 "$work/log")"
mapfile -t packages < <(list_packages)
[ ${#packages[@]} -gt 1 ] || stop 69 "the mirror has no package $package"
step "fetching ${#packages[@]} packages"
(cd "$work/debs" && private_apt apt-get download "${packages[@]}" >"$work/log" 2>&1) ||
  stop 69 "a package cannot be fetched: $(tail -1 "$work/log")"

step "unpacking into $dir"
for deb in "$work"/debs/*.deb; do dpkg-deb -x "$deb" "$work/root"; done
assemble "$work/root" "$work/server"
render_manifest >"$work/server/manifest.txt"
version=$(server_version "$work/server")
[ -n "$version" ] || stop 70 "the unpacked server does not start: $("$work/server/run-mysqld" --version 2>&1 | tail -1)"
rm -rf "$dir"
mv "$work/server" "$dir"
step "MySQL $version is in $dir ($(du -sm "$dir" | cut -f1) MB)"
