#!/usr/bin/env bash
# Figures of any run and any sweep: what is drawn, and that no name of a user is taken for a command.
. "$(dirname "$0")/expect.sh"
small=tests/cli/small.yaml
plot() { "$BALLAST" plot "$@"; }

check "four runs" "$BALLAST" sweep $small --set duration_s=40 --vary policy.idle_tax=0,0.5 --db "$work/a.db" --quiet
check "two runs as the file has them" "$BALLAST" run $small --db "$work/b.db" --quiet

# ---- A run

expect 0 "$work/fig/small.svg" plot $small --db "$work/b.db" --out "$work/fig"
for text in '>Two small VMs<' '>All VMs together, on 96 MB<' '>idle: windows-2000, idle<' '>busy: linux-2.4, dbench<' \
    '>State of free memory<' '>MB<' '>seconds<' '>allocated<' '>balloon<' 'seed 1 of 2 runs, seeds 1 to 2<'; do
    check "the figure of a run has $text" grep -q "$text" "$work/fig/small.svg"
done
equal "a panel of four quantities and the size for the sum and each VM" 3 \
    "$(grep -c '<title>swapped</title>' <(sed '/gnuplot_plot_1d/,$d' "$work/fig/small.svg"))"
expect 0 "small-run.svg" plot $small --db "$work/b.db" --out "$work/fig" --as run --vm busy --seed 2
equal "one VM alone" 0 "$(grep -c 'together' "$work/fig/small-run.svg")"
check "and the other seed" grep -q 'seed 2 of 2 runs' "$work/fig/small-run.svg"
expect 0 "small-run.svg" plot $small --db "$work/b.db" --out "$work/fig" --as run --all-seeds
check "all seeds have a range" grep -q 'allocated, range' "$work/fig/small-run.svg"
check "and say so" grep -q 'mean and range of 2 runs' "$work/fig/small-run.svg"
for columns in 80 60; do
    expect 0 "busy: linux-2.4, dbench" env COLUMNS=$columns "$BALLAST" plot $small --db "$work/b.db" --terminal
    equal "no line is wider than $columns" "" "$(tr -d '\f' <"$work/out" | awk -v most=$columns 'length > most')"
done

# ---- A sweep

expect 0 "$work/fig/small.svg" plot $small --db "$work/a.db" --out "$work/fig"
for text in 'throughput of busy, MB/s<' '>policy.idle_tax<' 'mean and 95% interval of 2 runs of each of 2 variants'; do
    check "the figure of a sweep has $text" grep -q "$text" "$work/fig/small.svg"
done
expect 0 "small-sweep.svg" plot $small --db "$work/a.db" --out "$work/fig" --as sweep --metric balloon_mb --vm idle
check "what was asked for" grep -q '>balloon_mb of idle, MB<' "$work/fig/small-sweep.svg"
expect 0 "small-run-duration_s=40,policy.idle_tax=0.svg" plot $small --db "$work/a.db" --out "$work/fig" \
    --as run --variant duration_s=40,policy.idle_tax=0
check "two keys of three values" "$BALLAST" sweep $small --set duration_s=10 --vary policy.idle_tax=0,0.25,0.5 \
    --vary vm.busy.shares=100,200,400 --set seeds=1 --db "$work/c.db" --quiet
expect 0 "small.svg" plot $small --db "$work/c.db" --out "$work/fig" --metric alloc_mb --format svg
check "are a heat map" grep -q '>vm.busy.shares<' "$work/fig/small.svg"

# ---- Own scripts beside an own file

mkdir "$work/own"
cp $small "$work/own/mine.yaml"
cat >"$work/own/plot.sql" <<END
SELECT run_id, seed FROM chosen;
SELECT 'label' AS variable, '=20 it''s "<b>" @ _x^2 {y} \`touch $work/hacked\`' || char(10) || 'system("touch $work/hacked")' AS text;
END
cat >"$work/own/plot.gp" <<'END'
load style
set label 1 label at graph 0.5, graph 0.5 noenhanced
plot data using "run_id":"seed" with points title label noenhanced
END
expect 0 "$work/fig/small.svg" plot "$work/own/mine.yaml" --db "$work/b.db" --out "$work/fig"
check "an own script is used" grep -qF "=20 it's" "$work/fig/small.svg"
expect 0 "small-run.svg" plot "$work/own/mine.yaml" --as run --db "$work/b.db" --out "$work/fig"

