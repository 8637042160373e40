#!/usr/bin/env bash
# Writes the tables in the READMEs of rivals_* anew, between their marks, from what `make rivals` has run: the same query as the figure's.
#
#     experiments/rivals_tables.sh DATABASE
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."
db=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# As `ballast plot` fills it. Where an experiment has changed since, the newest run of a variant and seed is the one.
chosen() {
    echo "CREATE TEMP TABLE chosen AS SELECT max(run_id) AS run_id, variant, seed FROM run WHERE status = 'done' AND experiment = '$1' GROUP BY variant, seed"
}

# The rows of the figure, and its titles, become a row for each governor: the median over the seeds, and the range where it shows.
pivot='
    function number(x) { return sprintf("%.3g", x) + 0 }
    function cell(place, block,  low, high) {
        if (!((place, block) in median)) return "-"
        low = number(least[place, block]); high = number(most[place, block])
        return number(median[place, block]) (low == high ? "" : " (" low " to " high ")")
    }
    NF == 2 && $1 ~ /^title_[0-9]+$/ { title[substr($1, 7)] = $2; next }
    NF == 6 && $1 ~ /^[0-9]+$/ {
        name[$2] = $3; median[$2, $1] = $4; least[$2, $1] = $5; most[$2, $1] = $6
        if ($2 > rows) rows = $2
        if ($1 > blocks) blocks = $1
    }
    END {
        line = "| variant |"; rule = "|---|"
        for (block = 1; block <= blocks; block++) { line = line " " title[block] " |"; rule = rule "---|" }
        print ""; print line; print rule
        for (place = 1; place <= rows; place++) {
            line = "| " name[place] " |"
            for (block = 1; block <= blocks; block++) line = line " " cell(place, block) " |"
            print line
        }
        print ""
    }'

for readme in experiments/rivals_*/README.md; do
    name=$(basename "$(dirname "$readme")")
    grep -q '^<!-- table -->' "$readme" || continue
    sqlite3 -readonly "$db" "$(chosen "$name")" ".read plots/$name.sql" | awk -F'|' "$pivot" >"$work/table"
    if [ "$(wc -l <"$work/table")" -lt 5 ]; then
        echo "$readme: expected runs of $name in $db, found none: the table stays" >&2
        continue
    fi
    sed -i -e '/^<!-- table -->/,/^<!-- end -->/{//!d}' -e "/^<!-- table -->/r $work/table" "$readme"
done
