/*
 * `ballast plot`: draws figures of the runs in the database, into files or on the terminal.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ballast/cli/command.h"
#include "ballast/report/choice.h"

struct options {
    struct config_sets sets;
    const char *db, *out, *format;
    const char *as, *variant, *metric, *vm;
    uint64_t seed;
    bool one_seed, all_seeds;
    bool terminal, open;
};

struct plotting {
    const struct options *options;
    struct results *db;
    uint32_t drawn;
    struct chosen_stale stale;
};

/* ---- Files ------------------------------------------------------------------------------- */

/* "NAME.svg" is the figure that is drawn without further options. One that was asked for is
 * "NAME-run.svg"; with --variant, "NAME-run-VARIANT.svg", where '_' stands for what is better not
 * in the name of a file. */
static void target_name(const struct figure *figure, const struct options *options,
                        char target[PATH_BYTES])
{
    int used = snprintf(target, PATH_BYTES, "%s/%s%s%s", options->out, figure->name,
                        options->as != NULL ? "-" : "", options->as != NULL ? options->as : "");
    if (options->variant != NULL && used < (int)PATH_BYTES - 100) {
        used += snprintf(target + used, 90, "-%s", options->variant);
        for (char *c = target + used - strlen(options->variant); *c != '\0'; c++)
            if (strchr("=,.-", *c) == NULL && !isalnum((unsigned char)*c))
                *c = '_';
    }
    snprintf(target + strlen(target), PATH_BYTES - strlen(target), ".%s", options->format);
}

/* Shows a file in the program that the desktop has for it. */
static int file_open(const char *path, struct sim_error *error)
{
    int result = 0;
    pid_t child = fork();
    if (child == 0) {
        /* Where there is no desktop it lists all that it looked for. Ours is one line. */
        if (freopen("/dev/null", "w", stderr) == NULL)
            fclose(stderr);
        execlp("xdg-open", "xdg-open", path, (char *)NULL);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &result, 0) < 0)
        return sim_error_set(error, SIM_SYSTEM, "xdg-open: %s", strerror(errno));
    if (WIFEXITED(result) && WEXITSTATUS(result) == 0)
        return SIM_OK;
    if (WIFEXITED(result) && WEXITSTATUS(result) == 127)
        return sim_error_set(error, SIM_SYSTEM,
                             "xdg-open: expected the program (Debian's xdg-utils), found none");
    return sim_error_set(error, SIM_SYSTEM,
                         "xdg-open: expected a desktop with a program for %s, found none", path);
}

/* ---- Figures ----------------------------------------------------------------------------- */

/* `named`: the user asked for this experiment, so that nothing to draw is an error. */
static int figure_make(struct plotting *plotting, const char *name, bool named,
                       struct sim_error *error)
{
    static const char *const words[] = {
        [FIGURE_OWN] = "own", [FIGURE_RUN] = "run", [FIGURE_SWEEP] = "sweep"};
    const struct options *options = plotting->options;
    struct figure_wish wish = {.sets = &options->sets,
                               .variant = options->variant,
                               .seed = options->one_seed ? &options->seed : NULL,
                               .all_seeds = options->all_seeds,
                               .metric = options->metric,
                               .vm = options->vm,
                               .optional = !named,
                               .stale = &plotting->stale};
    struct figure figure;
    char target[PATH_BYTES];
    bool found;
    wish.kind = named ? FIGURE_ANY : FIGURE_OWN;
    for (int i = FIGURE_OWN; options->as != NULL && i <= FIGURE_SWEEP; i++)
        if (strcmp(options->as, words[i]) == 0)
            wish.kind = (enum figure_kind)i;
    int status = figure_choose(&figure, plotting->db, options->db, name, &wish, &found, error);
    if (status != SIM_OK || !found)
        return status;
    plotting->drawn++;
    if (options->terminal)
        return figure_print(&figure, plotting->db, stdout, "txt", error);
    target_name(&figure, options, target);
    status = figure_draw(&figure, plotting->db, target, options->format, error);
    if (status != SIM_OK)
        return status;
    printf("%s\n", target);
    fflush(stdout);
    return options->open ? file_open(target, error) : SIM_OK;
}

