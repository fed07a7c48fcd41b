#!/usr/bin/env bash
# Every shared library that the program names comes with a package of the groups run and runtime, or with every Debian.
# usage: runtime_test.sh PROGRAM
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
for tool in readelf dpkg; do
  command -v "$tool" >/dev/null || { echo "skipped: no $tool"; exit 77; }
done
# libasan and libubsan: the dev build only.
given="libc6 libgcc-s1 libstdc++6 libasan8 libubsan1 $(sed -nE 's/^(run|runtime): *//p' "$here/packaging/packages.txt" | tr '\n' ' ')"
missing=0
libraries=$(readelf -d "$1" | sed -nE 's/.*\(NEEDED\).*\[(.*)\]/\1/p')
[ "$(wc -l <<<"$libraries")" -gt 10 ] || { echo "only these libraries are named: $libraries" >&2; exit 1; }
resolved=$(ldd "$1")
for library in $libraries; do
  file=$(awk -v name="$library" '$1 == name {print $3}' <<<"$resolved")
  # dpkg knows a file by one of its names: /lib is a link to /usr/lib.
  package=""
  for name in "$(realpath "$file")" "$file" "/usr$file" "${file#/usr}"; do
    package=$(dpkg -S "$name" 2>/dev/null) && break
  done
  package=${package%%:*}
  [[ " $given " == *" $package "* ]] && continue
  echo "$library: package $package is in neither group run nor runtime of packaging/packages.txt" >&2
  missing=1
done
[ "$missing" -eq 0 ] && echo "$(wc -l <<<"$libraries") libraries, each from a package of run or runtime"
exit "$missing"
