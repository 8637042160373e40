/*
 * The tables of the report that come from the database alone: parameters, decisions, provenance.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/page/html.h"
#include "ballast/page/internal.h"
#include "ballast/page/parameter.h"
#include "sim/memory.h"

/* ---- Parameters -------------------------------------------------------------------------- */

static bool take_parameter(void *context, const struct results_value *values, uint32_t count)
{
    FILE *out = context;
    struct parameter parameter = {"", ""};
    parameter_find(values[0].text, &parameter);
    bool varied = values[1].number > 1;
    fprintf(out, "<tr%s><td><code>", varied ? " class=\"varied\"" : "");
    html_text(out, values[0].text);
    fputs("</code></td><td>", out);
    html_text(out, values[2].text);
    if (varied)
        fprintf(out, " <span class=\"soft\">(%g values)</span>", values[1].number);
    fputs("</td><td>", out);
    html_text(out, parameter.unit);
    fputs("</td><td>", out);
    html_text(out, parameter.source);
    fputs("</td></tr>\n", out);
    return count == 3;
}

/* What differs among the runs comes first. A long list of values is cut. */
int page_parameters(FILE *out, struct results *db, struct sim_error *error)
{
    fputs("<details class=\"fold\"><summary>Parameters</summary>\n"
          "<p class=\"tools\"><label>Show <input type=\"search\" data-filter "
          "placeholder=\"part of a name\"></label></p>\n"
          "<div class=\"scroll\"><table class=\"filtered\"><thead><tr><th>parameter</th>"
          "<th>value</th><th>unit</th><th>meaning and source</th></tr></thead><tbody>\n",
          out);
    int status = results_query(
        db,
        "SELECT key, n, CASE WHEN length(list) > 80 THEN substr(list, 1, 78) || '...' ELSE list END"
        " FROM (SELECT key, count(*) AS n, group_concat(value, ', ') AS list, min(place) AS place"
        "  FROM (SELECT key, value, min(run_id << 32 | place) AS place FROM chosen"
        "   JOIN run_param USING (run_id) JOIN param_value USING (param)"
        "   GROUP BY key, value ORDER BY place) GROUP BY key)"
        " ORDER BY n = 1, place",
        NULL, 0, take_parameter, out, error);
    fputs("</tbody></table></div></details>\n", out);
    return status;
}

/* ---- Decisions --------------------------------------------------------------------------- */

/* More would make the page large: then only those that moved a target are in it. */
#define DECISIONS_MOST 4000

/* Names become numbers: each is in the page once. */
struct names {
    const char **at;
    uint32_t count;
    struct sim_memory memory;
};

static uint32_t number_of(struct names *names, const char *name)
{
    for (uint32_t i = 0; i < names->count; i++)
        if (strcmp(names->at[i], name) == 0)
            return i;
    names->at = sim_memory_need(realloc(names->at, (names->count + 1) * sizeof *names->at));
    names->at[names->count] = sim_memory_text(&names->memory, "%s", name);
    return names->count++;
}

static void names_write(FILE *out, struct names *names)
{
    for (uint32_t i = 0; i < names->count; i++) {
        fputs(i > 0 ? "," : "", out);
        html_json(out, names->at[i]);
    }
    free(names->at);
    sim_memory_free(&names->memory);
}

struct decisions {
    FILE *out;
    struct names vms, reasons;
    uint64_t count;
    double all;
    char run[400];
};

static bool take_decision(void *context, const struct results_value *values, uint32_t count)
{
    struct decisions *decisions = context;
    FILE *out = decisions->out;
    fprintf(out, "%s[", decisions->count++ > 0 ? ",\n" : "");
    html_json_number(out, values[0].number);
    fprintf(out, ",%u,%u", number_of(&decisions->vms, values[1].text),
            number_of(&decisions->reasons, values[2].text));
    for (uint32_t i = 3; i < count; i++) {
        fputc(',', out);
        html_json_number(out, values[i].is_null ? NAN : round(values[i].number * 1000) / 1000);
    }
    fputc(']', out);
    return true;
}

static bool take_about(void *context, const struct results_value *values, uint32_t count)
{
    struct decisions *decisions = context;
    if (count == 2) {
        decisions->all = values[0].number;
        snprintf(decisions->run, sizeof decisions->run, "%s", values[1].text);
    }
    return false;
}

/* The run with the smallest seed of the first variant: the one whose figure is drawn. */
#define SHOWN_RUN                                                                                  \
    "(SELECT run_id FROM chosen WHERE variant = (SELECT variant FROM chosen ORDER BY run_id LIMIT" \
    " 1) ORDER BY seed LIMIT 1)"

