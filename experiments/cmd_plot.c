/*
 * `ballast plot`: draws figures. Each has one SQL query and one gnuplot script in plots/; the
 * query's rows go through a temporary file.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "experiments/chosen.h"
#include "experiments/command.h"
#include "sim/config.h"

#define DEFAULT_OUT "results"

struct plotting {
    struct sim_db *db;
    const char *db_path, *out, *format;
    struct command_sets sets;
    uint32_t drawn;
};

/* ---- Data -------------------------------------------------------------------------------- */

struct block {
    FILE *out;
    bool headed;
};

static bool take_row(void *context, const struct sim_db_value *values, uint32_t count)
{
    struct block *block = context;
    for (uint32_t i = 0; i < count && !block->headed; i++)
        fprintf(block->out, "%s%s", i > 0 ? "\t" : "", values[i].name);
    for (uint32_t i = 0; i < count; i++)
        fprintf(block->out, "%s%s", i > 0 ? "\t" : "\n",
                values[i].is_null ? "NaN" : values[i].text);
    block->headed = true;
    return true;
}

/* Every statement gives one block with a line of names: gnuplot's index 0, 1, ... */
static int data_write(struct sim_db *db, const char *sql_path, FILE *out, struct sim_error *error)
{
    char *text = NULL, *sql;
    int status = sim_config_read(sql_path, &text, error);
    for (const char *rest = text; status == SIM_OK && (sql = sql_next(&rest)) != NULL;) {
        struct block block = {.out = out};
        status = sim_db_query(db, sql, NULL, 0, take_row, &block, error);
        if (!block.headed)
            fprintf(out, "none\nNaN"); /* keeps the numbers of the blocks */
        fprintf(out, "\n\n\n");
        free(sql);
    }
    free(text);
    return status;
}

static int data_make(struct sim_db *db, const char *sql_path, char *path, struct sim_error *error)
{
    const char *folder = getenv("TMPDIR");
    snprintf(path, PATH_BYTES, "%s/ballast-plot-XXXXXX",
             folder != NULL && *folder != '\0' ? folder : "/tmp");
    int descriptor = mkstemp(path);
    FILE *out = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
    if (out == NULL)
        return sim_error_set(error, SIM_SYSTEM, "%s: %s", path, strerror(errno));
    int status = data_write(db, sql_path, out, error);
    bool full = ferror(out) != 0;
    full |= fclose(out) != 0;
    if (status == SIM_OK && full)
        status = sim_error_set(error, SIM_SYSTEM, "%s: cannot be written", path);
    if (status != SIM_OK)
        unlink(path);
    return status;
}

/* ---- gnuplot ----------------------------------------------------------------------------- */

/* A text in gnuplot's single quotes, in which a quote is doubled. */
static void quote(FILE *out, const char *name, const char *text)
{
    fprintf(out, "%s='", name);
    for (; *text != '\0'; text++)
        fprintf(out, *text == '\'' ? "''" : "%c", *text);
    fputs("';", out);
}

static void become_gnuplot(const char *settings, const char *script, int errors)
{
    dup2(errors, STDERR_FILENO);
    execlp("gnuplot", "gnuplot", "-e", settings, script, (char *)NULL);
    _exit(127);
}

/* Its first words on standard error that say something become our error. */
static void complaint_read(FILE *errors, char *text, size_t bytes)
{
    char line[400];
    text[0] = '\0';
    while (fgets(line, sizeof line, errors) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "warning:", 8) == 0)
            continue;
        const char *mark = line + strspn(line, " \t^");
        if (*mark != '\0')
            snprintf(text, bytes, "%s", mark);
    }
}

static int gnuplot(const char *settings, const char *script, struct sim_error *error)
{
    int ends[2], result = 0;
    char complaint[400];
    if (pipe(ends) != 0)
        return sim_error_set(error, SIM_SYSTEM, "gnuplot: %s", strerror(errno));
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        become_gnuplot(settings, script, ends[1]);
    }
    close(ends[1]);
    FILE *errors = fdopen(ends[0], "r");
    if (child < 0 || errors == NULL)
        return sim_error_set(error, SIM_SYSTEM, "gnuplot: %s", strerror(errno));
    complaint_read(errors, complaint, sizeof complaint);
    fclose(errors);
    waitpid(child, &result, 0);
    if (WIFEXITED(result) && WEXITSTATUS(result) == 0)
        return SIM_OK;
    if (WIFEXITED(result) && WEXITSTATUS(result) == 127)
        return sim_error_set(error, SIM_SYSTEM,
                             "gnuplot: expected the program (Debian's gnuplot-nox), found none");
    return sim_error_set(error, SIM_SYSTEM, "%s: gnuplot: %s", script, complaint);
}

/* ---- Figures ----------------------------------------------------------------------------- */

struct figure {
    const char *name;
    char style[PATH_BYTES], script[PATH_BYTES], sql[PATH_BYTES], folder[PATH_BYTES];
};

