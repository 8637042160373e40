#!/usr/bin/env bash
# `ballast explain` on a small run: the whole text of a narrative and of a refusal, every way to ask, and
# errors.
#
#     BALLAST=build/plain/ballast tests/cli/explain.sh [--update]
. "$(dirname "$0")/expect.sh"
export COLUMNS=80

update=${1:-}
golden=tests/cli/explain.golden
explain() {
    "$BALLAST" explain --db "$work/a.db" "$@"
}
check "a run" "$BALLAST" run tests/cli/small.yaml --seed 1 --quiet --db "$work/a.db"
check "a refusal" "$BALLAST" run tests/cli/small.yaml --seed 1 --quiet --db "$work/b.db" \
    --set vm.busy.min_mb=90 --set vm.busy.memory_mb=120
{
    explain tests/cli/small.yaml
    printf '\n====\n\n'
    explain tests/cli/small.yaml --at 76
    printf '\n====\n\n'
    COLUMNS=60 explain tests/cli/small.yaml --between 20,100 --vm busy
    printf '\n====\n\n'
    "$BALLAST" explain --db "$work/b.db" --why-not busy
} >"$work/golden" 2>&1
if [ -n "$update" ]; then
    cp "$work/golden" "$golden"
    echo "$golden: $(wc -l <"$golden") lines"
else
    checks=$((checks + 1))
    diff "$golden" "$work/golden" >"$work/diff" || fail "$golden: differs: $(head -6 "$work/diff")"
fi

# No line is wider than it should be, whatever is asked.
wide() { # wide COLUMNS MORE...: prints lines that are
    COLUMNS=$1 explain "${@:2}" | awk -v most="$1" 'length($0) > most'
}
equal "width 60" "" "$(wide 60)"
equal "width 60, --at" "" "$(wide 60 --at 80)"
equal "width 80, --between" "" "$(wide 80 --between 20,100)"

# JSON says the same, and is valid.
expect 0 '"name": "idle_tax_bp"' explain --at 80 --json
expect 0 '"short_of": "memory"' "$BALLAST" explain --db "$work/b.db" --why-not busy --json
for ask in "" "--at 80" "--between 20,100" "--why-not idle"; do
    # shellcheck disable=SC2086
    explain $ask --json >"$work/json"
    equal "valid JSON $ask" "1" "$(sqlite3 :memory: "SELECT json_valid(readfile('$work/json'))")"
done

# A figure in each format.
for format in svg png pdf; do
    expect 0 "$work/e.$format" explain --plot "$work/e.$format"
    check "a figure in $format" test -s "$work/e.$format"
done
check "the figure names the change" grep -q "policy.idle_tax=0.5" "$work/e.svg"

# Of many VMs the figure has those that moved most, and says so.
sed 's/name: busy/&\n    count: 9/; s/memory_mb: 96/memory_mb: 400/; s/swap_mb: 128/swap_mb: 600/; s/^duration_s: .*/duration_s: 40/
    /^schedule:/,$d' tests/cli/small.yaml >"$work/many.yaml"
check "many VMs" "$BALLAST" run "$work/many.yaml" --seed 1 --quiet --db "$work/many.db"
expect 0 "many.svg" "$BALLAST" explain --db "$work/many.db" --plot "$work/many.svg"
check "the figure says how many" grep -q "8 of 10 VMs" "$work/many.svg"

# Other questions.
expect 0 "idle was not refused: it was powered on at 0 s." explain --why-not idle
expect 0 "No decision was made between these times." explain --between 46,47
expect 0 "At 81 s the last decision that moved a target was that of 80 s." explain --at 81

# What cannot be answered.
expect 2 "--vm: expected a VM of the run (idle, busy), found 'bsy' (did you mean 'busy'?)" explain --vm bsy
expect 2 "--why-not: expected a VM of the run (idle, busy), found 'ilde'" explain --why-not ilde
expect 2 "--at: expected a time in the run, which ended at 120 s, found 121" explain --at 121
expect 2 "--between: expected rising times" explain --between 9,3
expect 2 "--between: expected two times, the earlier one first, found 1" explain --between 9
expect 2 "--between: expected a time in the run, which ended at 120 s, found 500" explain --between 9,500
expect 2 "explain: expected one of --at, --between, --why-not and --plot, found 2" explain --at 5 --why-not idle
expect 2 "--seed: expected one of the runs" explain --seed 7
expect 2 "--plot: expected a file that ends in .svg, .png or .pdf" explain --plot "$work/e.gif"
expect 2 "expected the name of an experiment or a FILE.yaml" explain smal
expect 2 "explain: expected one experiment" explain a b
expect 4 "$work/no.db" "$BALLAST" explain --db "$work/no.db"
sqlite3 "$work/a.db" "UPDATE run SET status = 'running'"
expect 2 "a.db: expected a finished run, found none; \`ballast run EXPERIMENT\`" explain
expect 2 "expected a finished run of tests/cli/small.yaml, found none" explain tests/cli/small.yaml
sqlite3 "$work/a.db" "UPDATE run SET status = 'done'; DELETE FROM decision_value"
expect 2 "expected decisions, found none" explain
finish explain
