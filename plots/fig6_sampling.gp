# The paper's Figure 6: estimates of a VM's active memory while a program touches a known amount.
width = 980
height = 984
load style
theirs = folder . "/paper_series.csv"
schedule = folder . "/toucher.csv"

set datafile separator ","
set table $paper
plot theirs skip 2 using ($1/60):2:3:4:5 with table
set table $toucher
plot schedule skip 4 using ($1/60):2 with table
unset table
set datafile separator "\t"

set multiplot
set key @beside
set xrange [0:40]
set yrange [0:310<*]
set xtics 5
set ytics 50
set ylabel "MB"
set style fill transparent solid 0.22 noborder

eval panel(76, 730, 42, 280)
set label 1 heading("Estimate: the highest of the three averages; " . guest) @above
plot data index 0 using "minutes":"highest_low":"highest_high" with filledcurves lt 1 title "95% of the runs", \
     $toucher using 1:2 with steps ls 31 title "toucher (input)", \
     data index 1 using "minutes":"highest" with linespoints lt 3 lw 1.4 @marks title "estimate, " . other_guest, \
     data index 0 using "minutes":"highest" with linespoints lt 1 @marks title "estimate, mean", \
     $paper using 1:5 with lines ls 11 title "estimate, paper"

unset label 99
eval panel(76, 730, 350, 588)
set label 1 heading("Slow and fast average")
plot data index 0 using "minutes":"fast_low":"fast_high" with filledcurves lt 2 title "fast, 95% of the runs", \
     data index 0 using "minutes":"slow_low":"slow_high" with filledcurves lt 4 title "slow, 95% of the runs", \
     data index 0 using "minutes":"fast" with linespoints lt 2 @marks title "fast, mean", \
     $paper using 1:4 with lines ls 12 title "fast, paper", \
     data index 0 using "minutes":"slow" with linespoints lt 4 @marks title "slow, mean", \
     $paper using 1:3 with lines ls 14 title "slow, paper"

eval panel(76, 730, 658, 896)
set label 1 heading(sprintf("Estimate and truth, the pages really touched in the last %s s", period_s))
set xlabel "minutes"
plot data index 0 using "minutes":"truth" with steps ls 31 lw 1.8 title "truth", \
     data index 0 using "minutes":"highest" with linespoints lt 1 @marks title "estimate, mean"
unset multiplot
