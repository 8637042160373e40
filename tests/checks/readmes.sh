#!/bin/sh
# Every folder that holds sources opens with a README.md, and every relative link in the documents leads to a file.
# ARCHITECTURE.md shows every room. Where a point of an experiment is a known miss, the README has the section that paper.csv names.
#
#     readmes.sh [ROOT]
set -eu
export LC_ALL=C
cd "${1:-.}"
bad=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

complain() {
    echo "readmes: $1" >&2
    bad=1
}

sources() {
    find . -path ./.git -prune -o -path ./build -prune -o -path ./results -prune -o -path ./bin -prune -o \
        -path ./fuzz/corpus -prune -o -path './tests/contributing/*/*' -prune -o -type f \
        \( -name '*.[ch]' -o -name '*.def' -o -name '*.sh' -o -name '*.sql' -o -name '*.gp' -o -name '*.yaml' \
        -o -name '*.svg' -o -name '*.dict' -o -name '*.py' -o -name deps \) -print
}

folders=$(sources | sed 's|/[^/]*$||' | sort -u)
[ -n "$folders" ] || complain "no sources found"
for folder in $folders; do
    [ -f "$folder/README.md" ] || complain "$folder: expected a README.md, found none"
done

documents=$(find . -path ./.git -prune -o -path ./build -prune -o -path ./results -prune -o -name '*.md' -print)
for document in $documents; do
    folder=$(dirname "$document")
    for link in $(grep -oE '\]\([^)# ]+' "$document" | sed 's/^](//' | grep -vE '^(https?|mailto):' || true); do
        [ -e "$folder/$link" ] || complain "$document: expected a file $link, found none"
    done
done

# ARCHITECTURE.md shows the rooms that the check of includes knows.
for room in $(sed -n 's/^ *allow("\([^"]*\)".*/\1/p' tests/checks/includes.sh 2>/dev/null || true); do
    grep -q "^| .*\`$room\`" ARCHITECTURE.md || complain "ARCHITECTURE.md: expected the room $room in the table, found none"
done

# The field behind a point's kind is known_miss: a heading or nothing.
kinds='calibrated|interpolated|construction|conditional|predicted'
for points in experiments/*/paper.csv; do
    [ -f "$points" ] || continue
    readme=$(dirname "$points")/README.md
    grep -oE ",($kinds),[^,]+," "$points" | sed 's/^,[a-z]*,//; s/,$//' | sort -u >"$scratch/headings"
    while read -r heading; do
        sed -n 's/^##* //p' "$readme" | grep -qxF "$heading" ||
            complain "$readme: expected the section \"$heading\", which $points names, found none"
    done <"$scratch/headings"
done

# What is cited is what is there.
if [ -f CITATION.cff ]; then
    version=$(sed -n 's/^#define BALLAST_VERSION "\([^"]*\)".*/\1/p' ballast/run/program.h)
    grep -qxF "version: \"$version\"" CITATION.cff || complain "CITATION.cff: expected version $version, as program.h has it"
fi

[ $bad -eq 0 ] || exit 1
echo "readmes: $(echo "$folders" | wc -l) folders open with one, links of $(echo "$documents" | wc -l) documents lead to files"
