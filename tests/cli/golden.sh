#!/usr/bin/env bash
# Texts against those that are stored: small runs with their simulated times, and the page of metrics.
# A difference is either a defect or a change that somebody should look at: `make golden-update` takes
# it.
. "$(dirname "$0")/expect.sh"

text_of() {
    sqlite3 "$1" "
        SELECT rtrim(printf('%7.1f s  %-6s %-12s %s', t_s, vm, kind, detail)) FROM event ORDER BY rowid;
        SELECT printf('%7.1f s  %-6s %-20s %12.4f', t_s, vm, metric, value) FROM series
            WHERE CAST(t_s AS INTEGER) % 20 = 0 ORDER BY t_s, vm, metric;
        SELECT printf('%9s  %-6s %-20s %12.4f %s', 'end', vm, metric, value, unit) FROM result
            ORDER BY rowid;"
}

# compare EXPECTED FOUND: two files; with --update the second becomes the first.
compare() {
    if [ -n "$update" ]; then
        cp "$2" "$1"
        echo "$1: $(wc -l <"$1") lines"
    else
        checks=$((checks + 1))
        diff "$1" "$2" >"$work/diff" || fail "$1: differs: $(head -6 "$work/diff")"
    fi
}

update=${1:-}
for config in tests/cli/small.yaml; do
    check "$config" "$BALLAST" run "$config" --seed 1 --db "$work/golden.db" --quiet
    text_of "$work/golden.db" >"$work/golden" || finish "golden"
    compare "${config%.yaml}.golden" "$work/golden"
    rm "$work/golden.db"
done
"$BALLAST" params --metrics --markdown >"$work/golden" || fail "ballast params --metrics --markdown"
compare ballast/results/METRICS.md "$work/golden"
finish "golden"
