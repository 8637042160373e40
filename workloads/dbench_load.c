/*
 * Parses dbench's load file: one operation a line, with the status that the recorded server gave.
 *
 * An operation that failed there (a file not found) is a lookup here and nothing more. Files keep
 * their number through renames; a name that is removed leaves its number to the next new file, so
 * that the numbers of one client stay few.
 */
#include "workloads/dbench_load.h"

#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMES_MOST   200000u /* bound on distinct names: refuses absurd input */
#define HANDLES_MOST 1000000u
#define NO_FILE      UINT32_MAX
#define LINE_FIELDS  8

struct name {
    char *text;
    uint32_t file; /* NO_FILE: nothing has this name now */
};

struct parser {
    const char *path;
    uint32_t line;
    struct sim_error *error;
    struct dbench_load *load;
    uint32_t room;
    struct hsearch_data table;
    struct name *names;
    uint32_t name_count;
    uint32_t *handles; /* the file of each open handle */
    uint32_t *unused;  /* file numbers that are free again */
    uint32_t unused_count;
};

static int wrong(struct parser *p, const char *expected, const char *found)
{
    return sim_error_set(p->error, SIM_BAD_DATA, "%s:%u: expected %s, found '%.60s'", p->path,
                         p->line, expected, found);
}

static int no_memory(struct parser *p)
{
    return sim_error_set(p->error, SIM_SYSTEM, "%s: no memory for the load", p->path);
}

static int emit(struct parser *p, enum dbench_kind kind, uint32_t file, uint32_t offset,
                uint32_t bytes)
{
    struct dbench_load *load = p->load;
    if (kind == DBENCH_META && load->count > 0 && load->ops[load->count - 1].kind == DBENCH_META) {
        load->ops[load->count - 1].bytes += bytes;
        return SIM_OK;
    }
    if (load->count == p->room) {
        uint32_t room = p->room ? 2 * p->room : 1024;
        struct dbench_op *grown = realloc(load->ops, room * sizeof *grown);
        if (!grown)
            return no_memory(p);
        load->ops = grown;
        p->room = room;
    }
    load->ops[load->count++] = (struct dbench_op){kind, file, offset, bytes};
    return SIM_OK;
}

/* ---- Names ------------------------------------------------------------------------------- */

static struct name *name_of(struct parser *p, const char *text)
{
    ENTRY *found, wanted = {.key = (char *)(uintptr_t)text};
    if (hsearch_r(wanted, FIND, &found, &p->table))
        return found->data;
    if (p->name_count == NAMES_MOST || !(wanted.key = strdup(text)))
        return NULL;
    struct name *name = &p->names[p->name_count++];
    *name = (struct name){wanted.key, NO_FILE};
    wanted.data = name;
    return hsearch_r(wanted, ENTER, &found, &p->table) ? name : NULL;
}

static void name_create(struct parser *p, struct name *name)
{
    if (name->file == NO_FILE)
        name->file = p->unused_count > 0 ? p->unused[--p->unused_count] : p->load->files++;
}

static int name_delete(struct parser *p, struct name *name)
{
    if (name->file == NO_FILE)
        return SIM_OK;
    int status = emit(p, DBENCH_DELETE, name->file, 0, 0);
    p->unused[p->unused_count++] = name->file; /* at most as many as names */
    name->file = NO_FILE;
    return status;
}

static int delete_tree(struct parser *p, const char *folder)
{
    size_t length = strlen(folder);
    int status = SIM_OK;
    for (uint32_t i = 0; i < p->name_count && status == SIM_OK; i++) {
        if (strncmp(p->names[i].text, folder, length) == 0)
            status = name_delete(p, &p->names[i]);
    }
    return status;
}

/* ---- Fields ------------------------------------------------------------------------------ */

/* Splits a line in place; names stand in double quotes. Returns the number of fields. */
static int split(char *line, char **fields)
{
    int count = 0;
    for (char *at = line; count < LINE_FIELDS;) {
        at += strspn(at, " \t\r\n");
        if (*at == '\0')
            break;
        char end = ' ';
        if (*at == '"') {
            end = '"';
            at++;
        }
        fields[count++] = at;
        at += end == '"' ? strcspn(at, "\"\n") : strcspn(at, " \t\r\n");
        if (*at == '\0')
            break;
        *at++ = '\0';
    }
    return count;
}

