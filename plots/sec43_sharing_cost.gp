# What sharing costs (section 4.3): collisions of short hashes against the birthday bound, and hints that went stale.
width = 1000
height = 460
load style
set multiplot
set tmargin screen 0.89
set bmargin screen 0.14
set lmargin screen 0.09
set rmargin screen 0.50
set xrange [14:66]
set xtics 8
set logscale y
set yrange [1e-20:1e-4]
set format y "10^{%T}"
set ytics 1e4
set xlabel "bits of the hash" textcolor rgb ink
set ylabel "collisions per pair of different pages" offset 0.5 textcolor rgb ink
set label 1 heading("Collisions against the birthday bound") at graph 0, graph 1.06 textcolor rgb ink
set label 2 "measured" at first 27, first 3e-8 textcolor lt 1
set label 3 "2^{-bits}" at first 50, first 1e-14 textcolor rgb paper
set label 4 "64 bits: below 0.01% for 64 GB" at first 29, first 4e-20 textcolor rgb paper
plot 2**(-x) with lines ls 11, \
     data index 0 using "bits":"chance" with points lt 1 pt 7 ps 1.1, \
     '+' using (64):(5.42e-20) every ::0::0 with points ls 13

set lmargin screen 0.62
set rmargin screen 0.89
unset logscale y
set logscale x
set format y "%g"
set xrange [0.2:500]
set xtics ("never" 0.3, "1" 1, "10" 10, "100" 100)
set yrange [0:7000]
set ytics 2000
set xlabel "writes to a page in an hour"
set ylabel "pages in an hour" offset 2
set label 1 heading("Hints at 50 pages/s for each VM")
set label 2 "found" at graph 1.02, first 620 textcolor lt 3
set label 3 "stale" at graph 1.02, first 60 textcolor lt 2
unset label 4
plot data index 1 using "writes":"found" with linespoints lt 3 pt 7 ps 0.8, \
     '' index 1 using "writes":"stale" with linespoints lt 2 pt 7 ps 0.8
unset multiplot
