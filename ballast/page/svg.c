/*
 * Reads what gnuplot's terminal `svg` writes, tag by tag, and writes less.
 *
 * Only what gnuplot writes in a known form is changed; anything else goes through as it is.
 */
#include "ballast/page/svg.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/page/html.h"

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* ---- Colours ----------------------------------------------------------------------------- */

/* plots/style.gp has these; page.css says what they are on a light and on a dark page. */
static const struct {
    unsigned rgb;
    const char *name;
} colours[] = {{0xfcfcfa, "ground"}, {0x333333, "ink"},   {0x000000, "strong"}, {0xd8d8d4, "faint"},
               {0x5a5a58, "soft"},   {0x0072b2, "blue"},  {0xd55e00, "orange"}, {0x009e73, "green"},
               {0xcc79a7, "pink"},   {0xf2bf99, "peach"}, {0xc4c4c0, "pale"}};

static void colour_write(FILE *out, unsigned rgb)
{
    for (size_t i = 0; i < sizeof colours / sizeof *colours; i++)
        if (colours[i].rgb == rgb) {
            fprintf(out, "var(--%s)", colours[i].name);
            return;
        }
    fprintf(out, "#%06x", rgb);
}

/* "rgb( 51,  51,  51)" or "#fcfcfa". Returns what follows it; `text` where it is none. */
static const char *colour_copy(FILE *out, const char *text)
{
    if (text[0] == '#' && strspn(text + 1, "0123456789abcdefABCDEF") == 6) {
        colour_write(out, (unsigned)strtoul(text + 1, NULL, 16));
        return text + 7;
    }
    if (!begins(text, "rgb("))
        return text;
    /* Not by sscanf(), which looks for the end of all the text each time. */
    const char *at = text + 4;
    unsigned rgb = 0;
    for (int i = 0; i < 3; i++) {
        char *end;
        rgb = rgb << 8 | ((unsigned)strtoul(at, &end, 10) & 255);
        if (end == at || *end != (i < 2 ? ',' : ')'))
            return text;
        at = end + 1;
    }
    colour_write(out, rgb);
    return at;
}

/* ---- Paths ------------------------------------------------------------------------------- */

struct point {
    double x, y;
    char command; /* 'M' or 'L' */
};

/* Reads "M74.00,326.00" or "L102.75,..."; false where the path has something else. */
static bool point_read(const char **text, struct point *point)
{
    char *end;
    const char *at = *text + strspn(*text, " \t\r\n");
    if (*at != 'M' && *at != 'L')
        return false;
    point->command = *at++;
    point->x = strtod(at, &end);
    if (end == at || *end != ',')
        return false;
    at = end + 1;
    point->y = strtod(at, &end);
    if (end == at)
        return false;
    *text = end;
    return true;
}

/* What is written of a path. */
struct pen {
    FILE *out;
    struct point before, held; /* `held` is not written yet */
    int count;                 /* of both */
};

static void held_write(struct pen *pen)
{
    fprintf(pen->out, "%c%.5g,%.5g", pen->held.command, pen->held.x, pen->held.y);
}

/* A point on a level stretch is left out: a line has its two ends only. */
static void point_write(struct pen *pen, const struct point *point)
{
    struct point rounded = {round(point->x * 10) / 10, round(point->y * 10) / 10, point->command};
    bool is_level = pen->count == 2 && rounded.command == 'L' && pen->held.command == 'L' &&
                    pen->before.y == pen->held.y && pen->held.y == rounded.y;
    if (!is_level && pen->count > 0) {
        held_write(pen);
        pen->before = pen->held;
    }
    pen->held = rounded;
    pen->count += pen->count < 2;
}

/* The points of one column of pixels: first, last, highest, lowest. */
struct column {
    struct point first, last, low, high;
    unsigned count, low_at, high_at;
};

static void column_write(struct pen *pen, const struct column *column)
{
    if (column->count == 0)
        return;
    point_write(pen, &column->first);
    const struct point *early = &column->low, *late = &column->high;
    unsigned early_at = column->low_at, late_at = column->high_at;
    if (early_at > late_at) {
        early = &column->high, late = &column->low;
        early_at = column->high_at, late_at = column->low_at;
    }
    if (early_at > 0 && early_at + 1 < column->count)
        point_write(pen, early);
    if (late_at > early_at && late_at + 1 < column->count)
        point_write(pen, late);
    if (column->count > 1)
        point_write(pen, &column->last);
}

static void column_add(struct pen *pen, struct column *column, const struct point *point)
{
    bool joins =
        column->count > 0 && point->command == 'L' && floor(point->x) == floor(column->first.x);
    if (!joins) {
        column_write(pen, column);
        *column = (struct column){.first = *point, .low = *point, .high = *point};
    }
    if (point->y > column->low.y) {
        column->low = *point;
        column->low_at = column->count;
    }
    if (point->y < column->high.y) {
        column->high = *point;
        column->high_at = column->count;
    }
    column->last = *point;
    column->count++;
}

