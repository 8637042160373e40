# The paper's Figure 7: allocation and estimated active memory of both VMs.
width = 930
height = 692
drawn = sprintf("seed %s of ", seed)
load style
theirs = folder . "/paper_series.csv"

set datafile separator ","
set table $paper_windows
plot theirs skip 2 using ($1/60):2:3 with table
set table $paper_linux
plot theirs skip 2 using ($1/60):4:5 with table
unset table
set datafile separator "\t"

set multiplot
set key @beside
set xrange [0:60]
set yrange [0:290<*]
set ytics 50
set xtics 10
set ylabel "MB"
if (change_s ne "") set arrow 1 from change_s / 60.0, graph 0 to change_s / 60.0, graph 1 nohead ls 32

eval panel(74, 720, 40, 290)
set label 1 heading("VM 1: " . windows_work) @above
if (change_s ne "") set label 2 tax_before right at change_s / 60.0, graph 0.97 offset -0.7,0 textcolor rgb ink
if (change_s ne "") set label 3 tax_after at change_s / 60.0, graph 0.97 offset 0.7,0 textcolor rgb ink
if (change_s eq "") set label 2 tax_before at graph 0.02, graph 0.97 textcolor rgb ink
plot data index 0 using "minutes":"windows_alloc" with linespoints lt 1 @marks title "allocated", \
     $paper_windows using 1:2 with lines ls 11 title "allocated, paper", \
     data index 0 using "minutes":"windows_active" with linespoints lt 2 @marks title "active (estimate)", \
     $paper_windows using 1:3 with lines ls 12 title "active, paper"

unset label 99
eval panel(74, 720, 362, 612)
set label 1 heading("VM 2: " . linux_work)
set xlabel "minutes"
plot data index 0 using "minutes":"linux_alloc" with linespoints lt 1 @marks title "allocated", \
     $paper_linux using 1:2 with lines ls 11 title "allocated, paper", \
     data index 0 using "minutes":"linux_active" with linespoints lt 2 @marks title "active (estimate)", \
     $paper_linux using 1:3 with lines ls 12 title "active, paper"
unset multiplot
