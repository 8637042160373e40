#!/usr/bin/env bash
# Breaks the program at a moment of its work, for many moments. It must say so in one line and exit with status 4, must leave no
# wrong row and no half-written file, and the same command must then come to the same result as if nothing had happened.
#
#     each.sh HOW COUNT SEED [COMMAND...]   at so many moments of each command, drawn with SEED; COUNT 0: at every one
#     each.sh HOW @N[-M] COMMAND            at this moment alone, or at all from N to M
#
# HOW: memory (an allocation fails), way (the first allocation on each way of calls fails; tests/failing/short_malloc.c), call (a write
# fails), full (it and all later ones fail), kill (a process is killed).
#
# VERBOSE=1 prints for each command how many moments were tried, at how many it refused with status 4, and at how many it did its work
# all the same.
. "$(dirname "$0")/../cli/expect.sh"
tools=$(realpath "${TOOLS:-build/plain}")
how=$1 count=$2 seed=${3:-1}
shift $(($# < 3 ? $# : 3))
[[ $count != @* ]] || { set -- "$seed"; seed=1; }
script=tests/failing/each.sh
export ASAN_OPTIONS=${ASAN_OPTIONS:-verify_asan_link_order=0}

# ---- what the commands work on, and the commands: each is called in a folder of its own

short="--set duration_s=12 --set sample_every_s=1"
prepared=$work/prepared trial=$work/trial
mkdir "$prepared"
cp tests/cli/small.yaml "$prepared/small.yaml"
printf 'metric,vm,expect\nalloc_mb,idle,<100\nfree_mb,,>=0\n' >"$prepared/expect.csv"
seq -f '1281663720030%.0f,web,0,Read,0,8192,1331' 10000 10399 | awk -F, -v OFS=, '{ $5 = NR * 37 % 200 * 4096 } 1' >"$prepared/in.csv"
cp fuzz/corpus/snapshot_any/elf64 "$prepared/image"
prepare() { (cd "$prepared" && "$BALLAST" "$@" >/dev/null) || exit; }
# shellcheck disable=SC2086
{
    prepare sweep small.yaml $short --vary policy.idle_tax=0,0.5 --db one.db --quiet
    prepare run small.yaml $short --db two.db --quiet
    prepare run small.yaml $short --set policy.balloon_cap_bp=0 --db before.db --quiet
    prepare merge before.db two.db
}
declare -A command=(
    [run]="run small.yaml $short --seed 1 --db out.db --quiet"
    [again]="run small.yaml $short --seed 1 --db before.db --quiet"
    [sweep]="sweep small.yaml $short --vary policy.idle_tax=0,0.5 --jobs 2 --db before.db --quiet"
    [merge]="merge out.db one.db two.db"
    [convert]="trace convert in.csv out.btr"
    [plot]="plot small.yaml --db before.db --out figures $short"
    [report]="report small.yaml --db one.db -o page.html"
    [scan]="scan --json image"
    [verify]="verify small.yaml --db two.db $short"
    [replay]="replay in.csv --db out.db --memory 50%"
    [explain]="explain --db one.db --vm idle"
    [show]="show --db one.db"
)
[ $# -gt 0 ] || set -- run again sweep merge convert plot report scan verify replay explain show

# ---- how a command is broken

# Each leaves the status in $status, standard output and error in $trial.out and $trial.err, and in $broken what was broken.
begin() {
    ! is_as "$prepared" || return
    rm -rf "$trial"
    cp -r "$prepared" "$trial"
    cd "$trial" || exit
}
is_as() { diff -rq "$1" "$trial" >/dev/null 2>&1; }
# shellcheck disable=SC2086
call() {
    "$tools/nth_call" "$1" "$2" "$BALLAST" ${command[$3]} >"$trial.out" 2>"$trial.err" 3>"$trial.calls" </dev/null
    status=$?
    read -r total broken <"$trial.calls"
}
# shellcheck disable=SC2086
allocation() {
    SHORT_MALLOC_AT=$1 LD_PRELOAD=$tools/short_malloc.so "$BALLAST" ${command[$2]} >"$trial.out" 2>"$trial.err" </dev/null
    status=$? broken=malloc
}
# break_at N COMMAND; N = 0 breaks nothing.
break_at() {
    local who=(kill kill kill)
    [ "$2" != sweep ] || who=(kill kill-first kill-all)
    case $how in
        memory | way) allocation "$1" "$2" ;;
        call) call fail "$1" "$2" ;;
        full) call full "$1" "$2" ;;
        kill) call "${who[$1 % 3]}" "$1" "$2" ;;
    esac
}
# Leaves in $moments all numbers at which COMMAND can be broken.
moments_find() {
    local -x SHORT_MALLOC_COUNT=$work/count
    break_at 0 "$1"
    case $how in
        memory) mapfile -t moments < <(seq "$(head -1 "$work/count")") ;;
        way) mapfile -t moments < <(sed 1d "$work/count") ;;
        *) mapfile -t moments < <(seq "$total") ;;
    esac
}

