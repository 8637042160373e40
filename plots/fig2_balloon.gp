# The paper's Figure 2: dbench against the size of its VM, configured so and ballooned to it; and how
# much slower the ballooned one is.
width = 1000
height = 515
load style
theirs = folder . "/paper_series.csv"

set datafile separator ","
set table $paper
plot theirs skip 2 using 1:2 with table
unset table
set table $paper_ballooned # nothing was ballooned to 256 MB
plot theirs skip 2 using 1:3:4 with table
unset table
set datafile separator "\t"

# On a bar only black is visible enough, and on the ground too: so all marks of the paper are black
# with a white inside, and the bars differ in lightness.
set style fill solid 1 border rgb "#000000"
set boxwidth 9
mark = "points pt 12 ps 1.5 * dot lw 1.8 lc rgb '#000000'"
inside = "points pt 13 ps 1.5 * dot lc rgb '#ffffff' notitle"

set multiplot
set xrange [106:278]
set xtics (128, 160, 192, 224, 256)
set xlabel "VM size, MB"

eval panel(70, 560, 86, 430)
set key at graph 0, graph 1.02 left bottom Left reverse samplen 1.6 spacing 1.15 maxrows 2 font small textcolor rgb ink
set label 1 heading("dbench's throughput" . (load_text eq "" ? "" : ", " . load_text)) at graph 0, graph 1 offset 0,3.1 textcolor rgb ink
set yrange [0:20<*]
set ytics 5
set ylabel "MB/s"
plot data index 0 using (column("mb") - 5):"mb_s" with boxes lw 0.8 fc rgb colour[1] title "configured with the size", \
     data index 1 using (column("mb") + 5):"mb_s" with boxes lw 0.8 fc rgb "#f2bf99" title whole . " MB, ballooned to it", \
     $paper using ($1 - 3):2 with @inside, \
     $paper using ($1 - 3):2 with @mark title "the paper", \
     $paper_ballooned using ($1 + 7):2 with @inside, \
     $paper_ballooned using ($1 + 7):2 with @mark notitle, \
     NaN with lines lc rgb "#000000" lw 1.6 title "95% interval over seeds", \
     data index 0 using (column("mb") - 7):(column("mb_s") - column("half")):(0):(2 * column("half")) with @interval lc rgb "#000000" notitle, \
     data index 1 using (column("mb") + 3):(column("mb_s") - column("half")):(0):(2 * column("half")) with @interval lc rgb "#000000" notitle

unset label 99
eval panel(660, 985, 86, 430)
set label 1 heading("Overhead of ballooning")
set xrange [112:240]
set yrange [*:*]
set autoscale yfix
set offsets 0, 0, 0.5, 0.5
set ytics autofreq
set ylabel "% slower than configured"
set xzeroaxis ls 31
plot data index 2 using (column("mb") - 2):(column("pct") - column("half")):(0):(2 * column("half")) with @interval lc rgb colour[1] notitle, \
     data index 2 using (column("mb") - 2):"pct" with points lt 1 ps 1.1 * dot title "ours; bars: 95% interval", \
     $paper_ballooned using ($1 + 2):3 with points pt 12 ps 1.5 * dot lw 1.8 lc rgb "#000000" title "the paper"
unset multiplot
