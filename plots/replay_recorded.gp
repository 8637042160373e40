# Sharing of four recorded VMs over time, beside the exact optimum of each moment; and what is shared
# in the end, by the number of VMs, beside the paper's Figure 4.
width = 960
height = 960
drawn = sprintf("seed %s of ", seed)
load style
theirs = folder . "/paper_series.csv"

set datafile separator ","
set table $paper
plot theirs skip 2 using 1:6:7 with table
unset table
set datafile separator "\t"

set multiplot
set key @beside
set ylabel "MB"
set yrange [0:400<*]
set ytics 100
set xlabel "minutes"
do for [block = 0:1] {
    set xrange [0:(block == 0 ? minutes_fast : minutes_slow) * 1.0]
    eval panel(76, 710, 46 + 312 * block, 250 + 312 * block)
    set label 1 heading("Four VMs, " . (block == 0 ? rate_fast : rate_slow) . " pages/s scanned in each") @above
    if (block == 1) { unset label 99 }
    plot data index block using "minutes":"best_shared" with lines ls 32 title "optimum", \
         data index block using "minutes":"best_saved" with lines ls 32 notitle, \
         data index block using "minutes":"shared" with linespoints lt 1 @marks title "shared", \
         data index block using "minutes":"saved" with linespoints lt 2 @marks title "saved", \
         data index block using "minutes":"inter" with linespoints lt 3 @marks title "saved between VMs", \
         data index block using "minutes":"self" with linespoints lt 4 @marks title "saved within VMs", \
         data index block using "minutes":"zero" with linespoints lt 5 @marks title "zero pages"
}

eval panel(76, 710, 670, 874)
set label 1 heading("At the end, by the number of VMs")
set xlabel "VMs"
set ylabel "% of the VMs' memory"
set xrange [0.8:10.2]
set yrange [0:80<*]
set ytics 20
set xtics 1
plot data index 2 using "vms":"shared" with linespoints lt 1 title "shared", \
     $paper using 1:2 with points ls 21 ps 1.6 * dot title "shared, paper's Figure 4", \
     data index 2 using "vms":"saved" with linespoints lt 2 title "saved", \
     $paper using 1:3 with points ls 22 ps 1.6 * dot title "saved, paper's Figure 4"
unset multiplot
