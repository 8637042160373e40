# Sharing of four recorded VMs over time, beside the exact optimum of each moment; and what is shared
# in the end, by the number of VMs, beside the paper's Figure 4.
height = 900
load style
theirs = folder . "/paper_series.csv"

set datafile separator ","
set table $paper_points
plot theirs skip 2 using 1:6:7 with table
unset table
set datafile separator "\t"

set multiplot layout 3,1 margins 0.085,0.80,0.08,0.95 spacing 0.05,0.11
set ylabel "MB" offset 1 textcolor rgb ink
set yrange [0:400]
set ytics 100

set label 3 "shared" at graph 1.01, first 336 textcolor lt 1
set label 4 "saved" at graph 1.01, first 272 textcolor lt 2
set label 5 "saved between VMs" at graph 1.01, first 185 textcolor lt 3
set label 6 "saved within VMs" at graph 1.01, first 97 textcolor lt 4
set label 7 "zero pages" at graph 1.01, first 45 textcolor lt 5
set label 8 "dotted: the optimum" at graph 1.01, first 390 textcolor rgb ink

do for [block = 0:1] {
    set label 1 heading(block == 0 ? "Four VMs, 500 pages/s scanned per VM" \
                                   : "Four VMs, 50 pages/s scanned per VM") \
        at graph 0, graph 1.09 textcolor rgb ink
    if (block == 1) { set xlabel "minutes" textcolor rgb ink offset 0,0.5 }
    plot data index block using "minutes":"shared" with lines lt 1, \
         '' index block using "minutes":"saved" with lines lt 2, \
         '' index block using "minutes":"inter" with lines lt 3, \
         '' index block using "minutes":"self" with lines lt 4, \
         '' index block using "minutes":"zero" with lines lt 5, \
         '' index block using "minutes":"best_shared" with lines lw 1.5 dt (2,3) lc rgb ink, \
         '' index block using "minutes":"best_saved" with lines lw 1.5 dt (2,3) lc rgb ink
}

unset label
set label 1 heading("At the end, by the number of VMs") at graph 0, graph 1.09 textcolor rgb ink
set label 3 "shared" at graph 1.01, first 66 textcolor lt 1
set label 4 "saved" at graph 1.01, first 55 textcolor lt 2
set label 5 "grey: the paper's\nFigure 4" at graph 1.01, first 38 textcolor rgb paper
set xlabel "VMs" textcolor rgb ink offset 0,0.5
set ylabel "% of the VMs' memory" offset 1 textcolor rgb ink
set xrange [0.8:10.2]
set yrange [0:80]
set ytics 20
set xtics 1
plot $paper_points using 1:2 with points ls 13, \
     '' using 1:3 with points ls 13, \
     data index 2 using "vms":"shared" with linespoints lt 1 pt 7, \
     '' index 2 using "vms":"saved" with linespoints lt 2 pt 7
unset multiplot