/* The inside of d='...'. Returns where it stopped. */
static const char *path_copy(FILE *out, const char *text, char quote)
{
    struct pen pen = {.out = out};
    struct column column = {0};
    struct point point;
    while (point_read(&text, &point))
        column_add(&pen, &column, &point);
    column_write(&pen, &column);
    if (pen.count > 0)
        held_write(&pen);
    for (; *text != '\0' && *text != quote; text++)
        if (strchr(" \t\r\n", *text) == NULL || strchr(" \t\r\n", text[1]) == NULL)
            fputc(*text, out);
    return text;
}

/* ---- Tags -------------------------------------------------------------------------------- */

/* `<g id="gnuplot_plot_3b" ><title>allocated</title>`: a curve. Its title is XML already. */
static const char *curve_copy(FILE *out, const char *text)
{
    static const char title[] = "<title>";
    const char *from = strstr(text, title), *to = from != NULL ? strstr(from, "</title>") : NULL;
    if (to == NULL)
        return text;
    from += strlen(title);
    fputs("<g class=\"curve\" data-name=\"", out);
    for (const char *c = from; c < to && !begins(from, "gnuplot_plot_"); c++)
        if (*c == '"')
            fputs("&quot;", out);
        else
            fputc(*c, out);
    fputs("\">", out);
    return to + strlen("</title>");
}

/* `<g ...>` and nothing but `</g>` behind it. */
static const char *empty_skip(const char *text)
{
    const char *end = begins(text, "<g ") ? strchr(text, '>') : NULL;
    if (end == NULL)
        return text;
    end++;
    end += strspn(end, " \t\r\n");
    return begins(end, "</g>") ? end + 4 : text;
}

/* One tag, up to its '>'. */
static const char *tag_copy(FILE *out, const char *text)
{
    while (*text != '\0' && *text != '>') {
        const char *after = colour_copy(out, text);
        if (after != text) {
            text = after;
        } else if (begins(text, " d='")) {
            fputs(" d='", out);
            text = path_copy(out, text + 4, '\'');
        } else if (begins(text, "color=\"black\"")) {
            fputs("color=\"var(--strong)\"", out);
            text += strlen("color=\"black\"");
        } else {
            fputc(*text == '\t' || *text == '\n' ? ' ' : *text, out);
            text++;
        }
    }
    if (*text == '>')
        fputc(*text++, out);
    return text;
}

static void body_copy(FILE *out, const char *text)
{
    while (*text != '\0') {
        const char *after = empty_skip(text);
        if (after == text && begins(text, "<g id=\"gnuplot_plot_"))
            after = curve_copy(out, text);
        if (after == text && *text == '<')
            after = tag_copy(out, text);
        if (after == text && strchr(" \t\r\n", *text) != NULL) {
            after = text + strspn(text, " \t\r\n");
            if (*after != '<')
                fputc(' ', out);
        }
        if (after == text)
            fputc(*after++, out);
        text = after;
    }
}

/* ---- The whole --------------------------------------------------------------------------- */

/* gnuplot counts from the bottom, the picture from the top. */
static void axes_write(FILE *out, const char *axes, double height)
{
    double at[8];
    const char *separator = "";
    int used;
    while (sscanf(axes, "%lf %lf %lf %lf %lf %lf %lf %lf%n", &at[0], &at[1], &at[2], &at[3], &at[4],
                  &at[5], &at[6], &at[7], &used) == 8) {
        fprintf(out, "%s%g %g %g %g %.9g %.9g %.9g %.9g", separator, at[0], at[1], height - at[2],
                height - at[3], at[4], at[5], at[6], at[7]);
        separator = ";";
        axes += used;
    }
}

bool svg_write(FILE *out, const char *text, const char *axes, const char *label)
{
    double width, height;
    const char *size = strstr(text, "viewBox=\"0 0 "), *body = strstr(text, "</defs>");
    if (size == NULL || body == NULL || sscanf(size, "viewBox=\"0 0 %lf %lf", &width, &height) != 2)
        return false;
    fprintf(out, "<svg viewBox=\"0 0 %g %g\" style=\"--width:%gpx\" role=\"img\" aria-label=\"",
            width, height, width);
    html_text(out, label);
    fputs("\" data-axes=\"", out);
    axes_write(out, axes, height);
    /* The group that the symbols stand in is open at their end. */
    fputs("\"><g>", out);
    body_copy(out, body + strlen("</defs>"));
    return true;
}

void svg_symbols(FILE *out, const char *text)
{
    const char *from = strstr(text, "<defs>"), *to = strstr(text, "<filter id=");
    if (from == NULL || to == NULL)
        return;
    fputs("<svg class=\"symbols\" aria-hidden=\"true\">", out);
    for (; from < to; from++)
        if (*from != '\n' && *from != '\t')
            fputc(*from, out);
    fputs("</defs></svg>\n", out);
}
