#!/usr/bin/env bash
# Files that are damaged, absurd or no files, given to every command that reads one. It succeeds
# where the damage makes no difference, or it says in one line what is wrong and exits with 3 (2 and 4
# where a configuration or a database is at fault); it never hangs, never takes memory that the
# file does not account for, and leaves no output behind.
. "$(dirname "$0")/expect.sh"
corpus=fuzz/corpus

# Address space in KB: more than zstd's largest window (128 MB) and the program need; simulated guests
# reserve more, and mapped images have their own size. The address sanitizer reserves still more, so there
# libFuzzer's limits are all there is.
few=500000
some=16000000
(ulimit -v $some && "$BALLAST" help) >/dev/null 2>&1 || few=unlimited some=unlimited
limit=$few

# survives STATUSES COMMAND...: exits with one of these, and says one line if it is not 0.
survives() {
    local statuses=$1 found
    shift
    checks=$((checks + 1))
    (ulimit -v $limit && exec timeout 10 "$@") >"$work/out" 2>"$work/err" </dev/null
    found=$?
    if [[ " $statuses " != *" $found "* ]]; then
        fail "$*: expected status $statuses, found $found: $(head -c 300 "$work/err")"
    elif [ $found -ne 0 ]; then
        mapfile -t lines <"$work/err"
        [[ ${#lines[@]} -eq 1 && ${lines[0]} == "ballast: "* ]] ||
            fail "$*: expected one line of error, found: $(head -5 "$work/err")"
        [ $found -eq 0 ] || [ ! -e "$work/made.btr" ] || fail "$*: expected no output, found one"
    fi
    rm -f "$work/made.btr"
}
convert() { survives "$1" "$BALLAST" trace convert "${@:2}" "$work/made.btr"; }
nothing_left() {
    checks=$((checks + 1))
    local left
    left=$(find "$work" -name '*.part' -o -name 'made*')
    [ -z "$left" ] || fail "$1: expected nothing left behind, found $left"
}

# copy FILE BYTES: its first so many.  flip FILE BYTE: a bit of this byte is another.
copy() { head -c "$2" "$1" >"$work/bad"; }
flip() {
    local byte
    byte=$(od -An -tu1 -j "$2" -N 1 "$1")
    cp "$1" "$work/bad"
    # shellcheck disable=SC2059
    printf "\\x$(printf %02x $((byte ^ 1 << $2 % 8)))" |
        dd of="$work/bad" bs=1 seek="$2" conv=notrunc status=none
}

# ---- recordings of every format: cut, one bit other than it was

"$BALLAST" trace convert $corpus/csv_requests/named "$work/whole.lcs" >/dev/null 2>&1 || fail "no lcs to begin with"
for whole in $corpus/native/from_lackey $corpus/lackey/short $corpus/pgt/hashes $corpus/pgt/zstd \
    $corpus/csv_requests/named $corpus/oracle_general/plain $corpus/oracle_general/zstd \
    $corpus/damon_json/plain $corpus/damon_json/zlib $corpus/damon_text/plain \
    $corpus/damon_binary/version_2 "$work/whole.lcs"; do
    survives 0 "$BALLAST" trace info "$whole"
    convert 0 "$whole"
    bytes=$(stat -c %s "$whole")
    for cut in 1 8 23 $((bytes / 2)) $((bytes - 1)); do
        copy "$whole" $cut
        survives "0 3" "$BALLAST" trace info "$work/bad"
        convert "0 3" "$work/bad"
    done
    survives "0 3" "$BALLAST" trace cat "$work/bad"
    survives "0 2 3" "$BALLAST" replay "$work/bad" --memory 10%
    for at in 0 3 9 13 17 21 25 30 40 $((bytes - 1)); do
        [ $at -ge "$bytes" ] || flip "$whole" $at
        convert "0 3" "$work/bad"
    done
done
nothing_left "damaged recordings"
for cut in 7 100 279 280 299 300 $(($(stat -c %s $corpus/native/from_lackey) - 1)); do
    copy $corpus/native/from_lackey $cut
    convert 3 "$work/bad" # a native trace knows its end
done

# ---- memory images

for whole in $corpus/snapshot_any/{elf64,elf32_big_endian,elf_many_segments,lime,native_with_contents}; do
    survives 0 "$BALLAST" scan "$whole"
    for cut in 3 17 63 64 119 200 $(($(stat -c %s "$whole") - 1)); do
        copy "$whole" $cut
        survives 3 "$BALLAST" scan "$work/bad"
    done
    for at in 0 4 5 16 28 33 43 54 56 61 68 80 96 104 112; do
        flip "$whole" $at
        survives "0 3" "$BALLAST" scan "$work/bad"
        convert "0 3" --at 0 --key k "$work/bad"
    done
done
nothing_left "damaged images"

# ---- absurd sizes

# elf OFFSET FILESZ MEMSZ: a core with one segment, and with one page in the file
elf() {
    printf '\177ELF\2\1\1' && head -c 9 /dev/zero
    little 2 4 62 && little 4 1 && little 8 0 64 0 && little 4 0 && little 2 64 56 1 64 0 0
    little 4 1 7 && little 8 "$1" 0 0 "$2" "$3" 4096 && head -c 4096 /dev/zero
}
exa=$((1 << 60))
pages60=$((exa << 2)) # wraps to 0 in 64 bits, were it multiplied by 4096 without a check
for segment in "120 $exa $exa" "120 0 $exa" "$exa 4096 4096" "-4096 8192 8192" "120 -1 -1" \
    "-1 0 -1" "120 4096 $((1 << 42))" "120 $((pages60 + 4096)) 4096"; do
    # shellcheck disable=SC2086
    elf $segment >"$work/bad"
    survives 3 "$BALLAST" scan "$work/bad"
    convert 3 --at 0 --key k "$work/bad"
done
{ little 4 $((0x4c694d45)) 1 && little 8 0 $((exa - 1)) 0 && head -c 4096 /dev/zero; } >"$work/bad"
survives 3 "$BALLAST" scan "$work/bad"
printf '0-%x\n' $((exa - 1)) >"$work/bad.ranges"
survives 3 "$BALLAST" scan --raw "$work/bad"
rm "$work/bad.ranges"
survives 3 "$BALLAST" scan --buddies $exa,little "$work/bad"
survives 3 "$BALLAST" scan --buddies 0,little,$exa "$work/bad"
# A gap of 2^40 bytes, of which nothing is stored.
limit=unlimited
truncate -s 1T "$work/bad"
survives 3 "$BALLAST" scan --raw "$work/bad"
survives 3 "$BALLAST" scan --hashes "$work/bad"
survives 3 "$BALLAST" scan "$work/bad"
rm "$work/bad"
limit=$few
# pgt: 2^32 - 1 pages; a window of 2^32 - 1 records.
{ printf 'PGTR1\0\0\0' && little 4 -1 1000 1 0 && little 8 1 1 1 && little 4 0 0; } >"$work/bad"
convert 3 "$work/bad"
{ printf 'PGTR1\0\0\0' && little 4 100 1000 1 1 && little 8 1 1 1 && little 4 -1 -1; } >"$work/bad"
convert 3 "$work/bad"
# lcs: 2^60 requests of 2^60 bytes, and none there.
{ head -c 24 "$work/whole.lcs" && little 8 $exa $exa $exa && tail -c +49 "$work/whole.lcs" | head -c 8144; } >"$work/bad"
convert "0 3" "$work/bad"
# Native: a recording of 356 bytes whose one page is number 2^30 - 1.
for format in native lcs oracleGeneral csv; do
    convert 0 --to $format $corpus/native/page_far_out
done
convert 0 --merge 1 $corpus/native/page_far_out
# DAMON: 2^32 - 1 regions; one region of all addresses.
{ printf 'damon_recfmt_ver' && little 4 2 && little 8 1 1 && little 4 1 && little 8 1 && little 4 -1; } >"$work/bad"
convert 3 "$work/bad"
printf 'kdamond.0 1 [0] 7.5: damon:damon_aggregated: target_id=0 nr_regions=1 0-18446744073709551615: 20 1\n' >"$work/bad"
convert 3 "$work/bad"
printf 'kdamond.0 1 [0] 7.5: damon:damon_aggregated: target_id=0 nr_regions=18446744073709551615 0-4096: 20 1\n' >"$work/bad"
convert "0 3" "$work/bad"
# zstd: a frame that says it is 2^60 bytes; 2 GB of zeroes in a few kilobytes.
{ printf '\x28\xb5\x2f\xfd\xe0' && little 8 $exa && head -c 100 /dev/zero; } >"$work/bad"
convert 3 "$work/bad"
survives 3 "$BALLAST" scan --hashes "$work/bad"
# Deep nesting, a line without end.
{ printf '[{"snapshots": ' && head -c 100000 /dev/zero | tr '\0' '['; } >"$work/bad"
convert 3 --from damon-json "$work/bad"
head -c 3000000 /dev/zero | tr '\0' '1' >"$work/bad"
for format in lackey csv damon-text damon-json; do
    convert 3 --from $format "$work/bad"
done
limit=$some
truncate -s 1T "$work/bad.ranges"
survives 3 "$BALLAST" scan --raw "$work/bad"
rm "$work/bad.ranges"
limit=$few

# ---- statistics

series() { survives "$1" "$BALLAST" trace series "$2" "$work/made.btr"; }
esxtop() { printf '"(PDH-CSV 4.0) (UTC)(0)","\\\\h\\Group Memory(7:web)\\Touched MBytes"\n%s' "$1"; }
row='"11/23/2026 23:59:55","30"'
esxtop "$row" >"$work/whole"
series 0 "$work/whole"
for cut in 3 30 60 $(($(stat -c %s "$work/whole") - 1)) $(($(stat -c %s "$work/whole") - 8)); do
    copy "$work/whole" $cut
    series 3 "$work/bad"
done
series 3 /dev/zero # a line without end
{ esxtop '' && yes '' | head -1000000; } >"$work/bad"
series 3 "$work/bad" # no row, said in many lines
yes '' | head -1000000 >"$work/bad"
series 3 "$work/bad"
nothing_left "damaged statistics"

# ---- what is no file

mkfifo "$work/pipe"
: >"$work/empty"
for path in "$work/none" "$work" "$work/pipe" "$work/empty" /dev/null; do
    survives 3 "$BALLAST" trace info "$path"
    survives 3 "$BALLAST" scan "$path"
    survives 3 "$BALLAST" scan --raw "$path"
    convert 3 --at 0 --key k "$path"
    survives 2 "$BALLAST" run "$path" --db "$work/made.db"
    survives 4 "$BALLAST" verify --db "$path"
    survives 4 "$BALLAST" plot --db "$path" --out "$work/made"
    survives 3 "$BALLAST" merge "$work/made.db" "$path"
    nothing_left "$path"
    [ "$path" != "$work/pipe" ] || continue # waits for a second each time
    survives 3 "$BALLAST" trace cat "$path"
    survives 3 "$BALLAST" replay "$path"
    survives 3 "$BALLAST" trace series "$path" --metric active
    convert 3 "$path"
done
# A writer that comes is waited for, and its words are read.
cat $corpus/lackey/short >"$work/pipe" &
survives 0 "$BALLAST" trace info "$work/pipe"
wait $!

# ---- experiments and the files that they name

limit=$some
small=tests/cli/small.yaml
# experiment WORKLOAD: its second VM does this instead
experiment() {
    sed -e "/^      dbench:/,/most_operations/d" -e "/^  - name: busy/,\$s|^    workload:|&\n      $1|" \
        $small >"$work/bad.yaml"
}
run() { survives "$1" "$BALLAST" run "${2:-$work/bad.yaml}" --set duration_s=40 --seed 1 --db "$work/made.db"; }
experiment "idle: {}"
run 0
rm "$work/made.db"
for cut in 1 100 400 600; do
    copy "$work/bad.yaml" $cut
    run 2 "$work/bad"
    nothing_left "an experiment that is cut"
done
for text in '\0' '\xff\xfe' '[[[[' '{}' '- 1' '&a [*a]' '*a' '!!binary x' '%YAML 9.9' '? {a: b}' 'a: |' "$(printf '[%.0s' {1..3000})"; do
    # shellcheck disable=SC2059
    printf -- "${text//%/%%}" >"$work/bad"
    run 2 "$work/bad"
done
truncate -s 1T "$work/bad"
run 2 "$work/bad"
# A table with many columns and many lines is no large one.
{ head -c 60000 /dev/zero | tr '\0' ',' && yes '' | head -60000; } >"$work/bad.csv"
experiment "toucher: {schedule: bad.csv}"
run 3
truncate -s 1T "$work/bad.csv"
run 3
experiment "dbench: {clients: 1, loadfile: bad.load}"
printf 'WriteX 1 0 4294967295 4294967295 NT_STATUS_OK\n' >"$work/bad.load"
run 3
truncate -s 1T "$work/bad.load"
survives "2 3" "$BALLAST" run "$work/bad.yaml" --db "$work/made.db"
experiment "trace: {file: bad.btr}"
head -c 1000 traces/samples/A1.btr >"$work/bad.btr"
run 3
for key in memory_mb=1e18 memory_mb=-1 memory_mb=nan memory_mb=inf memory_mb= shares=4294967296 \
    nothing=1 boot.early_s=1e300 dbench.clients=1e9; do
    survives 2 "$BALLAST" run $small --set vm.busy.$key --db "$work/made.db"
done
nothing_left "experiments"

# ---- databases

"$BALLAST" run $small --set duration_s=10 --seed 1 --db "$work/whole.db" >/dev/null || fail "no database to begin with"
bytes=$(stat -c %s "$work/whole.db")
for cut in 1 100 1024 4096 5000 $((bytes / 2)); do
    copy "$work/whole.db" $cut
    survives 4 "$BALLAST" verify small --db "$work/bad"
    survives 4 "$BALLAST" plot --db "$work/bad" --out "$work/made"
    survives 3 "$BALLAST" merge "$work/made.db" "$work/bad"
    nothing_left "a database that is cut"
done
for at in 0 16 18 28 44 56 60; do
    flip "$work/whole.db" $at
    survives "0 3" "$BALLAST" merge "$work/made.db" "$work/bad"
    rm -f "$work"/made.db*
done

finish robust
