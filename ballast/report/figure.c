/*
 * Draws one figure: writes the rows of its query to a temporary file, from which gnuplot reads
 * them.
 */
#include "ballast/report/figure.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ballast/results/results.h"
#include "sim/file.h"

/* ---- Data -------------------------------------------------------------------------------- */

struct block {
    FILE *out;
    bool headed;
};

static bool take_row(void *context, const struct results_value *values, uint32_t count)
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

static void block_end(void *context)
{
    struct block *block = context;
    if (!block->headed)
        fprintf(block->out, "none\nNaN"); /* keeps the numbers of the blocks */
    fprintf(block->out, "\n\n\n");
    block->headed = false;
}

/* Every statement gives one block with a line of names: gnuplot's index 0, 1, ... */
static int data_write(struct results *db, const char *sql_path, FILE *out, struct sim_error *error)
{
    struct block block = {.out = out};
    char *text = NULL;
    int status = sim_file_text(sql_path, &text, error);
    if (status == SIM_OK)
        status = results_script(db, sql_path, text, take_row, block_end, &block, error);
    free(text);
    return status;
}

static int data_make(struct results *db, const char *sql_path, char *path, struct sim_error *error)
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

/* Writes NAME='TEXT'; for gnuplot. In its single quotes, a quote is doubled. */
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

/* Reads what gnuplot prints on standard error. The last line that is neither a warning nor a mark
 * under a column says what is wrong. */
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

int figure_find(struct figure *figure, const char *name, struct sim_error *error)
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

int figure_draw(const struct figure *figure, struct results *db, const char *target,
                const char *format, struct sim_error *error)
{
    char data[PATH_BYTES], part[PATH_BYTES + 8], *settings = NULL;
    size_t bytes = 0;
    snprintf(part, sizeof part, "%s.part", target);
    int status = home_make_parents(target, error);
    if (status == SIM_OK)
        status = data_make(db, figure->sql, data, error);
    if (status != SIM_OK)
        return status;

    FILE *out = open_memstream(&settings, &bytes);
    if (out == NULL)
        return sim_error_set(error, SIM_SYSTEM, "no memory");
    quote(out, "data", data);
    quote(out, "style", figure->style);
    quote(out, "folder", figure->folder);
    quote(out, "format", format);
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
    return SIM_OK;
}
