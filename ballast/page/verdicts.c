/*
 * The comparison with the paper, or with what a user expects, as tables of the report.
 */
#include <math.h>
#include <string.h>

#include "ballast/page/html.h"
#include "ballast/page/internal.h"

static void number_cell(FILE *out, double value, int digits)
{
    fputs("<td class=\"number\">", out);
    if (isfinite(value))
        fprintf(out, "%.*g", digits, value);
    fputs("</td>", out);
}

static void text_cell(FILE *out, const char *text)
{
    fputs("<td>", out);
    html_text(out, text);
    fputs("</td>", out);
}

/* As a class of the style sheet: colour stands beside the word, never alone. */
static const char *class_of(enum compare_verdict verdict)
{
    switch (verdict) {
    case COMPARE_PASS:
    case COMPARE_KNOWN_MISS_PASSES:
        return "pass";
    case COMPARE_MISS:
    case COMPARE_NO_DATA:
        return "miss";
    case COMPARE_KNOWN_MISS:
        return "known";
    default:
        return "shown";
    }
}

static void row_write(FILE *out, const struct verify_row *row)
{
    const struct compare_point *point = &row->point;
    fputs("<tr>", out);
    text_cell(out, point->point);
    text_cell(out, point->unit);
    if (row->expected[0] != '\0')
        text_cell(out, row->expected);
    else
        number_cell(out, point->paper, 4);
    number_cell(out, row->ours.mean, 4);
    number_cell(out, row->ours.half, 2);
    text_cell(out, point->tolerance_text);
    text_cell(out, compare_kind_name(point->kind));
    fprintf(out, "<td><span class=\"verdict %s\">", class_of(row->verdict));
    html_text(out, compare_verdict_name(row->verdict));
    fputs("</span>", out);
    if (row->verdict == COMPARE_KNOWN_MISS)
        html_format(out, ": %s", point->known_miss);
    if (row->note[0] != '\0')
        html_format(out, ": %s", row->note);
    fputs("</td></tr>\n", out);
}

void page_comparison(FILE *out, const struct verify *verify, const char *name)
{
    uint32_t count = 0, wrong = 0;
    for (uint32_t i = 0; i < verify->count; i++)
        if (strcmp(verify->rows[i].figure, name) == 0) {
            count++;
            wrong += verify->rows[i].verdict == COMPARE_MISS ||
                     verify->rows[i].verdict == COMPARE_NO_DATA;
        }
    if (count == 0)
        return;
    fprintf(out, "<details class=\"fold\"%s><summary>Comparison: %u %s</summary>\n",
            wrong > 0 ? " open" : "", count, count == 1 ? "point" : "points");
    fputs("<div class=\"scroll\"><table><thead><tr><th>point</th><th>unit</th>"
          "<th class=\"number\">expected</th><th class=\"number\">ours</th>"
          "<th class=\"number\">\u00b1</th><th>tolerance</th><th>kind</th><th>verdict</th></tr>"
          "</thead><tbody>\n",
          out);
    for (uint32_t i = 0; i < verify->count; i++)
        if (strcmp(verify->rows[i].figure, name) == 0)
            row_write(out, &verify->rows[i]);
    fputs("</tbody></table></div></details>\n", out);
}

void page_verdicts(FILE *out, const struct verify *verify)
{
    if (verify->count == 0)
        return;
    fputs("<div class=\"scroll\"><table class=\"small\"><thead><tr><th>kind of point</th>", out);
    for (int i = 0; i < COMPARE_VERDICTS; i++)
        fprintf(out, "<th class=\"number\">%s</th>", compare_verdict_name((enum compare_verdict)i));
    fputs("</tr></thead><tbody>\n", out);
    for (int kind = 0; kind < COMPARE_KINDS; kind++) {
        uint32_t all = 0;
        for (int i = 0; i < COMPARE_VERDICTS; i++)
            all += verify->kinds[kind][i];
        if (all == 0)
            continue;
        fprintf(out, "<tr><td>%s</td>", compare_kind_name((enum compare_kind)kind));
        for (int i = 0; i < COMPARE_VERDICTS; i++)
            fprintf(out, "<td class=\"number\">%u</td>", verify->kinds[kind][i]);
        fputs("</tr>\n", out);
    }
    fputs("</tbody></table></div>\n", out);
}
