#!/usr/bin/env bash
# Faults as users configure them, and that tests/invariants.sql notices what it is there for.
. "$(dirname "$0")/expect.sh"

{
    cat tests/cli/small.yaml
    cat <<'END'
faults:
  - {at_s: 25, kind: swap-writes-fail, for_s: 20, share: 50%}
  - {at_s: 50, kind: swap-slow, factor: 3}
  - {at_s: 70, kind: balloon-stuck, vm: idle, for_s: 20}
  - {at_s: 100, kind: kill, vm: busy, for_s: 5}
END
} >"$work/faults.yaml"
ask() { sqlite3 -readonly "$work/$1" "$2"; }

# ---- what a user sees

check "a run" "$BALLAST" run "$work/faults.yaml" --seed 1 --db "$work/faults.db" --quiet
equal "events" "25.0||fault|swap-writes-fail of 50%
45.0||fault_end|swap-writes-fail
50.0||fault|swap-slow by 3
70.0|idle|fault|balloon-stuck
90.0|idle|fault_end|balloon-stuck
100.0|busy|fault|kill
105.0|busy|fault_end|kill" \
    "$(ask faults.db "SELECT t_s, vm, kind, detail FROM event WHERE kind LIKE 'fault%' ORDER BY rowid")"
equal "failed writes are results" 1 \
    "$(ask faults.db "SELECT value > 0 FROM result WHERE vm = '' AND metric = 'swap_write_errors'")"
expect 0 "write errs" "$BALLAST" show --db "$work/faults.db"
expect 0 "fault.2.factor=3" "$BALLAST" params "$work/faults.yaml"
expect 0 "fault.N.kind=balloon-gone" "$BALLAST" params

check "a fault after the end" "$BALLAST" run "$work/faults.yaml" --set duration_s=90 --seed 1 --db "$work/short.db"
equal "is told" 1 "$(grep -cF 'fault.4 (kill at 100 s) comes after the end of the run at 90 s, and nothing breaks' "$work/err")"

# ---- kinds that need a guest, or the whole machine

sed 's/memory_mb: 64$/memory_mb: 8/' tests/cli/oom.yaml >"$work/kinds.yaml"
cat >>"$work/kinds.yaml" <<'END'
faults:
  - {at_s: 30, kind: guest-oom, vm: hungry, pages_s: 1000}
  - {at_s: 20, kind: stats-stale, vm: hungry, for_s: 60}
  - {at_s: 90, kind: memory-lost, lost_mb: 100}
END
check "other kinds" "$BALLAST" run "$work/kinds.yaml" --seed 1 --db "$work/kinds.db" --quiet
equal "the guest ran out of memory" 1 "$(ask kinds.db "SELECT count(*) FROM event WHERE kind = 'oom_kill' AND t_s > 30")"
equal "one estimate for a minute" 1 \
    "$(ask kinds.db "SELECT count(DISTINCT value) FROM series WHERE metric = 'active_mb' AND t_s BETWEEN 20 AND 79")"
equal "what is promised stays" "72.0 MB of 96.0 MB; the rest is promised to VMs" \
    "$(ask kinds.db "SELECT detail FROM event WHERE kind = 'refused'")"
equal "the bank is gone" 72.0 "$(ask kinds.db "SELECT max(value) FROM series WHERE metric = 'memory_lost_mb'")"
equal "what must hold" "" "$(sqlite3 -readonly "$work/kinds.db" <tests/invariants.sql)"
expect 2 "guest-oom: expected one of the keys at_s, kind, vm, for_s, pages_s, found share" \
    "$BALLAST" run "$work/kinds.yaml" --set fault.1.share=1 --db "$work/wrong.db"

# ---- the same with other values, and without faults

check "another severity" "$BALLAST" sweep "$work/faults.yaml" --vary fault.2.factor=1,100 --db "$work/factors.db" --quiet
equal "variants" "fault.2.factor=1 fault.2.factor=100" \
    "$(ask factors.db "SELECT group_concat(variant, ' ') FROM (SELECT DISTINCT variant FROM run ORDER BY variant)")"
check "no faults" "$BALLAST" run "$work/faults.yaml" --set faults=none --seed 1 --db "$work/none.db" --quiet
check "nor in the file" "$BALLAST" run tests/cli/small.yaml --seed 1 --db "$work/plain.db" --quiet
rows="SELECT t_s, vm, metric, value FROM series"
equal "the same rows without them" "$(ask plain.db "$rows" | md5sum)" "$(ask none.db "$rows" | md5sum)"

# ---- mistakes

wrong() { sed "s/kind: swap-slow, factor: 3/$1/" "$work/faults.yaml" >"$work/wrong.yaml"; }
wrong "kind: swap-slow, vm: idle"
expect 2 "swap-slow: expected one of the keys at_s, kind, for_s, factor, found vm" "$BALLAST" run "$work/wrong.yaml" --db "$work/wrong.db"
wrong "kind: reboot, vm: bussy"
expect 2 "found 'bussy' (did you mean 'busy'?)" "$BALLAST" run "$work/wrong.yaml" --db "$work/wrong.db"
expect 2 "--set fault.2.share: swap-slow: expected one of the keys" "$BALLAST" run "$work/faults.yaml" --set fault.2.share=1 --db "$work/wrong.db"
equal "no database of a refused run" "" "$(ls "$work"/wrong.db 2>/dev/null)"

# A promise to VMs that are on is kept, or the file is refused.
{ cat tests/cli/small.yaml; echo "  - {at_s: 90, set: policy.overhead_full_pages, value: 1048576}"; } >"$work/overhead.yaml"
expect 2 "policy.overhead_full_pages: expected overhead that fits with the mins of the VMs that are on into 92 MB (memory_mb less hypervisor_mb), found 8224 MB" \
    "$BALLAST" run "$work/overhead.yaml" --db "$work/overhead.db"
equal "no database of it" "" "$(ls "$work"/overhead.db 2>/dev/null)"

# ---- the invariants: each finds a run that breaks it

# breaks RULE SQL
breaks() {
    cp "$work/faults.db" "$work/spoilt.db"
    sqlite3 "$work/spoilt.db" "$2"
    checks=$((checks + 1))
    sqlite3 -readonly "$work/spoilt.db" <tests/invariants.sql | grep -qF "|$1|" || fail "invariants.sql does not find: $1"
}
# A view cannot be changed.
check "rows that can be spoilt" sqlite3 "$work/faults.db" "CREATE TABLE rows AS SELECT * FROM series;
    DROP VIEW series; ALTER TABLE rows RENAME TO series"
at="t_s = 80 AND vm = 'busy'"
breaks "configured = alloc + ballooned + compressed + swapped + untouched" \
    "UPDATE series SET value = value + 1.0 / 256 WHERE metric = 'swapped_mb' AND $at"
breaks "a target is at least the min" "UPDATE series SET value = 15.99 WHERE metric = 'target_mb' AND $at"
breaks "balloon, compression and swap together leave a VM its min" \
    "UPDATE series SET value = 32.01 WHERE metric = 'balloon_mb' AND $at"
breaks "a target is at most the limit" "UPDATE series SET value = 48.01 WHERE metric = 'target_mb' AND $at"
breaks "alloc + compressed - saved + overhead + hypervisor + lost is at most the machine" \
    "UPDATE series SET value = 90 WHERE metric = 'overhead_mb' AND t_s = 80"
breaks "free_mb is not negative" "UPDATE series SET value = -0.1 WHERE metric = 'free_mb' AND t_s = 80"
breaks "stalled_s is not negative" "UPDATE result SET value = -1 WHERE metric = 'stalled_s'"

finish "faults"
