#!/usr/bin/env bash
# One database under several processes, sudden ends, and changes of the program or of its inputs. No
# run may be lost, mixed with another, or taken for one that it is not.
. "$(dirname "$0")/expect.sh"
sed 's/^name: small/name: other/' tests/cli/small.yaml >"$work/other.yaml"
cp tests/cli/small.yaml "$work/small.yaml"
small=$work/small.yaml other=$work/other.yaml
short="--set duration_s=40"
db=$work/db
sql() { sqlite3 "$1" "$2"; }
# together COMMAND -- COMMAND: both at once, the second so many seconds later; both succeed.
together() {
    local delay=$1 first=() status
    shift
    while [ "$1" != -- ]; do first+=("$1") && shift; done
    shift
    "${first[@]}" >"$work/one" 2>&1 &
    local child=$!
    sleep "$delay"
    "$@" >"$work/two" 2>&1
    status=$?
    wait $child
    equal "both at once, $delay s apart" "0 0" "$? $status"
    [ -s "$work/one" ] || [ -s "$work/two" ] && cat "$work/one" "$work/two" >&2
    return 0
}
whole() { # every row belongs to a finished run, and is as it was written; all indexes are there
    equal "no row without a run" 0 \
        "$(sql "$db" "SELECT count(*) FROM series WHERE run_id NOT IN (SELECT run_id FROM run)")"
    equal "only finished runs" "$1" "$(sql "$db" "SELECT count(*) || ' ' || max(status) FROM run")"
    equal "indexes" 2 "$(sql "$db" "SELECT count(*) FROM sqlite_schema WHERE name GLOB '*_by_run'")"
    equal "nothing is left beside it" "" "$(ls "$work" | grep '^db.')"
    check "whole" "$BALLAST" merge "$work/copy" "$db"
    rm -f "$work/copy" "$db"
}

# ---- two at once

run="$BALLAST run --seed 1 --quiet --db $db"
for delay in 0 0.02 0.05 0.1; do
    together $delay $run $small $short -- $run $other $short
    whole "2 done"
    together $delay $run $small $short -- $run $small $short
    whole "1 done"
done
sweep="$BALLAST sweep $short --jobs 1 --quiet --db $db --vary policy.idle_tax=0,0.5"
together 0.05 $sweep $small -- $sweep $other
whole "8 done"
together 0.05 $sweep $small -- $sweep $small
whole "4 done"

# ---- killed

# begun: waits until `$1` is true in the database
begun() {
    for _ in $(seq 400); do
        [ "$(sql "$db" "SELECT $1" 2>/dev/null)" = 1 ] && return
        sleep 0.02
    done
    fail "nothing has begun: $1"
}
long="--set duration_s=20000 --set sample_every_s=0.05"
$run $small $long &
child=$!
begun "count(*) = 1 FROM run WHERE status = 'running'"
{ kill -9 $child && wait $child; } 2>/dev/null
equal "a killed run is marked" running "$(sql "$db" "SELECT status FROM run")"
check "the next one of another name" $run $other $short
equal "makes the indexes and leaves it" "small running,other done" \
    "$(sql "$db" "SELECT group_concat(experiment || ' ' || status) FROM run")"
rm "$db"

$run $small $long 2>"$work/err" &
child=$!
begun "count(*) = 1 FROM run WHERE status = 'running'"
rm "$db"
wait $child
equal "a database that is deleted meanwhile is an error" 4 $?
equal "that says so" "ballast: $db: expected a usable database, found: it was deleted or moved meanwhile" \
    "$(cat "$work/err")"

sweep="$BALLAST sweep $small --set duration_s=300 --set sample_every_s=0.05 --jobs 2 --quiet --db $db"
$sweep --vary policy.idle_tax=0,0.5 &
child=$!
for _ in $(seq 400); do
    [ "$(ls "$work" | grep -c '^db.part-.*-[0-9]*$')" -ge 2 ] && break
    sleep 0.02
done
{ kill -9 $child && wait $child; } 2>/dev/null
expect 0 "" ls "$work"/db.part-*-0
check "a sweep after a killed one" $sweep --vary policy.idle_tax=0,0.5
whole "4 done"

# ---- interrupted

for signal in INT TERM; do
    case $signal in INT) status=130 ;; TERM) status=143 ;; esac
    # A shell's child in the background ignores SIGINT unless told otherwise.
    env --default-signal=INT "$BALLAST" run $small --seed 1 --quiet --db "$db" $long 2>"$work/err" &
    child=$!
    begun "count(*) = 1 FROM run WHERE status = 'running'"
    kill -$signal $child
    wait $child
    equal "an interrupted run says so" $status $?
    equal "in one line" 1 "$(grep -c '^ballast: small .* seed 1: interrupted at .* of 20000 s' "$work/err")"
    equal "and no more" 1 "$(wc -l <"$work/err")"
    equal "the run is no finished one" "failed" "$(sql "$db" "SELECT status FROM run")"
    rm "$db"
