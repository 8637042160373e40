#!/bin/sh
# Is a scaled run (machine.scale) the run that it stands for?
#
#     scale.sh           Figure 8 and real_sharing at 1 and 8, five seeds; exit 1 where a mean is off by more than 3%, or free memory
#                        by more than 0.5% of the machine. Where that is less than three standard errors, it may be off by the two
#                        95% intervals more
#     scale.sh --table   also Figure 7, all scales up to 64, ten seeds: prints the table of README.md
#
# BALLAST names the program.
set -eu
export LC_ALL=C
cd "$(dirname "$0")/../.."
ballast=${BALLAST:-build/plain/ballast}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
seeds=5 scales="1 8" experiments="fig8_dynamic real_sharing" student=2.776
if [ "${1:-}" = --table ]; then
    seeds=10 scales="1 2 4 8 16 32 64" experiments="fig7_idle_tax fig8_dynamic real_sharing" student=2.262
fi

# One database for each scale; the CPU time of all its runs of an experiment.
for scale in $scales; do
    for experiment in $experiments; do
        before=$(cut -d' ' -f16 /proc/$$/stat)
        for seed in $(seq "$seeds"); do
            "$ballast" run "$experiment" --seed "$seed" --set machine.scale="$scale" --db "$work/$scale.db" --quiet 2>>"$work/errors" || {
                cat "$work/errors" >&2
                exit 1
            }
        done
        after=$(cut -d' ' -f16 /proc/$$/stat)
        echo "$scale|CPU time of a seed: $experiment (s)|$(echo "$before $after $seeds" | awk '{ print ($2 - $1) / 100 / $3 }')" >>"$work/cpu"
    done
    { echo "CREATE TEMP VIEW chosen AS SELECT * FROM run WHERE status = 'done';"; cat tests/scale/points.sql; } |
        sqlite3 "$work/$scale.db" | sed "s/^[0-9]*|/$scale|/" >>"$work/values"
done

# The intervals are of the mean over seeds, by Student's t.
awk -F'|' -v scales="$scales" -v student="$student" -v table="${1:-}" -v cpu="$work/cpu" '
    { key = $2 SUBSEP $1; n[key]++; sum[key] += $3; square[key] += $3 * $3 }
    !($2 in seen) { seen[$2] = 1; order[++points] = $2 }
    function mean(key) { return sum[key] / n[key] }
    function half(key,   v) {
        v = n[key] > 1 ? (square[key] - sum[key] * mean(key)) / (n[key] - 1) : 0
        return v > 0 ? student * sqrt(v / n[key]) : 0
    }
    function error_of(a, b) { return sqrt(half(a) ^ 2 + half(b) ^ 2) / student }
    function off(a, b) { return a > b ? a - b : b - a }
    END {
        count = split(scales, scale, " ")
        for (p = 1; p <= points; p++) {
            one = order[p] SUBSEP scale[1]
            line = sprintf("| %s | %.1f ± %.1f", order[p], mean(one), half(one))
            for (s = 2; s <= count; s++) {
                key = order[p] SUBSEP scale[s]
                d = off(mean(key), mean(one))
                mark = d <= half(one) ? "" : d <= half(one) + half(key) ? " ~" : " !"
                line = line sprintf(" | %.1f ± %.1f%s", mean(key), half(key), mark)
                limit = 0.03 * mean(one)
                if (order[p] ~ /free_mb/) # a remainder: within the policy'"'"'s own margin, 0.5% of 1 GB
                    limit = 0.005 * 1024
                if (3 * error_of(one, key) <= limit)
                    sharp++
                else
                    limit += half(one) + half(key)
                if (d > limit) {
                    printf "scale: at %s: %s: expected %.1f, found %.1f\n", scale[s], order[p], mean(one), mean(key) >"/dev/stderr"
                    wrong = 1
                }
            }
            if (table != "") print line " |"
        }
        while (table != "" && (getline <cpu) > 0) { if (!($2 in times)) names[++m] = $2; times[$2] = times[$2] sprintf(" | %.2f", $3) }
        for (i = 1; i <= m; i++) print "| " names[i] times[names[i]] " |"
        if (table == "" && sharp < 12) {
            printf "scale: expected 12 means or more that 3%% can be seen in, found %d\n", sharp >"/dev/stderr"
            wrong = 1
        }
        if (table == "") { if (!wrong) print "scale: " points " means agree at " scales ", " sharp " of them within 3%"; exit wrong }
    }' "$work/values"
