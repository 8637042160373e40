#!/usr/bin/env bash
# A sweep that is killed at random moments, and one whose disk is full: no finished run is lost, none
# is there twice, and the same command goes on to the same result.
#
#     tests/cli/killed.sh [KILLS [DISKS [SEED]]]    6 and 3 unless given; 50 and 10 take minutes
. "$(dirname "$0")/expect.sh"
kills=${1:-6} disks=${2:-3}
RANDOM=${3:-1}
sweep="$BALLAST sweep tests/cli/small.yaml --set duration_s=30 --set sample_every_s=0.1 --jobs 2
    --vary policy.idle_tax=0:0.75:0.25 --quiet --db"
sql() { sqlite3 -cmd '.timeout 60000' "$1" "$2"; }
runs() { sql "$1" "SELECT variant, seed, replicate, rows, checksum FROM run WHERE status = 'done'
    ORDER BY variant, seed, replicate"; }

# A run that is done is whole and right, and there once; no rows belong to nobody.
sound() {
    [ -e "$1" ] || return
    equal "$2: the file is sound" ok "$(sql "$1" 'PRAGMA integrity_check' | head -1)"
    [ "$(sql "$1" "SELECT count(*) FROM sqlite_schema WHERE name = 'run'")" = 1 ] || return
    equal "$2: what is done is right" "" "$(runs "$1" | grep -vxFf "$work/right")"
    equal "$2: nothing twice" "" "$(sql "$1" "SELECT variant, seed FROM run WHERE status = 'done'
        GROUP BY variant, seed, replicate HAVING count(*) > 1")"
    for table in param series result event decision decision_input; do
        equal "$2: rows of $table belong to runs" 0 \
            "$(sql "$1" "SELECT count(*) FROM $table WHERE run_id NOT IN (SELECT run_id FROM run)")"
    done
}

# The same command goes on, keeps what is there, and comes to the same result.
goes_on() {
    local before=0
    [ -e "$1" ] && before=$(sql "$1" "SELECT count(*) FROM run WHERE status = 'done'" 2>/dev/null)
    checks=$((checks + 1))
    ${sweep/ --quiet/} "$1" >"$work/out" 2>"$work/err" || fail "$2: $(cat "$work/err")"
    [ "${before:-0}" -eq 0 ] || equal "$2: what is there is kept" "($before were there already)" \
        "$(grep -o '([0-9]* were there already)' "$work/out")"
    equal "$2: the result is whole" "$(cat "$work/right")" "$(runs "$1")"
    equal "$2: its rows too" "$(sql "$work/right.db" "SELECT count(*), total(value) FROM series")" \
        "$(sql "$1" "SELECT count(*), total(value) FROM series")"
    sound "$1" "$2, in the end"
    equal "$2: no part is left" "" "$(ls "$work" | grep part)"
    rm -f "$1"*
}

check "an undisturbed sweep" $sweep "$work/right.db"
began=$(date +%s%N)
check "another" $sweep "$work/time.db"
took_ms=$((($(date +%s%N) - began) / 1000000))
runs "$work/right.db" >"$work/right"
equal "runs" 8 "$(wc -l <"$work/right")"

for ((i = 0; i < kills; i++)); do
    $sweep "$work/k.db" >/dev/null 2>&1 &
    parent=$!
    sleep "$(printf '%d.%03d' $((RANDOM % (took_ms + 1) / 1000)) $((RANDOM % (took_ms + 1) % 1000)))"
    child=$(pgrep -P $parent | head -1)
    case $((i % 3)) in
        0) who=parent && kill -9 $parent 2>/dev/null ;;
        1) who=child && [ -n "$child" ] && kill -9 "$child" 2>/dev/null ;;
        2) who=both && kill -9 $parent $child 2>/dev/null ;;
    esac
    wait $parent 2>/dev/null
    sound "$work/k.db" "kill $i of $who"
    goes_on "$work/k.db" "kill $i of $who"
done

# A limit of the size of files stands for a disk that is full: a write gets an error instead.
most_kb=$(($(stat -c %s "$work/right.db") / 1024))
for ((i = 0; i < disks; i++)); do
    kb=$((RANDOM % most_kb))
    (trap '' XFSZ && ulimit -f $kb && exec $sweep "$work/f.db") >/dev/null 2>"$work/err"
    equal "disk $i of $kb KB: the exit status" 4 $?
    equal "disk $i of $kb KB: one line" 1 "$(grep -c '^ballast: ' "$work/err")"
    sound "$work/f.db" "disk $i of $kb KB"
    goes_on "$work/f.db" "disk $i of $kb KB"
done
finish "tests of killed sweeps"
