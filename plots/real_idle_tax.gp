# A recorded idle VM and a recorded busy one; the idle memory tax changes in the middle of the run.
width = 960
height = 720
load style
set multiplot
set key @beside
set xrange [0:*]
set xtics 5
if (change_s ne "") set arrow 1 from change_s / 60.0, graph 0 to change_s / 60.0, graph 1 nohead ls 32

eval panel(76, 720, 46, 390)
set yrange [0:110<*]
set ytics 20
set ylabel "MB"
set label 1 heading("Two recorded Linux VMs of " . vm_mb . " MB with equal shares") @above
if (change_s ne "") set label 2 tax_before right at change_s / 60.0, graph 0.97 offset -0.7,0 textcolor rgb ink
if (change_s ne "") set label 3 tax_after at change_s / 60.0, graph 0.97 offset 0.7,0 textcolor rgb ink
if (change_s eq "") set label 2 tax_before at graph 0.02, graph 0.97 textcolor rgb ink
plot data index 0 using "minutes":"busy_alloc" with linespoints lt 1 @marks title "busy, allocated", \
     data index 0 using "minutes":"busy_active" with linespoints lt 1 lw 1 pt 6 @marks title "busy, active (estimate)", \
     data index 0 using "minutes":"idle_alloc" with linespoints lt 2 @marks title "idle, allocated", \
     data index 0 using "minutes":"idle_active" with linespoints lt 2 lw 1 pt 8 @marks title "idle, active (estimate)"

unset label 2
unset label 3
unset label 99
eval panel(76, 720, 456, 630)
set yrange [0:*]
set ytics 10
set ylabel "MB per minute"
set xlabel "minutes"
set label 1 heading("What the busy VM reads back from the hypervisor's swap")
plot @corner, \
     data index 1 using "minutes":"busy_back" with fsteps lt 1 notitle
unset multiplot
