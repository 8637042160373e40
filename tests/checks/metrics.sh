#!/bin/sh
# A metric is named in one place, its row in ballast/results/metrics.def. So no other source of the
# program may hold its name as a text or its METRIC_name. The scan has keys of its own in its JSON, and
# an experiment's file has keys of its own.
#
#     metrics.sh [ROOT]
set -eu
export LC_ALL=C
cd "${1:-.}"

names=$(sed -n 's/^METRIC_[A-Z]*(\([a-z_0-9]*\),.*/\1/p' ballast/results/metrics.def)
[ -n "$names" ] || { echo "metrics: no rows found" >&2; exit 1; }
pattern=$(echo "$names" | sed 's/.*/"&"|METRIC_&/' | paste -sd'|')
found=$(find ballast -name '*.[ch]' ! -path 'ballast/scan/*' ! -path 'ballast/config/*' ! -name cmd_scan.c |
    sort | xargs grep -nwE "$pattern" || true)
if [ -n "$found" ]; then
    echo "metrics: named outside of ballast/results/metrics.def:" >&2
    echo "$found" >&2
    exit 1
fi
echo "metrics: $(echo "$names" | wc -l) are named in their rows only"
