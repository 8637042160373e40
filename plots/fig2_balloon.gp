# The paper's Figure 2: dbench against the size of its VM, configured so and ballooned to it.
height = 460
load style
theirs = folder . "/paper_series.csv"

set datafile separator ","
set table $paper_black
plot theirs skip 2 using 1:2 with table
set table $paper_gray
plot theirs skip 2 using 1:3 with table
unset table
set datafile separator "\t"

set lmargin at screen 0.085
set rmargin at screen 0.81
set xrange [108:276]
set yrange [0:20]
set xtics (128, 160, 192, 224, 256)
set ytics 5
set xlabel "VM size, MB" textcolor rgb ink
set ylabel "dbench, MB/s" offset 1 textcolor rgb ink
set style fill solid 0.85 noborder
set boxwidth 9
set label 3 "configured" at graph 1.01, first 17.6 textcolor lt 1
set label 4 "256 MB, ballooned" at graph 1.01, first 16 textcolor lt 2
set label 5 "grey: the paper" at graph 1.01, first 14.4 textcolor rgb paper

plot data using (column("mb") - 5):"configured" with boxes lt 1, \
     '' using (column("mb") + 5):"ballooned" with boxes lt 2, \
     $paper_black using ($1 - 5):2 with points ls 13 lw 2.4, \
     $paper_gray using ($1 + 5):2 with points ls 13 lw 2.4
