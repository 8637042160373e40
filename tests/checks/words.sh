#!/bin/sh
# Text that must not be in the tree: notes to ourselves, marks of a merge, paths of somebody's
# machine.
#
#     words.sh [ROOT]
set -eu
export LC_ALL=C
cd "${1:-.}"

notes='\b(TO''DO|FIX''ME|XX''X|HA''CK)\b'
marks='^(<{7}|>{7}|={7})( |$)'
paths='(^|[^A-Za-z0-9_.])/(home|root|Users|work|mnt)/[A-Za-z.]'

found=$(find . -path ./.git -prune -o -path ./build -prune -o -path ./results -prune -o -type f -print |
    xargs grep -nIE -e "$notes" -e "$marks" -e "$paths" || true)
if [ -n "$found" ]; then
    echo "words: these must not be in the tree:" >&2
    echo "$found" | cut -c1-160 | sed 's/^/    /' >&2
    exit 1
fi
echo "words: nothing in the tree that should not be there"
