#!/usr/bin/env bash
# The report as a file: what is in it, and what happens where it cannot be made. tests/report looks at it in a browser.
. "$(dirname "$0")/expect.sh"
small=tests/cli/small.yaml
page=$work/page.html

check "two runs" "$BALLAST" run $small --db "$work/a.db" --quiet
expect 0 "$page" "$BALLAST" report $small --db "$work/a.db" -o "$page"
for text in '<h2>Two small VMs</h2>' '2 runs of 2 simulated minutes, 2 VMs, on a machine with 96 MB; governor esx.' '<h3>One run over time</h3>' '<h3>What the governor decided</h3>' \
    '<summary>Results</summary>' '<td>allocation</td><td>idle</td>' \
    'data-name="allocated"' '<code>policy.idle_tax</code></td><td>0.75</td>' '<code>vm.busy.memory_mb</code></td><td>48</td><td>MB</td>' \
    '"vms":["idle","busy"]' '<td class="number">2</td>' '</html>'; do
    check "the page has $text" grep -qF "$text" "$page"
done
equal "it names no other place" "" "$(grep -oE '(src|href)="[^#"][^"]*"|url\([^)]*\)|@import|https?://[^ "<]*' "$page" |
    grep -v http://www.w3.org/)"
check "it is small" test "$(wc -c <"$page")" -lt 500000
equal "a second time it is the same" "" "$("$BALLAST" report $small --db "$work/a.db" -o "$work/again.html" --quiet && cmp "$page" "$work/again.html")"
expect 0 "" "$BALLAST" report $small --db "$work/a.db" -o "$work/new/folder/page.html" --quiet

check "a sweep" "$BALLAST" sweep $small --set duration_s=40 --vary policy.idle_tax=0,0.5 --db "$work/b.db" --quiet
expect 0 "$page" "$BALLAST" report $small --db "$work/b.db" -o "$page"
check "what was varied has a figure" grep -q '<h3>What was varied</h3>' "$page"
check "and comes first among the parameters" grep -qF '<tr class="varied"><td><code>policy.idle_tax</code></td><td>0, 0.5' "$page"

# ---- Names that would be markup or end a script

sqlite3 "$work/b.db" "UPDATE run SET variant = '<i id=x>\"''&' || char(10), host = '</script><script>', build = '<b>'; UPDATE decision_curve SET reason = '</script><b>';
    UPDATE param_value SET value = '<b>&\"' WHERE key = 'policy.idle_tax' AND value = '0.5'"
check "its page" "$BALLAST" report $small --db "$work/b.db" -o "$page"
equal "no markup of theirs" "" "$(grep -oE '<b>|<i id=x>|</script><(b|script)>' "$page")"
equal "as many scripts begin as end" "$(grep -o '<script' "$page" | wc -l)" "$(grep -o '</script>' "$page" | wc -l)"

# ---- What cannot be made

cp "$page" "$work/before"
expect 2 "expected a finished run of fig7_idle_tax" "$BALLAST" report fig7_idle_tax --db "$work/a.db" -o "$page"
expect 2 "did you mean 'fig7_idle_tax'" "$BALLAST" report fig7_idel_tax --db "$work/a.db" -o "$page"
expect 2 "expected a finished run of an experiment, found none" "$BALLAST" report --db "$work/a.db" -o "$page"
expect 4 "$work/none.db" "$BALLAST" report $small --db "$work/none.db" -o "$page"
expect 4 "gnuplot: expected the program" env PATH=/nonexistent "$BALLAST" report $small --db "$work/a.db" -o "$page"
expect 4 "/dev/null/x" "$BALLAST" report $small --db "$work/a.db" -o /dev/null/x/page.html
expect 4 "Is a directory" "$BALLAST" report $small --db "$work/a.db" -o "$work"
expect 4 "$page: cannot be written" bash -c "trap '' XFSZ; ulimit -f 120; '$BALLAST' report $small --db '$work/a.db' -o '$page'"
equal "the page stays as it was" "" "$(cmp "$page" "$work/before")"
equal "nothing half-written is left" "" "$(ls -d "$work"/*.part "${TMPDIR:-/tmp}"/ballast-report-* 2>/dev/null)"
sqlite3 "$work/a.db" "UPDATE run SET status = 'running' WHERE seed = 2;
    UPDATE run SET rows = rows - (SELECT count(*) FROM series AS s WHERE s.run_id = run.run_id)
        - (SELECT count(*) FROM decision AS d WHERE d.run_id = run.run_id);
    DELETE FROM series_value; DELETE FROM decision_value"
expect 0 "$page" "$BALLAST" report $small --db "$work/a.db" -o "$page"
check "an unfinished run does not count" grep -q '1 run of 2 simulated minutes' "$page"
check "a figure without rows says so" grep -q 'A figure is missing: .*expected rows to draw' "$page"
sqlite3 "$work/a.db" "DELETE FROM run_param"
expect 3 "a.db: expected " "$BALLAST" report $small --db "$work/a.db" -o "$page"
sqlite3 "$work/a.db" "UPDATE run SET status = 'running'"
expect 2 "expected a finished run of $small" "$BALLAST" report $small --db "$work/a.db" -o "$page"

finish report
