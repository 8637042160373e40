/*
 * From an operand and the options of `ballast plot` to a script and the runs that it draws.
 *
 * The project's experiments have figures of their own, which compare them with the paper and draw
 * the runs that the experiment's file describes. Any other figure draws what the database has,
 * runs of sweeps too.
 */
#include "ballast/report/choice.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ballast/results/metrics.h"
#include "ballast/run/chosen.h"
#include "sim/nearest.h"

struct choosing {
    struct figure *figure;
    struct results *db;
    const char *db_path, *operand;
    const struct figure_wish *wish;
    struct config_file *file;
    struct experiment_config config; /* of the first variant */
    uint32_t runs;
};

/* ---- Scripts ----------------------------------------------------------------------------- */

static bool is_readable(const char *path)
{
    return access(path, R_OK) == 0;
}

/* FOLDER/NAME.gp and FOLDER/NAME.sql. */
static bool script_in(struct figure *figure, const char *folder, const char *name)
{
    int script = snprintf(figure->script, PATH_BYTES, "%s/%s.gp", folder, name);
    int sql = snprintf(figure->sql, PATH_BYTES, "%s/%s.sql", folder, name);
    return script < (int)PATH_BYTES && sql < (int)PATH_BYTES && is_readable(figure->script);
}

static int plots_find(struct figure *figure, char plots[PATH_BYTES], struct sim_error *error)
{
    int status = home_path(plots, "plots", error);
    return status == SIM_OK ? home_path(figure->style, "plots/style.gp", error) : status;
}

int figure_shared(struct figure *figure, const char *name, struct sim_error *error)
{
    char plots[PATH_BYTES];
    int status = plots_find(figure, plots, error);
    if (status == SIM_OK)
        script_in(figure, plots, name);
    return status;
}

/* Of an experiment of the project in plots/, of another one beside its file. */
static bool own_script(const struct choosing *choosing, const char *plots)
{
    struct figure *figure = choosing->figure;
    if (strcmp(choosing->operand, choosing->config.name) == 0)
        return script_in(figure, plots, choosing->config.name);
    return script_in(figure, figure->folder, choosing->config.name) ||
           script_in(figure, figure->folder, "plot");
}

/* There is no figure of its own. */
static int refuse_own(const struct choosing *choosing, struct sim_error *error)
{
    const char *name = choosing->config.name;
    if (strcmp(choosing->operand, name) == 0)
        return sim_error_set(error, SIM_USAGE,
                             "plot: expected an experiment with a script in plots/, found '%s'; "
                             "--as run and --as sweep draw any experiment",
                             name);
    return sim_error_set(error, SIM_USAGE,
                         "plot: expected %s/%s.gp or plot.gp beside it, found neither; --as run "
                         "and --as sweep draw any experiment",
                         choosing->figure->folder, name);
}

/* Finds the script of `kind`; FIGURE_ANY becomes FIGURE_OWN where there is one. `*missing`: the
 * experiment has none of its own, and must have one. */
static int script_find(const struct choosing *choosing, bool *missing, struct sim_error *error)
{
    struct figure *figure = choosing->figure;
    char plots[PATH_BYTES];
    int status = plots_find(figure, plots, error);
    if (status != SIM_OK)
        return status;
    bool may_be_own = figure->kind == FIGURE_ANY || figure->kind == FIGURE_OWN;
    if (may_be_own && own_script(choosing, plots))
        figure->kind = FIGURE_OWN;
    else if (figure->kind == FIGURE_OWN)
        *missing = true;
    if (figure->kind == FIGURE_RUN || figure->kind == FIGURE_SWEEP)
        script_in(figure, plots, figure->kind == FIGURE_RUN ? "any_run" : "any_sweep");
    return SIM_OK;
}

/* ---- Runs -------------------------------------------------------------------------------- */

static bool take_text(void *context, const struct results_value *values, uint32_t count)
{
    snprintf(context, PATH_BYTES, "%s", count > 0 ? values[0].text : "");
    return false;
}

static int narrow(struct choosing *choosing, const char *variant, const uint64_t *seed,
                  struct sim_error *error)
{
    struct chosen_part part = {variant, seed};
    return chosen_narrow(choosing->db, choosing->config.name, &part, &choosing->runs, error);
}

