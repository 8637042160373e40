# The decisions of one run: prices, targets beside allocations, orders to balloon and to swap. A VM has
# one colour in all panels.
width = 930
pitch = 250 # from the top of a panel to that of the next
panels = priced eq "1" ? 3 : 2
height = 62 + pitch * panels
drawn = ""
load style

array of_vm[8] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000", "#56b4e9", "#e69f00", "#f0e442"]
count = words(vms)
name(i) = word(vms, i)
of(i, value) = column("number") == i ? value : NaN
set datafile missing NaN

changes = words(change_times)
change(i) = word(change_times, i) + 0
do for [i = 1:changes] {
    set arrow i from change(i), graph 0 to change(i), graph 1 nohead ls 32
    set label 10 + i word(change_texts, i) at change(i), graph 0.96 offset 0.6,0 noenhanced textcolor rgb ink
}
# What is said once, in the first panel.
first_ends = "do for [i = 1:changes] { unset label 10 + i }; unset label 99; note = ''"
note = vm_count + 0 > count ? sprintf(" (%d of %d VMs, those that moved most)", count, vm_count + 0) : ""

set multiplot
set key @beside
set xrange [0:end_time + 0]
top = 40

if (priced eq "1") {
    eval panel(74, 720, top, top + 180)
    set label 1 heading("Price" . note) @above
    set ylabel "shares per MB"
    set logscale y
    set format y "%g"
    plot for [i = 1:count] data index 0 using "time":(of(i, column("price"))) with steps lw 2 lc rgb of_vm[i] title name(i)
    unset logscale y
    set format y "%h"
    eval first_ends
    top = top + pitch
}

set yrange [0:1<*]
set ylabel "MB" offset 0
eval panel(74, 720, top, top + 180)
set label 1 heading("Targets, and what the VMs have (dashed)" . note) @above
plot for [i = 1:count] data index 0 using "time":(of(i, column("target"))) with steps lw 2 lc rgb of_vm[i] title name(i), \
     for [i = 1:count] data index 0 using "time":(of(i, column("alloc"))) with lines lw 1.4 dt (4,3) lc rgb of_vm[i] notitle
eval first_ends
top = top + pitch

eval panel(74, 720, top, top + 180)
set label 1 heading("Orders: to balloon, and to swap (dashed)") @above
set xlabel time_unit
plot for [i = 1:count] data index 0 using "time":(of(i, column("balloon"))) with steps lw 2 lc rgb of_vm[i] title name(i), \
     for [i = 1:count] data index 0 using "time":(of(i, column("swap"))) with steps lw 1.4 dt (4,3) lc rgb of_vm[i] notitle
unset multiplot
