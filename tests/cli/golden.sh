#!/usr/bin/env bash
# Small runs as text, with simulated times, against the text that they gave before. A difference is
# either a defect or a change of the model that should be looked at: `make golden-update` takes it.
. "$(dirname "$0")/expect.sh"

text_of() {
    sqlite3 "$1" "
        SELECT rtrim(printf('%7.1f s  %-6s %-12s %s', t_s, vm, kind, detail)) FROM event ORDER BY rowid;
        SELECT printf('%7.1f s  %-6s %-20s %12.4f', t_s, vm, metric, value) FROM series
            WHERE CAST(t_s AS INTEGER) % 20 = 0 ORDER BY rowid;
        SELECT printf('%9s  %-6s %-20s %12.4f %s', 'end', vm, metric, value, unit) FROM result
            ORDER BY rowid;"
}

for config in tests/cli/small.yaml; do
    expected=${config%.yaml}.golden
    check "$config" "$BALLAST" run "$config" --seed 1 --db "$work/golden.db" --quiet
    text_of "$work/golden.db" >"$work/golden" || finish "golden"
    if [ "${1:-}" = --update ]; then
        cp "$work/golden" "$expected"
        echo "$expected: $(wc -l <"$expected") lines"
    else
        checks=$((checks + 1))
        diff "$expected" "$work/golden" >"$work/diff" ||
            fail "$config: differs from $expected: $(head -6 "$work/diff")"
    fi
    rm "$work/golden.db"
done
finish "golden"
