# The paper's Figure 6: estimates of a VM's active memory while a program touches a known amount.
height = 900
load style
theirs = folder . "/paper_series.csv"
schedule = folder . "/toucher.csv"
end = 1657.5 / 60

set datafile separator ","
set table $paper
plot theirs skip 2 using ($1/60):2:3:4:5 with table
set table $toucher
plot schedule skip 4 using ($1/60):2 with table
unset table
set datafile separator "\t"

set multiplot layout 3,1 margins 0.085,0.83,0.065,0.955 spacing 0.05,0.075
set xrange [0:40]
set yrange [0:310]
set xtics 5
set ytics 50
set ylabel "MB" offset 1 textcolor rgb ink
set style fill transparent solid 0.22 noborder

set label 1 heading("Estimate: the highest of the three averages") at graph 0, graph 1.06 textcolor rgb ink
set label 2 "Windows zeroes all\nthat was freed" at end + 1.3, first 250 textcolor rgb ink
set label 3 "estimate: mean," at graph 1.01, first 105 textcolor lt 1
set label 4 "95% of the runs" at graph 1.01, first 80 textcolor lt 1
set label 5 "toucher (input)" at graph 1.01, first 46 textcolor rgb ink
set label 6 "no spike\nwith Linux" at 22.2, first 132 textcolor lt 3
set label 7 "grey: the paper" at graph 1.01, first 290 textcolor rgb paper
plot data index 0 using "minutes":"highest_low":"highest_high" with filledcurves lt 1, \
     $toucher using 1:2 with steps lc rgb ink lw 1.2, \
     data index 1 using "minutes":"highest" with lines lt 3 lw 1.2, \
     data index 0 using "minutes":"highest" with lines lt 1, \
     $paper using 1:5 with lines ls 11

unset label 2
unset label 6
unset label 7
set label 1 heading("Slow and fast average")
set label 3 "fast" at graph 1.01, first 66 textcolor lt 2
set label 4 "slow" at graph 1.01, first 36 textcolor lt 4
unset label 5
plot data index 0 using "minutes":"fast_low":"fast_high" with filledcurves lt 2, \
     '' index 0 using "minutes":"slow_low":"slow_high" with filledcurves lt 4, \
     '' index 0 using "minutes":"fast" with lines lt 2, \
     '' index 0 using "minutes":"slow" with lines lt 4, \
     $paper using 1:4 with lines ls 11, \
     $paper using 1:3 with lines ls 12

set label 1 heading("Estimate and truth, the pages really touched in the last 30 s")
set label 3 "estimate, mean" at graph 1.01, first 62 textcolor lt 1
set label 4 "truth" at graph 1.01, first 32 textcolor lt 5
set xlabel "minutes" textcolor rgb ink
plot data index 0 using "minutes":"truth" with steps lt 5, \
     '' index 0 using "minutes":"highest" with lines lt 1
unset multiplot
