#!/usr/bin/env bash
# The same work with Ballast and with what else is installed: one table of million operations per CPU second.
#
#     peers.sh FOLDER    which has zipf and hold, and gets a recording of 480 MB for a while
set -eu
folder=$1
here=$(dirname "$0")
objects=${OBJECTS:-1000000}
requests=${REQUESTS:-20000000}
trace=$folder/zipf.oracleGeneral
trap 'rm -f "$trace" "$folder/times" "$folder/out"' EXIT

row() { printf '%-42s %-14s %10s %14s\n' "$@"; }
# cpu COMMAND...: runs it, its output in $folder/out; prints CPU seconds.
cpu() {
    local TIMEFORMAT='%U %S'
    { time "$@" >"$folder/out" 2>/dev/null; } 2>"$folder/times"
    awk 'END { print $1 + $2 }' "$folder/times"
}
rate() { awk -v n="$1" -v s="$2" 'BEGIN { printf "%.1f", n / 1e6 / s }'; }

row 'work' 'program' 'M/s' 'misses'
"$folder/zipf" "$objects" "$requests" >"$trace"
cachesim=$(command -v cachesim || true)
for policy in lru clock; do
    for share in 0.1 0.5; do
        percent=$(awk -v s=$share 'BEGIN { print 100 * s "%" }')
        seconds=$(cpu "$BALLAST" replay "$trace" --policy $policy --memory "$percent" --as-csv)
        misses=$(awk -F, 'NR == 2 { print $5 }' "$folder/out")
        row "replay, $policy, memory $percent" ballast "$(rate "$requests" "$seconds")" "$misses"
        [ -n "$cachesim" ] || continue
        seconds=$(cpu "$cachesim" "$trace" oracleGeneral $policy $share --ignore-obj-size 1 --num-thread 1)
        ratio=$(sed -n 's/.*miss ratio \([0-9.]*\).*/\1/p' "$folder/out" | tail -1)
        row "replay, $policy, memory $percent" libCacheSim "$(rate "$requests" "$seconds")" "ratio $ratio"
    done
done
[ -n "$cachesim" ] || echo 'libCacheSim: not found (expected its program cachesim on the path)'

simpy=no
/usr/bin/python3 -c 'import simpy' 2>/dev/null && simpy=yes
for pending in 1000 1000000; do
    row "events, $pending pending" ballast "$("$folder/hold" $pending 5000000)" ''
    [ $simpy = no ] || row "events, $pending pending" SimPy "$(/usr/bin/python3 "$here/hold_simpy.py" $pending 300000)" ''
done
[ $simpy = yes ] || echo 'SimPy: not found (apt-get install python3-simpy3)'
