#!/usr/bin/env bash
# Expectations of an own experiment, as its user judges them.
. "$(dirname "$0")/expect.sh"
mkdir "$work/office"
cp tests/cli/small.yaml "$work/office/config.yaml"
office=$work/office/config.yaml csv=$work/office/expect.csv db=$work/office.db
head=name,metric,vm,statistic,variant,expect,reason
verify() { "$BALLAST" verify "$office" --db "$db" --set duration_s=40 "$@"; }
# expects ROW...: the rows of expect.csv.
expects() { printf '%s\n' "$head" "$@" >"$csv"; }

check "runs" "$BALLAST" sweep "$office" --db "$db" --set duration_s=40 --vary policy.idle_tax=0,0.5,0.9 --quiet
expect 2 "$csv: expected the expectations to compare $office with" verify
expects ",alloc_mb,busy,,,>=16,"
expect 2 "expected a finished run of $office with the same --set, found none" \
    "$BALLAST" verify "$office" --db "$db" --set duration_s=41
check "runs" "$BALLAST" run "$office" --db "$db" --set duration_s=40 --quiet
expect 0 "1 expectations: 1 pass" verify
expect 0 "pass     mean alloc_mb of busy" verify
expect 0 '"kind": "expected"' verify --json
expect 0 "| pass | mean alloc_mb of busy |" verify --markdown
expects ",alloc_mb,busy,,,<1,"
expect 1 "found 1 of 1 that are neither" verify
expects ",alloc_mb,bussy,,,<1,"
expect 3 "$csv:2: expected a VM of the experiment, found 'bussy' (did you mean 'busy'?)" verify
expects ",free_mb,,,policy.idle_tax=0.5,>0," ",free_mb,,,policy.idle_tax=0.4,>0,"
expect 1 "found 1 of 2" verify
expects ",time_in_high_pct,,,,increasing along policy.idle_tacks,"
expect 3 "$csv:2: expected a key of \`ballast params\`, found 'policy.idle_tacks' (did you mean 'policy.idle_tax'?)" verify
expects ",alloc_mb,idle,,,decreasing along policy.idle_tax,"
expect 1 "" verify
equal "a miss is explained" 1 "$(grep -c '^MISS: .* rises from policy.idle_tax=\|^MISS: .* not beyond its interval' "$work/out")"
finish "verify"
