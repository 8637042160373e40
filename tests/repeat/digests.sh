#!/bin/sh
# A digest of the rows that every experiment writes at seed 1: one line for each metric of `series`
# and `result`, and for the tables `event` and `decision`. But for rivals_*, which has too many runs. A change that should not change a number
# keeps digests.txt; a change that should says so by its difference.
#
#     digests.sh            compares with digests.txt, exit 1 at a difference
#     digests.sh --update   writes digests.txt anew
#
# BALLAST names the program, JOBS how many experiments run at once.
set -eu
export LC_ALL=C BALLAST_CHECKS=all
cd "$(dirname "$0")/../.."
ballast=${BALLAST:-build/plain/ballast}
stored=tests/repeat/digests.txt
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

series="SELECT metric, r.variant, s.t_s, s.vm, printf('%!.17g', s.value)
    FROM series s JOIN run r USING (run_id)
    ORDER BY metric, r.run_id, s.t_s, s.vm = '', (SELECT min(place) FROM run_param p JOIN param_value USING (param)
        WHERE p.run_id = r.run_id AND key = 'vm.' || s.vm || '.memory_mb')"
result="SELECT metric, r.variant, t.vm, printf('%!.17g', t.value), t.unit
    FROM result t JOIN run r USING (run_id) ORDER BY metric, r.run_id, t.rowid"
event="SELECT '-', r.variant, printf('%!.17g', t_s), vm, kind, detail
    FROM event JOIN run r USING (run_id) ORDER BY r.run_id, event.rowid"
decision="SELECT '-', (SELECT variant FROM run WHERE run_id = d.run_id), printf('%!.17g', t_s), vm, reason, printf('%!.17g', active_mb),
        printf('%!.17g', target_mb), printf('%!.17g', alloc_mb), printf('%!.17g', price),
        printf('%!.17g', balloon_target_mb), printf('%!.17g', swap_target_mb)
    FROM decision AS d"

# Lines "METRIC|..." in order of metric become lines "EXPERIMENT TABLE METRIC DIGEST".
digest() {
    mkdir "$work/$1.$2"
    sqlite3 "$work/$1.db" "$3" | awk -F'|' -v folder="$work/$1.$2" '{ print > (folder "/" $1) }'
    for metric in "$work/$1.$2"/*; do
        [ -e "$metric" ] || continue
        printf '%s %s %s %s\n' "$1" "$2" "${metric##*/}" "$(sha256sum <"$metric" | cut -c1-16)"
    done
    rm -r "$work/$1.$2"
}

one() {
    "$ballast" run "$1" --seed 1 --quiet --db "$work/$1.db" 2>"$work/$1.err" || {
        cat "$work/$1.err" >&2
        exit 1
    }
    {
        digest "$1" series "$series"
        digest "$1" result "$result"
        digest "$1" event "$event"
        digest "$1" decision "$decision"
    } >"$work/$1.txt"
    rm "$work/$1.db"
}

if [ "${1:-}" = --one ]; then # a call of this script by itself
    work=$2
    trap - EXIT
    one "$3"
    exit
fi
for config in experiments/*/config.yaml; do
    basename "$(dirname "$config")"
done | grep -v ^rivals_ >"$work/names"
xargs -P "${JOBS:-2}" -n 1 "tests/repeat/digests.sh" --one "$work" <"$work/names"
sort "$work"/*.txt >"$work/all"
if [ "${1:-}" = --update ]; then
    cp "$work/all" "$stored"
elif ! diff -u "$stored" "$work/all" >"$work/difference"; then
    echo "digests: these rows differ from $stored:" >&2
    grep '^[-+][^-+]' "$work/difference" | cut -d' ' -f1-3 | sort -u >&2
    exit 1
fi
echo "digests: $(wc -l <"$work/all") of $(wc -l <"$work/names") experiments, as stored"
