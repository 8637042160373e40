# Estimates of the active memory of two recorded VMs, beside the pages that they really touched.
width = 1240
height = 760
load style
set multiplot
set xrange [0:10.5]
set xtics 2
set style fill transparent solid 0.25 noborder
do for [row = 0:1] {
    set yrange [0:*]
    set ytics 50
    do for [side = 0:1] {
        eval panel(76 + 510 * side, 480 + 510 * side, 46 + 340 * row, 310 + 340 * row)
        set label 1 heading((row == 0 ? vm_t : vm_e) . ", sampled over " . (side == 0 ? long_s : short_s) . " s") @above
        set ylabel "MB"
        if (row == 1) { set xlabel "minutes from power-on" }
        if (side == 1) { set key @beside } else { unset key }
        if (row + side > 0) { unset label 99 }
        block = 4 * row + 2 * side
        plot @corner, \
             data index block using "minutes":"low":"high" with filledcurves lt 1 title "95% of the runs", \
             data index block + 1 using "minutes":"touched" with fsteps ls 31 lw 1.8 title "touched", \
             data index block using "minutes":"mean" with linespoints lt 1 @marks title "estimate, mean"
    }
}
unset multiplot