done

# ---- results of another build, or of other inputs

sweep="$BALLAST sweep $small $short --db $db"
expect 0 "small: 2 runs in" $sweep
equal "each run says what made it" "$("$BALLAST" --version | sed -n 's/^build: //p')" \
    "$(sql "$db" "SELECT DISTINCT build FROM run")"
equal "and what decided" "esx esx esx" \
    "$(sql "$db" "SELECT DISTINCT governor || ' ' || estimator || ' ' || scanner FROM run")"
expect 0 "small: 0 runs (2 were there already)" $sweep
sql "$db" "UPDATE run SET build = 'another' WHERE seed = 2"
expect 0 "small: 0 runs (2 were there already)" $sweep --keep
expect 0 "small: 1 runs are made anew (other build 1, changed configuration or inputs 0)" $sweep
expect 0 "small: 0 runs (2 were there already)" $sweep
sed -i 's/clients: 2/clients: 1/' "$small"
expect 0 "small: 0 runs (2 were there already)" $sweep --keep
expect 0 "small: 2 runs are made anew (other build 0, changed configuration or inputs 2)" $sweep
expect 0 "small: 0 runs (2 were there already)" $sweep
expect 2 "sweep: expected --again or --keep, found both" $sweep --again --keep
expect 0 "ballast 0" "$BALLAST" --version
expect 0 "sqlite3 " "$BALLAST" --version
rm "$db"

# ---- seeds

check "the greatest seed" "$BALLAST" run $small $short --seed 18446744073709551615 --quiet --db "$db"
equal "comes back as itself" 18446744073709551615 "$(sql "$db" "SELECT seed FROM run")"
rm "$db"

# ---- triggers of whoever made the file

check "a database" $run $small $short
sql "$db" "CREATE TRIGGER t AFTER INSERT ON run BEGIN DELETE FROM run WHERE run_id <> new.run_id; END"
check "with a trigger" $run $other $short
equal "does not fire it" 2 "$(sql "$db" "SELECT count(*) FROM run")"
rm "$db"

# ---- names of databases

expect 2 "expected the name of a database file, found ''" "$BALLAST" run $small --db ""
expect 2 "expected the name of a database file, found ':memory:'" "$BALLAST" sweep $small --db :memory:
expect 2 "expected the name of a database file, found ''" "$BALLAST" merge "" "$db"
expect 4 "expected '$work/new/er' to be a folder, found: No such file" \
    "$BALLAST" run $small --db "$work/new/er/db"
expect 4 "expected '$work/new' to be a folder" "$BALLAST" sweep $small --db "$work/new/db"
equal "no folder is made" no "$([ -e "$work/new" ] && echo yes || echo no)"
check "the folder of the default database is made" \
    env --chdir="$work" BALLAST_HOME="$PWD" "$BALLAST" run $small $short --seed 1 --quiet
equal "and no other" ballast.db "$(ls "$work/results")"
sed 's/dbench:/trace: {file: cut.btr}/; /^ *\(clients\|start_s\|most_operations\)/d' $small >"$work/wrong.yaml"
head -c 1000 traces/samples/A1.btr >"$work/cut.btr"
expect 3 "cut.btr" "$BALLAST" run "$work/wrong.yaml" --seed 1 --db "$db"
expect 3 "cut.btr" "$BALLAST" sweep "$work/wrong.yaml" --db "$db"
expect 4 "$db: expected a usable database, found: " bash -c "ulimit -f 40 && '$BALLAST' run $small $short --seed 1 --db '$db'"
rm -f "$db"*
equal "a wrong file leaves no database" "" "$(ls "$work" | grep '^db')"

# ---- a database that can only be read; what verify leaves

check "a run to verify" "$BALLAST" run sec62_admission --seed 1 --db "$db" --quiet
chmod 444 "$db"
cp "$db" "$work/before"
check "verify reads" "$BALLAST" verify sec62_admission --db "$db"
check "and leaves the file as it was" cmp "$db" "$work/before"
chmod 644 "$db"
check "verify keeps the paper's points" "$BALLAST" verify sec62_admission --db "$db"
equal "where it can" 1 "$(sql "$db" "SELECT count(*) > 0 FROM reference")"
equal "a point without a number is NULL" 0 "$(sql "$db" "SELECT count(*) FROM reference WHERE typeof(paper) = 'text'")"
cp "$db" "$work/before"
check "once" "$BALLAST" verify sec62_admission --db "$db"
check "and no more" cmp "$db" "$work/before"

# ---- a database of an older schema

old=$work/old.db
rows="SELECT s.* FROM series AS s ORDER BY t_s, vm, metric; SELECT * FROM summary ORDER BY vm, metric;
    SELECT * FROM decision_input ORDER BY t_s, vm, name, value; SELECT d.* FROM decision AS d; SELECT rows FROM run"
