# Section 3.1: pages that the hypervisor reads back only for the guest's own paging, and what it costs.
width = 1100
height = 480
load style

set multiplot
set tmargin screen 0.90
set bmargin screen 0.13
set lmargin screen 0.065
set rmargin screen 0.465
set xrange [0:48]
set yrange [0:120]
set xtics 16
set ytics 20
set xlabel "taken from a VM of 128 MB, MB" textcolor rgb ink
set ylabel "pages/s" offset 1.5 textcolor rgb ink
set label 1 heading("Double-paged") at graph 0, graph 1.06 textcolor rgb ink
set label 2 "paging, random" at first 17, first 44 textcolor lt 1
set label 3 "LRU (solid), clock (dashed)" at first 17, first 97 textcolor lt 2
set label 4 "ballooning: none" at first 17, first 5 textcolor lt 3
plot data using "mb":"random" with linespoints lt 1 pt 7 ps 0.6, \
     '' using "mb":"lru" with linespoints lt 2 pt 7 ps 0.6, \
     '' using "mb":"clock" with linespoints lt 4 dt (4,4) pt 7 ps 0.6, \
     '' using "mb":"balloon" with linespoints lt 3 pt 7 ps 0.6

set lmargin screen 0.575
set rmargin screen 0.975
set yrange [0:3200]
set ytics 1000
set label 1 heading("The guest's throughput: touches of its process")
set label 2 "paging, random" at first 25, first 800 textcolor lt 1
set label 3 "LRU, clock" at first 13, first 2000 textcolor lt 2
set label 4 "ballooning" at first 33, first 1220 textcolor lt 3
plot data using "mb":"random_pages" with linespoints lt 1 pt 7 ps 0.6, \
     '' using "mb":"lru_pages" with linespoints lt 2 pt 7 ps 0.6, \
     '' using "mb":"clock_pages" with linespoints lt 4 dt (4,4) pt 7 ps 0.6, \
     '' using "mb":"balloon_pages" with linespoints lt 3 pt 7 ps 0.6
unset multiplot
