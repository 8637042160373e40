# Estimates of the active memory of two recorded VMs, beside the pages that they really touched.
width = 1150
height = 700
load style
set multiplot
set xrange [0:10.5]
set xtics 2
set style fill transparent solid 0.25 noborder
left(column) = 0.065 + 0.435 * column
do for [row = 0:1] {
    vm = row == 0 ? "T1, 128 MB" : "E1, 192 MB"
    set tmargin screen 0.93 - 0.48 * row
    set bmargin screen 0.58 - 0.48 * row
    set yrange [0:row == 0 ? 140 : 190]
    set ytics 50
    do for [column = 0:1] {
        set lmargin screen left(column)
        set rmargin screen left(column) + 0.37
        set label 1 heading(vm . (column == 0 ? ": sampled over 30 s, as in the paper" : ": sampled over 5 s")) \
            at graph 0, graph 1.07 textcolor rgb ink
        set ylabel column == 0 ? "MB" : "" offset 1 textcolor rgb ink
        set xlabel row == 1 ? "minutes from power-on" : "" textcolor rgb ink
        if (column == 1) {
            set label 2 "estimate: mean\nand 95% of runs" at graph 1.01, graph 0.40 textcolor lt 1
            set label 3 "touched" at graph 1.01, graph 0.13 textcolor lt 2
        } else {
            unset label 2
            unset label 3
        }
        block = 2 + 4 * row + 2 * column
        plot data index block using "minutes":"low":"high" with filledcurves lt 1, \
             '' index block + 1 using "minutes":"touched" with fsteps lt 2 lw 1.6, \
             '' index block using "minutes":"mean" with lines lt 1
    }
}
unset multiplot
