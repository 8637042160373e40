# The paper's Figure 4: sharing by number of identical VMs; and how fast the scanner finds it.
width = 1120
height = 512
load style
theirs = folder . "/paper_series.csv"
set datafile separator ","
set table $paper
plot theirs skip 2 using 1:3:4:5 with table
unset table
set datafile separator "\t"

set multiplot
eval panel(76, 430, 46, 420)
set key @beside
set xrange [0.5:10.5]
set yrange [0:420<*]
set xtics 1
set ytics 100
set xlabel "virtual machines of " . vm_mb . " MB"
set ylabel "MB"
set label 1 heading("Found after " . minutes_run . " minutes") @above
plot data index 0 using "vms":"memory" with lines ls 31 title "all VM memory", \
     data index 0 using "vms":"shared" with lines lt 1 title "shared", \
     $paper using 1:2 with points ls 21 title "shared, paper", \
     data index 0 using "vms":"reclaimed" with lines lt 3 title "reclaimed", \
     $paper using 1:3 with points ls 23 title "reclaimed, paper", \
     data index 0 using "vms":"zero" with lines lt 2 title "zero pages", \
     $paper using 1:4 with points ls 22 title "zero pages, paper"

# Were pages drawn at random from all memory of a VM, the search would have this time constant.
pages = vm_mb * 256.0
seconds(vms) = pages / (rate_all / vms < rate_vm ? rate_all / (1.0 * vms) : 1.0 * rate_vm)
unset label 99
eval panel(690, 1090, 46, 420)
set key at graph 0.99, graph 0.03 right bottom Left reverse samplen 2.6 spacing 1.2 font small
set xrange [0:30]
set yrange [0:100]
set xtics 10
set ytics 25
set xlabel "minutes from the workload's start"
set ylabel "% of the zero pages"
set label 1 heading(sprintf("How fast: %s pages/s for each VM, %s in all", rate_vm, rate_all))
plot data index 1 using "minutes":"one" with linespoints lt 1 @marks title "1 VM", \
     100 * (1 - exp(-x * 60 / seconds(1))) with lines ls 11 title sprintf("1 VM, random pages (%.0f s)", seconds(1)), \
     data index 1 using "minutes":"ten" with linespoints lt 2 @marks title "10 VMs", \
     100 * (1 - exp(-x * 60 / seconds(10))) with lines ls 12 title sprintf("10 VMs, random pages (%.0f s)", seconds(10))
unset multiplot