# ---- what is right

# runs DATABASE: all that is finished in it, and what is wrong with it.
runs() {
    sqlite3 "$1" "SELECT variant, seed, rows, checksum FROM run WHERE status = 'done' ORDER BY 1, 2;
        SELECT 'damaged: ' || integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok';
        SELECT 'twice: ' || variant FROM run WHERE status = 'done' GROUP BY variant, seed, replicate HAVING count(*) > 1;
        SELECT 'rows of nobody' FROM (SELECT run_id FROM series UNION SELECT run_id FROM param UNION SELECT run_id FROM event
            UNION SELECT run_id FROM result UNION SELECT run_id FROM decision UNION SELECT run_id FROM summary)
            WHERE run_id NOT IN (SELECT run_id FROM run);" 2>&1 | grep -v 'no such table: run'
}
# What a command has made: a line for each file and each run, and what it has printed.
results() {
    local file
    for file in out.db before.db; do
        [ ! -s $file ] || runs $file
    done
    for file in out.btr page.html figures/*.svg; do
        [ ! -e "$file" ] || cksum "$file"
    done
}
files() { find . -type f | grep -v -- '-journal$' | sort; }

# One line of error, after notes that came before it. A sweep has one more for each run that failed alone.
said_well() {
    local line lines=0
    for line in "${said[@]}"; do
        [[ $line == "ballast: "* ]] || return
        [[ $line == "ballast: note: "* ]] || lines=$((lines + 1))
    done
    [ $lines -eq 1 ] || { [ "$1" = sweep ] && [ $lines -gt 1 ]; }
}

# at N COMMAND: breaks it there and looks.
at() {
    local where="$how @$1 $2" wrong said
    [ -n "$clean" ] || begin
    clean=
    break_at "$1" "$2"
    mapfile -t said <"$trial.err"
    # A sanitizer's own allocation, in a new thread, says nothing of the program.
    [[ ${said[*]} != *"CHECK failed: sanitizer_"* ]] || return
    checks=$((checks + 1)) tried=$((tried + 1))
    where="$where ($broken)"
    if [ $status -eq 0 ] && [ "$how" != kill ]; then
        went_on=$((went_on + 1))
        cmp -s "$trial.out" "$work/$2.out" || wrong "$where: status 0, and printed something else"
        ! is_as "$work/$2.after" || return
        [ "$(results)" = "$(cat "$work/$2.results")" ] || wrong "$where: status 0, and the result is another"
    elif [ $status -ne 4 ] && [ "$how" != kill ]; then
        wrong "$where: expected status 4, found $status: $(head -c 300 "$trial.err")"
    elif [ "$how" != kill ] && ! said_well "$2"; then
        wrong "$where: expected one line, found: $(head -5 "$trial.err")"
    fi
    # Where nothing has changed the command does again what it did undisturbed.
    ! is_as "$prepared" || { clean=1; return; }
    wrong=$(results | grep -vxFf <(cat "$work/$2.results" "$work/$2.before") | head -1)
    [ -z "$wrong" ] || wrong "$where: left $wrong"
    case $how in call | full)
        wrong=$(files | grep 'part')
        [ -z "$wrong" ] || wrong "$where: left $wrong"
        ;;
    esac
    call fail 0 "$2"
    [ $status -eq 0 ] || wrong "$where: then: $(head -c 300 "$trial.err")"
    [ "$(results)" = "$(cat "$work/$2.results")" ] || wrong "$where: then the result is another"
    [ "$(files)" = "$(cat "$work/$2.files")" ] || wrong "$where: then there are other files: $(files | grep -vxFf "$work/$2.files")"
}
wrong() {
    fail "$1"
    echo "    BALLAST=$BALLAST $script ${1%%(*}" >&2
}

RANDOM=$seed
for name; do
    begin
    results >"$work/$name.before"
    moments_find "$name"
    [ $status -eq 0 ] || fail "$name: $(cat "$trial.err")"
    cp "$trial.out" "$work/$name.out"
    results >"$work/$name.results"
    files >"$work/$name.files"
    cp -r "$trial" "$work/$name.after"
    clean= tried=0 went_on=0
    if [[ $count == @* ]]; then
        some=${count#@}
        for ((i = ${some%-*}; i <= ${some#*-}; i++)); do
            at "$i" "$name"
        done
    else
        all=${#moments[@]}
        many=$((count == 0 || count > all ? all : count))
        for ((i = 0; i < many; i++)); do
            at "${moments[(i * all + (RANDOM * 32768 + RANDOM) % all) / many]}" "$name"
        done
    fi
    [ -z "${VERBOSE:-}" ] || echo "$how $name: $tried of ${#moments[@]} moments, $((tried - went_on)) ended it, at $went_on it went on"
done
cd "$work" || exit
rm -f ./*.db
finish "$how"
