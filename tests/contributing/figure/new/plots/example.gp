# What sharing saves, over time.
load style
set xlabel "minutes" textcolor rgb ink
set ylabel "MB" textcolor rgb ink
set yrange [0:*]
plot data index 0 using "minutes":"saved" with lines lt 1
