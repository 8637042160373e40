# The paper's Figure 5: sharing in three production systems, here over the hours that finding it takes.
width = 1100
height = 430
load style
theirs = folder . "/paper_series.csv"

# The paper gives one number for each curve.
array shared[3]
array reclaimed[3]
set datafile separator ","
set table $none
plot theirs skip 2 using (shared[int($1)] = $2):(reclaimed[int($1)] = $3) with table
unset table
set datafile separator "\t"

set multiplot
set yrange [0:50<*]
set ytics 10
set xrange [0:8.4]
set xtics 2
set xlabel "hours"
set ylabel "% of all VM memory"
do for [n=1:3] {
    eval panel(70 + 292 * (n - 1), 310 + 292 * (n - 1), 46, 350)
    set label 1 heading(exists("system_" . word("a b c", n)) ? value("system_" . word("a b c", n)) : word("A B C", n)) @above
    if (n == 2) {
        unset label 99
        unset ylabel
    }
    if (n == 3) {
        set key @beside
    }
    plot data using "hours":word("a_shared b_shared c_shared", n) with linespoints lt 1 @marks title "shared", \
         shared[n] with lines ls 11 title "shared, paper", \
         data using "hours":word("a_reclaimed b_reclaimed c_reclaimed", n) with linespoints lt 3 @marks title "reclaimed", \
         reclaimed[n] with lines ls 13 title "reclaimed, paper"
}
unset multiplot
