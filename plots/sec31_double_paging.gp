# Section 3.1: pages that the hypervisor reads back only for the guest's own paging, and what it costs.
width = 1150
height = 460
load style

set multiplot
set tmargin screen 0.89
set bmargin screen 0.14
set xrange [0:50]
set xtics 16
set xlabel "MB taken" textcolor rgb ink

set lmargin screen 0.06
set rmargin screen 0.26
set yrange [0:600]
set ytics 100
set ylabel "double-paged pages/s" offset 1 textcolor rgb ink
set label 1 heading("Touched in rotation") at graph 0, graph 1.06 textcolor rgb ink
set label 2 "LRU, clock" at graph 0.42, first 530 textcolor lt 2
set label 3 "random" at graph 0.42, first 210 textcolor lt 1
set label 4 "ballooning: none" at graph 0.30, first 22 textcolor lt 3
plot data using "mb":"cyclic_random" with linespoints lt 1 pt 7 ps 0.6, \
     '' using "mb":"cyclic_lru" with linespoints lt 2 pt 7 ps 0.6, \
     '' using "mb":"cyclic_clock" with linespoints lt 2 dt (4,4) pt 7 ps 0.6, \
     '' using "mb":"cyclic_balloon" with linespoints lt 3 pt 7 ps 0.6

set lmargin screen 0.36
set rmargin screen 0.56
set yrange [0:120]
set ytics 20
set label 1 heading("Touched by Zipf's law")
set label 2 "LRU, clock" at graph 0.28, first 103 textcolor lt 2
set label 3 "random" at graph 0.33, first 46 textcolor lt 1
set label 4 "ballooning: none" at graph 0.30, first 4.5 textcolor lt 3
plot data using "mb":"random" with linespoints lt 1 pt 7 ps 0.6, \
     '' using "mb":"lru" with linespoints lt 2 pt 7 ps 0.6, \
     '' using "mb":"clock" with linespoints lt 2 dt (4,4) pt 7 ps 0.6, \
     '' using "mb":"balloon" with linespoints lt 3 pt 7 ps 0.6

set lmargin screen 0.68
set rmargin screen 0.88
set yrange [0:2600]
set ytics 500
set ylabel "touches/s" offset 1
set label 1 heading("The guest's throughput, Zipf")
set label 2 "LRU, clock" at graph 1.02, first 880 textcolor lt 2
set label 3 "random" at graph 1.02, first 600 textcolor lt 1
set label 4 "ballooning" at graph 1.02, first 760 textcolor lt 3
plot data using "mb":"random_pages" with linespoints lt 1 pt 7 ps 0.6, \
     '' using "mb":"lru_pages" with linespoints lt 2 pt 7 ps 0.6, \
     '' using "mb":"clock_pages" with linespoints lt 2 dt (4,4) pt 7 ps 0.6, \
     '' using "mb":"balloon_pages" with linespoints lt 3 pt 7 ps 0.6
unset multiplot
