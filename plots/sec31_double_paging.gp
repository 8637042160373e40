# Section 3.1: pages that the hypervisor reads back only for the guest's own paging, and what it costs.
width = 1280
height = 494
load style

# Clock lies on LRU for the most part: thin and dashed, over a thick line.
lru = "linespoints lt 2 lw 3.4"
clock = "linespoints lt 4 lw 1.3 dt (6,4)"

set multiplot
set xrange [0:50]
set xtics 16
set yrange [0:*]
set xlabel "MB taken"

eval panel(76, 326, 46, 400)
set ylabel "double-paged pages/s"
set label 1 heading("Touched in rotation") @above
plot @corner, \
     data using "mb":"cyclic_lru" with @lru, \
     data using "mb":"cyclic_clock" with @clock, \
     data using "mb":"cyclic_random" with linespoints lt 1, \
     data using "mb":"cyclic_balloon" with linespoints lt 3

unset label 99
eval panel(416, 666, 46, 400)
set label 1 heading("Touched by Zipf's law")
plot @corner, \
     data using "mb":"lru" with @lru, \
     data using "mb":"clock" with @clock, \
     data using "mb":"random" with linespoints lt 1, \
     data using "mb":"balloon" with linespoints lt 3

eval panel(766, 1016, 46, 400)
set key @beside
set ylabel "touches/s"
set label 1 heading("The guest's throughput, Zipf")
plot @corner, \
     data using "mb":"lru_pages" with @lru title "paging, LRU", \
     data using "mb":"clock_pages" with @clock title "paging, clock (dashed)", \
     data using "mb":"random_pages" with linespoints lt 1 title "paging, random", \
     data using "mb":"balloon_pages" with linespoints lt 3 title "ballooning"
unset multiplot
