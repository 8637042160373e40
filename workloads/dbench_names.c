/*
 * The files of one dbench client while its load is parsed: see dbench_names.h.
 *
 * The hazard is a number that is given away too early: a file is gone only when it has neither name
 * nor open handle.
 */
#include "workloads/dbench_names.h"
#include "sim/memory.h"

#include <assert.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

struct dbench_name {
    char *text;
    uint32_t file;
};

#define FILES_MOST (DBENCH_NAMES + DBENCH_HANDLES)

struct dbench_names {
    struct hsearch_data table; /* text to entry */
    uint32_t count;            /* of entries */
    uint32_t files;            /* numbers used so far */
    uint32_t unused_count;
    struct dbench_name name[DBENCH_NAMES];
    uint32_t links[FILES_MOST];  /* of each file: names and open handles */
    uint32_t unused[FILES_MOST]; /* numbers whose files are gone */
    uint32_t handle[DBENCH_HANDLES];
};

struct dbench_names *dbench_names_new(void)
{
    struct dbench_names *names = calloc(1, sizeof *names);

    if (!names || !hcreate_r(DBENCH_NAMES, &names->table)) {
        free(names);
        return NULL;
    }
    for (uint32_t i = 0; i < DBENCH_HANDLES; i++)
        names->handle[i] = DBENCH_NO_FILE;
    return names;
}

void dbench_names_free(struct dbench_names *names)
{
    if (!names)
        return;
    hdestroy_r(&names->table);
    for (uint32_t i = 0; i < names->count; i++)
        free(names->name[i].text);
    free(names);
}

uint32_t dbench_names_files(const struct dbench_names *names)
{
    return names->files;
}

struct dbench_name *dbench_name(struct dbench_names *names, const char *text)
{
    ENTRY *found, wanted = {.key = (char *)(uintptr_t)text};

    if (hsearch_r(wanted, FIND, &found, &names->table))
        return found->data;
    struct dbench_name *name = &names->name[names->count];
    if (names->count == DBENCH_NAMES)
        return NULL;
    wanted.key = sim_memory_need(strdup(text));
    wanted.data = name;
    if (!hsearch_r(wanted, ENTER, &found, &names->table)) {
        free(wanted.key);
        return NULL;
    }
    *name = (struct dbench_name){wanted.key, DBENCH_NO_FILE};
    names->count++;
    return name;
}

uint32_t dbench_name_file(const struct dbench_name *name)
{
    return name->file;
}

void dbench_name_create(struct dbench_names *names, struct dbench_name *name)
{
    assert(name->file == DBENCH_NO_FILE);
    name->file = names->unused_count > 0 ? names->unused[--names->unused_count] : names->files++;
    names->links[name->file] = 1;
}

/* One name or handle less. */
static uint32_t unlink_file(struct dbench_names *names, uint32_t file)
{
    assert(names->links[file] > 0);
    if (--names->links[file] > 0)
        return DBENCH_NO_FILE;
    names->unused[names->unused_count++] = file;
    return file;
}

uint32_t dbench_name_remove(struct dbench_names *names, struct dbench_name *name)
{
    uint32_t file = name->file;

    name->file = DBENCH_NO_FILE;
    return unlink_file(names, file);
}

void dbench_name_move(struct dbench_name *from, struct dbench_name *to)
{
    assert(to->file == DBENCH_NO_FILE);
    to->file = from->file;
    from->file = DBENCH_NO_FILE;
}

struct dbench_name *dbench_name_below(struct dbench_names *names, const char *folder,
                                      uint32_t *cursor)
{
    size_t length = strlen(folder);

    while (*cursor < names->count) {
        struct dbench_name *name = &names->name[(*cursor)++];
        if (name->file != DBENCH_NO_FILE && strncmp(name->text, folder, length) == 0 &&
            (length == 0 || name->text[length] == '\\'))
            return name;
    }
    return NULL;
}

uint32_t dbench_handle(const struct dbench_names *names, uint32_t handle)
{
    return names->handle[handle];
}

void dbench_handle_open(struct dbench_names *names, uint32_t handle, uint32_t file)
{
    assert(names->handle[handle] == DBENCH_NO_FILE);
    names->handle[handle] = file;
    if (file != DBENCH_DIRECTORY)
        names->links[file]++;
}

uint32_t dbench_handle_close(struct dbench_names *names, uint32_t handle)
{
    uint32_t file = names->handle[handle];

    assert(file != DBENCH_NO_FILE);
    names->handle[handle] = DBENCH_NO_FILE;
    return file == DBENCH_DIRECTORY ? DBENCH_NO_FILE : unlink_file(names, file);
}