/* Of several variants the first one. */
static int variant_pick(struct choosing *choosing, struct sim_error *error)
{
    char variant[PATH_BYTES];
    int status = results_query(choosing->db, "SELECT variant FROM chosen ORDER BY run_id LIMIT 1",
                               NULL, 0, take_text, variant, error);
    if (status == SIM_OK)
        status = narrow(choosing, variant, NULL, error);
    if (status == SIM_OK && *variant != '\0') {
        size_t used = strlen(choosing->figure->title);
        snprintf(choosing->figure->title + used, sizeof choosing->figure->title - used, ": %s",
                 variant);
    }
    return status;
}

static int caption(struct choosing *choosing, struct sim_error *error)
{
    return caption_make(choosing->db, choosing->file, choosing->wish->sets,
                        &choosing->figure->caption, error);
}

/* One seed of one variant, or all seeds of it. The caption counts those that are not drawn too. */
static int run_pick(struct choosing *choosing, struct sim_error *error)
{
    struct figure *figure = choosing->figure;
    const struct figure_wish *wish = choosing->wish;
    int status = variant_pick(choosing, error);
    if (status == SIM_OK)
        status = caption(choosing, error);
    if (status != SIM_OK || wish->all_seeds) {
        figure->averaged = choosing->runs > 1;
        return status;
    }
    if (wish->seed != NULL)
        snprintf(figure->caption.seed, sizeof figure->caption.seed, "%llu",
                 (unsigned long long)*wish->seed);
    const char *seed[] = {figure->caption.seed};
    if (wish->seed != NULL)
        status = narrow(choosing, NULL, wish->seed, error);
    else
        status = results_query(choosing->db, "DELETE FROM chosen WHERE CAST(seed AS TEXT) <> ?1",
                               seed, 1, NULL, NULL, error);
    return status;
}

/* An experiment's own figure shows the runs that its file describes; so does each where --set says
 * which. */
static int runs_choose(struct choosing *choosing, struct sim_error *error)
{
    const struct figure_wish *wish = choosing->wish;
    int status;
    if (choosing->figure->kind == FIGURE_OWN || wish->sets->count > 0)
        status = chosen_make(choosing->db, choosing->file, wish->sets, &choosing->runs, wish->stale,
                             error);
    else
        status = chosen_all(choosing->db, choosing->config.name, &choosing->runs, error);
    if (status != SIM_OK || choosing->runs > 0)
        return status;
    return wish->optional
               ? SIM_OK
               : chosen_refuse_none(choosing->db_path, choosing->operand, wish->sets, error);
}

/* Leaves in `chosen` what is drawn. */
static int runs_pick(struct choosing *choosing, struct sim_error *error)
{
    struct figure *figure = choosing->figure;
    const struct figure_wish *wish = choosing->wish;
    bool missing;
    int status = SIM_OK;
    if (wish->variant != NULL)
        status = narrow(choosing, wish->variant, NULL, error);
    if (status == SIM_OK)
        status = caption(choosing, error);
    if (status == SIM_OK && figure->kind == FIGURE_ANY) {
        figure->kind = figure->caption.variants > 1 ? FIGURE_SWEEP : FIGURE_RUN;
        status = script_find(choosing, &missing, error);
    }
    if (status == SIM_OK && figure->kind == FIGURE_RUN)
        return run_pick(choosing, error);
    if (status == SIM_OK && wish->seed != NULL)
        status = narrow(choosing, NULL, wish->seed, error);
    return status == SIM_OK && wish->seed != NULL ? caption(choosing, error) : status;
}

static int asked_make(const struct choosing *choosing, struct sim_error *error)
{
    const struct figure_wish *wish = choosing->wish;
    const char *binds[] = {wish->metric != NULL ? wish->metric : "",
                           wish->vm != NULL ? wish->vm : ""};
    int status =
        results_query(choosing->db, "DROP TABLE IF EXISTS temp.asked", NULL, 0, NULL, NULL, error);
    if (status == SIM_OK)
        status = results_query(choosing->db,
                               "CREATE TEMP TABLE asked AS"
                               " SELECT nullif(?1, '') AS metric, nullif(?2, '') AS vm",
                               binds, 2, NULL, NULL, error);
    return status;
}

