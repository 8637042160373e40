# The paper's Figure 7: allocation and estimated active memory of both VMs.
load style
theirs = folder . "/paper_series.csv"
change = 1854 / 60.0

set multiplot layout 2,1 margins 0.085,0.81,0.09,0.94 spacing 0.05,0.10
set xrange [0:60]
set yrange [0:270]
set ytics 50
set xtics 10
set ylabel "MB" offset 1 textcolor rgb ink
set arrow 1 from change, graph 0 to change, graph 1 nohead lc rgb ink lw 1 dt (2,2)

set label 1 heading("Windows 2000, idle after its boot") at graph 0, graph 1.07 textcolor rgb ink
set label 2 "tax 0%" right at change - 0.7, graph 0.93 textcolor rgb ink
set label 6 "tax 75%" at change + 0.7, graph 0.93 textcolor rgb ink
set label 3 "allocated" at graph 1.01, first 108 textcolor lt 1
set label 4 "active (estimate)" at graph 1.01, first 14 textcolor lt 2
set label 5 "grey: the paper" at graph 1.01, first 250 textcolor rgb paper
set datafile separator ","
set table $paper_windows
plot theirs skip 2 using ($1/60):2:3 with table
set table $paper_linux
plot theirs skip 2 using ($1/60):4:5 with table
unset table
set datafile separator "\t"

plot $paper_windows using 1:2 with lines ls 11, \
     '' using 1:3 with lines ls 12, \
     data using "minutes":"windows_alloc" with lines lt 1, \
     '' using "minutes":"windows_active" with lines lt 2

set label 1 heading("Linux, 40 dbench clients from 7.8 min on")
unset label 2
unset label 6
unset label 5
set label 3 "allocated" at graph 1.01, first 246 textcolor lt 1
set label 4 "active (estimate)" at graph 1.01, first 200 textcolor lt 2
set xlabel "minutes" textcolor rgb ink
plot $paper_linux using 1:2 with lines ls 11, \
     '' using 1:3 with lines ls 12, \
     data using "minutes":"linux_alloc" with lines lt 1, \
     '' using "minutes":"linux_active" with lines lt 2
unset multiplot
