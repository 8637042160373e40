# The paper's Figure 4: sharing by number of identical VMs; and how fast the scanner finds it.
width = 1100
height = 480
load style
theirs = folder . "/paper_series.csv"
set datafile separator ","
set table $paper
plot theirs skip 2 using 1:3:4:5 with table
unset table
set datafile separator "\t"

set multiplot
set tmargin screen 0.90
set bmargin screen 0.13
set lmargin screen 0.065
set rmargin screen 0.465
set xrange [0.5:10.5]
set yrange [0:420]
set xtics 1
set ytics 100
set xlabel "virtual machines of 40 MB" textcolor rgb ink
set ylabel "MB" offset 1.5 textcolor rgb ink
set label 1 heading("Found after 30 minutes") at graph 0, graph 1.06 textcolor rgb ink
set label 2 "all VM memory" at graph 1.01, first 388 textcolor rgb ink
set label 3 "shared" at graph 1.01, first 264 textcolor lt 1
set label 4 "reclaimed" at graph 1.01, first 234 textcolor lt 3
set label 5 "zero pages" at graph 1.01, first 26 textcolor lt 2
set label 6 "grey circles: the paper" at graph 0.03, graph 0.95 textcolor rgb paper
plot data index 0 using "vms":"memory" with lines lc rgb ink lw 1.4, \
     '' index 0 using "vms":"shared" with lines lt 1, \
     '' index 0 using "vms":"reclaimed" with lines lt 3, \
     '' index 0 using "vms":"zero" with lines lt 2, \
     $paper using 1:2 with points ls 13, '' using 1:3 with points ls 13, '' using 1:4 with points ls 13

set lmargin screen 0.615
set rmargin screen 0.915
set xrange [0:30]
set yrange [0:100]
set xtics 10
set ytics 25
set xlabel "minutes from the workload's start"
set ylabel "% of the zero pages" offset 1 textcolor rgb ink
set label 1 heading("How fast: 50 pages/s for each VM, 200 in all")
set label 2 "1 VM" at first 0.8, first 95 textcolor lt 1
set label 3 "10 VMs" at first 9.3, first 75 textcolor lt 2
set label 4 "grey: random pages of all memory," at first 9, first 20 textcolor rgb paper
set label 5 "time constants of 205 and 512 s" at first 9, first 13 textcolor rgb paper
unset label 6
plot 100 * (1 - exp(-x * 60 / 205)) with lines ls 11, \
     100 * (1 - exp(-x * 60 / 512)) with lines ls 11, \
     data index 1 using "minutes":"one" with lines lt 1, \
     '' index 1 using "minutes":"ten" with lines lt 2
unset multiplot
