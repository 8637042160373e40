# Section 7: copies by threshold, where moving a page does not pay, and a scarce pool of low memory.
# The paper has no figure of it.
width = 960
height = 1096
load style

set multiplot
set key @beside
set logscale x
set xrange [0.85:1100]
set xtics ("0" 1, "1" 2, "4" 5, "16" 17, "64" 65, "256" 257, "never" 1024)

eval panel(84, 700, 46, 310)
set logscale y
set yrange [0.03:300]
set ytics ("0.1" 0.1, "1" 1, "10" 10, "100" 100)
set ylabel "copies per 100 I/Os"
set label 1 heading("Copies until a page is remapped") @above
plot data index 0 using (column("threshold") + 1):"disk_uniform" with linespoints lt 5 title disk_uniform, \
     data index 0 using (column("threshold") + 1):"disk_many" with linespoints lt 4 title disk_many, \
     data index 0 using (column("threshold") + 1):"network_many" with linespoints lt 2 title network_many, \
     data index 0 using (column("threshold") + 1):"disk_few" with linespoints lt 3 title disk_few, \
     data index 0 using (column("threshold") + 1):"network_few" with linespoints lt 1 title network_few

unset label 99
unset logscale y
eval panel(84, 700, 384, 638)
set yrange [0:120<*]
set ytics 20
set xlabel "threshold, copies of a page"
set ylabel "copies and moves per 100 I/Os"
set label 1 heading("The same with the pages that were moved, each a copy too")
set arrow 1 from graph 0, first 100 to graph 1, first 100 nohead ls 32
plot data index 0 using (column("threshold") + 1):"disk_uniform_work" with linespoints lt 5 title disk_uniform, \
     data index 0 using (column("threshold") + 1):"disk_many_work" with linespoints lt 4 title disk_many, \
     data index 0 using (column("threshold") + 1):"network_many_work" with linespoints lt 2 title network_many

unset arrow 1
unset logscale x
unset xlabel
eval panel(84, 700, 740, 1000)
set xrange [-0.4:2.4]
set xtics ("stay" 0, "a random page\nmoves up" 1, "one moves up\nif that pays" 2)
set label 1 heading(sprintf("%s MB of low memory, all taken when '%s' starts", scarce_mb, network_few))
plot data index 1 using "way":"disk_uniform" with linespoints lt 5 title disk_uniform, \
     data index 1 using "way":"disk_many" with linespoints lt 4 title disk_many, \
     data index 1 using "way":"network_many" with linespoints lt 2 title network_many, \
     data index 1 using "way":"disk_few" with linespoints lt 3 title disk_few, \
     data index 1 using "way":"network_few" with linespoints lt 1 title network_few
unset multiplot
