# The idle memory tax (section 5.2): the pair of Figure 7 under every rate, and a random set of twenty VMs.
width = 1050
height = 460
load style
set multiplot
set tmargin screen 0.89
set bmargin screen 0.14
set lmargin screen 0.07
set rmargin screen 0.38
set xrange [0:100]
set yrange [0:270]
set xtics 25
set ytics 50
set xlabel "tax, %" textcolor rgb ink
set ylabel "MB" offset 1 textcolor rgb ink
set label 1 heading("The pair of Figure 7") at graph 0, graph 1.06 textcolor rgb ink
set label 2 "Linux, busy" at graph 1.02, first 256 textcolor lt 1
set label 3 "Windows, idle" at graph 1.02, first 101 textcolor lt 2
set label 4 "active" at graph 1.02, first 12 textcolor lt 2
set label 6 "active" at graph 1.02, first 195 textcolor lt 1
set label 5 "grey: the paper" at graph 0.03, graph 0.22 textcolor rgb paper
$paper << EOD
0	178.7	179.0
75	101.3	243.2
EOD
plot data index 0 using "tax":"linux" with linespoints lt 1 pt 7 ps 0.8, \
     '' index 0 using "tax":"windows" with linespoints lt 2 pt 7 ps 0.8, \
     '' index 0 using "tax":"linux_active" with lines lt 1 lw 1 dt 3, \
     '' index 0 using "tax":"windows_active" with lines lt 2 lw 1 dt 3, \
     $paper using 1:2 with points ls 13, '' using 1:3 with points ls 13

set lmargin screen 0.57
set rmargin screen 0.98
set xrange [0.3:20.7]
set yrange [0:290]
set xtics 1 font ",9"
set xlabel "VM"
set label 1 heading("Twenty VMs: min to max, active memory, target")
unset label 2
unset label 3
unset label 4
unset label 5
unset label 6
set label 2 "target" at graph 0.02, graph 0.96 textcolor lt 1
set label 3 "active" at graph 0.14, graph 0.96 textcolor lt 2
plot data index 1 using "vm_number":"least":(0):(column("most")-column("least")) with vectors nohead lc rgb "#c4c4c0" lw 7, \
     '' index 1 using "vm_number":"active_mb" with points lt 2 pt 7 ps 0.9, \
     '' index 1 using "vm_number":"target_mb" with points lt 1 pt 5 ps 0.9
unset multiplot
