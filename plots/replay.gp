# The miss ratio against the size of memory, by `ballast replay --plot`. No policy gets below the dashed line: each page misses once.
width = 760
height = 460
drawn = ""
load style
curves = words(names)
# Beyond the five quantities of the style: colours of the same set, and open marks.
array of_curve[8] = ["#0072b2", "#d55e00", "#009e73", "#000000", "#cc79a7", "#56b4e9", "#e69f00", "#666666"]
array mark[8] = [7, 9, 5, 11, 13, 6, 8, 4]

eval panel(74, 590, 44, 380)
set label 1 heading("Misses, of all touches") @above
set xlabel "memory, " . unit
set ylabel "miss ratio"
set logscale x
set format x "%g"
set yrange [0:1]
set xrange [*:*] noextend
set key @beside
set arrow 1 from graph 0, first floor_ratio + 0 to graph 1, first floor_ratio + 0 nohead ls 32
plot for [b = 0:curves - 1] data index 0 every :::b::b using "size":"miss_ratio" with linespoints lw 2 lc rgb of_curve[b % 8 + 1] pt mark[b % 8 + 1] ps dot dt 1 + b % 5 title word(names, b + 1)
