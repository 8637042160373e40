/*
 * The files of one dbench client while its load is parsed: which file a name stands for, which a
 * handle, and which file numbers are free.
 *
 * As on the machine that ran the load, a file lives on while it is open, whatever became of its
 * name; a rename takes the file along. A number whose file is gone serves the next new file, so
 * numbers stay few: as many as files exist at once.
 */
#ifndef WORKLOADS_DBENCH_NAMES_H
#define WORKLOADS_DBENCH_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#define DBENCH_NO_FILE   UINT32_MAX
#define DBENCH_DIRECTORY (UINT32_MAX - 1) /* what a handle of a directory stands for */
#define DBENCH_HANDLES   65536u           /* SMB numbers its open files with 16 bits */
#define DBENCH_NAMES     65536u           /* distinct names at most: refuses absurd input */

struct dbench_name; /* a name that occurred, with or without a file */
struct dbench_names;

struct dbench_names *dbench_names_new(void); /* NULL: no memory */
void dbench_names_free(struct dbench_names *names);
uint32_t dbench_names_files(const struct dbench_names *names); /* numbers used so far */

/* The entry of that text, made if need be. NULL: no memory, or more than DBENCH_NAMES. */
struct dbench_name *dbench_name(struct dbench_names *names, const char *text);
uint32_t dbench_name_file(const struct dbench_name *name); /* or DBENCH_NO_FILE */

/* The name has no file; now it has a new one. */
void dbench_name_create(struct dbench_names *names, struct dbench_name *name);
/* Takes the name away. Answers the file if it is gone with it, else DBENCH_NO_FILE. */
uint32_t dbench_name_remove(struct dbench_names *names, struct dbench_name *name);
/* `to`, which has no file, takes that of `from`. */
void dbench_name_move(struct dbench_name *from, struct dbench_name *to);
/* The next name in `folder` or below that has a file, the folder "" holding all; NULL: no more.
 * `*cursor` is 0 at first. */
struct dbench_name *dbench_name_below(struct dbench_names *names, const char *folder,
                                      uint32_t *cursor);

/* What an open handle stands for: a file, DBENCH_DIRECTORY; DBENCH_NO_FILE: it is not open. */
uint32_t dbench_handle(const struct dbench_names *names, uint32_t handle);
/* The handle is not open; `file` may be DBENCH_DIRECTORY. */
void dbench_handle_open(struct dbench_names *names, uint32_t handle, uint32_t file);
/* The handle is open. Answers the file if it is gone now, else DBENCH_NO_FILE. */
uint32_t dbench_handle_close(struct dbench_names *names, uint32_t handle);

#endif
