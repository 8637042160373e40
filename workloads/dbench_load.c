/*
 * Parses dbench's load file: one operation a line, with the status that the recorded server gave.
 *
 * An operation that failed there (a file not found) is a lookup here and nothing more. What
 * succeeded there must make sense here: a load that contradicts itself is refused with its line.
 */
#include "workloads/dbench_load.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/array.h"
#include "sim/file.h"
#include "workloads/dbench_names.h"

#define LINE_FIELDS 6 /* with the operation's name and the status */

struct parser {
    const char *path;
    uint32_t line;
    struct sim_error *error;
    struct dbench_load *load;
    size_t room; /* of load->ops */
    struct dbench_names *names;
};

static int wrong(struct parser *parser, const char *expected, const char *found)
{
    return sim_error_set(parser->error, SIM_BAD_DATA, "%s:%" PRIu32 ": expected %s, found '%.60s'",
                         parser->path, parser->line, expected, found);
}

static int no_memory(struct parser *parser)
{
    return sim_error_set(parser->error, SIM_SYSTEM, "%s: no memory for the load", parser->path);
}

/* ---- What a line becomes ---- */

static int emit(struct parser *parser, enum dbench_kind kind, uint32_t file, uint32_t offset,
                uint32_t bytes)
{
    struct dbench_load *load = parser->load;

    if (!sim_array_reserve(load->ops, parser->room, load->count + 1))
        return no_memory(parser);
    load->ops[load->count++] = (struct dbench_op){kind, file, offset, bytes};
    return SIM_OK;
}

/* An operation on names or attributes; those in a row become one. */
static int emit_lookup(struct parser *parser)
{
    struct dbench_load *load = parser->load;

    if (load->count > 0 && load->ops[load->count - 1].kind == DBENCH_META) {
        load->ops[load->count - 1].bytes++;
        return SIM_OK;
    }
    return emit(parser, DBENCH_META, 0, 0, 1);
}

/* A name or a handle was taken away, and the file `gone` with it, if any. */
static int emit_gone(struct parser *parser, uint32_t gone)
{
    return gone == DBENCH_NO_FILE ? SIM_OK : emit(parser, DBENCH_DELETE, gone, 0, 0);
}

/* ---- Fields ---- */

/* Splits a line in place; names stand in double quotes. Returns the number of fields, which is more
 * than LINE_FIELDS if not all fitted. */
static int split(char *line, char *fields[LINE_FIELDS])
{
    int count = 0;

    for (char *at = line; *(at += strspn(at, " \t\r\n")) != '\0';) {
        bool quoted = *at == '"';
        at += quoted;
        if (count == LINE_FIELDS)
            return count + 1;
        fields[count++] = at;
        at += strcspn(at, quoted ? "\"\r\n" : " \t\r\n");
        if (*at == '\0')
            break;
        *at++ = '\0';
    }
    return count;
}

static int get_number(struct parser *parser, const char *text, uint64_t most, uint64_t *value)
{
    char *end, expected[60];

    errno = 0;
    *value = strtoull(text, &end, 0);
    if (errno == 0 && end != text && *end == '\0' && *text != '-' && *value <= most)
        return SIM_OK;
    snprintf(expected, sizeof expected, "a number up to %" PRIu64, most);
    return wrong(parser, expected, text);
}

static int get_name(struct parser *parser, const char *text, struct dbench_name **name)
{
    *name = dbench_name(parser->names, text);
    return *name ? SIM_OK : wrong(parser, "fewer names", text);
}

/* A name that has a file. */
static int get_file_name(struct parser *parser, const char *text, struct dbench_name **name)
{
    int status = get_name(parser, text, name);

    if (status == SIM_OK && dbench_name_file(*name) == DBENCH_NO_FILE)
        status = wrong(parser, "the name of a file that exists", text);
    return status;
}

/* A handle that is open. */
static int get_handle(struct parser *parser, const char *text, uint32_t *handle)
{
    uint64_t number;
    int status = get_number(parser, text, DBENCH_HANDLES - 1, &number);

    *handle = (uint32_t)number;
    if (status == SIM_OK && dbench_handle(parser->names, *handle) == DBENCH_NO_FILE)
        status = wrong(parser, "a handle that is open", text);
    return status;
}

/* The file of an open handle. */
static int get_file(struct parser *parser, const char *text, uint32_t *file)
{
    uint32_t handle;
    int status = get_handle(parser, text, &handle);

    if (status != SIM_OK)
        return status;
    *file = dbench_handle(parser->names, handle);
    return *file == DBENCH_DIRECTORY ? wrong(parser, "the handle of a file", text) : SIM_OK;
}

/* ---- Operations ---- */

/* As in the SMB protocol: the option and the dispositions of a create. */
enum { OPTION_DIRECTORY = 1 };
enum { SUPERSEDE, OPEN, CREATE, OPEN_IF, OVERWRITE, OVERWRITE_IF };

