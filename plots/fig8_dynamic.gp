# The paper's Figure 8: five Windows VMs on 1 GB; all together, the MetaFrame server, the SQL server.
width = 960
height = 1216
drawn = sprintf("seed %s of ", seed)
load style
theirs = folder . "/paper_series.csv"
states = folder . "/paper_states.csv"
set datafile separator ","
set table $paper
plot theirs skip 2 using ($1/60):2:3:4:5:6:7:8:10:11:12 with table
set table $paper_states
plot states skip 2 using ($1/60):2 with table
unset table
set datafile separator "\t"

set multiplot
set key @beside
set xrange [0:90]
set xtics 10

# The state of free memory: one strip for the paper, one for ours. A step downward is a shortage.
set yrange [3.4:-0.4]
set ytics ("high" 0, "soft" 1, "hard" 2, "low" 3) font small
set format x ""
eval panel(84, 730, 40, 104)
set label 1 heading("State of free memory") @above
plot data index 0 using "minutes":"state" with steps ls 31 title "state"
unset label
eval panel(84, 730, 116, 180)
plot $paper_states using 1:2 with steps ls 31 title "state, paper"

eval panel(84, 730, 226, 524)
set format x "%g"
set yrange [0:1280<*]
set ytics 200 font normal
set ylabel "MB"
set label 1 heading("All five VMs together") @above
plot data index 0 using "minutes":"all_alloc" with linespoints lt 1 @marks title "allocated", \
     $paper using 1:2 with lines ls 11 title "allocated, paper", \
     data index 0 using "minutes":"all_balloon" with linespoints lt 2 @marks title "balloons", \
     $paper using 1:4 with lines ls 12 title "balloons, paper", \
     data index 0 using "minutes":"all_shared" with linespoints lt 3 @marks title "shared", \
     $paper using 1:5 with lines ls 13 title "shared, paper", \
     data index 0 using "minutes":"all_active" with linespoints lt 4 @marks title "active (estimate)", \
     $paper using 1:3 with lines ls 14 title "active, paper"

set yrange [0:340<*]
set ytics 100
eval panel(84, 730, 596, 826)
set label 1 heading("MetaFrame (\"Citrix\") server, " . citrix_mb . " MB")
plot data index 0 using "minutes":"citrix_alloc" with linespoints lt 1 @marks title "allocated", \
     $paper using 1:6 with lines ls 11 title "allocated, paper", \
     data index 0 using "minutes":"citrix_balloon" with linespoints lt 2 @marks title "balloon", \
     $paper using 1:8 with lines ls 12 title "balloon, paper", \
     data index 0 using "minutes":"citrix_active" with linespoints lt 4 @marks title "active (estimate)", \
     $paper using 1:7 with lines ls 14 title "active, paper"

eval panel(84, 730, 898, 1128)
set xlabel "minutes"
set label 1 heading("SQL server, " . sql_mb . " MB")
plot data index 0 using "minutes":"sql_alloc" with linespoints lt 1 @marks title "allocated", \
     $paper using 1:9 with lines ls 11 title "allocated, paper", \
     data index 0 using "minutes":"sql_balloon" with linespoints lt 2 @marks title "balloon", \
     $paper using 1:11 with lines ls 12 title "balloon, paper", \
     data index 0 using "minutes":"sql_active" with linespoints lt 4 @marks title "active (estimate)", \
     $paper using 1:10 with lines ls 14 title "active, paper"
unset multiplot
