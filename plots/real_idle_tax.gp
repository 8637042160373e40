# A recorded idle VM and a recorded busy one; the idle memory tax goes from 0 to 75% after 20 minutes.
height = 700
load style
set multiplot
set lmargin screen 0.09
set rmargin screen 0.82
set xrange [0:40]
set xtics 5
set arrow 1 from 20, graph 0 to 20, graph 1 nohead lc rgb ink lw 1 dt (2,3)

set tmargin screen 0.93
set bmargin screen 0.45
set yrange [0:110]
set ytics 20
set ylabel "MB" offset 1 textcolor rgb ink
set label 1 heading("Two recorded Linux VMs with equal shares") at graph 0, graph 1.05 textcolor rgb ink
set label 2 "tax 0" at 19.5, graph 0.96 right textcolor rgb ink
set label 3 "tax 75%" at 20.5, graph 0.96 textcolor rgb ink
set label 4 "busy, allocated" at graph 1.01, first 79 textcolor lt 1
set label 5 "busy, active\n(estimate)" at graph 1.01, first 62 textcolor lt 1
set label 6 "idle, allocated" at graph 1.01, first 33 textcolor lt 2
set label 7 "idle, active" at graph 1.01, first 6 textcolor lt 2
plot data index 0 using "minutes":"busy_alloc" with lines lt 1, \
     '' index 0 using "minutes":"idle_alloc" with lines lt 2, \
     '' index 0 using "minutes":"busy_active" with lines lt 1 lw 1 dt (2,2), \
     '' index 0 using "minutes":"idle_active" with lines lt 2 lw 1 dt (2,2)

unset label
set tmargin screen 0.34
set bmargin screen 0.10
set yrange [0:50]
set ytics 10
set ylabel "MB per minute"
set xlabel "minutes" textcolor rgb ink
set label 1 heading("What the busy VM reads back from the hypervisor's swap") at graph 0, graph 1.09 textcolor rgb ink
plot data index 1 using "minutes":"busy_back" with fsteps lt 1
unset multiplot
