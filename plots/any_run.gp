# Any run: allocation, active memory, balloon and swapped memory of each VM, and the state of free memory.
columns = format eq "txt" ? 1 : panels > 12 ? 3 : panels > 4 ? 2 : 1
width = columns == 1 ? 800 : 1100
top = format eq "txt" ? 130 : columns == 1 ? 122 : 106
high = columns == 1 ? 220 : 150 # the axes of a panel
bottom = top + (high + 66) * int((panels + columns - 1) / columns)
height = bottom + 150
drawn = averaged + 0 ? "mean and range of " : sprintf("seed %s of ", seed)
load style
across = (width - 20.0) / columns
left(i) = 74 + across * ((i - 1) % columns)
upper(i) = top + (high + 66) * int((i - 1) / columns)

array quantity[4] = ["alloc", "active", "balloon", "swapped"]
array named[4] = ["allocated", "active (estimate)", "balloon", "swapped"]
array type[4] = [1, 4, 2, 3]
ranges = 'for [n = 1:4] data index 0 every :::b::b using "t":quantity[n] . "_least":quantity[n] . "_most" with filledcurves fs transparent solid 0.18 noborder lt type[n] title named[n] . ", range"'
curves = 'data index 0 every :::b::b using "t":"most" with lines ls 32 title "configured", ' . \
         'for [n = 1:4] data index 0 every :::b::b using "t":quantity[n] with linespoints lt type[n] @marks title named[n]'

set multiplot
set label 98 heading_of(title) at screen 0.008, screen 1 - 22.0 / height left textcolor rgb ink
set xrange [0:time_end + 0]
set yrange [0:*]
do for [i = 1:panels + 0] {
    eval panel(left(i), left(i) + across - 90, upper(i), upper(i) + high)
    set label 1 heading_of(value("title_" . i)) @above
    set ylabel value("unit_" . i)
    if (i > 1) { unset label 98; unset label 99 }
    b = i - 1
    if (spread + 0) { plot @ranges, @curves } else { plot @curves }
}

# The state of free memory along the bottom. A step downward is a shortage. The key of all panels is this one's,
# because this one is wide enough for a row.
unset label
unset ylabel
set key at screen 74.0 / width, screen 1 - 44.0 / height left top Left reverse horizontal maxrows 1 samplen 2.6 textcolor rgb ink font small noenhanced
set yrange [3.4:-0.4]
set ytics ("high" 0, "soft" 1, "hard" 2, "low" 3) font small
set xlabel time_unit
eval panel(74, width - 36, bottom, bottom + 72)
set label 1 heading("State of free memory") @above
plot data index 1 using "t":"state" with steps ls 31 title "", \
     for [n = 1:4] keyentry with linespoints lt type[n] title named[n], \
     keyentry with lines ls 32 title "configured"
unset multiplot
