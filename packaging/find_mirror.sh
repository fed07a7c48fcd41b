#!/usr/bin/env bash
# Prints the address of the Debian archive that this machine's apt is set up for: by the label in apt's indexes, else by the end
# of the address (before the first `apt-get update` there are no labels). Prints nothing when there is none.
set -euo pipefail
# shellcheck disable=SC2016  # apt fills these in, not the shell
apt-get indextargets --format '$(ORIGIN)/$(LABEL) $(SITE)' 'Identifier: Packages' 2>/dev/null |
  awk '$1 == "Debian/Debian" {labelled = labelled ? labelled : $2}
       $2 ~ /\/debian\/?$/ {named = named ? named : $2}
       END {if (labelled || named) print labelled ? labelled : named}'
