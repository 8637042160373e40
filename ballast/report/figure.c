/*
 * Draws one figure: writes the rows of its query to a temporary file, from which gnuplot reads
 * them.
 */
#include "ballast/report/figure.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ballast/report/png.h"
#include "ballast/results/results.h"
#include "sim/file.h"

/* ---- Data -------------------------------------------------------------------------------- */

/* A text stays on its line and in its column, and an SVG has no control characters. */
static char plain(char c)
{
    return (unsigned char)c < ' ' || c == 0x7f ? ' ' : c;
}

/* Writes NAME="TEXT"; for gnuplot. All but plain letters are written as octal numbers, so nothing
 * in a text can end it or be taken for a command between backquotes. */
static void quote(FILE *out, const char *name, const char *text)
{
    fprintf(out, "%s=\"", name);
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)plain(*text);
        fprintf(out, isalpha(c) || strchr(" ,.:/_-", c) != NULL ? "%c" : "\\%03o", c);
    }
    fputs("\";", out);
}

/* Where the rows of the query go. */
struct rows {
    FILE *data;     /* blocks */
    FILE *settings; /* variables */
    bool headed, variables;
    uint64_t count;
    double block; /* of the row before, see take_row() */
};

/* A statement whose columns are called so gives variables to the script. */
static bool is_variable(const struct results_value *values, uint32_t count)
{
    return count == 2 && strcmp(values[0].name, "variable") == 0 &&
           strcmp(values[1].name, "text") == 0;
}

static bool is_name(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz_0123456789";
    return !isdigit((unsigned char)*text) && *text != '\0' && text[strspn(text, letters)] == '\0';
}

static void cell_write(FILE *data, char before, const char *text)
{
    fputc(before, data);
    for (; *text != '\0'; text++)
        fputc(plain(*text), data);
}

static bool take_row(void *context, const struct results_value *values, uint32_t count)
{
    struct rows *rows = context;
    if (is_variable(values, count)) {
        rows->variables = true;
        if (is_name(values[0].text))
            quote(rows->settings, values[0].text, values[1].text);
        return true;
    }
    for (uint32_t i = 0; i < count && !rows->headed; i++)
        fprintf(rows->data, "%s%s", i > 0 ? "\t" : "", values[i].name);
    /* A blank line: gnuplot's `every :::N::N` finds the rows of one number by it. */
    if (rows->headed && strcmp(values[0].name, "block") == 0 && values[0].number != rows->block)
        fputc('\n', rows->data);
    for (uint32_t i = 0; i < count; i++)
        cell_write(rows->data, i > 0 ? '\t' : '\n', values[i].is_null ? "NaN" : values[i].text);
    rows->count++;
    rows->block = values[0].number;
    rows->headed = true;
    return true;
}

static void statement_end(void *context)
{
    struct rows *rows = context;
    if (!rows->headed && !rows->variables)
        fprintf(rows->data, "none\nNaN"); /* keeps the numbers of the blocks */
    if (!rows->variables)
        fprintf(rows->data, "\n\n\n");
    rows->headed = false;
    rows->variables = false;
}

/* Every statement gives one block with a line of names: gnuplot's index 0, 1, ... */
static int data_write(struct results *db, const char *sql_path, FILE *data, FILE *settings,
                      struct sim_error *error)
{
    struct rows rows = {.data = data, .settings = settings};
    char *text = NULL;
    int status = sim_file_text(sql_path, &text, error);
    if (status == SIM_OK)
        status = results_script(db, sql_path, text, take_row, statement_end, &rows, error);
    free(text);
    if (status == SIM_OK && rows.count == 0)
        status =
            sim_error_set(error, SIM_BAD_DATA,
                          "%s: expected rows to draw, found none in the chosen runs", sql_path);
    return status;
}

