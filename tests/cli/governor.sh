#!/usr/bin/env bash
# A governor from a shared object: the one in contrib/ is compiled and run, and objects that are
# damaged, of another version or no objects are refused.
#
#     BALLAST=build/plain/ballast tests/cli/governor.sh
. "$(dirname "$0")/expect.sh"

cc=${CC:-cc}
build() { # build OUT.so FILE.c
    "$cc" -std=c11 -Wall -Wextra -Wconversion -Werror -shared -fPIC -O2 -I models/policy -o "$1" "$2"
}
run_with() { # run_with GOVERNOR [MORE...]
    "$BALLAST" run tests/cli/small.yaml --seed 1 --quiet --db "$work/g.db" --set policy.governor="$@"
}

build "$work/headroom.so" contrib/governor/headroom.c
expect 0 "" run_with "$work/headroom.so" --set governor.headroom.headroom_pct=50
equal "SELECT governor FROM run" "headroom" "$(sqlite3 "$work/g.db" "SELECT governor FROM run")"
equal "SELECT value FROM param WHERE key = 'governor.headroom.headroom_pct'" "50" "$(sqlite3 "$work/g.db" "SELECT value FROM param WHERE key = 'governor.headroom.headroom_pct'")"
equal "SELECT count(*) > 10 FROM decision WHERE price IS NULL" "1" "$(sqlite3 "$work/g.db" "SELECT count(*) > 10 FROM decision WHERE price IS NULL")"
equal "SELECT count(*) > 10 FROM decision_input WHERE name = 'claim_pages'" "1" "$(sqlite3 "$work/g.db" "SELECT count(*) > 10 FROM decision_input WHERE name = 'claim_pages'")"
equal "SELECT count(*) FROM decision d JOIN run USING (run_id) WHERE target_mb < 0" "0" "$(sqlite3 "$work/g.db" "SELECT count(*) FROM decision d JOIN run USING (run_id) WHERE target_mb < 0")"

# `ballast explain` runs its code again; and that of one that does not say what it reads.
sed 's/"headroom"/"silent"/; s/    \.explain = explain,//; s/^static uint32_t explain/__attribute__((unused)) &/' \
    contrib/governor/headroom.c >"$work/silent.c"
build "$work/silent.so" "$work/silent.c"
expect 0 "" run_with "$work/silent.so"
for governor in "headroom.so --set governor.headroom.headroom_pct=50" silent.so; do
    # shellcheck disable=SC2086
    expect 0 "held at " "$BALLAST" explain tests/cli/small.yaml --db "$work/g.db" --set policy.governor="$work/"$governor
    equal "causes of $governor" "0" "$(grep -c "not known" "$work/out")"
done
expect 0 "is no member of this" "$BALLAST" explain --db "$work/g.db"
rm "$work/g.db"

# Governors of the library, by name.
expect 0 "" run_with static
expect 2 "), found 'statik' (did you mean 'static'?)" run_with statik
expect 2 "expected a parameter of headroom, found 'headrom_pct'" \
    run_with "$work/headroom.so" --set governor.headroom.headrom_pct=5
expect 2 "expected a whole number from 0 to 1000" \
    run_with "$work/headroom.so" --set governor.headroom.headroom_pct=1001
expect 2 "expected the name of an estimator" \
    "$BALLAST" params tests/cli/small.yaml --set policy.estimator=exs
expect 2 "expected the name of a scanner" \
    "$BALLAST" params tests/cli/small.yaml --set policy.scanner=exs

# One that decides by what guests report, where a guest reports nothing.
expect 2 "config.yaml:25: idle: expected a guest with a balloon driver (boot.balloon_s), since the governor mom decides" \
    "$BALLAST" run real_idle_tax --db "$work/none.db" --set policy.governor=mom
check "nothing is written" test ! -e "$work/none.db"

# What is no governor.
expect 2 "expected a shared object that can be read" run_with "$work/none.so"
echo "text" >"$work/text.so"
expect 2 "expected a shared object, found:" run_with "$work/text.so"
echo 'int other;' >"$work/other.c"
build "$work/other.so" "$work/other.c"
expect 2 "expected the symbol mp_governor, found none" run_with "$work/other.so"
sed 's/\.abi = MP_GOVERNOR_ABI/.abi = 77/' contrib/governor/headroom.c >"$work/old.c"
build "$work/old.so" "$work/old.c"
expect 2 "found 77" run_with "$work/old.so"
sed 's/\.tick = tick/.tick = 0/; s/static void tick/__attribute__((unused)) static void tick/' \
    contrib/governor/headroom.c >"$work/still.c"
build "$work/still.so" "$work/still.c"
expect 2 "expected a table that is in order, found no function tick" run_with "$work/still.so"

# One thing of the table is wrong: damaged NAME SED-COMMAND WHAT-IS-SAID.
damaged() {
    sed "$2" contrib/governor/headroom.c >"$work/damaged.c"
    build "$work/damaged-$1.so" "$work/damaged.c"
    expect 2 "$3" run_with "$work/damaged-$1.so"
}
damaged preset 's/is in use", 25, 0,/is in use", 1001, 0,/' "preset is outside of its range"
damaged rows 's/\.parameters = parameters,/.parameters = 0 * sizeof parameters ? parameters : 0,/' \
    "a number of parameters without rows"
damaged many 's/\.parameter_count = PARAMETERS/.parameter_count = 4000000000u/' "more parameters than"
damaged name 's/\.name = "headroom"/.name = "head room"/' "a name that is not of small letters"
damaged taken 's/\.name = "headroom"/.name = "static"/' "expected a name of its own, found 'static'"
damaged unit 's/"headroom_pct", "%"/"headroom_pct", 0/' "a parameter without a unit"
damaged summary '/\.summary = /d' "no summary"

# An order that cannot be ends the run with the governor's name.
sed 's/(uint32_t)(pages + more)/vm->max_pages + 1/' contrib/governor/headroom.c >"$work/bad.c"
build "$work/bad.so" "$work/bad.c"
expect 1 "the governor headroom ordered target_pages" run_with "$work/bad.so"
equal "SELECT status FROM run ORDER BY run_id DESC LIMIT 1" "failed" "$(sqlite3 "$work/g.db" "SELECT status FROM run ORDER BY run_id DESC LIMIT 1")"

# Another build of the object is another configuration.
first=$(sqlite3 "$work/g.db" "SELECT config_hash FROM run WHERE governor = 'headroom' AND status = 'done'")
sed 's/"our choice: a quarter more than is in use", 25/"our choice", 26/' contrib/governor/headroom.c >"$work/new.c"
build "$work/headroom.so" "$work/new.c"
rm "$work/g.db"
expect 0 "" run_with "$work/headroom.so" --set governor.headroom.headroom_pct=50
second=$(sqlite3 "$work/g.db" "SELECT config_hash FROM run")
check "config_hash covers the object" test "$first" != "$second"
finish governor
