# Section 4.3: collisions of truncated hashes against the birthday bound, with what the paper says of
# 64 bits, and hints by the rate at which pages are rewritten. The paper has no figure of it.
width = 1000
height = 860
load style

set multiplot
set tmargin at screen 0.945
set bmargin at screen 0.565
set lmargin at screen 0.095
set rmargin at screen 0.97
set logscale y
set xrange [14:86]
set xtics 16,8,64
set yrange [1e-21:1e-3]
set format y "10^{%T}"
set ytics 1e4
set mytics 1
set xlabel "bits of the hash" textcolor rgb ink
set ylabel "false matches per pair of distinct pages" offset 0.5 textcolor rgb ink
set label 1 heading("False matches follow the birthday bound") at graph 0, graph 1.06 textcolor rgb ink
set label 2 "measured (95% interval)" at first 17.5, first 1.5e-4 textcolor lt 1
set label 3 "birthday bound: 2^{-bits}" at first 45, first 4e-13 textcolor rgb ink
set label 4 "paper: below 0.01% for 2^{24} pages" at first 65, first 3e-18 textcolor rgb paper
set label 5 "paper: 50% near 2^{32} pages" at first 65, first 3e-20 textcolor rgb paper
set arrow 1 from first 64, first 7.1e-19 to first 64, first 1.8e-19 size screen 0.008,25 filled lc rgb paper lw 1.2
plot sample [16:64] '+' using 1:(2**(-$1)) with lines lc rgb ink lw 1.2 dt (2,2), \
     data index 0 using "bits":"rate":"low":"high" with yerrorbars lt 1 pt 7 ps 0.8, \
     '+' using (64):(1e-4 / 2**47) every ::0::0 with points ls 13, \
     '+' using (64):(log(2) / 2**63) every ::0::0 with points ls 13

unset label
unset arrow 1
unset logscale y
set tmargin at screen 0.43
set bmargin at screen 0.075
set rmargin at screen 0.46
set logscale x
set format y "%g"
set xrange [0.22:1400]
set xtics ("0" 0.3, "1" 1, "10" 10, "100" 100, "1,000" 1000)
set yrange [0:65]
set ytics 20
set xlabel "pages rewritten per second, in each VM" textcolor rgb ink
set ylabel "hints met by 100 scanned pages" offset 0 textcolor rgb ink
set label 1 heading("Hints met, four VMs of 16 MB at 50 scans/s") at graph 0, graph 1.07 textcolor rgb ink
set label 2 "found" at first 14, first 14 textcolor lt 3
set label 3 "stale" at first 60, first 45 textcolor lt 2
plot data index 1 using "writes":"found" with linespoints lt 3 pt 7 ps 0.7, \
     '' index 1 using "writes":"stale" with linespoints lt 2 pt 7 ps 0.7

unset label
set lmargin at screen 0.565
set rmargin at screen 0.97
set yrange [0:105]
set ytics 25
set ylabel "found, % of the hints met" offset 0 textcolor rgb ink
set label 1 heading("Found and not stale") at graph 0, graph 1.07 textcolor rgb ink
set label 2 "measured" at first 45, first 92 textcolor lt 3
set label 3 "expected where little is shared" at first 0.5, first 48 textcolor rgb ink
set samples 300
plot sample [0.4:1400] 100 / (1 + x / 150) with lines lc rgb ink lw 1.2 dt (2,2), \
     data index 1 using "writes":"share" with linespoints lt 3 pt 7 ps 0.7
unset multiplot
