#!/usr/bin/env bash
# Sets each key that has a range to its least and its greatest value, one at a time, in an experiment with every workload. The
# run must end well, or be refused with one line: never by a failed assertion, and never by taking more time or memory than this
# test grants. The keys come from `ballast params`, so that a new one is tried from its first day.
. "$(dirname "$0")/expect.sh"

most_cpu_s=30 most_kb=$((3 << 20))
file=tests/cli/extremes.yaml

# places KEY: the names under which the experiment has the key
places() {
    local part=${1#vm.NAME.} workload
    case $1 in
    vm.NAME.WORKLOAD.*)
        for workload in dbench pages application; do echo "vm.$workload.$workload.${part#WORKLOAD.}"; done ;;
    vm.NAME.boot.*) printf 'vm.%s\n' "pages.$part" "application.$part" ;;
    vm.NAME.*.*) echo "vm.${part%%.*}.$part" ;;
    vm.NAME.*) printf 'vm.%s\n' "pages.$part" "application.$part" "fill.$part" ;;
    fault.N.*) printf 'fault.%s\n' "1.${1#fault.N.}" "2.${1#fault.N.}" "3.${1#fault.N.}" ;;
    *) echo "$1" ;;
    esac
}

try() {
    local status
    (
        ulimit -v $most_kb -t $most_cpu_s
        exec "$BALLAST" run "$file" --set "$1" --db "$work/extremes.db" --quiet
    ) >"$work/out" 2>&1
    status=$?
    rm -f "$work"/extremes.db*
    checks=$((checks + 1))
    case $status in
    0) return ;;
    2 | 4) [ "$(wc -l <"$work/out")" -eq 1 ] && return ;;
    esac
    fail "--set $1: status $status: $(head -c 300 "$work/out")"
}

"$BALLAST" params --json | awk -F'"' '
    /"key":/ { key = $4 }
    /"least":|"most":/ { value = $3; gsub(/[:, ]/, "", value); if (value != "" && value != "null") print key, value }' >"$work/keys"
while read -r key value; do
    for place in $(places "$key"); do
        try "$place=$value"
    done
done <"$work/keys"

finish "extremes"
