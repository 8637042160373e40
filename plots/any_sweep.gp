# Any sweep: a metric against what was varied, a panel for each VM. Two keys with three values or more are a heat map.
columns = format eq "txt" || panels == 1 ? 1 : panels > 6 ? 3 : 2
beside_px = most_curves > 1 ? 160 : 0
high = columns == 1 ? 340 : 200 # the axes of a panel
across = (columns == 1 ? 620 : columns == 2 ? 460 : 330) + beside_px
width = 20 + columns * across
top = format eq "txt" ? 110 : 90
height = top + (high + 100) * int((panels + columns - 1) / columns) + 20
drawn = "mean" . (heats > 0 ? "" : " and 95% interval") . " of "
load style
# A distance of marks that leaves room for their numbers: 1, 2 or 5 times a power of ten.
power(x) = 10.0 ** floor(log10(x))
round_up(x) = power(x) * (x <= power(x) ? 1 : x <= 2 * power(x) ? 2 : x <= 5 * power(x) ? 5 : 10)
distance(i) = round_up((value("most_" . i) - value("least_" . i)) / 5.0 + 1e-12)
left(i) = 84 + across * ((i - 1) % columns)
upper(i) = top + (high + 100) * int((i - 1) / columns)

set multiplot
set label 98 heading_of(title . (left_out > 0 ? sprintf("; the %s panels whose values move most, of %d", panels, panels + left_out) : "")) at screen 0.008, screen 1 - 22.0 / height left textcolor rgb ink
set xtics noenhanced
set ytics noenhanced
set palette defined (0 "#f4f1e6", 1 colour[1])
unset colorbox
do for [i = 1:panels + 0] {
    eval panel(left(i), left(i) + across - 110 - beside_px, upper(i), upper(i) + high)
    set label 1 heading_of(metric . " of " . value("title_" . i) . (value("unit_" . i) eq "" ? "" : ", " . value("unit_" . i))) @above
    set xlabel value("axis_" . i) noenhanced
    unset ylabel
    unset logscale
    unset key
    set grid ytics
    if (i > 1) { unset label 98; unset label 99 }
    first = value("first_" . i) - 1
    last = first + value("curves_" . i) - 1
    if (value("heat_" . i) + 0) {
        unset grid
        set autoscale
        set xrange [0.5:value("places_" . i) + 0.5]
        set yrange [0.5:value("curves_" . i) + 0.5]
        set ylabel value("second_" . i) noenhanced
        low = value("low_" . i) + 0
        high_end = value("high_" . i) + 0
        set cbrange [low:high_end > low ? high_end : low + 1]
        middle = (low + high_end) / 2
        set style fill solid noborder
        plot data index 0 every :::first::last using "x":"y":(0.47):(0.47):"mean":xtic(3):ytic(5) with boxxyerror fc palette title metric, \
             data index 0 every :::first::last using "x":"y":(column("mean") > middle ? "" : sprintf("%.3g", column("mean"))) with labels textcolor rgb ink title "", \
             data index 0 every :::first::last using "x":"y":(column("mean") > middle ? sprintf("%.3g", column("mean")) : "") with labels textcolor rgb ground title ""
    } else {
        if (value("low_" . i) < 0) { set yrange [*:*] } else { set yrange [0:*] }
        if (value("curves_" . i) > 1) { set key @beside }
        set xrange [*:*]
        set xtics autofreq norotate
        if (value("numbers_" . i) + 0) {
            if (value("logarithmic_" . i) + 0) { set logscale x } else { set xtics value("whole_" . i) + 0 == 1 && distance(i) < 1 ? 1 : distance(i) }
            plot for [b = first:last] data index 0 every :::b::b using "x":"low":(0):(column("high") - column("low")) with @interval lc rgb colour[(b - first) % 5 + 1] title "", \
                 for [b = first:last] data index 0 every :::b::b using "x":"mean" with linespoints lt (b - first) % 5 + 1 dt 1 + (b - first) / 5 title value("curve_" . (b + 1))
        } else {
            set xrange [0.5:value("places_" . i) + 0.5]
            if (8 * value("letters_" . i) > across - 110 - beside_px) { set xtics rotate by -20; unset xlabel }
            plot for [b = first:last] data index 0 every :::b::b using "x":"low":(0):(column("high") - column("low")) with @interval lc rgb colour[(b - first) % 5 + 1] title "", \
                 for [b = first:last] data index 0 every :::b::b using "x":"mean":xtic(3) with points lt (b - first) % 5 + 1 title value("curve_" . (b + 1))
        }
    }
}
unset multiplot
