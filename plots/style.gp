# The common style of all figures. `ballast plot` sets data, folder, style, format, runs, seed,
# title, averaged and axes; a script sets width, height or drawn where it needs others, and loads the style.
#
# Lengths are in units: pixels on the screen, 1/120 inch on paper. Text is 14 units high in every format.
# The ground is opaque and nearly white, so that figures are readable on dark and on light pages.

if (!exists("width")) width = 900
if (!exists("height")) height = 640
if (!exists("drawn")) drawn = "mean of "
ground = "#fcfcfa"

# The caption at the bottom: which runs the figure shows. A second line makes the figure higher; what
# is too long for it is cut.
caption = "Ballast: " . (runs[1:6] eq "1 run," || runs[1:6] eq "1 run " ? "" : drawn) . runs
line = format eq "txt" ? terminal_columns - 1 : int(width / 6.6) # characters
if (strlen(caption) > 2 * line) caption = caption[1:2 * line - 3] . "..."
caption_y = 10.0
if (strlen(caption) > line) caption = caption[1:line] . "\n" . caption[line + 1:*]; caption_y = 26.0; height = height + 16

dots = 300 / 120.0 # PNG: 300 dots per inch
if (format eq "svg") size = 14.0
if (format eq "png") size = 10.5 # points of 1/96 inch, as gnuplot takes them
if (format eq "pdf") size = 6.3  # the same points: 8.4 of 1/72 inch
if (format eq "svg") set terminal svg size width,height font sprintf("sans-serif,%g", size) background rgb ground
if (format eq "png") set terminal pngcairo size width*dots,height*dots font sprintf("DejaVu Sans,%g", size) fontscale dots linewidth dots pointscale dots background rgb ground
if (format eq "pdf") set terminal pdfcairo size width/120.0,height/120.0 font sprintf("DejaVu Sans,%g", size) fontscale 1 linewidth 1.2 pointscale 0.6 background rgb ground
if (format eq "txt") size = 1; set terminal dumb size terminal_columns,int(height/18) @colours
dot = format eq "svg" ? 0.75 : 1 # marks, so that they are equally large in every format
small = sprintf(",%g", 0.86 * size)
normal = sprintf(",%g", size)

set datafile separator "\t"
set datafile missing "NaN"

ink   = "#333333"
faint = "#d8d8d4"
set border 3 lc rgb ink lw 1
set tics nomirror out scale 0.6 textcolor rgb ink
set grid ytics lc rgb faint lw 0.8 lt 1
set xlabel textcolor rgb ink offset 0,0.3
set ylabel textcolor rgb ink offset 1

# ---- Quantities ----
# A quantity has one colour in a figure, of the set by Okabe and Ito, and one shape of marks. Ours is
# solid, and its marks are filled. The paper's has the same colour: dashes where it is a curve, each
# quantity with a pattern of its own, and open marks where it is points. So no two curves differ by
# colour alone.
# Quantity n: linetype n is ours, line style 10+n the paper's curve, 20+n the paper's points.
array colour[5] = ["#0072b2", "#d55e00", "#009e73", "#000000", "#cc79a7"]
array filled[5] = [7, 9, 5, 11, 13]
set for [n=1:5] linetype n lc rgb colour[n] lw 2.2 pt filled[n] ps 0.8 * dot
set for [n=1:5] style line 20+n lc rgb colour[n] lw 1.6 pt filled[n] - 1 ps 1.1 * dot
set style line 11 lc rgb colour[1] lw 1.8 dt (9,4)
set style line 12 lc rgb colour[2] lw 1.8 dt (3,3)
set style line 13 lc rgb colour[3] lw 1.8 dt (11,3,2,3)
set style line 14 lc rgb colour[4] lw 1.6 dt (5,7)
set style line 15 lc rgb colour[5] lw 1.8 dt (1.5,3)

# What is neither ours nor the paper's: an input, a bound, the optimum.
set style line 31 lc rgb ink lw 1.2
set style line 32 lc rgb ink lw 1.2 dt (2,3)

# Marks along one of our curves: `with linespoints lt 1 @marks`.
marks = "pointnumber 9"

# An interval as a vertical bar with caps: plot ... using x:(low):(0):(high - low) with @interval.
interval = "vectors heads size screen 0.004,90 nofilled lw 1.6"

# A dot in the corner of the axes, so that a panel is drawn where its runs are missing: without any
# point gnuplot finds no range for the axis. plot @corner, ...
corner = "'+' using 1:(1) every ::0::0 with dots lc rgb ground notitle"

# ---- Axes ----
# Where the report shows values it must know where the axes of each panel stand, in pixels from the left
# and from the bottom, and which values their ends have. gnuplot knows that of the last plot only.
axes_of_last = axes eq "" ? "" : "print GPVAL_TERM_XMIN, GPVAL_TERM_XMAX, GPVAL_TERM_YMIN, GPVAL_TERM_YMAX, GPVAL_X_MIN, GPVAL_X_MAX, GPVAL_Y_MIN, GPVAL_Y_MAX"
if (axes ne "") set print axes

# ---- Panels ----
# Where a panel's axes stand, in units from the left and from the top: eval panel(70, 700, 40, 300).
panel(left, right, top, bottom) = "if (exists('panelled')) { eval axes_of_last }; panelled = 1; " . sprintf("set lmargin at screen %g; set rmargin at screen %g; set tmargin at screen %g; set bmargin at screen %g", left / (1.0 * width), right / (1.0 * width), 1 - top / (1.0 * height), 1 - bottom / (1.0 * height))
# The key stands beside the axes, so that it never covers a curve: set key @beside.
beside = "at graph 1.0, graph 1.03 left top Left reverse samplen 2.6 spacing 1.2 textcolor rgb ink font small noenhanced"
unset key
set bmargin 5 # a script without panels: room for the caption

# A panel's heading, above its left end: set label 1 heading("...") @above.
heading(text) = sprintf("{/:Bold %s}", text)
# The same of a text that users give: what has a meaning to gnuplot's enhanced text is itself. An SVG needs
# '&' as a number.
escaped(text) = text eq "" ? "" : (text[1:1] eq "&" ? "\\046" : (strstrt("\\{}^_@~", text[1:1]) > 0 ? "\\" : "") . text[1:1]) . escaped(text[2:*])
heading_of(text) = heading(escaped(text[1:150]))
above = "at graph 0, graph 1 offset 0," . (format eq "txt" ? "1" : "0.9") . " textcolor rgb ink"

# ---- Caption ----
# A script with several panels unsets label 99 after the first one, so that it is drawn once.
set label 99 caption at screen 0.008, screen caption_y / height left noenhanced font small textcolor rgb "#5a5a58"
