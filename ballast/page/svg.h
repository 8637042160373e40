/*
 * A figure of gnuplot as a part of a page: without what a file has around it, small, and in the
 * colours of the page, which may be light or dark.
 */
#ifndef PAGE_SVG_H
#define PAGE_SVG_H

#include <stdbool.h>
#include <stdio.h>

/*
 * Writes the SVG in `text`, as gnuplot makes it, as an element <svg>. `label` says what it shows.
 * `axes` are the lines that plots/style.gp prints, "" where there are none: they become the
 * attribute data-axes, "left right bottom top x0 x1 y0 y1;..." in units of the picture, from the
 * top. A curve becomes <g class="curve" data-name="...">. A curve with several points in one column
 * of pixels keeps the first, the last, the highest and the lowest of them, so no peak is lost.
 * Colours become variables of the style sheet. The symbols of points are not in it: svg_symbols().
 * False: it is no SVG of gnuplot.
 */
bool svg_write(FILE *out, const char *text, const char *axes, const char *label);

/* The symbols that the curves of all figures use, of the SVG in `text`: once for a page. */
void svg_symbols(FILE *out, const char *text);

#endif
