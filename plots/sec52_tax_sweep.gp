# The idle memory tax (section 5.2): the pair of Figure 7 under every rate, and a random set of VMs.
width = 1160
height = 512
load style
theirs = folder . "/../fig7_idle_tax/paper_series.csv"

# The paper's Figure 7 has two rates, 0 and 75%: the means of its two steady parts.
mean(column, from, to) = sprintf("stats theirs skip 2 using ($1 >= %d && $1 <= %d ? $%d : NaN) nooutput", from, to, column)
array windows[2]
array linux[2]
set datafile separator ","
eval mean(2, 540, 1848); windows[1] = STATS_mean
eval mean(2, 1920, 3600); windows[2] = STATS_mean
eval mean(4, 540, 1848); linux[1] = STATS_mean
eval mean(4, 1920, 3600); linux[2] = STATS_mean
set datafile separator "\t"
set table $paper
plot sample [1:2:1] '+' using (75 * ($1 - 1)):(windows[int($1)]):(linux[int($1)]) with table
unset table

set multiplot
eval panel(72, 400, 46, 420)
set key @beside
set xrange [-2:102]
set yrange [0:270<*]
set xtics 25
set ytics 50
set xlabel "tax, %"
set ylabel "MB"
set label 1 heading("The pair of Figure 7") @above
plot data index 0 using "tax":"linux" with linespoints lt 1 title "Linux, target", \
     $paper using 1:3 with points ls 21 ps 1.7 * dot title "Linux, paper", \
     data index 0 using "tax":"linux_active" with lines lt 1 lw 1.2 title "Linux, active", \
     data index 0 using "tax":"windows" with linespoints lt 2 title "Windows, target", \
     $paper using 1:2 with points ls 22 ps 1.7 * dot title "Windows, paper", \
     data index 0 using "tax":"windows_active" with lines lt 2 lw 1.2 title "Windows, active"

unset label 99
eval panel(650, 1140, 72, 420)
set key at graph 0, graph 1.01 left bottom Left reverse horizontal samplen 1.6 font small
set xrange [0.3:most_vms + 0.7]
set yrange [0:*]
set xtics 1 font small
set xlabel "VM"
set label 1 heading("A random set of VMs, tax " . set_tax) at graph 0, graph 1 offset 0,2.3
plot @corner, \
     data index 1 using "vm_number":"least":(0):(column("most")-column("least")) with vectors nohead lc rgb "#c4c4c0" lw 7 title "min to max", \
     data index 1 using "vm_number":"active_mb" with points lt 4 pt 10 lw 1.6 ps 1.1 * dot title "active", \
     data index 1 using "vm_number":"target_mb" with points lt 1 pt 5 ps 0.9 * dot title "target"
unset multiplot
