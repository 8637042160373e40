# Four real Linux VMs of today beside the paper's Figure 4; and how soon the scanner finds what there is.
width = 1150
height = 500
load style
theirs = folder . "/../fig4_sharing/paper_series.csv"
set datafile separator ","
set table $paper
plot theirs skip 2 using 1:6:7 with table
unset table
set datafile separator "\t"

set multiplot
set tmargin screen 0.90
set bmargin screen 0.13
set yrange [0:80]
set ytics 20

set lmargin screen 0.06
set rmargin screen 0.42
set xrange [0.7:4.3]
set xtics 1
set xlabel "VMs" textcolor rgb ink
set ylabel "% of the VMs' memory" offset 1 textcolor rgb ink
set label 1 heading("Four real Linux VMs of today, after 30 minutes") at graph 0, graph 1.06 textcolor rgb ink
set label 2 "shared" at graph 1.01, first 65.5 textcolor lt 1
set label 3 "reclaimed" at graph 1.01, first 52.5 textcolor lt 2
set label 4 "grey circles:\nthe paper's Figure 4" at first 2.65, first 14 textcolor rgb paper
set label 5 "dots: all that could\nbe shared" at first 0.85, first 74 textcolor rgb ink
plot data index 0 using "vms":"best_shared" with lines lw 1.5 dt (2,3) lc rgb ink, \
     '' index 0 using "vms":"best_saved" with lines lw 1.5 dt (2,3) lc rgb ink, \
     '' index 0 using "vms":"shared" with linespoints lt 1 pt 7, \
     '' index 0 using "vms":"saved" with linespoints lt 2 pt 7, \
     $paper using 1:2 with points ls 13, \
     '' using 1:3 with points ls 13

unset label
set lmargin screen 0.56
set rmargin screen 0.92
set xrange [0:60]
set xtics 10
set yrange [0:60]
set xlabel "minutes" textcolor rgb ink
set ylabel "reclaimed, % of the VMs' memory"
set label 1 heading("How soon: 50 pages/s scanned in each VM") at graph 0, graph 1.06 textcolor rgb ink
set label 2 "4 VMs" at graph 1.01, first 53 textcolor lt 2
set label 3 "2 VMs" at graph 1.01, first 40.5 textcolor lt 3
set label 4 "1 VM" at graph 1.01, first 16.8 textcolor lt 4
plot data index 1 using "minutes":"best_four" with lines lw 1.5 dt (2,3) lc rgb ink, \
     '' index 1 using "minutes":"best_two" with lines lw 1.5 dt (2,3) lc rgb ink, \
     '' index 1 using "minutes":"best_one" with lines lw 1.5 dt (2,3) lc rgb ink, \
     '' index 1 using "minutes":"four" with lines lt 2, \
     '' index 1 using "minutes":"two" with lines lt 3, \
     '' index 1 using "minutes":"one" with lines lt 4
unset multiplot
