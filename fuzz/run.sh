#!/usr/bin/env bash
# Runs targets one after the other and prints a table of what they did.
#
#     FUZZ_S=30 FUZZ_SEED=7 run.sh PROGRAM [TARGET...]
#
# FUZZ_SEED begins another sequence of random numbers; without it each run does.
# New inputs that reach new code are kept in $FUZZ_NEW (build/fuzz/new), a folder for each target, and
# are where the next run begins, beside fuzz/corpus. An input that broke something is build/fuzz/found/TARGET-*.
# Limits: 150 MB for one allocation, of which 128 MB are the largest window of zstd; 640 MB together;
# 10 s for one input.
set -u
cd "$(dirname "$0")/.." || exit
program=$1
shift
seconds=${FUZZ_S:-30}
new=${FUZZ_NEW:-build/fuzz/new}
found=build/fuzz/found
export ASAN_OPTIONS=quarantine_size_mb=16:detect_leaks=1:allocator_may_return_null=0
targets=("$@")
[ $# -gt 0 ] || mapfile -t targets < <(ls fuzz/corpus)

inputs=0
findings=0
repeats=()
mkdir -p $found
printf '%-18s %12s %10s %10s %8s  %s\n' target inputs per_s edges MB findings
for target in "${targets[@]}"; do
    log=build/fuzz/$target.log
    dictionary=fuzz/dictionaries/$target.dict
    most=16384
    [ "$target" != database ] || most=65536
    options=(-seed="${FUZZ_SEED:-0}" -max_total_time="$seconds" -max_len=$most -timeout=10 -malloc_limit_mb=150 -rss_limit_mb=640
        -artifact_prefix="$found/$target-" -print_final_stats=1)
    [ ! -f "$dictionary" ] || options+=(-dict="$dictionary")
    mkdir -p "$new/$target"
    FUZZ_TARGET=$target "$program" "$new/$target" "fuzz/corpus/$target" "${options[@]}" \
        >"$log" 2>&1 </dev/null
    status=$?
    runs=$(awk '/number_of_executed_units/ { print $2 }' "$log")
    edges=$(awk '{ for (i = 1; i < NF; i++) if ($i == "cov:") edges = $(i + 1) } END { print edges + 0 }' "$log")
    peak=$(awk '/peak_rss_mb/ { print $2 }' "$log")
    if [ $status -eq 0 ]; then
        text=none
    else
        text=$(grep -m1 -E 'expected|ERROR|runtime error' "$log" | cut -c1-100)
        findings=$((findings + 1))
        input=$(sed -n 's/.*Test unit written to //p' "$log" | tail -1)
        repeats+=("FUZZ_TARGET=$target $program ${input:-fuzz/corpus/$target/*}")
    fi
    inputs=$((inputs + ${runs:-0}))
    printf '%-18s %12s %10s %10s %8s  %s\n' "$target" "${runs:-?}" $((${runs:-0} / seconds)) "$edges" \
        "${peak:-?}" "${text:-see $log}"
done
printf '%-18s %12s %32s%s\n' together $inputs '' "$findings findings"
for repeat in "${repeats[@]}"; do
    echo "fuzz: FAILED: $repeat" >&2
done
[ $findings -eq 0 ]
