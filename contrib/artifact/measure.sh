#!/usr/bin/env bash
# Runs every experiment, and prints what it takes as the table of ARTIFACT.md.
#
#     measure.sh [--seed N | --update] [EXPERIMENT...]
#
# Without experiments: all that have points of the paper. Without --seed: all seeds, as `make paper` and
# `make real` run them. --update writes the table into ARTIFACT.md.
set -euo pipefail
cd "$(dirname "$0")/../.."
ballast=$(realpath "${BALLAST:-build/plain/ballast}")
seed='' update=''
case ${1:-} in
--seed)
    seed=${2:?expected a seed}
    shift 2
    ;;
--update)
    update=yes
    shift
    ;;
-*)
    echo "measure: expected --seed N or --update, found '$1'" >&2
    exit 2
    ;;
esac
names=("$@")
if [ $# -eq 0 ]; then
    for points in experiments/*/paper.csv; do names+=("$(basename "$(dirname "$points")")"); done
fi
[ -x /usr/bin/time ] || { echo "measure: expected /usr/bin/time, found none: apt-get install time" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

machine() {
    printf '%s of %s, %s GB of memory, %s, %s' "$(nproc) CPUs" \
        "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)" \
        "$(awk '/^MemTotal/ { print int($2 / 1048576 + 0.5) }' /proc/meminfo)" \
        "$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release)" "$(gcc --version | sed -n '1s/ (.*) / /p')"
}

# key KEY EXPERIMENT: what its configuration says.
key() {
    sed -n "s/^$1: \"\(.*\)\"/\1/p" "experiments/$2/config.yaml"
}

# number EXPRESSION: two digits, or whole.
number() {
    awk "BEGIN { number = $1; printf(number < 9.95 ? \"%.1f\" : \"%.0f\", number) }"
}

table() {
    echo "Measured on $(machine), $(if [ -n "$seed" ]; then echo "with seed $seed alone"; else echo "all seeds"; fi), one run at a time."
    echo
    echo "| claim | command | runs | CPU, s | memory, MB | disk, MB | seeds in all |"
    echo "|---|---|--:|--:|--:|--:|--:|"
    for name in "${names[@]}"; do
        rm -f "$work/db"
        words=(sweep "$name")
        [ -z "$seed" ] || words=(run "$name" --seed "$seed")
        jobs=()
        [ -n "$seed" ] || jobs=(--jobs 1)
        /usr/bin/time -f '%U %S %M' -o "$work/time" "$ballast" "${words[@]}" "${jobs[@]}" --db "$work/db" --quiet
        read -r user system memory <"$work/time"
        echo "| $(key figure "$name"): $(key title "$name") | \`ballast ${words[*]}\`" \
            "| $(sqlite3 "$work/db" "SELECT count(*) FROM run") | $(number "$user + $system")" \
            "| $(number "$memory / 1024") | $(number "$(stat -c %s "$work/db") / 1048576")" \
            "| $("$ballast" list --json | sed -n "/\"experiment\": \"$name\"/,/}/s/.*\"seeds\": \([0-9]*\).*/\1/p") |"
    done
}

table >"$work/table"
cat "$work/table"
[ -z "$update" ] || sed -i -e '/^<!-- measured -->/,/^<!-- end -->/{//!d}' -e "/^<!-- measured -->/r $work/table" ARTIFACT.md
