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
expect 0 "1 expectation: 1 pass" verify
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

mkdir "$work/other"
sed 's/^name: small/name: other/' "$office" >"$work/other/config.yaml"
printf 'metric,expect\nfree_mb,>=0\n' >"$work/other/expect.csv"
check "another experiment" "$BALLAST" run "$work/other/config.yaml" --db "$db" --set duration_s=40 --quiet
expect 1 "" verify "$work/other/config.yaml"
equal "the name of the experiment" "pass     other: mean free_mb" "$(grep -o "^pass     other: mean free_mb" "$work/out")"

# ---- for continuous integration

expects "\"<script>alert('a')</script> & \"\"b\"\"\",alloc_mb,busy,,,<1," ",alloc_mb,idle,,,>=1,"
expect 1 "found 1 of 2" verify --junit "$work/junit.xml"
expect 0 'tests="2" failures="1" errors="0" skipped="0"' cat "$work/junit.xml"
expect 0 "&lt;script&gt;alert(&#39;a&#39;)&lt;/script&gt; &amp; &quot;b&quot;" cat "$work/junit.xml"
expect 1 "" verify --tap
equal "TAP" "TAP version 13|1..2|not ok 1 - small: <script>alert('a')</script> & \"b\"" \
    "$(head -3 "$work/out" | paste -sd'|')"
equal "TAP" "ok 2 - small: mean alloc_mb of idle" "$(tail -1 "$work/out")"
expect 4 "$work/no/junit.xml: expected a file that can be written" verify --junit "$work/no/junit.xml"
expects ",alloc_mb,busy,,,>=1,"
expect 4 "/dev/full: cannot be written" verify --junit /dev/full
expect 0 "1 pass" verify --budget 1min
expect 1 "expected every experiment judged, found 1 not judged within 1e-09 s" verify --budget 0.000000001
equal "and prints what is left" "Not judged within the budget: $office" "$(tail -1 "$work/out")"
for budget in 0 -1s 3MB s nan ""; do
    expect 2 "--budget: expected a time such as 30s, 5min or 1h, found '$budget'" verify --budget "$budget"
done

# ---- Damage

cp "$db" "$work/spoilt.db"
sqlite3 "$work/spoilt.db" "UPDATE result SET value = value + 1
    WHERE run_id IN (SELECT run_id FROM run WHERE experiment = 'small')"
expect 3 "wrote, found others; damaged: result" "$BALLAST" verify "$office" --db "$work/spoilt.db" --set duration_s=40
expect 0 "pass     mean free_mb" "$BALLAST" verify "$work/other/config.yaml" --db "$work/spoilt.db" --set duration_s=40

finish "verify"
