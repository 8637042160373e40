# Section 7: copies by threshold, where moving a page does not pay, and a scarce pool of low memory.
# The paper has no figure of it.
height = 980
load style

set multiplot
set lmargin at screen 0.085
set rmargin at screen 0.81
set logscale x
set xrange [0.85:1100]
set xtics ("0" 1, "1" 2, "4" 5, "16" 17, "64" 65, "256" 257, "never" 1024)

set tmargin at screen 0.955
set bmargin at screen 0.715
set logscale y
set yrange [0.03:300]
set ytics ("0.1" 0.1, "1" 1, "10" 10, "100" 100)
set ylabel "copies per 100 I/Os" offset 1 textcolor rgb ink
set label 1 heading("Copies until a page is remapped") at graph 0, graph 1.08 textcolor rgb ink
set label 2 "network 256 pages" at first 1.15, first 0.043 textcolor lt 1
set label 3 "network 8,192" at first 0.92, first 7 textcolor lt 2
set label 4 "disk 1,024 Zipf" at first 3.4, first 1.4 textcolor lt 3
set label 5 "disk 65,536 Zipf" at first 0.92, first 14 textcolor lt 4
set label 6 "disk 65,536 uniform" at first 0.92, first 170 textcolor lt 5
plot data index 1 using (column("threshold") + 1):"network_few" with linespoints lt 1 pt 7 ps 0.6, \
     '' index 1 using (column("threshold") + 1):"network_many" with linespoints lt 2 pt 7 ps 0.6, \
     '' index 1 using (column("threshold") + 1):"disk_few" with linespoints lt 3 pt 7 ps 0.6, \
     '' index 1 using (column("threshold") + 1):"disk_many" with linespoints lt 4 pt 7 ps 0.6, \
     '' index 1 using (column("threshold") + 1):"disk_uniform" with linespoints lt 5 pt 7 ps 0.6

unset for [i=1:6] label i
unset logscale y
set tmargin at screen 0.635
set bmargin at screen 0.395
set yrange [0:120]
set ytics 20
set xlabel "threshold, copies of a page" textcolor rgb ink
set ylabel "copies and moves per 100 I/Os" offset 1 textcolor rgb ink
set label 1 heading("The same with the pages that were moved, each a copy too") at graph 0, graph 1.08 textcolor rgb ink
set label 2 "network 8,192" at first 21, first 22 textcolor lt 2
set label 3 "disk 65,536 Zipf" at first 90, first 53 textcolor lt 4
set label 4 "disk 65,536 uniform" at first 2.4, first 110 textcolor lt 5
set arrow 1 from graph 0, first 100 to graph 1, first 100 nohead lc rgb ink lw 1 dt (2,2)
plot data index 1 using (column("threshold") + 1):"network_many_work" with linespoints lt 2 pt 7 ps 0.6, \
     '' index 1 using (column("threshold") + 1):"disk_many_work" with linespoints lt 4 pt 7 ps 0.6, \
     '' index 1 using (column("threshold") + 1):"disk_uniform_work" with linespoints lt 5 pt 7 ps 0.6

unset for [i=1:6] label i
unset arrow 1
unset logscale x
unset xlabel
set tmargin at screen 0.285
set bmargin at screen 0.055
set xrange [-0.4:2.4]
set xtics ("stay" 0, "a random page moves up" 1, "one moves up if that pays" 2)
set label 1 heading("16 MB of low memory, all taken when the 256 network pages come into use") at graph 0, graph 1.08 textcolor rgb ink
set label 2 "network 256 pages" at first 0.1, first 108 textcolor lt 1
set label 3 "network 8,192" at graph 1.01, first 75 textcolor lt 2
set label 4 "disk 1,024 Zipf" at graph 1.01, first 22 textcolor lt 3
set label 5 "disk 65,536 Zipf" at graph 1.01, first 53 textcolor lt 4
set label 6 "disk 65,536 uniform" at graph 1.01, first 100 textcolor lt 5
plot data index 2 using "way":"network_few" with linespoints lt 1 pt 7 ps 1, \
     '' index 2 using "way":"network_many" with linespoints lt 2 pt 7 ps 1, \
     '' index 2 using "way":"disk_few" with linespoints lt 3 pt 7 ps 1, \
     '' index 2 using "way":"disk_many" with linespoints lt 4 pt 7 ps 1, \
     '' index 2 using "way":"disk_uniform" with linespoints lt 5 pt 7 ps 1
unset multiplot