static int number_of(struct parser *p, const char *text, uint64_t most, uint64_t *value)
{
    char *end;
    errno = 0;
    *value = strtoull(text, &end, 0);
    if (errno || end == text || *end || *text == '-' || *value > most) {
        char expected[60];
        snprintf(expected, sizeof expected, "a number up to %llu", (unsigned long long)most);
        return wrong(p, expected, text);
    }
    return SIM_OK;
}

/* ---- Operations -------------------------------------------------------------------------- */

enum {
    SMB_DIRECTORY = 0x1, /* create options */
    SMB_OPEN = 0x1,      /* create dispositions */
    SMB_OVERWRITE_IF = 0x5,
};

static int parse_create(struct parser *p, char **fields)
{
    uint64_t options, disposition, handle;
    struct name *name = name_of(p, fields[1]);
    if (!name)
        return wrong(p, "fewer names", fields[1]);
    int status = number_of(p, fields[2], UINT32_MAX, &options);
    if (status == SIM_OK)
        status = number_of(p, fields[3], UINT32_MAX, &disposition);
    if (status == SIM_OK)
        status = number_of(p, fields[4], HANDLES_MOST - 1, &handle);
    if (status != SIM_OK)
        return status;
    status = emit(p, DBENCH_META, 0, 0, 1);
    if (strcmp(fields[5], "NT_STATUS_OK") != 0 || status != SIM_OK)
        return status;
    p->handles[handle] = NO_FILE;
    if (options & SMB_DIRECTORY)
        return SIM_OK;
    if (disposition == SMB_OVERWRITE_IF && name->file != NO_FILE)
        status = emit(p, DBENCH_TRUNCATE, name->file, 0, 0);
    if (disposition != SMB_OPEN || (options & 0x40))
        name_create(p, name);
    p->handles[handle] = name->file;
    return status;
}

static int parse_transfer(struct parser *p, char **fields, enum dbench_kind kind)
{
    uint64_t handle, offset, bytes;
    int status = number_of(p, fields[1], HANDLES_MOST - 1, &handle);
    if (status == SIM_OK)
        status = number_of(p, fields[2], UINT32_MAX, &offset);
    if (status == SIM_OK)
        status = number_of(p, fields[3], UINT32_MAX - offset, &bytes);
    if (status != SIM_OK)
        return status;
    if (p->handles[handle] == NO_FILE)
        return wrong(p, "the handle of an open file", fields[1]);
    if (kind == DBENCH_READ)
        p->load->read_bytes += bytes;
    else
        p->load->written_bytes += bytes;
    return emit(p, kind, p->handles[handle], (uint32_t)offset, (uint32_t)bytes);
}

static int parse_flush(struct parser *p, char **fields)
{
    uint64_t handle;
    int status = number_of(p, fields[1], HANDLES_MOST - 1, &handle);
    if (status != SIM_OK)
        return status;
    if (p->handles[handle] == NO_FILE)
        return wrong(p, "the handle of an open file", fields[1]);
    return emit(p, DBENCH_SYNC, p->handles[handle], 0, 0);
}

static int parse_rename(struct parser *p, char **fields)
{
    struct name *from = name_of(p, fields[1]), *to = name_of(p, fields[2]);
    if (!from || !to)
        return wrong(p, "fewer names", fields[1]);
    int status = emit(p, DBENCH_META, 0, 0, 1);
    if (from == to || status != SIM_OK)
        return status;
    status = name_delete(p, to);
    to->file = from->file;
    from->file = NO_FILE;
    return status;
}

static int parse_unlink(struct parser *p, char **fields)
{
    struct name *name = name_of(p, fields[1]);
    if (!name)
        return wrong(p, "fewer names", fields[1]);
    int status = emit(p, DBENCH_META, 0, 0, 1);
    return status == SIM_OK ? name_delete(p, name) : status;
}

static int parse_deltree(struct parser *p, char **fields)
{
    int status = emit(p, DBENCH_META, 0, 0, 1);
    return status == SIM_OK ? delete_tree(p, fields[1]) : status;
}

static int parse_read(struct parser *p, char **fields)
{
    return parse_transfer(p, fields, DBENCH_READ);
}

