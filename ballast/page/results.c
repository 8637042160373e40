/*
 * What the runs came to, as a table of the report: what `ballast show` prints.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/page/html.h"
#include "ballast/page/internal.h"
#include "ballast/report/show.h"
#include "sim/memory.h"
#include "sim/quantity.h"

static const char *owner_of(const struct show_row *row)
{
    return row->is_sum ? "all VMs" : row->vm[0] == '\0' ? "the host" : row->vm;
}

static void number_cell(FILE *out, double value, double half, struct sim_unit unit)
{
    char text[SIM_QUANTITY_BYTES];
    fputs("<td class=\"number\">", out);
    if (!isnan(value)) {
        sim_quantity_interval_number(text, value, half, unit);
        char *sign = strstr(text, " +- ");
        fprintf(out, "%.*s", sign != NULL ? (int)(sign - text) : (int)strlen(text), text);
        if (sign != NULL)
            fprintf(out, " \u00b1 %s", sign + strlen(" +- "));
    }
    fputs("</td>", out);
}

/* The values of one row share a unit. A level of one VM has all three, anything
 * else one. */
static void row_write(FILE *out, const struct show_row *row, const char *title)
{
    bool is_level = row->kind == SHOW_LEVEL && !row->is_sum;
    double most = is_level ? fmax(fabs(row->mean.mean), fabs(row->peak.mean)) : row->mean.mean;
    struct sim_unit unit = sim_unit_for(most, row->unit);
    fputs("<tr><td>", out);
    html_text(out, title);
    fputs("</td><td>", out);
    html_text(out, owner_of(row));
    fputs("</td>", out);
    number_cell(out, row->mean.mean, row->mean.half, unit);
    number_cell(out, is_level ? row->peak.mean : NAN, NAN, unit);
    number_cell(out, is_level ? row->last.mean : NAN, NAN, unit);
    fputs("<td>", out);
    html_text(out, unit.name);
    if (row->note != NULL)
        html_format(out, "%s%s", unit.name[0] != '\0' ? "; " : "", row->note);
    fputs("</td></tr>\n", out);
}

static void variant_write(FILE *out, const struct show_variant *variant)
{
    const char *before = "";
    fputs("<div class=\"scroll\"><table><thead><tr><th>metric</th><th>of</th>"
          "<th class=\"number\">mean \u00b1 95%</th><th class=\"number\">peak</th>"
          "<th class=\"number\">last</th><th>unit</th></tr></thead><tbody>\n",
          out);
    for (uint32_t i = 0; i < variant->count; i++) {
        const struct show_row *row = &variant->rows[i];
        row_write(out, row, strcmp(row->title, before) == 0 ? "" : row->title);
        before = row->title;
    }
    fputs("</tbody></table></div>\n", out);
}

/* Of several variants one line each, as on a terminal. */
static void variants_write(FILE *out, const struct show *show)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *lines = sim_memory_stream(&text, &bytes);
    show_print(show, 100, lines);
    fclose(lines);
    fputs("<pre class=\"scroll\">", out);
    html_text(out, text);
    fputs("</pre>\n", out);
    free(text);
}

int page_results(FILE *out, struct results *db, const char *db_path, const char *name,
                 struct sim_error *error)
{
    struct show_request request = {.experiment = name, .at_s = NAN};
    struct show show = {0};
    int status = show_make(db, db_path, &request, &show, error);
    if (status == SIM_OK && show.count > 0) {
        fputs("<details class=\"fold\"><summary>Results</summary>\n", out);
        if (show.count == 1)
            variant_write(out, &show.variants[0]);
        else
            variants_write(out, &show);
        fputs("</details>\n", out);
    }
    show_fini(&show);
    return status;
}