static int data_make(struct results *db, const char *sql_path, FILE *settings, char *path,
                     struct sim_error *error)
{
    const char *folder = getenv("TMPDIR");
    snprintf(path, PATH_BYTES, "%s/ballast-plot-XXXXXX",
             folder != NULL && *folder != '\0' ? folder : "/tmp");
    int descriptor = mkstemp(path);
    FILE *out = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
    if (out == NULL)
        return sim_error_set(error, SIM_SYSTEM, "%s: %s", path, strerror(errno));
    int status = data_write(db, sql_path, out, settings, error);
    bool full = ferror(out) != 0;
    full |= fclose(out) != 0;
    if (status == SIM_OK && full)
        status = sim_error_set(error, SIM_SYSTEM, "%s: cannot be written", path);
    if (status != SIM_OK)
        unlink(path);
    return status;
}

/* ---- gnuplot ----------------------------------------------------------------------------- */

static void become_gnuplot(const char *settings, const char *script, int errors)
{
    dup2(errors, STDERR_FILENO);
    execlp("gnuplot", "gnuplot", "-e", settings, script, "-e",
           "if (exists('axes_of_last')) eval axes_of_last", (char *)NULL);
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

/* As wide as the terminal, in its colours. */
static int terminal_columns(void)
{
    struct winsize size;
    const char *told = getenv("COLUMNS");
    int columns = told != NULL ? atoi(told) : 0;
    if (columns <= 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
        columns = size.ws_col;
    return columns < 40 ? 80 : columns > 200 ? 200 : columns;
}

/* Draws into the file `part`, or on standard output where it is "". */
static int draw_part(const struct figure *figure, struct results *db, const char *part,
                     const char *format, struct sim_error *error)
{
    char data[PATH_BYTES], *settings = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&settings, &bytes);
    if (out == NULL)
        return sim_error_set(error, SIM_SYSTEM, "no memory");
    int status = data_make(db, figure->sql, out, data, error);
    if (status == SIM_OK) {
        quote(out, "data", data);
        quote(out, "style", figure->style);
        quote(out, "folder", figure->folder);
        quote(out, "format", format);
        quote(out, "target", part);
        quote(out, "runs", figure->caption.runs);
        quote(out, "seed", figure->caption.seed);
        quote(out, "title", figure->title);
        quote(out, "axes", figure->axes != NULL ? figure->axes : "");
        fprintf(out, "terminal_columns=%d;", terminal_columns());
        quote(out, "colours",
              getenv("NO_COLOR") == NULL && isatty(STDOUT_FILENO) ? "ansi256" : "mono");
        quote(out, "averaged", figure->averaged ? "1" : "0");
    }
    fclose(out);
    if (status == SIM_OK) {
        status = gnuplot(settings, figure->script, error);
        unlink(data);
    }
    free(settings);
    if (status == SIM_OK && strcmp(format, "png") == 0)
        status = png_resolution_set(part, error);
    return status;
}

int figure_print(const struct figure *figure, struct results *db, struct sim_error *error)
{
    return draw_part(figure, db, "", "txt", error);
}

/* So that it is our own message that says where nothing can be written. */
static int part_make(const char *part, struct sim_error *error)
{
    int descriptor = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor < 0)
        return sim_error_set(error, SIM_SYSTEM, "%s: %s", part, strerror(errno));
    close(descriptor);
    return SIM_OK;
}

int figure_draw(const struct figure *figure, struct results *db, const char *target,
                const char *format, struct sim_error *error)
{
    char part[PATH_BYTES + 8];
    snprintf(part, sizeof part, "%s.part", target);
    int status = home_make_parents(target, error);
    if (status == SIM_OK)
        status = part_make(part, error);
    if (status != SIM_OK)
        return status;
    status = draw_part(figure, db, part, format, error);
    if (status == SIM_OK && rename(part, target) != 0)
        status = sim_error_set(error, SIM_SYSTEM, "%s: %s", target, strerror(errno));
    if (status != SIM_OK)
        unlink(part);
    return status;
}
