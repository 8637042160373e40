#!/usr/bin/env bash
# `ballast replay` against miss counts by another program, over three recordings and twelve sizes (replay.golden: recording, policy,
# pages of memory, misses), and against an awk script here; its forms, its database, its figure, and what it refuses.
. "$(dirname "$0")/expect.sh"

replay() {
    "$BALLAST" replay "$@"
}

# ---- miss counts

# Recording, policy, pages, misses of each row.
rows_of() {
    local name=$1
    shift
    replay "traces/samples/$name.btr" --as-csv "$@" 2>"$work/err" | awk -F, -v name="$name" 'NR > 1 { print name, $1, $3, $5 }'
}
for name in T1 E1 idle; do
    sizes=$(awk -v name=$name '$1 == name && $2 == "lru" { printf "%s%s", n++ ? "," : "", $3 }' tests/cli/replay.golden)
    equal "misses of $name" "$(grep "^$name " tests/cli/replay.golden)" "$(rows_of $name --policy lru,clock,fifo --memory "$sizes")"
done

# LRU by awk: a page's age is the number of its last touch, and the oldest page leaves.
"$BALLAST" trace cat traces/samples/idle.btr 2>"$work/err" | awk '$2 == "touch" { print $3 }' | head -20000 >"$work/pages"
for memory in 1 7 50; do
    expected=$(awk -v memory=$memory '{
        if (!($1 in last)) { misses++; if (used == memory) { oldest = ""; for (page in last) if (oldest == "" || last[page] < last[oldest]) oldest = page; delete last[oldest] } else used++ }
        last[$1] = NR } END { print misses }' "$work/pages")
    found=$(awk '{ print NR "," $1 }' "$work/pages" | replay /dev/stdin --csv time-col=1,obj-id-col=2 --memory $memory --as-csv 2>"$work/err" | awk -F, 'NR == 2 { print $5 }')
    equal "misses of LRU by awk, $memory pages" "$expected" "$found"
done

# The same requests in other formats, plain and compressed, have the same misses.
awk 'BEGIN { print "time,obj_id" } { print NR "," $1 }' "$work/pages" >"$work/t.csv"
same=$(replay "$work/t.csv" --policy lru,clock,esx,opt --memory 10%,50% --as-csv 2>"$work/err")
for format in oracleGeneral oracleGeneral.zst lcs btr; do
    check "$format" "$BALLAST" trace convert "$work/t.csv" "$work/t.$format"
    equal "$format" "$same" "$(replay "$work/t.$format" --policy lru,clock,esx,opt --memory 10%,50% --as-csv 2>"$work/err")"
done
equal "a pipe" "$same" "$(replay /dev/stdin --policy lru,clock,esx,opt --memory 10%,50% --as-csv <"$work/t.oracleGeneral" 2>"$work/err")"
zstd -q -c "$work/t.csv" >"$work/t.csv.zst"
equal "compressed" "$same" "$(replay "$work/t.csv.zst" --policy lru,clock,esx,opt --memory 10%,50% --as-csv 2>"$work/err")"

# A seed gives the same misses again.
equal "a seed" "$(rows_of T1 --policy random,esx --seed 7)" "$(rows_of T1 --policy random,esx --seed 7)"
checks=$((checks + 1))
[ "$(rows_of T1 --policy random --seed 7)" != "$(rows_of T1 --policy random --seed 8)" ] || fail "seeds 7 and 8 have the same misses"

# ---- forms

T1=traces/samples/T1.btr
expect 0 '776968 touches of 32526 pages (127 MB)' "$BALLAST" replay $T1
expect 0 'no miss ratio is below 0.04186' "$BALLAST" replay $T1
expect 0 'lru        10%   3252   12.7  227479      0.2928' "$BALLAST" replay $T1
expect 0 '"misses": 227479,' "$BALLAST" replay $T1 --json
expect 0 '| lru | 10% | 3252 | 12.7 | 227479 | 0.2928 |' "$BALLAST" replay $T1 --markdown
equal "JSON" 4 "$(replay $T1 --policy lru,clock --json 2>"$work/err" | grep -c '"miss_ratio"')"
equal "left out" 1 "$(replay $T1 2>&1 >"$work/out" | grep -c '316668 new contents')"
for form in '' --curve; do
    # shellcheck disable=SC2086
    equal "columns $form" '' "$(replay $T1 $form --policy lru,clock,esx-clock 2>"$work/err" | awk 'length > 80')"