static int figures_make(struct plotting *plotting, char **names, uint32_t count,
                        struct sim_error *error)
{
    struct home_names all = {0};
    int status = count == 0 ? home_experiments(&all, error) : SIM_OK;
    for (uint32_t i = 0; i < count && status == SIM_OK; i++)
        status = figure_make(plotting, names[i], true, error);
    for (uint32_t i = 0; i < all.count && status == SIM_OK; i++)
        status = figure_make(plotting, all.names[i], false, error);
    home_names_fini(&all);
    if (status == SIM_OK && plotting->drawn == 0)
        status = sim_error_set(error, SIM_USAGE,
                               "%s: expected a finished run of an experiment that has a figure, "
                               "found none",
                               plotting->options->db);
    return status;
}

static int plot(void *values, const struct command_line *line, struct sim_error *error)
{
    const struct options *options = values;
    struct plotting plotting = {.options = options};
    struct sim_error ignored;
    if (options->one_seed && options->all_seeds)
        return sim_error_set(error, SIM_USAGE, "plot: expected --seed or --all-seeds, found both");
    if (options->terminal && options->open)
        return sim_error_set(error, SIM_USAGE, "plot: expected --terminal or --open, found both");
    int status = results_open(options->db, RESULTS_READ, &plotting.db, error);
    if (status != SIM_OK)
        return status;
    status = figures_make(&plotting, line->operands, line->count, error);
    chosen_note_stale(&plotting.stale);
    int closed = results_close(plotting.db, status == SIM_OK ? error : &ignored);
    return status != SIM_OK ? status : closed;
}

static const char *const formats[] = {"svg", "png", "pdf", NULL};
static const char *const kinds[] = {"own", "run", "sweep", NULL};

static const struct option_row rows[] = {
    COMMAND_ROW_DB(options),
    {.name = "out",
     .letter = 'o',
     .type = OPTION_FOLDER,
     .argument = "DIR",
     OPTION_IN(options, out),
     .fallback = "results",
     .help = "the folder for the files"},
    {.name = "format",
     .type = OPTION_WORD,
     OPTION_IN(options, format),
     .words = formats,
     .fallback = "svg",
     .help = "of the files"},
    {.name = "as",
     .type = OPTION_WORD,
     OPTION_IN(options, as),
     .words = kinds,
     .help = "the experiment's own figure; a run over time; a metric against what was varied"},
    COMMAND_ROW_VARIANT(options, "draw this variant"),
    COMMAND_ROW_SEED(options, "draw this seed"),
    {.name = "all-seeds",
     .type = OPTION_FLAG,
     OPTION_IN(options, all_seeds),
     .help = "as a run: the mean of all seeds, in a band from the least to the most"},
    {.name = "metric",
     .type = OPTION_TEXT,
     .argument = "NAME",
     OPTION_IN(options, metric),
     .help = "as a sweep: what to draw"},
    {.name = "vm",
     .type = OPTION_TEXT,
     .argument = "NAME",
     OPTION_IN(options, vm),
     .help = "as a run or a sweep: of this VM alone"},
    COMMAND_ROW_SET(options, "draw the runs that were made with the same --set"),
    {.name = "terminal",
     .type = OPTION_FLAG,
     OPTION_IN(options, terminal),
     .help = "draw with letters on the terminal, into no file"},
    {.name = "open",
     .type = OPTION_FLAG,
     OPTION_IN(options, open),
     .help = "show each file in the desktop's program for it"},
};

const struct command command_plot = {
    .name = "plot",
    .operands = "[EXPERIMENT|FILE.yaml...]",
    .most = COMMAND_OPERANDS_ANY,
    .summary = "Draws figures with gnuplot",
    .text =
        "An experiment of the paper has a figure of its own, which compares it with the paper.\n"
        "Any other experiment is drawn by NAME.gp and NAME.sql, or plot.gp and plot.sql, in the\n"
        "folder of its file, as plots/README.md tells. Without them: one run is drawn over time,\n"
        "several variants as a metric against what was varied (the mean with its 95% interval\n"
        "over seeds; two keys of three values or more as a heat map). --as draws one of these of\n"
        "any experiment. Without names: the own figures of all experiments that have runs.\n",
    .examples = "  ballast plot fig7_idle_tax --format png --out /tmp\n"
                "  ballast plot mine.yaml --all-seeds --open\n"
                "  ballast plot fig8_dynamic --as run --terminal\n"
                "  ballast plot sec52_tax_sweep --as sweep --metric target_mb\n",
    .groups = COMMAND_OPTIONS(rows),
    .bytes = sizeof(struct options),
    .run = plot,
};