static int open_file(struct parser *parser, const char *text, uint64_t disposition, uint32_t handle)
{
    struct dbench_name *name;
    bool must_exist = disposition == OPEN || disposition == OVERWRITE;
    bool empties =
        disposition == SUPERSEDE || disposition == OVERWRITE || disposition == OVERWRITE_IF;
    int status = must_exist ? get_file_name(parser, text, &name) : get_name(parser, text, &name);

    if (status != SIM_OK)
        return status;
    if (dbench_name_file(name) == DBENCH_NO_FILE)
        dbench_name_create(parser->names, name);
    else if (empties)
        status = emit(parser, DBENCH_TRUNCATE, dbench_name_file(name), 0, 0);
    dbench_handle_open(parser->names, handle, dbench_name_file(name));
    return status;
}

static int parse_create(struct parser *parser, char **fields)
{
    uint64_t options, disposition, handle;
    int status = get_number(parser, fields[2], UINT32_MAX, &options);

    if (status == SIM_OK)
        status = get_number(parser, fields[3], OVERWRITE_IF, &disposition);
    if (status == SIM_OK)
        status = get_number(parser, fields[4], DBENCH_HANDLES - 1, &handle);
    if (status == SIM_OK && dbench_handle(parser->names, (uint32_t)handle) != DBENCH_NO_FILE)
        status = wrong(parser, "a handle that is not open", fields[4]);
    if (status == SIM_OK)
        status = emit_lookup(parser);
    if (status != SIM_OK)
        return status;
    if (options & OPTION_DIRECTORY) {
        dbench_handle_open(parser->names, (uint32_t)handle, DBENCH_DIRECTORY);
        return SIM_OK;
    }
    return open_file(parser, fields[1], disposition, (uint32_t)handle);
}

static int parse_close(struct parser *parser, char **fields)
{
    uint32_t handle;
    int status = get_handle(parser, fields[1], &handle);

    if (status == SIM_OK)
        status = emit_lookup(parser);
    if (status == SIM_OK)
        status = emit_gone(parser, dbench_handle_close(parser->names, handle));
    return status;
}

/* Offset, bytes asked for, bytes transferred; the last is what dbench counts. */
static int parse_transfer(struct parser *parser, char **fields, enum dbench_kind kind,
                          uint64_t *total_bytes)
{
    uint64_t offset, wanted, bytes;
    uint32_t file;
    int status = get_file(parser, fields[1], &file);

    if (status == SIM_OK)
        status = get_number(parser, fields[2], UINT32_MAX, &offset);
    if (status == SIM_OK)
        status = get_number(parser, fields[3], UINT32_MAX - offset, &wanted);
    if (status == SIM_OK)
        status = get_number(parser, fields[4], wanted, &bytes);
    if (status != SIM_OK)
        return status;
    *total_bytes += bytes;
    return bytes == 0 ? emit_lookup(parser)
                      : emit(parser, kind, file, (uint32_t)offset, (uint32_t)bytes);
}

static int parse_read(struct parser *parser, char **fields)
{
    return parse_transfer(parser, fields, DBENCH_READ, &parser->load->read_bytes);
}

static int parse_write(struct parser *parser, char **fields)
{
    return parse_transfer(parser, fields, DBENCH_WRITE, &parser->load->written_bytes);
}

static int parse_flush(struct parser *parser, char **fields)
{
    uint32_t file;
    int status = get_file(parser, fields[1], &file);

    return status == SIM_OK ? emit(parser, DBENCH_SYNC, file, 0, 0) : status;
}

static int parse_rename(struct parser *parser, char **fields)
{
    struct dbench_name *from, *to;
    int status = get_file_name(parser, fields[1], &from);

    if (status == SIM_OK)
        status = get_name(parser, fields[2], &to);
    if (status == SIM_OK)
        status = emit_lookup(parser);
    if (status != SIM_OK || from == to)
        return status;
    if (dbench_name_file(to) != DBENCH_NO_FILE)
        status = emit_gone(parser, dbench_name_remove(parser->names, to));
    dbench_name_move(from, to);
    return status;
}

static int parse_unlink(struct parser *parser, char **fields)
{
    struct dbench_name *name;
    int status = get_file_name(parser, fields[1], &name);

    if (status == SIM_OK)
        status = emit_lookup(parser);
    if (status == SIM_OK)
        status = emit_gone(parser, dbench_name_remove(parser->names, name));
    return status;
}

static int delete_below(struct parser *parser, const char *folder)
{
    struct dbench_name *name;
    uint32_t cursor = 0;
    int status = SIM_OK;

    while (status == SIM_OK && (name = dbench_name_below(parser->names, folder, &cursor)))
        status = emit_gone(parser, dbench_name_remove(parser->names, name));
    return status;
}

static int parse_deltree(struct parser *parser, char **fields)
{
    int status = emit_lookup(parser);

    return status == SIM_OK ? delete_below(parser, fields[1]) : status;
}