static int decisions_write(struct decisions *decisions, struct results *db, struct sim_error *error)
{
    static const char all[] =
        "SELECT t_s, vm, reason, active_mb, target_mb, alloc_mb, price, balloon_target_mb,"
        " swap_target_mb FROM decision WHERE run_id = " SHOWN_RUN;
    static const char moved[] =
        "SELECT t_s, vm, reason, active_mb, target_mb, alloc_mb, price, balloon_target_mb,"
        " swap_target_mb FROM (SELECT *, abs(target_mb - lag(target_mb, 1, -1) OVER"
        " (PARTITION BY vm ORDER BY place)) AS moved FROM"
        " (SELECT *, row_number() OVER () AS place FROM decision WHERE run_id = " SHOWN_RUN
        ")) WHERE moved >= 1 ORDER BY place LIMIT 4000";
    return results_query(db, decisions->all <= DECISIONS_MOST ? all : moved, NULL, 0, take_decision,
                         decisions, error);
}

int page_decisions(FILE *out, struct results *db, uint32_t number, struct sim_error *error)
{
    struct decisions decisions = {.out = out};
    int status = results_query(
        db,
        "SELECT (SELECT count(*) FROM decision WHERE run_id = " SHOWN_RUN "),"
        " (SELECT CASE variant WHEN '' THEN '' ELSE variant || ', ' END || 'seed ' || seed"
        "  FROM chosen WHERE run_id = " SHOWN_RUN ")",
        NULL, 0, take_about, &decisions, error);
    if (status != SIM_OK || decisions.all == 0)
        return status;
    fprintf(out,
            "<details class=\"fold decisions\" data-from=\"decisions-%u\">"
            "<summary>Decisions</summary>\n<p>What the governor decided in the run ",
            number);
    html_text(out, decisions.run);
    fprintf(out,
            decisions.all > DECISIONS_MOST
                ? ": of %.0f decisions those that moved a target by 1 MB or more.</p>\n"
                : ": all %.0f decisions.</p>\n",
            decisions.all);
    fprintf(out, "<script type=\"application/json\" id=\"decisions-%u\">{\"rows\":[", number);
    status = decisions_write(&decisions, db, error);
    fputs("],\n\"vms\":[", out);
    names_write(out, &decisions.vms);
    fputs("],\"reasons\":[", out);
    names_write(out, &decisions.reasons);
    fputs("]}</script>\n</details>\n", out);
    return status;
}

/* ---- Provenance -------------------------------------------------------------------------- */

static bool take_build(void *context, const struct results_value *values, uint32_t count)
{
    FILE *out = context;
    fputs("<tr>", out);
    for (uint32_t i = 0; i < count; i++) {
        fprintf(out, "<td%s>", i >= 7 ? " class=\"number\"" : "");
        html_text(out, values[i].text);
        fputs("</td>", out);
    }
    fputs("</tr>\n", out);
    return true;
}

int page_provenance(FILE *out, struct results *db, struct sim_error *error)
{
    fputs("<details class=\"fold\"><summary>Provenance and cost</summary>\n"
          "<div class=\"scroll\"><table><thead><tr><th>version</th><th>build</th><th>governor, "
          "estimator, scanner</th>"
          "<th>seeds</th><th>configuration</th><th>host</th><th>begun, UTC</th>"
          "<th class=\"number\">runs</th><th class=\"number\">wall, s</th>"
          "<th class=\"number\">simulated s per s</th></tr></thead><tbody>\n",
          out);
    int status = results_query(
        db,
        "SELECT version, build, governor || ', ' || estimator || ', ' || scanner,"
        " min(run.seed) || CASE WHEN count(DISTINCT run.seed) > 1"
        "  THEN ' to ' || max(run.seed) ELSE '' END,"
        " min(config_hash) || CASE WHEN count(DISTINCT config_hash) > 1"
        "  THEN ' and ' || (count(DISTINCT config_hash) - 1) || ' more' ELSE '' END,"
        " host, min(started_utc) || CASE WHEN max(started_utc) > min(started_utc)"
        "  THEN ' to ' || max(started_utc) ELSE '' END,"
        " count(*), printf('%.1f', total(wall_s)),"
        " CASE WHEN total(wall_s) > 0 THEN printf('%,d', total(sim_s) / total(wall_s)) ELSE '' END"
        " FROM chosen JOIN run USING (run_id) GROUP BY 1, 2, 3, 6 ORDER BY min(run_id)",
        NULL, 0, take_build, out, error);
    fputs("</tbody></table></div></details>\n", out);
    return status;
}