# ---- Names of users neither break a figure nor run anything

cat >"$work/title" <<END
title: "'; system('touch $work/hacked'); '<script>&\`touch $work/hacked\` @x _y {z \\\\n\\""
END
sed -e "/^title:/{r $work/title" -e 'd}' $small >"$work/evil.yaml"
check "a run with a wild title" "$BALLAST" run "$work/evil.yaml" --seed 1 --db "$work/evil.db" --quiet
sqlite3 "$work/evil.db" "UPDATE run SET variant = 'k=''; system(\"touch $work/hacked\"); ''<i>' || char(10) || char(9) || '\"@_{\`touch $work/hacked\`'"
for as in run sweep; do
    for format in svg png pdf; do
        expect 0 "small-$as.$format" plot "$work/evil.yaml" --as $as --db "$work/evil.db" --out "$work/fig" --format $format
    done
    expect 0 "" plot "$work/evil.yaml" --as $as --db "$work/evil.db" --terminal
done
equal "nothing was run" no "$([ -e "$work/hacked" ] && echo yes || echo no)"
check "the title is as it is" grep -q "system('touch $work/hacked'); '&lt;script>&amp;" "$work/fig/small-run.svg"
if command -v xmllint >/dev/null; then
    check "the SVG is well formed" xmllint --noout "$work/fig/small-run.svg" "$work/fig/small-sweep.svg"
fi

# ---- Names of files are no commands, and a full disk is told

plot() { (cd "$work" && "$BALLAST" plot small.yaml "$@"); }
cp $small "$work/small.yaml"
touch="touch $work/hacked;#"
expect 0 "|$touch/small.svg" plot --db b.db --out "|$touch"
mkdir -p "$work/<$touch"
expect 0 "fig/small.svg" env TMPDIR="<$touch" bash -c "cd '$work' && '$BALLAST' plot small.yaml --db b.db --out fig"
(cd "$work" && TMPDIR="|$touch" BALLAST="$BALLAST" BALLAST_HOME="$OLDPWD" "$BALLAST" report small.yaml --db b.db) >/dev/null 2>&1
equal "nothing was run" "" "$(ls "$work/hacked" 2>/dev/null)"
plot() { "$BALLAST" plot "$@"; }
mkdir "$work/full"
for format in svg png pdf; do # a limit of the size of files stands for a disk that is full
    expect 4 "$work/full/small.$format: cannot be written: " \
        bash -c "ulimit -f 12 && '$BALLAST' plot $small --db '$work/b.db' --out '$work/full' --format $format"
done
expect 4 "$work/full/page.html: cannot be written: " \
    bash -c "ulimit -f 12 && '$BALLAST' report $small --db '$work/b.db' -o '$work/full/page.html'"
equal "nothing half-drawn is left" "" "$(ls "$work/full")"

# ---- What cannot be drawn

expect 2 "--seed or --all-seeds, found both" plot $small --seed 1 --all-seeds --db "$work/b.db"
expect 2 "--terminal or --open, found both" plot $small --terminal --open --db "$work/b.db"
expect 2 "--as: expected own, run or sweep" plot $small --as heat --db "$work/b.db"
expect 2 "(did you mean 'throughput'?)" plot $small --as sweep --metric thruput --db "$work/b.db"
expect 2 "(did you mean 'busy'?)" plot $small --as run --vm bsuy --db "$work/b.db"
expect 2 "found neither; --as run" plot $small --as own --db "$work/b.db"
expect 4 "xdg-open: expected" env PATH="$work/none:/usr/bin" DISPLAY= BROWSER=false \
    "$BALLAST" plot $small --open --db "$work/b.db" --out "$work/fig"
sqlite3 "$work/b.db" "UPDATE run SET status = 'running'"
expect 2 "expected a finished run of $small, found none" plot $small --db "$work/b.db"
sqlite3 "$work/b.db" "UPDATE run SET status = 'done'; DELETE FROM series_value; DELETE FROM result; DELETE FROM series_curve"
for as in run sweep; do
    expect 3 "expected rows to draw, found none" plot $small --as $as --db "$work/b.db" --out "$work/empty"
done
equal "nothing half-drawn is left" "" "$(ls "$work/empty" 2>/dev/null)"

finish plot