static int figure_find(struct figure *figure, const char *name, struct sim_error *error)
{
    char inside[CONFIG_NAME_BYTES + 40];
    figure->name = name;
    int status = home_path(figure->style, "plots/style.gp", error);
    snprintf(inside, sizeof inside, "plots/%.47s.gp", name);
    if (status == SIM_OK)
        status = home_path(figure->script, inside, error);
    snprintf(inside, sizeof inside, "plots/%.47s.sql", name);
    if (status == SIM_OK)
        status = home_path(figure->sql, inside, error);
    snprintf(inside, sizeof inside, "experiments/%.47s", name);
    if (status == SIM_OK)
        status = home_path(figure->folder, inside, error);
    return status;
}

static int figure_draw(struct plotting *plotting, const struct figure *figure,
                       struct sim_error *error)
{
    char data[PATH_BYTES], target[PATH_BYTES], part[PATH_BYTES + 8], *settings = NULL;
    size_t bytes = 0;
    snprintf(target, sizeof target, "%s/%s.%s", plotting->out, figure->name, plotting->format);
    snprintf(part, sizeof part, "%s.part", target);
    int status = home_make_parents(target, error);
    if (status == SIM_OK)
        status = data_make(plotting->db, figure->sql, data, error);
    if (status != SIM_OK)
        return status;

    FILE *out = open_memstream(&settings, &bytes);
    if (out == NULL)
        return sim_error_set(error, SIM_SYSTEM, "no memory");
    quote(out, "data", data);
    quote(out, "style", figure->style);
    quote(out, "folder", figure->folder);
    quote(out, "format", plotting->format);
    quote(out, "target", part);
    fclose(out);
    status = gnuplot(settings, figure->script, error);
    free(settings);
    unlink(data);
    if (status == SIM_OK && rename(part, target) != 0)
        status = sim_error_set(error, SIM_SYSTEM, "%s: %s", target, strerror(errno));
    if (status != SIM_OK) {
        unlink(part);
        return status;
    }
    printf("%s\n", target);
    plotting->drawn++;
    return SIM_OK;
}

/* `named` by the user: then it must be possible. Otherwise a figure without runs is passed over. */
static int figure_make(struct plotting *plotting, const char *name, bool named,
                       struct sim_error *error)
{
    struct figure figure;
    struct config_file *file;
    uint32_t runs;
    int status = figure_find(&figure, name, error);
    if (status != SIM_OK)
        return status;
    bool known = access(figure.script, R_OK) == 0;
    if (!known && named)
        return sim_error_set(error, SIM_USAGE,
                             "plot: expected the name of a figure with a script in plots/, "
                             "found '%s'",
                             name);
    if (!known)
        return SIM_OK;
    status = home_config_load(name, &file, error);
    if (status != SIM_OK)
        return status;
    status = chosen_make(plotting->db, file, &plotting->sets, &runs, error);
    config_file_free(file);
    if (status == SIM_OK && runs == 0 && named)
        status = sim_error_set(error, SIM_USAGE,
                               "%s: expected a finished run of %s, found none; `ballast run %s`",
                               plotting->db_path, name, name);
    return status == SIM_OK && runs > 0 ? figure_draw(plotting, &figure, error) : status;
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
                               "%s: expected finished runs of an experiment that has a figure, "
                               "found none",
                               plotting->db_path);
    return status;
}

static int plot(int argc, char **argv, struct sim_error *error)
{
    enum { DB = 1, FORMAT, SET };
    static const struct option options[] = {{"db", required_argument, NULL, DB},
                                            {"out", required_argument, NULL, 'o'},
                                            {"format", required_argument, NULL, FORMAT},
                                            {"set", required_argument, NULL, SET},
                                            {0}};
    struct plotting plotting = {.db_path = COMMAND_DEFAULT_DB, .out = DEFAULT_OUT, .format = "svg"};

    for (int option; (option = command_option(argc, argv, options, error)) != -1;) {
        if (option == DB)
            plotting.db_path = optarg;
        else if (option == 'o')
            plotting.out = optarg;
        else if (option == FORMAT)
            plotting.format = optarg;
        else if (option != SET || command_set_take(&plotting.sets, optarg, error) != SIM_OK)
            return SIM_USAGE;
    }
    if (strcmp(plotting.format, "svg") != 0 && strcmp(plotting.format, "png") != 0 &&
        strcmp(plotting.format, "pdf") != 0)
        return sim_error_set(error, SIM_USAGE, "--format: expected svg, png or pdf, found '%s'",
                             plotting.format);

    struct sim_error ignored;
    int status = sim_db_open(plotting.db_path, SIM_DB_READ, &plotting.db, error);
    if (status != SIM_OK)
        return status;
    status = figures_make(&plotting, argv + optind, (uint32_t)(argc - optind), error);
    int closed = sim_db_close(plotting.db, status == SIM_OK ? error : &ignored);
    return status != SIM_OK ? status : closed;
}

const struct command command_plot = {
    .name = "plot",
    .usage = "[FIGURE...] [--db FILE] [--out DIR] [--format svg|png|pdf] [--set key=value]...",
    .summary = "Draws figures with gnuplot",
    .details = "A figure has the name of its experiment. Without names: all that have runs.\n\n"
               "  --out DIR        where the files go, " DEFAULT_OUT " unless told\n"
               "  --set key=value  draw the runs that were made with the same --set\n\n"
               "  ballast plot fig7_idle_tax --format png --out /tmp\n",
    .run = plot,
};