static bool take_found(void *context, const struct results_value *values, uint32_t count)
{
    (void)values;
    *(bool *)context = count > 0;
    return false;
}

static int metric_check(const struct choosing *choosing, struct sim_error *error)
{
    const char *metric[] = {choosing->wish->metric};
    char hint[SIM_HINT_BYTES];
    struct sim_nearest nearest;
    bool found = false;
    int status = results_query(
        choosing->db,
        "SELECT 1 FROM chosen JOIN result USING (run_id) WHERE metric = ?1"
        " UNION ALL SELECT 1 FROM chosen JOIN summary USING (run_id) WHERE metric = ?1 LIMIT 1",
        metric, 1, take_found, &found, error);
    if (status != SIM_OK || found)
        return status;
    sim_nearest_begin(&nearest, metric[0]);
    for (uint32_t i = 0; i < METRIC_COUNT; i++)
        sim_nearest_offer(&nearest, metrics[i].name);
    return sim_error_set(error, SIM_USAGE,
                         "--metric: expected one that the runs of %s have, found '%s'%s",
                         choosing->config.name, metric[0], sim_nearest_hint(hint, nearest.best));
}

struct vm_search {
    struct sim_nearest nearest;
    struct sim_memory names; /* the offered ones */
    bool found;
};

static bool take_vm(void *context, const struct results_value *values, uint32_t count)
{
    struct vm_search *search = context;
    search->found |= strcmp(values[0].text, search->nearest.name) == 0;
    sim_nearest_offer(&search->nearest, sim_memory_text(&search->names, "%s", values[0].text));
    return count == 1 && !search->found;
}

static int vm_check(const struct choosing *choosing, struct sim_error *error)
{
    struct vm_search search = {0};
    char hint[SIM_HINT_BYTES];
    sim_nearest_begin(&search.nearest, choosing->wish->vm);
    int status = results_query(choosing->db,
                               "SELECT DISTINCT value FROM chosen JOIN param USING (run_id)"
                               " WHERE key = 'vm.' || value || '.name'",
                               NULL, 0, take_vm, &search, error);
    if (status == SIM_OK && !search.found)
        status = sim_error_set(error, SIM_USAGE, "--vm: expected a VM of %s, found '%s'%s",
                               choosing->config.name, choosing->wish->vm,
                               sim_nearest_hint(hint, search.nearest.best));
    sim_memory_free(&search.names);
    return status;
}

/* ---- All --------------------------------------------------------------------------------- */

static int choose(struct choosing *choosing, bool *found, struct sim_error *error)
{
    struct figure *figure = choosing->figure;
    bool missing = false;
    snprintf(figure->title, sizeof figure->title, "%s",
             choosing->config.title[0] != '\0' ? choosing->config.title : choosing->config.name);
    snprintf(figure->folder, sizeof figure->folder, "%s", choosing->config.base_dir);
    int status = script_find(choosing, &missing, error);
    if (status == SIM_OK && missing)
        return choosing->wish->optional ? SIM_OK : refuse_own(choosing, error);
    if (status == SIM_OK)
        status = runs_choose(choosing, error);
    if (status != SIM_OK || choosing->runs == 0)
        return status;
    status = runs_pick(choosing, error);
    if (status == SIM_OK)
        status = asked_make(choosing, error);
    if (status == SIM_OK && choosing->wish->metric != NULL)
        status = metric_check(choosing, error);
    if (status == SIM_OK && choosing->wish->vm != NULL)
        status = vm_check(choosing, error);
    *found = status == SIM_OK;
    return status;
}

int figure_choose(struct figure *figure, struct results *db, const char *db_path,
                  const char *operand, const struct figure_wish *wish, bool *found,
                  struct sim_error *error)
{
    struct choosing choosing = {figure, db, db_path, operand, wish, NULL, {0}, 0};
    *figure = (struct figure){.kind = wish->kind};
    *found = false;
    int status = home_config_load(operand, &choosing.file, error);
    if (status != SIM_OK)
        return status;
    status = config_resolve(choosing.file, 0, NULL, 0, &choosing.config, error);
    if (status == SIM_OK) {
        snprintf(figure->name, sizeof figure->name, "%s", choosing.config.name);
        status = choose(&choosing, found, error);
        config_fini(&choosing.config);
    }
    config_file_free(choosing.file);
    return status;
}
