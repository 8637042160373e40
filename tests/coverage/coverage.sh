#!/usr/bin/env bash
# Which lines of the project, and which branches of the policy library, have tests run? Fails where fewer than 95% of the branches were
# taken, but for those in never.txt, or where a branch in never.txt was.
#
#     coverage.sh FOLDER     a build by gcc with --coverage, in which the tests have run
set -eu
cd "$(dirname "$0")/../.."
built=$1 here=tests/coverage
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A file that no program has is in no count; one that did not run counts with none of its lines.
find "$built/obj" -name '*.gcno' -not -path '*/obj/tests/*' -not -path '*/obj/fuzz/*' |
    sort | xargs gcov --branch-counts --branch-probabilities --stdout >"$work/gcov" 2>/dev/null
awk -f $here/lines.awk "$work/gcov" | awk -F'\t' -v OFS='\t' '
    $1 !~ /^(tests|fuzz)\// { sub(/\/[^\/]*$/, "", $1); lines[$1] += $2; run[$1] += $3 }
    END { for (room in lines) print room, lines[room], run[room] }' | sort >"$work/rooms"
awk -F'\t' '
    function show(name, lines, run) { printf "%-28s %7s %7s %6.1f%%\n", name, lines, run, 100 * run / lines }
    BEGIN { printf "%-28s %7s %7s %7s\n", "room", "lines", "run", "" }
    { show($1, $2, $3); lines += $2; run += $3 }
    END { show("together", lines, run) }' "$work/rooms"
awk -f $here/branches.awk "$work/gcov" | grep '^models/policy/' | sort -t: -k1,1 -k2,2n >"$work/branches"
awk -f $here/never.awk RS= FS='\n' $here/never.txt RS='\n' FS='\t' "$work/branches"