static int parse_write(struct parser *p, char **fields)
{
    return parse_transfer(p, fields, DBENCH_WRITE);
}

static int parse_lookup(struct parser *p, char **fields)
{
    (void)fields;
    return emit(p, DBENCH_META, 0, 0, 1);
}

static const struct {
    const char *name;
    int fields;
    int (*parse)(struct parser *p, char **fields);
} operations[] = {
    {"ReadX", 6, parse_read},
    {"WriteX", 6, parse_write},
    {"NTCreateX", 6, parse_create},
    {"QUERY_PATH_INFORMATION", 3, parse_lookup},
    {"Close", 3, parse_lookup},
    {"FIND_FIRST", 3, parse_lookup},
    {"Unlink", 4, parse_unlink},
    {"QUERY_FS_INFORMATION", 2, parse_lookup},
    {"QUERY_FILE_INFORMATION", 3, parse_lookup},
    {"SET_FILE_INFORMATION", 3, parse_lookup},
    {"Flush", 3, parse_flush},
    {"Rename", 4, parse_rename},
    {"LockX", 5, parse_lookup},
    {"UnlockX", 5, parse_lookup},
    {"Deltree", 3, parse_deltree},
    {"Mkdir", 3, parse_lookup},
};

static int parse_line(struct parser *p, char *line)
{
    char *fields[LINE_FIELDS];
    int count = split(line, fields);
    if (count == 0 || fields[0][0] == '#')
        return SIM_OK;
    for (unsigned i = 0; i < sizeof operations / sizeof operations[0]; i++) {
        if (strcmp(fields[0], operations[i].name) != 0)
            continue;
        if (count < operations[i].fields) {
            char expected[60];
            snprintf(expected, sizeof expected, "%d fields after %s", operations[i].fields - 1,
                     fields[0]);
            return wrong(p, expected, count > 1 ? fields[count - 1] : "nothing");
        }
        p->load->lines++;
        return operations[i].parse(p, fields);
    }
    return wrong(p, "an operation of dbench", fields[0]);
}

/* ---- The file ---------------------------------------------------------------------------- */

static int parse_file(struct parser *p, FILE *file, uint32_t most)
{
    char *line = NULL;
    size_t room = 0;
    int status = SIM_OK;
    while (status == SIM_OK && (most == 0 || p->load->lines < most) &&
           getline(&line, &room, file) != -1) {
        p->line++;
        status = parse_line(p, line);
    }
    free(line);
    if (status == SIM_OK && ferror(file))
        status = sim_error_set(p->error, SIM_SYSTEM, "%s: %s", p->path, strerror(errno));
    if (status == SIM_OK && p->load->read_bytes + p->load->written_bytes == 0)
        status = wrong(p, "operations that read or write", "none");
    return status == SIM_OK ? delete_tree(p, "") : status; /* each pass begins with nothing */
}

int dbench_load_read(const char *path, uint32_t most, struct dbench_load *load,
                     struct sim_error *error)
{
    *load = (struct dbench_load){0};
    FILE *file = fopen(path, "r");
    if (!file)
        return sim_error_set(error, SIM_USAGE,
                             "%s: expected dbench's load file (Debian package dbench), found: %s",
                             path, strerror(errno));
    struct parser p = {.path = path, .error = error, .load = load};
    p.names = calloc(NAMES_MOST, sizeof *p.names);
    p.handles = malloc(HANDLES_MOST * sizeof *p.handles);
    p.unused = calloc(NAMES_MOST, sizeof *p.unused);
    int status = SIM_OK;
    if (!p.names || !p.handles || !p.unused || !hcreate_r(NAMES_MOST, &p.table))
        status = no_memory(&p);
    if (status == SIM_OK) {
        memset(p.handles, 0xff, HANDLES_MOST * sizeof *p.handles);
        status = parse_file(&p, file, most);
        hdestroy_r(&p.table);
    }
    for (uint32_t i = 0; i < p.name_count; i++)
        free(p.names[i].text);
    free(p.names);
    free(p.handles);
    free(p.unused);
    fclose(file);
    if (status != SIM_OK)
        dbench_load_free(load);
    return status;
}

void dbench_load_free(struct dbench_load *load)
{
    free(load->ops);
    *load = (struct dbench_load){0};
}
