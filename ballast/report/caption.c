/*
 * The caption of a figure. Somebody who sees only the picture must not take a trial run with
 * other settings, or a single seed, for the experiment as its file describes it.
 */
#include "ballast/report/caption.h"
#include "sim/memory.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is in the table `chosen`. */
struct found {
    uint32_t runs, variants, fewest, most; /* fewest and most runs of a variant */
    uint32_t seeds, stale;
    char first[24], last[24]; /* seeds */
    bool in_a_row;            /* first, first + 1, ... last */
    char names[200];          /* of the variants, if they are few */
};

static bool take_found(void *context, const struct results_value *values, uint32_t count)
{
    struct found *found = context;
    if (count != 10)
        return false;
    found->runs = (uint32_t)values[0].number;
    found->variants = (uint32_t)values[1].number;
    found->fewest = (uint32_t)values[2].number;
    found->most = (uint32_t)values[3].number;
    found->seeds = (uint32_t)values[4].number;
    found->stale = (uint32_t)values[5].number;
    snprintf(found->first, sizeof found->first, "%s", values[6].text);
    snprintf(found->last, sizeof found->last, "%s", values[7].text);
    found->in_a_row = values[8].number != 0;
    snprintf(found->names, sizeof found->names, "%s", values[9].text);
    return false;
}

static int look(struct results *db, struct found *found, struct sim_error *error)
{
    *found = (struct found){0};
    return results_query(
        db,
        "SELECT total(n), count(*), min(n), max(n),"
        " (SELECT count(DISTINCT seed) FROM chosen), (SELECT total(stale) FROM chosen),"
        " (SELECT min(seed) FROM chosen), (SELECT max(seed) FROM chosen),"
        " (SELECT max(seed) - min(seed) + 1 = count(DISTINCT seed) FROM chosen),"
        " (SELECT CASE WHEN count(*) <= 3 THEN"
        "   group_concat(coalesce(nullif(variant, ''), 'without a name'), ', ') END"
        "  FROM (SELECT DISTINCT variant FROM chosen ORDER BY run_id))"
        " FROM (SELECT count(*) AS n FROM chosen GROUP BY variant)",
        NULL, 0, take_found, found, error);
}

/* How many runs of each variant the experiment's file asks for. */
static int seeds_of(const struct config_file *file, uint32_t *seeds, struct sim_error *error)
{
    struct experiment_config config;
    int status = config_resolve(file, 0, NULL, 0, &config, error);
    if (status != SIM_OK)
        return status;
    *seeds = config.seeds;
    config_fini(&config);
    return SIM_OK;
}

/* `described` is how many variants the file has. A sweep makes more of them. */
static void write_runs(FILE *out, const struct found *found, uint32_t described)
{
    uint32_t variants = found->variants > described ? found->variants : described;
    fprintf(out, "%u", found->fewest);
    if (found->most != found->fewest)
        fprintf(out, " to %u", found->most);
    fprintf(out, " %s", found->most == 1 ? "run" : "runs");
    if (variants > 1 && found->variants == variants)
        fprintf(out, " of each of %u variants", variants);
    else if (variants > 1)
        fprintf(out, " of %u of %u variants", found->variants, variants);
    if (found->variants < variants && *found->names != '\0')
        fprintf(out, " (%s)", found->names);

    if (found->seeds == 1)
        fprintf(out, ", seed %s", found->first);
    else if (found->in_a_row)
        fprintf(out, ", seeds %s to %s", found->first, found->last);
    else
        fprintf(out, ", %u seeds from %s to %s", found->seeds, found->first, found->last);
}

static void write_differences(FILE *out, const struct found *found, uint32_t shipped,
                              const struct config_sets *sets)
{
    if (found->fewest != shipped || found->most != shipped)
        fprintf(out, " (the experiment has %u)", shipped);
    for (uint32_t i = 0; i < sets->count; i++)
        fprintf(out, "%s%s", i == 0 ? "; with " : ", ", sets->at[i]);
    if (found->stale > 0)
        fprintf(out, "; %u of them from another configuration", found->stale);
}

int caption_make(struct results *db, const struct config_file *file, const struct config_sets *sets,
                 struct caption *caption, struct sim_error *error)
{
    struct found found;
    uint32_t shipped = 0;
    int status = look(db, &found, error);
    if (status == SIM_OK)
        status = seeds_of(file, &shipped, error);
    if (status != SIM_OK)
        return status;

    char *text = NULL;
    size_t bytes = 0;
    FILE *out = sim_memory_stream(&text, &bytes);
    write_runs(out, &found, config_file_variant_count(file));
    write_differences(out, &found, shipped, sets);
    fclose(out);
    snprintf(caption->seed, sizeof caption->seed, "%s", found.first);
    caption->variants = found.variants;
    snprintf(caption->runs, sizeof caption->runs, "%s", text);
    if (bytes >= sizeof caption->runs)
        memcpy(caption->runs + sizeof caption->runs - 4, "...", 4);
    free(text);
    return SIM_OK;
}
