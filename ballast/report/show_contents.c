/*
 * What a database of results holds.
 */
#include <assert.h>
#include <stdlib.h>

#include "ballast/report/show.h"
#include "sim/memory.h"

static bool take_content(void *context, const struct results_value *values, uint32_t count)
{
    struct show_contents *contents = context;
    assert(count == 8);
    contents->at =
        sim_memory_need(realloc(contents->at, (contents->count + 1u) * sizeof *contents->at));
    contents->at[contents->count++] = (struct show_content){
        .experiment = sim_memory_text(&contents->memory, "%s", values[0].text),
        .variants = (uint32_t)values[1].number,
        .seeds = (uint32_t)values[2].number,
        .runs = (uint32_t)values[3].number,
        .alone = (uint32_t)values[4].number,
        .earlier = (uint32_t)values[5].number,
        .unfinished = (uint32_t)values[6].number,
        .last_utc = sim_memory_text(&contents->memory, "%s", values[7].text)};
    return true;
}

int show_contents_read(struct results *db, struct show_contents *contents, struct sim_error *error)
{
    *contents = (struct show_contents){0};
    return results_query(
        db,
        "SELECT experiment, count(DISTINCT CASE WHEN own THEN variant END),"
        " count(DISTINCT CASE WHEN own THEN seed END), total(own), total(is_last AND is_alone),"
        " total(done AND NOT is_last), total(NOT done), max(started_utc)"
        " FROM (SELECT *, done AND config_hash = last AS is_last,"
        "  done AND config_hash = last AND NOT is_alone AS own"
        "  FROM (SELECT *, status = 'done' AS done, " CHOSEN_IS_ALONE " AS is_alone FROM run)"
        "  LEFT JOIN (SELECT experiment, variant, config_hash AS last, max(run_id) FROM run"
        "   WHERE status = 'done' GROUP BY 1, 2) USING (experiment, variant))"
        " GROUP BY experiment ORDER BY experiment",
        NULL, 0, take_content, contents, error);
}

void show_contents_fini(struct show_contents *contents)
{
    free(contents->at);
    sim_memory_free(&contents->memory);
    *contents = (struct show_contents){0};
}

void show_contents_print(const struct show_contents *contents, enum sim_listing_form form,
                         FILE *out)
{
    static const struct sim_column columns[] = {
        {"experiment", "experiment", 'l'}, {"variants", "variants", 'r'},
        {"seeds", "seeds", 'r'},           {"runs", "runs", 'r'},
        {"alone", "alone", 'r'},           {"earlier", "earlier", 'r'},
        {"unfinished", "unfinished", 'r'}, {NULL, "last_started_utc", 'l'},
    };
    struct sim_listing listing;
    sim_listing_begin(&listing, form, columns, sizeof columns / sizeof *columns, out);
    for (uint32_t i = 0; i < contents->count; i++) {
        const struct show_content *content = &contents->at[i];
        sim_listing_text(&listing, content->experiment);
        sim_listing_count(&listing, content->variants);
        sim_listing_count(&listing, content->seeds);
        sim_listing_count(&listing, content->runs);
        sim_listing_count(&listing, content->alone);
        sim_listing_count(&listing, content->earlier);
        sim_listing_count(&listing, content->unfinished);
        sim_listing_text(&listing, content->last_utc);
    }
    sim_listing_end(&listing);
}