done
expect 0 'Mean distance from exact over these sizes: shards' "$BALLAST" replay $T1 --curve
expect 0 'memory_pages,memory_pct,memory_mb,exact,aet' "$BALLAST" replay $T1 --curve --estimate exact,aet --as-csv
equal "a curve is LRU" "$(rows_of T1 --memory 1000 | awk '{ printf "%.9f", $4 / 776968 }')" \
    "$(replay $T1 --curve --estimate exact --memory 1000 --as-csv 2>"$work/err" | awk -F, 'NR == 2 { printf "%.9f", $4 }')"
expect 0 'shards' "$BALLAST" replay $T1 --curve --estimate shards --rate 1% --memory 50%

# ---- the database and the figure

expect 0 '' "$BALLAST" replay $T1 --policy lru,opt --memory 10%,50% --db "$work/r.db" --plot "$work/r.svg"
equal "runs" 4 "$(sqlite3 "$work/r.db" "SELECT count(*) FROM run WHERE experiment = 'replay' AND status = 'done'")"
equal "misses in the database" 227479 "$(sqlite3 "$work/r.db" "SELECT CAST(value AS INTEGER) FROM result JOIN run USING (run_id) \
    WHERE metric = 'misses' AND variant = 'trace=T1.btr,policy=lru,memory_pages=3252'")"
expect 0 '' "$BALLAST" replay $T1 --policy lru,opt --memory 10%,50% --db "$work/r.db"
equal "the same again replaces" 4 "$(sqlite3 "$work/r.db" "SELECT count(*) FROM run")"
expect 0 '' "$BALLAST" replay $T1 --curve --db "$work/r.db"
equal "with a curve" 52 "$(sqlite3 "$work/r.db" "SELECT count(*) FROM run")"
expect 0 'trace=T1.btr,policy=lru,memory_pages=3252' "$BALLAST" show replay --db "$work/r.db"
equal "a figure" 1 "$(grep -c '<svg' "$work/r.svg")"
grep -q '>opt<' "$work/r.svg" || fail "the figure does not name opt"
for end in png pdf; do
    check "$end" "$BALLAST" replay $T1 --plot "$work/r.$end"
    [ -s "$work/r.$end" ] || fail "no figure r.$end"
done
# A file's name is data.
cp $T1 "$work/a,b=\`touch pwned\`<script>.btr"
check "an odd name" "$BALLAST" replay "$work/a,b=\`touch pwned\`<script>.btr" --plot "$work/odd.svg" --db "$work/odd.db"
checks=$((checks + 1))
if [ -e pwned ] || grep -q '<script>' "$work/odd.svg"; then fail "a name was run"; fi

# ---- what is refused

expect 2 "found '0'" "$BALLAST" replay $T1 --memory 0
expect 2 "found '101%'" "$BALLAST" replay $T1 --memory 101%
expect 2 "found 'ten'" "$BALLAST" replay $T1 --memory ten
expect 2 'at most the 32526 pages' "$BALLAST" replay $T1 --memory 1GB
expect 2 "did you mean 'clock'?" "$BALLAST" replay $T1 --policy clok
expect 2 "did you mean 'exact'?" "$BALLAST" replay $T1 --curve --estimate exakt
expect 2 'a share of 0.000001 to 1' "$BALLAST" replay $T1 --curve --rate 0
expect 2 'pages of 4096 bytes' "$BALLAST" replay $T1 --page-bytes 8192
expect 2 'object of unknown size' "$BALLAST" replay "$work/t.oracleGeneral" --memory 1MB
expect 0 'lru' "$BALLAST" replay "$work/t.oracleGeneral" --memory 1MB --page-bytes 4096
expect 2 'ends in .svg, .png or .pdf' "$BALLAST" replay $T1 --plot "$work/r.gif"
expect 3 'needs a trace with touches' "$BALLAST" replay traces/samples/A1.btr
expect 3 '' "$BALLAST" replay tests/cli/replay.sh
expect 3 'cannot open' "$BALLAST" replay "$work/none"
expect 4 '' "$BALLAST" replay $T1 --db "$work/no/such/r.db"
head -c 1000 $T1 >"$work/cut.btr"
expect 3 'cut.btr' "$BALLAST" replay "$work/cut.btr"
expect 3 'cut.btr' "$BALLAST" replay "$work/cut.btr" --memory 5 --db "$work/cut.db"
checks=$((checks + 1))
[ ! -e "$work/cut.db" ] || fail "a damaged recording left a database"
expect 2 'expected a recording' "$BALLAST" replay

finish "replay"