static int parse_lookup(struct parser *parser, char **fields)
{
    (void)fields;
    return emit_lookup(parser);
}

/* An operation on the attributes or locks of an open file. */
static int parse_handle_lookup(struct parser *parser, char **fields)
{
    uint32_t handle;
    int status = get_handle(parser, fields[1], &handle);

    return status == SIM_OK ? emit_lookup(parser) : status;
}

static const struct {
    const char *name;
    int fields;
    int (*parse)(struct parser *parser, char **fields);
} operations[] = {
    /* the most frequent first */
    {"ReadX", 6, parse_read},
    {"NTCreateX", 6, parse_create},
    {"QUERY_PATH_INFORMATION", 4, parse_lookup},
    {"Close", 3, parse_close},
    {"WriteX", 6, parse_write},
    {"FIND_FIRST", 6, parse_lookup},
    {"Unlink", 4, parse_unlink},
    {"QUERY_FS_INFORMATION", 3, parse_lookup},
    {"QUERY_FILE_INFORMATION", 4, parse_handle_lookup},
    {"SET_FILE_INFORMATION", 4, parse_handle_lookup},
    {"Flush", 3, parse_flush},
    {"Rename", 4, parse_rename},
    {"LockX", 5, parse_handle_lookup},
    {"UnlockX", 5, parse_handle_lookup},
    {"Deltree", 3, parse_deltree},
    {"Mkdir", 3, parse_lookup},
};

static int parse_line(struct parser *parser, char *line)
{
    char *fields[LINE_FIELDS], expected[60];
    int count = split(line, fields);
    unsigned i = 0, kinds = sizeof operations / sizeof operations[0];

    if (count == 0 || fields[0][0] == '#')
        return SIM_OK;
    while (i < kinds && strcmp(fields[0], operations[i].name) != 0)
        i++;
    if (i == kinds)
        return wrong(parser, "an operation of dbench", fields[0]);
    if (count != operations[i].fields) {
        snprintf(expected, sizeof expected, "%d fields after %s", operations[i].fields - 1,
                 fields[0]);
        return wrong(parser, expected, count > LINE_FIELDS ? "more" : fields[count - 1]);
    }
    const char *status = fields[count - 1];
    if (strncmp(status, "NT_STATUS_", 10) != 0)
        return wrong(parser, "NT_STATUS_OK or another status", status);
    parser->load->lines++;
    return strcmp(status, "NT_STATUS_OK") == 0 ? operations[i].parse(parser, fields)
                                               : emit_lookup(parser);
}

/* ---- The file ---- */

/* Nothing is left for the next pass, which dbench begins by removing the client's folder. */
static int end_pass(struct parser *parser)
{
    int status = SIM_OK;

    for (uint32_t handle = 0; status == SIM_OK && handle < DBENCH_HANDLES; handle++) {
        if (dbench_handle(parser->names, handle) != DBENCH_NO_FILE)
            status = emit_gone(parser, dbench_handle_close(parser->names, handle));
    }
    return status == SIM_OK ? delete_below(parser, "") : status;
}

static int parse_file(struct parser *parser, FILE *file, uint32_t most, uint64_t most_bytes)
{
    const struct dbench_load *load = parser->load;
    const char *problem;
    char *line = NULL;
    size_t room = 0, length;
    int more = 1, status = SIM_OK;

    while (status == SIM_OK && (most == 0 || load->lines < most) &&
           (most_bytes == 0 || load->read_bytes + load->written_bytes < most_bytes) &&
           (more = sim_file_line(file, &line, &room, &length, &problem)) == 1) {
        parser->line++;
        status = parse_line(parser, line);
    }
    free(line);
    if (more < 0)
        status =
            sim_error_set(parser->error, SIM_USAGE, "%s: cannot read: %s", parser->path, problem);
    if (status == SIM_OK && load->read_bytes + load->written_bytes == 0)
        status = wrong(parser, "operations that read or write", "none up to here");
    return status == SIM_OK ? end_pass(parser) : status;
}

int dbench_load_read(const char *path, uint32_t most, uint64_t most_bytes, struct dbench_load *load,
                     struct sim_error *error)
{
    struct parser parser = {.path = path, .error = error, .load = load};
    const char *problem;
    FILE *file = sim_file_open_stream(path, &problem);

    *load = (struct dbench_load){0};
    if (!file)
        return sim_error_set(error, SIM_USAGE,
                             "%s: expected dbench's load file (Debian package dbench), found: %s",
                             path, problem);
    parser.names = dbench_names_new();
    int status = parser.names ? parse_file(&parser, file, most, most_bytes) : no_memory(&parser);
    if (status == SIM_OK)
        load->files = dbench_names_files(parser.names);
    else
        dbench_load_free(load);
    dbench_names_free(parser.names);
    fclose(file);
    return status;
}

void dbench_load_free(struct dbench_load *load)
{
    free(load->ops);
    *load = (struct dbench_load){0};
}
