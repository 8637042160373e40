# The paper's Figure 5: sharing in three production systems, here over the hours that finding it takes.
width = 1000
height = 400
load style
set multiplot layout 1,3 margins 0.06,0.90,0.15,0.86 spacing 0.045,0.1
set yrange [0:48]
set ytics 10
set grid ytics
set xrange [0:8.4]
set xtics 2
set xlabel "hours" textcolor rgb ink
set ylabel "% of all VM memory" offset 1 textcolor rgb ink
set label 1 heading("A: 10 Windows VMs") at graph 0, graph 1.08 textcolor rgb ink
set label 4 "grey: the paper" at graph 0.42, graph 0.04 textcolor rgb paper
plot 42.9 with lines ls 11, 32.9 with lines ls 11, \
     data using "hours":"a_shared" with lines lt 1, '' using "hours":"a_reclaimed" with lines lt 3
unset ylabel
unset label 4
set label 1 heading("B: 9 Linux VMs")
plot 29.2 with lines ls 11, 18.7 with lines ls 11, \
     data using "hours":"b_shared" with lines lt 1, '' using "hours":"b_reclaimed" with lines lt 3
set label 1 heading("C: 5 Linux VMs")
set label 2 "shared" at graph 1.02, first 10.6 textcolor lt 1
set label 3 "reclaimed" at graph 1.02, first 6.8 textcolor lt 3
plot 10.0 with lines ls 11, 7.2 with lines ls 11, \
     data using "hours":"c_shared" with lines lt 1, '' using "hours":"c_reclaimed" with lines lt 3
unset multiplot
