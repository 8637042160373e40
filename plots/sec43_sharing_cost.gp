# Section 4.3: collisions of truncated hashes against the birthday bound, with what the paper says of
# 64 bits, and hints by the rate at which pages are rewritten. The paper has no figure of it.
width = 1000
height = 920
load style

set multiplot
eval panel(100, 970, 46, 380)
set logscale y
set xrange [14:72]
set xtics 16,8,64
set yrange [1e-21:1e-3]
set format y "10^{%T}"
set ytics 1e4
set mytics 1
set xlabel "bits of the hash"
set ylabel "false matches per pair of distinct pages"
set key at graph 0.99, graph 0.98 right top Left reverse samplen 2.6 spacing 1.3 font small
set label 1 heading("False matches follow the birthday bound") @above
plot sample [16:64] '+' using 1:(2**(-$1)) with lines ls 32 title "birthday bound: 2^{-bits}", \
     data index 0 using "bits":"low":(0):(column("high") - column("low")) with @interval lc rgb colour[1] notitle, \
     data index 0 using "bits":"rate" with points lt 1 title "measured; bars: 95% interval", \
     '+' using (64):(1e-4 / 2**47) every ::0::0 with points ls 24 pt 10 ps 1.5 * dot title "the paper: below 0.01% for 2^{24} pages", \
     '+' using (64):(log(2) / 2**63) every ::0::0 with points ls 24 pt 12 ps 1.5 * dot title "the paper: 50% near 2^{32} pages"

unset label 99
unset logscale y
set logscale x
set format y "%g"
set xrange [0.22:1400]
set xtics ("0" 0.3, "1" 1, "10" 10, "100" 100, "1,000" 1000)
set xlabel "pages rewritten per second, in each VM"

eval panel(100, 465, 480, 820)
set yrange [0:*]
set ytics 20
set ylabel "hints met by 100 scanned pages" offset 0
set label 1 heading(sprintf("Hints met, %s VMs of %s MB, %s scans/s each", hint_vms, hint_mb, hint_rate))
set key at graph 0.03, graph 0.98 left top Left reverse samplen 2.6 spacing 1.2 font small
plot @corner, \
     data index 1 using "writes":"found" with linespoints lt 1 title "found", \
     data index 1 using "writes":"stale" with linespoints lt 2 title "stale"

eval panel(605, 970, 480, 820)
set yrange [0:105]
set ytics 25
set ylabel "found, % of the hints met" offset 0
set label 1 heading("Found and not stale")
set key at graph 0.03, graph 0.03 left bottom
set samples 300
# A hint is found when another VM's scan meets it before its own page is rewritten.
others = hint_vms > 1 ? (hint_vms - 1) * (1.0 * hint_rate) : NaN
plot sample [0.4:1400] 100 / (1 + x / others) with lines ls 32 title "expected where little is shared", \
     data index 1 using "writes":"share" with linespoints lt 1 title "measured"
unset multiplot
