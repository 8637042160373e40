# Four real Linux VMs of today beside the paper's Figure 4; and how soon the scanner finds what there is.
width = 1240
height = 512
load style
theirs = folder . "/../fig4_sharing/paper_series.csv"
set datafile separator ","
set table $paper
plot theirs skip 2 using 1:6:7 with table
unset table
set datafile separator "\t"

set multiplot
set key @beside
eval panel(72, 420, 46, 420)
set yrange [0:80<*]
set ytics 20
set xrange [0.7:4.3]
set xtics 1
set xlabel "VMs of " . vm_mb . " MB"
set ylabel "% of the VMs' memory"
set label 1 heading("Four Linux VMs of today, after 30 min") @above
plot data index 0 using "vms":"best_shared" with lines ls 32 title "all that could be", \
     data index 0 using "vms":"best_saved" with lines ls 32 notitle, \
     data index 0 using "vms":"shared" with linespoints lt 1 title "shared", \
     $paper using 1:2 with points ls 21 ps 1.6 * dot title "shared, paper", \
     data index 0 using "vms":"saved" with linespoints lt 2 title "reclaimed", \
     $paper using 1:3 with points ls 22 ps 1.6 * dot title "reclaimed, paper"

unset label 99
eval panel(694, 1060, 46, 420)
set xrange [0:60]
set xtics 10
set xlabel "minutes"
set ylabel "reclaimed, % of the VMs' memory"
set label 1 heading("How soon: " . rate . " pages/s scanned in each VM")
plot data index 1 using "minutes":"best_four" with lines ls 32 title "all that could be", \
     data index 1 using "minutes":"best_two" with lines ls 32 notitle, \
     data index 1 using "minutes":"best_one" with lines ls 32 notitle, \
     data index 1 using "minutes":"four" with linespoints lt 2 @marks title "4 VMs", \
     data index 1 using "minutes":"two" with linespoints lt 3 @marks title "2 VMs", \
     data index 1 using "minutes":"one" with linespoints lt 4 @marks title "1 VM"
unset multiplot