for version in 6 5 4; do
    [ $version = 4 ] || { rm -f "$old"; sqlite3 "$old" <tests/cli/version$version.sql; right=$(sql "$old" "$rows" | md5sum); }
    sql "$old" "PRAGMA user_version = $version"
    for command in "run $small" "sweep $small" "verify" "plot"; do
        expect 4 "$old: expected results of schema version 8, found version $version of an older ballast; \`ballast merge NEW.db $old\` makes NEW.db of them" \
            $BALLAST $command --db "$old"
    done
    expect 0 "$old: 1 runs" "$BALLAST" merge "$work/new.db" "$old"
    equal "a merge of version $version keeps the rows" "$right" "$(sql "$work/new.db" "$rows" | md5sum)"
    expect 0 "$work/new.db: 1 runs" "$BALLAST" merge "$work/newer.db" "$work/new.db"
    rm "$work/new.db" "$work/newer.db"
    [ $version != 5 ] || sql "$old" "DROP TABLE summary"
done
sql "$old" "PRAGMA user_version = 2"
expect 4 "found version 2 of an older ballast; move the file away" "$BALLAST" verify --db "$old"
rm "$old"

# ---- damaged shards

for seed in 1 2 3; do
    check "a shard" "$BALLAST" run $small $short --seed $seed --quiet --db "$work/s$seed.db"
done
cp "$work/s1.db" "$work/lost.db"
sql "$work/lost.db" "DELETE FROM series_value WHERE first % 3 = 0"
cp "$work/s1.db" "$work/pages.db" # a page that belongs to nothing
pages=$(sql "$work/s1.db" "PRAGMA page_count")
bytes=$(sql "$work/s1.db" "PRAGMA page_size")
head -c "$bytes" /dev/zero >>"$work/pages.db"
# shellcheck disable=SC2059
printf "$(printf '\\x%02x' $(((pages + 1) >> 24)) $(((pages + 1) >> 16 & 255)) $(((pages + 1) >> 8 & 255)) \
    $(((pages + 1) & 255)))" | dd of="$work/pages.db" bs=1 seek=28 conv=notrunc status=none
expect 3 "lost.db: expected " "$BALLAST" merge "$work/all.db" "$work/s2.db" "$work/lost.db" "$work/s3.db"
equal "the other shards are merged" "2 3" "$(sql "$work/all.db" "SELECT group_concat(seed, ' ') FROM run")"
equal "and named" 2 "$(grep -c ': 1 runs' "$work/out")"
rm "$work/all.db"
expect 3 "lost.db: expected " "$BALLAST" verify --db "$work/lost.db"
expect 3 "pages.db: expected a sound database, found: " "$BALLAST" merge "$work/all.db" "$work/pages.db"
equal "of none no database is left" "" "$(ls "$work/all.db" 2>/dev/null)"
"$BALLAST" merge "$work/all.db" "$work/lost.db" "$work/s2.db" "$work/pages.db" >"$work/out" 2>"$work/err"
equal "several are named" "3 1 1" "$? $(grep -c '^ballast: note: not merged: .*pages.db' "$work/err") $(grep -c '^ballast: .*lost.db' "$work/err")"
rm -f "$work"/all.db "$work"/s?.db "$work/lost.db" "$work/pages.db"

# ---- a copy of an experiment that keeps its name

cp -r experiments/sec62_admission "$work/mine"
for command in run sweep verify plot; do
    expect 2 "name: expected a name of its own, found 'sec62_admission', which is that of " "$BALLAST" $command "$work/mine/config.yaml" --db "$db"
done
check "the original by its path" "$BALLAST" verify experiments/sec62_admission/config.yaml --db "$db"

# ---- points.sql with the line ends of another system, cut, and wrong

home=$work/home
mkdir -p "$home/experiments" "$home/plots"
cp -r experiments/presets experiments/sec62_admission "$home/experiments"
points=$home/experiments/sec62_admission/points.sql
verify="env BALLAST_HOME=$home $BALLAST verify sec62_admission --db $db"
check "verify" $verify
cp "$work/out" "$work/whole"
sed -i 's/$/\r/' "$points"
check "with CRLF" $verify
cp "$work/out" "$work/crlf"
check "gives the same" cmp "$work/whole" "$work/crlf"
cp experiments/sec62_admission/points.sql "$points"
echo "SELECT 1 FROM nowhere;" >>"$points"
expect 3 "points.sql:$(wc -l <"$points"): expected SQL that this database answers, found: no such table: nowhere" $verify
head -c -4 experiments/sec62_admission/points.sql >"$points"
expect 3 "points.sql:" $verify

cp experiments/sec62_admission/points.sql "$points"
expect 0 "" $verify
equal "nothing to note" 0 "$(grep -c note: "$work/err")"
sed -i 's/memory_mb: 1024/memory_mb: 2048/' "$home/experiments/sec62_admission/config.yaml"
$verify >/dev/null 2>"$work/note"
check "another configuration is noted" grep -q "runs of sec62_admission were made with another configuration" "$work/note"

finish database
