# The paper's Figure 8: five Windows VMs on 1 GB; all together, the MetaFrame server, the SQL server.
height = 1000
load style
theirs = folder . "/paper_series.csv"
set datafile separator ","
set table $paper
plot theirs skip 2 using ($1/60):2:4:5:6:8:10:12 with table
unset table
set datafile separator "\t"

set multiplot
set lmargin screen 0.085
set rmargin screen 0.80
set xrange [0:90]
set xtics 10
set ylabel "MB" offset 1 textcolor rgb ink

# The state of free memory, as a strip above the first panel.
set tmargin screen 0.955
set bmargin screen 0.895
set yrange [3.4:-0.4]
set ytics ("high" 0, "soft" 1, "hard" 2, "low" 3) font ",9"
set format x ""
unset ylabel
set label 1 heading("State of free memory, and all five VMs together") at graph 0, graph 1.35 textcolor rgb ink
plot data using "minutes":"state" with steps lt 4 lw 1.6

set tmargin screen 0.875
set bmargin screen 0.61
set yrange [0:1280]
set ytics 200 font ",12"
set ylabel "MB" offset 2 textcolor rgb ink
unset label 1
set label 2 "allocated" at graph 1.01, first 1010 textcolor lt 1
set label 3 "balloons" at graph 1.01, first 470 textcolor lt 2
set label 4 "shared" at graph 1.01, first 250 textcolor lt 3
set label 5 "grey: the paper" at graph 1.01, first 1200 textcolor rgb paper
plot $paper using 1:2 with lines ls 11, '' using 1:3 with lines ls 11, '' using 1:4 with lines ls 11, \
     data using "minutes":"all_alloc" with lines lt 1, \
     '' using "minutes":"all_balloon" with lines lt 2, \
     '' using "minutes":"all_shared" with lines lt 3

set tmargin screen 0.565
set bmargin screen 0.345
set yrange [0:340]
set ytics 100
set ylabel "MB" offset 1 textcolor rgb ink
set label 1 heading("MetaFrame (\"Citrix\") server") at graph 0, graph 1.08 textcolor rgb ink
set label 2 "allocated" at graph 1.01, first 285 textcolor lt 1
set label 3 "balloon" at graph 1.01, first 30 textcolor lt 2
set label 4 "active (estimate)" at graph 1.01, first 160 textcolor lt 5
unset label 5
plot $paper using 1:5 with lines ls 11, '' using 1:6 with lines ls 11, \
     data using "minutes":"citrix_active" with lines lt 5 lw 1.2, \
     '' using "minutes":"citrix_alloc" with lines lt 1, \
     '' using "minutes":"citrix_balloon" with lines lt 2

set tmargin screen 0.30
set bmargin screen 0.065
set format x "%g"
set xlabel "minutes" textcolor rgb ink
set label 1 heading("SQL server; its long query starts at 64.7 min") at graph 0, graph 1.07
set label 2 "allocated" at graph 1.01, first 180
set label 3 "balloon" at graph 1.01, first 140
set label 4 "active (estimate)" at graph 1.01, first 25
plot $paper using 1:7 with lines ls 11, '' using 1:8 with lines ls 11, \
     data using "minutes":"sql_active" with lines lt 5 lw 1.2, \
     '' using "minutes":"sql_alloc" with lines lt 1, \
     '' using "minutes":"sql_balloon" with lines lt 2
unset multiplot
