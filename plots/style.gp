# The common style of all figures. `ballast plot` sets data, folder, style, format and target; a
# script sets width or height where it needs another size, and loads the style.
#
# An opaque, nearly white ground keeps every figure readable on dark and on light pages. Ours is always
# coloured and solid; the paper is always grey: open circles for points, dashes for curves.

font = "DejaVu Sans,12"
if (!exists("width")) width = 900
if (!exists("height")) height = 640
if (format eq "svg") set terminal svg size width,height font font background rgb "#fcfcfa"
if (format eq "png") set terminal pngcairo size width,height font font background rgb "#fcfcfa"
if (format eq "pdf") set terminal pdfcairo size width/90.0,height/90.0 font "DejaVu Sans,10" background rgb "#fcfcfa"
set output target

set datafile separator "\t"
set datafile missing "NaN"

ink   = "#333333"
faint = "#d8d8d4"
set border 3 lc rgb ink lw 1
set tics nomirror out scale 0.6 textcolor rgb ink
set grid ytics lc rgb faint lw 0.8 lt 1
unset key

# Colours that differ in hue and in lightness (Okabe and Ito).
set linetype 1 lc rgb "#0072b2" lw 2.2
set linetype 2 lc rgb "#d55e00" lw 2.2
set linetype 3 lc rgb "#009e73" lw 2.2
set linetype 4 lc rgb "#aa4499" lw 2.2
set linetype 5 lc rgb "#8a7000" lw 2.2

paper = "#7a7a78"
set style line 11 lc rgb paper lw 1.6 dt (6,4)          # the paper: a curve
set style line 12 lc rgb paper lw 1.6 dt (2,3)          # the paper: a second curve
set style line 13 lc rgb paper lw 1.6 pt 6 ps 1.2       # the paper: points

# A panel's heading, at its top left.
heading(text) = sprintf("{/:Bold %s}", text)
