#!/usr/bin/env bash
# Does what the table of CONTRIBUTING.md says, in a scratch copy of the tree, and looks whether it works.
#
# Each row of the table has a folder here, named after what is added ("a metric": metric/):
#
#     new/        files that are copied into the tree
#     lines.sh    puts lines into files that are there, by the function add (below)
#     shows.sh    commands that fail if what was added is not there; run in the copy, with ballast on the path
#
# What a row names must be what the folder changes: the same new files, and in each file that is there as many lines.
#
#     run.sh [WHAT...]       all rows, or only these
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
here=$root/tests/contributing
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
    echo "contributing: $1" >&2
    exit 1
}

# "WHAT<tab>new file..." and "WHAT<tab>file lines..." from the table: cells are paths in backticks, NAME stands for "example".
table() {
    awk -F'|' -v column="$1" '/^\| an? [a-z ]+ \|/ {
        what = $2
        gsub(/^ an? | $/, "", what)
        gsub(/ /, "_", what)
        cell = $column
        gsub(/NAME/, "example", cell)
        gsub(/[`,]/, "", cell)
        gsub(/^ +| +$/, "", cell)
        printf "%s\t%s\n", what, cell
    }' CONTRIBUTING.md
}

# For lines.sh: add FILE after|before TEXT puts standard input behind, or in front of, the first line that has TEXT.
add() {
    cat >"$scratch/text"
    awk -v where="$2" -v anchor="$3" -v text="$scratch/text" '
        function put(    line) { while ((getline line < text) > 0) print line; done = 1 }
        !done && where == "before" && index($0, anchor) { put() }
        { print }
        !done && where == "after" && index($0, anchor) { put() }
        END { exit !done }' "$1" >"$scratch/changed" || fail "$1: expected a line with \"$3\", found none"
    cat "$scratch/changed" >"$1"
}

# "FILE lines" of each file that the copy has and did not have, or has longer, since the copy in $1.
changes() {
    { diff -rqN --exclude=build --exclude=bin "$1" "$scratch/tree" || true; } | awk '{ print $4 }' | while read -r file; do
        path=${file#"$scratch/tree/"}
        if [ -f "$1/$path" ]; then
            echo "$path $(diff "$1/$path" "$file" | grep -c '^>' || true)"
        else
            echo "$path new"
        fi
    done | sort
}

rows=$(table 2 | cut -f1)
[ -n "$rows" ] || fail "CONTRIBUTING.md has no table"
for what in "$here"/*/; do
    what=$(basename "$what")
    grep -qx "$what" <<<"$rows" || fail "tests/contributing/$what: expected a row of the table in CONTRIBUTING.md, found none"
done

mkdir "$scratch/tree"
tar -c --exclude=./.git --exclude=./results --exclude=./build/san --exclude=./build/fuzz --exclude=./build/clang \
    --exclude=./build/ci . | tar -x -C "$scratch/tree"
cd "$scratch/tree"

wanted=${*:-$rows}
for what in $wanted; do
    [ -d "$here/$what" ] || fail "expected a folder tests/contributing/$what for the row of the table, found none"
    rm -rf "$scratch/before"
    mkdir "$scratch/before"
    tar -c --exclude=./build --exclude=./bin . | tar -x -C "$scratch/before"
    [ ! -d "$here/$what/new" ] || cp -r "$here/$what/new/." .
    [ ! -f "$here/$what/lines.sh" ] || . "$here/$what/lines.sh"
    changes "$scratch/before" >"$scratch/done"
    {
        table 3 | awk -F'\t' -v what="$what" '$1 == what { n = split($2, file, " "); for (i = 1; i <= n; i++) print file[i], "new" }'
        table 4 | awk -F'\t' -v what="$what" '$1 == what { n = split($2, word, " "); for (i = 1; i < n; i += 2) print word[i], word[i + 1] }'
    } | sort >"$scratch/said"
    diff -u "$scratch/said" "$scratch/done" >&2 || fail "$what: the table (-) and what was done (+) differ"
done

make -s -j"$(nproc)" all >"$scratch/built" 2>&1 || {
    grep -v '^  ' "$scratch/built" | tail -20 >&2
    fail "the copy does not build"
}
for rule in includes words; do
    tests/checks/$rule.sh >/dev/null || fail "the copy breaks a rule"
done
export PATH="$PWD/bin:$PATH"
for what in $wanted; do
    bash -euo pipefail "$here/$what/shows.sh" >"$scratch/shown" 2>&1 || {
        tail -20 "$scratch/shown" >&2
        fail "$what: added, but it does not show"
    }
done
echo "contributing: $(wc -w <<<"$wanted") kinds of things added as CONTRIBUTING.md says"
