/*
 * Draws one figure: gnuplot reads the rows of its query from a file in memory, and prints the
 * figure, which this writes. The hazard is a name that gnuplot would run as a command, and a full
 * disk, of which gnuplot does not tell.
 */
#include "ballast/report/figure.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ballast/report/png.h"
#include "ballast/results/results.h"
#include "sim/file.h"
#include "sim/memory.h"

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

/* Names of files begin with a slash or a dot: gnuplot runs what follows '<' and '|', and takes '~'
 * for a home. */
static void quote_path(FILE *out, const char *name, const char *path)
{
    char plain_path[PATH_BYTES + 2];
    snprintf(plain_path, sizeof plain_path, "%s%s", path[0] == '/' ? "" : "./", path);
    quote(out, name, plain_path);
}

/* The rows lie in memory, as a file that gnuplot inherits: no folder has to have room for them. */
static int data_make(struct results *db, const char *sql_path, FILE *settings, FILE **data,
                     struct sim_error *error)
{
    int descriptor = memfd_create("rows", 0);
    char path[40];
    *data = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
    if (*data == NULL)
        return sim_error_set(error, SIM_SYSTEM, "a file in memory: %s", strerror(errno));
    int status = data_write(db, sql_path, *data, settings, error);
    if (status == SIM_OK && (fflush(*data) != 0 || ferror(*data)))
        status = sim_error_set(error, SIM_SYSTEM, "the rows of a figure: cannot be kept: %s",
                               strerror(errno));
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    quote_path(settings, "data", path);
    if (status != SIM_OK) {
        fclose(*data);
        *data = NULL;
    }
    return status;
}

/* ---- gnuplot ----------------------------------------------------------------------------- */

static void become_gnuplot(const char *settings, const char *script, int figure, int errors)
{
    char path[PATH_BYTES + 2];
    snprintf(path, sizeof path, "%s%s", script[0] == '/' ? "" : "./", script);
    dup2(figure, STDOUT_FILENO);
    dup2(errors, STDERR_FILENO);
    execlp("gnuplot", "gnuplot", "-e", settings, path, "-e",
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

/* Copies what comes through the pipe. gnuplot does not tell whether its figure could be written;
 * the stream `out` does. */
static void figure_copy(int pipe_end, FILE *out)
{
    char bytes[1 << 16];
    for (ssize_t count; (count = read(pipe_end, bytes, sizeof bytes)) > 0;)
        fwrite(bytes, 1, (size_t)count, out);
}

/* Starts gnuplot and copies its figure. `*result` is how it ended. */
static bool gnuplot_run(const char *settings, const char *script, FILE *out, FILE *errors,
                        int *result)
{
    int ends[2];
    fflush(NULL);
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    pid_t child = fork();
    if (child == 0)
        become_gnuplot(settings, script, ends[1], fileno(errors));
    close(ends[1]);
    if (child > 0)
        figure_copy(ends[0], out);
    close(ends[0]);
    return child > 0 && waitpid(child, result, 0) == child;
}

static int gnuplot(const char *settings, const char *script, FILE *out, struct sim_error *error)
{
    int result = 0, descriptor = memfd_create("errors", MFD_CLOEXEC);
    char complaint[400];
    FILE *errors = descriptor >= 0 ? fdopen(descriptor, "r") : NULL;
    if (errors == NULL || !gnuplot_run(settings, script, out, errors, &result)) {
        int status = sim_error_set(error, SIM_SYSTEM, "gnuplot: %s", strerror(errno));
        if (errors != NULL)
            fclose(errors);
        return status;
    }
    rewind(errors);
    complaint_read(errors, complaint, sizeof complaint);
    fclose(errors);
    if (WIFEXITED(result) && WEXITSTATUS(result) == 0)
        return SIM_OK;
    if (WIFEXITED(result) && WEXITSTATUS(result) == 127)
        return sim_error_set(error, SIM_SYSTEM,
                             "gnuplot: expected the program (Debian's gnuplot-nox), found none");
    return sim_error_set(error, SIM_SYSTEM, "%s: gnuplot: %s", script, complaint);
}

/* ---- Figures ----------------------------------------------------------------------------- */

const char *figure_format(const char *target)
{
    static const char *const formats[] = {"svg", "png", "pdf"};
    const char *dot = strrchr(target, '.');
    for (unsigned i = 0; dot != NULL && i < sizeof formats / sizeof *formats; i++)
        if (strcmp(dot + 1, formats[i]) == 0)
            return formats[i];
    return NULL;
}

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

int figure_print(const struct figure *figure, struct results *db, FILE *target, const char *format,
                 struct sim_error *error)
{
    char *settings = NULL;
    size_t bytes = 0;
    FILE *data = NULL, *out = sim_memory_stream(&settings, &bytes);
    int status = data_make(db, figure->sql, out, &data, error);
    if (status == SIM_OK) {
        quote_path(out, "style", figure->style);
        quote_path(out, "folder", figure->folder);
        quote(out, "format", format);
        quote(out, "runs", figure->caption.runs);
        quote(out, "seed", figure->caption.seed);
        quote(out, "title", figure->title);
        if (figure->axes != NULL)
            quote_path(out, "axes", figure->axes);
        else
            quote(out, "axes", "");
        fprintf(out, "terminal_columns=%d;", terminal_columns());
        quote(out, "colours",
              getenv("NO_COLOR") == NULL && isatty(STDOUT_FILENO) ? "ansi256" : "mono");
        quote(out, "averaged", figure->averaged ? "1" : "0");
    }
    fclose(out);
    if (status == SIM_OK) {
        status = gnuplot(settings, figure->script, target, error);
        fclose(data);
    }
    free(settings);
    return status;
}

int figure_draw(const struct figure *figure, struct results *db, const char *target,
                const char *format, struct sim_error *error)
{
    struct sim_file_part part;
    int status = home_make_parents(target, error);
    if (status == SIM_OK)
        status = sim_file_part_open(&part, target, error);
    if (status != SIM_OK)
        return status;
    status = figure_print(figure, db, part.out, format, error);
    if (status == SIM_OK && strcmp(format, "png") == 0 && fflush(part.out) == 0 &&
        !ferror(part.out))
        status = png_resolution_set(part.path, error);
    return sim_file_part_close(&part, target, status, error);
}
