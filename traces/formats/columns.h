/*
 * Lines of text with columns: which column is what, and in which unit. Internal to this folder.
 *
 * The same words describe the columns of a published layout (layouts.def) and those of a user's own
 * file (--csv), with commas between; columns count from 1, or from the end of the line as -1, -2:
 *
 *     time-col=1       time-unit=s        s, ms, us, ns, ps or 100ns (FILETIME of Windows)
 *     obj-id-col=2     obj-id-is-num=no   an object is a page, whatever its size
 *     offset-col=2     offset-unit=bytes  bytes, sectors (of 512 bytes), KiB or pages
 *     size-col=3       size-unit=bytes    how much from the offset on; also called obj-size-col
 *     op-col=4         ops=names          names, scsi, rwbs, event or dsrc: see ops.h
 *     tenant-col=5     volume-col=6       objects are unique within these; several volume-col
 *     only-col=7       only=Q             only lines with this text there; Q|D: or else with that
 *     delimiter=;      or \t, or space for runs of blanks
 *     has-header=true  hex=true           the first line is none of them; offsets are hexadecimal
 *     late=60          lines may be so many seconds older than the one before
 */
#ifndef TR_COLUMNS_H
#define TR_COLUMNS_H

#include "traces/formats/ops.h"

enum { COLUMNS_MOST = 256, COLUMNS_FIELD_BYTES = 256, COLUMNS_VOLUMES_MOST = 4 };

enum column {
    COLUMN_TIME,
    COLUMN_OBJECT,
    COLUMN_OFFSET,
    COLUMN_SIZE,
    COLUMN_OP,
    COLUMN_TENANT,
    COLUMN_ONLY,
    COLUMN_VOLUME,
    COLUMN_ROLES
};

/* A unit: its name as in the words, and its value in bytes, or in ns times 1,000. */
struct column_unit {
    const char *name;
    uint64_t worth;
};

struct columns {
    int at[COLUMN_ROLES]; /* from 1, or negative from the end; 0: there is no such column */
    int volumes[COLUMNS_VOLUMES_MOST];
    unsigned volume_count;
    char delimiter; /* ' ': runs of blanks; 0: not known yet */
    bool has_header, is_hex;
    enum { COLUMNS_ANY, COLUMNS_NUMBERS, COLUMNS_TEXTS } ids;
    const struct column_unit *time_unit, *offset_unit, *size_unit;
    bool has_time_unit; /* somebody said so */
    bool guesses_size;  /* bytes beside sectors, and nobody said so */
    enum tr_ops ops;
    char only[32];
    uint64_t late_s;
};

/* A line's fields, without blanks and quotes around them. */
struct column_fields {
    unsigned count;
    const char *from[COLUMNS_MOST];
    unsigned bytes[COLUMNS_MOST];
};

void columns_init(struct columns *columns);
/* Reads the words above: with an object or an offset among the columns, or without any column, for
 * a file that names its own. SIM_USAGE: the message names --csv. */
int columns_take_words(struct columns *columns, const char *words, struct sim_error *error);
/* Finds columns by their names in a first line. False if no column has an object or an offset. */
bool columns_take_names(struct columns *columns, const char *line);
/* Finds the unit of a time that is too large for seconds since 1970. False: it is not. */
bool columns_find_time_unit(struct columns *columns, uint64_t time);
/* Do times count from 1601, as FILETIME of Windows does? In ns that would be too large. */
bool columns_is_since_1601(const struct columns *columns);
/* The most frequent one of the usual delimiters. */
char columns_guess_delimiter(const char *line);

void columns_split(const struct columns *columns, const char *line, struct column_fields *fields);
/* Copies the field of a column; false if it is not there, or empty. */
bool columns_field(const struct column_fields *fields, int column, char field[COLUMNS_FIELD_BYTES]);

#endif
