#!/bin/sh
# Prints debian/changelog: the program's version, and the last commit as what came last. Without git it is
# the version alone, as of the day of the file that holds it.
#
#     changelog.sh       from the root of the tree
set -eu
version=$(sed -n 's/^#define BALLAST_VERSION "\([^"]*\)".*/\1/p' ballast/run/program.h)
seconds=$(stat -c %Y ballast/run/program.h)
what="the sources as they are here"
if commit=$(git rev-parse --short=12 HEAD 2>/dev/null); then
    seconds=$(git log -1 --format=%ct)
    version=$version+git$(date -u -d "@$seconds" +%Y%m%d).$commit
    what="commit $commit"
fi
maintainer=$(sed -n 's/^Maintainer: //p' contrib/debian/control)
printf 'ballast (%s) unstable; urgency=medium\n\n  * Built from %s.\n\n -- %s  %s\n' \
    "$version" "$what" "$maintainer" "$(date -u -R -d "@$seconds")"
