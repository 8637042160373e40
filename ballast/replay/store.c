/*
 * Replays in the database of results, and their figure.
 */
#include "ballast/replay/store.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ballast/report/choice.h"
#include "ballast/run/chosen.h"
#include "ballast/run/program.h"
#include "sim/random.h"

/* One run. */
struct stored {
    const char *way;  /* "policy" or "estimate", and */
    const char *name; /* which */
    uint64_t seed;
    const struct replay_facts *facts;
    uint32_t memory_pages;
    double misses, miss_ratio; /* `misses` NaN: there is no count */
};

static const struct {
    const char *name, *unit, *meaning;
} metrics[] = {
    {"miss_ratio", "", "misses of a replay, divided by its touches"},
    {"misses", "touches", "touches of a replay whose page was not in memory"},
    {"touches", "touches", "touches of a recording"},
    {"touched_pages", "pages", "different pages that a recording touches"},
    {"memory_mb", "MB", "memory of a replay; none where the size of a page is unknown"},
};
enum { METRICS = sizeof metrics / sizeof *metrics, TEXT_BYTES = 500 };

static const char *file_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* A variant has '=' and ',' of its own. */
static void name_of_trace(const struct replay_trace *trace, char name[100])
{
    snprintf(name, 100, "%s", file_of(replay_trace_path(trace)));
    for (char *c = name; *c != '\0'; c++)
        if (*c == ',' || *c == '=' || (unsigned char)*c < ' ')
            *c = '_';
}

static uint64_t hash_of(const char *text, const struct replay_facts *facts)
{
    uint64_t hash = sim_mix64(facts->touches, facts->distinct);
    for (; *text != '\0'; text++)
        hash = sim_mix64(hash, (unsigned char)*text);
    return hash;
}

static int write_params(struct results *db, int64_t run_id, const struct stored *stored,
                        const char *trace, struct sim_error *error)
{
    char pages[24];
    snprintf(pages, sizeof pages, "%" PRIu32, stored->memory_pages);
    int status = results_param(db, run_id, "trace", trace, error);
    if (status == SIM_OK)
        status = results_param(db, run_id, stored->way, stored->name, error);
    return status == SIM_OK ? results_param(db, run_id, "memory_pages", pages, error) : status;
}

static int write_results(struct results *db, int64_t run_id, const struct stored *stored,
                         uint32_t page_bytes, struct sim_error *error)
{
    const double values[METRICS] = {
        stored->miss_ratio, stored->misses, (double)stored->facts->touches,
        (double)stored->facts->distinct,
        page_bytes > 0 ? (double)stored->memory_pages * page_bytes / (1024 * 1024) : (double)NAN};
    int status = SIM_OK;
    for (uint32_t i = 0; i < METRICS && status == SIM_OK; i++)
        if (!isnan(values[i]))
            status =
                results_result(db, run_id, "", metrics[i].name, values[i], metrics[i].unit, error);
    return status;
}

static int write_run(struct results *db, const struct stored *stored,
                     const struct replay_trace *trace, struct sim_error *error)
{
    char name[100], variant[TEXT_BYTES], config[TEXT_BYTES];
    int64_t run_id;

    name_of_trace(trace, name);
    snprintf(variant, sizeof variant, "trace=%s,%s=%s,memory_pages=%" PRIu32, name, stored->way,
             stored->name, stored->memory_pages);
    snprintf(config, sizeof config, "trace: %s\n%s: %s\nmemory_pages: %" PRIu32 "\n", name,
             stored->way, stored->name, stored->memory_pages);
    struct results_run run = {.experiment = REPLAY_EXPERIMENT,
                              .variant = variant,
                              .version = BALLAST_VERSION,
                              .build = program_build(),
                              .seed = stored->seed,
                              .config = config,
                              .config_hash = hash_of(config, stored->facts)};
    int status = results_run_begin(db, &run, &run_id, error);
    if (status == SIM_OK)
        status = write_params(db, run_id, stored, name, error);
    if (status == SIM_OK)
        status = write_results(db, run_id, stored, replay_trace_page_bytes(trace), error);
    return status == SIM_OK ? results_run_end(db, run_id, true, 0, 0, error) : status;
}

static int write_metrics(struct results *db, struct sim_error *error)
{
    int status = SIM_OK;
    for (uint32_t i = 0; i < METRICS && status == SIM_OK; i++)
        status = results_metric(db, metrics[i].name, metrics[i].unit, "result", metrics[i].meaning,
                                error);
    return status;
}

int replay_store(struct results *db, const struct replay_run *run, const struct replay_trace *trace,
                 struct sim_error *error)
{
    int status = write_metrics(db, error);
    for (uint32_t i = 0; i < run->count; i++) {
        for (uint32_t m = 0; m < run->memories.count && status == SIM_OK; m++) {
            double misses = (double)run->misses[i][m];
            struct stored stored = {"policy",
                                    run->policies[i]->name,
                                    run->seed,
                                    &run->facts,
                                    run->memories.at[m].pages,
                                    misses,
                                    misses / (double)run->facts.touches};
            status = write_run(db, &stored, trace, error);
        }
    }
    return status;
}

int replay_curve_store(struct results *db, const struct replay_curve *curve,
                       const struct replay_trace *trace, struct sim_error *error)
{
    int status = write_metrics(db, error);
    for (uint32_t i = 0; i < curve->count; i++) {
        for (uint32_t k = 0; k < curve->sizes && status == SIM_OK; k++) {
            struct stored stored = {"estimate",
                                    curve->estimators[i]->name,
                                    curve->sampling.seed,
                                    &curve->facts,
                                    curve->memory_pages[k],
                                    (double)NAN,
                                    curve->miss_ratio[i][k]};
            status = write_run(db, &stored, trace, error);
        }
    }
    return status;
}

/* ---- The figure -------------------------------------------------------------------------- */

int replay_figure_draw(struct results *db, const struct replay_trace *trace, const char *target,
                       struct sim_error *error)
{
    const char *format = figure_format(target);
    struct figure figure = {.kind = FIGURE_SWEEP};
    struct replay_facts facts;
    char name[100];
    const char *trace_name = name;
    uint32_t runs;

    if (format == NULL)
        return sim_error_set(error, SIM_USAGE,
                             "--plot: expected a file that ends in .svg, .png or .pdf, found '%s'",
                             target);
    name_of_trace(trace, name);
    replay_trace_facts(trace, &facts);
    snprintf(figure.caption.runs, sizeof figure.caption.runs,
             "%s, %" PRIu64 " touches of %" PRIu32 " pages", name, facts.touches, facts.distinct);
    int status = figure_shared(&figure, REPLAY_EXPERIMENT, error);
    if (status == SIM_OK)
        status = chosen_all(db, REPLAY_EXPERIMENT, &runs, error);
    if (status == SIM_OK)
        status = results_query(db,
                               "DELETE FROM chosen WHERE run_id NOT IN (SELECT run_id FROM param"
                               " WHERE key = 'trace' AND value = ?1)",
                               &trace_name, 1, NULL, NULL, error);
    return status == SIM_OK ? figure_draw(&figure, db, target, format, error) : status;
}
