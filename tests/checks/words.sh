#!/bin/sh
# Text that must not be in the tree: notes to ourselves, marks of a merge, paths of somebody's
# machine, documents that are not in the tree, white space at the ends of lines.
#
#     words.sh [ROOT]
set -eu
export LC_ALL=C
cd "${1:-.}"

notes='\b(TO''DO|FIX''ME|XX''X|HA''CK)\b'
marks='^(<{7}|>{7}|={7})( |$)'
paths='(^|[^A-Za-z0-9_.])/(home|root|Users|work|mnt)/[A-Za-z.]'
documents='\bDE''SIGN(\.md)?\b|\bFA''CTS\.md|\bissue'' [0-9]|(^|[^.])\.\./sha''red'
wrong='\b(the|its|at|of) be''gin\b|\bbe''gin of\b'
bad=0

# files FIND_TEST...: all text files of the tree but what is built, recorded or made for fuzzing.
files() {
    find . -path ./.git -prune -o -path ./build -prune -o -path ./results -prune -o \
        -path ./fuzz/corpus -prune -o -type f "$@" -print
}

# complain WHAT LINES
complain() {
    [ -z "$2" ] && return
    echo "words: $1:" >&2
    echo "$2" | cut -c1-160 | sed 's/^/    /' >&2
    bad=1
}

complain "these must not be in the tree" \
    "$(files | xargs grep -nHIE -e "$notes" -e "$marks" -e "$paths" -e "$documents" || true)"
complain "a beginning is a noun, to begin is a verb" "$(files | xargs grep -nHIE -e "$wrong" || true)"
complain "white space at the end of a line" \
    "$(files ! -name '*.svg' | xargs grep -nHIE -e '[[:space:]]$' || true)"
texts=$(files -size +0 | xargs grep -lI '')
if [ "$(echo "$texts" | xargs tail -qc 1 | wc -l)" -ne "$(echo "$texts" | wc -l)" ]; then
    complain "the last line has no end" "$(for file in $texts; do
        [ -z "$(tail -c 1 "$file")" ] || echo "$file"
    done)"
fi

[ $bad -eq 0 ] || exit 1
echo "words: nothing in the tree that should not be there"
