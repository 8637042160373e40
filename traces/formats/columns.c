/*
 * Which column of a line is what, by the user's words or by names in the first line.
 *
 * The hazard is a number in another unit. So every name that is known has a unit with it: a column
 * that is called lbn counts sectors, and one that is called offset counts bytes.
 */
#include "traces/formats/columns.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sim/nearest.h"
#include "traces/digits.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const struct column_unit byte_units[] = {
    {"bytes", 1}, {"sectors", 512}, {"KiB", 1024}, {"pages", 4096}};
/* Thousandths of a nanosecond. */
static const struct column_unit time_units[] = {
    {"s", 1000000000000}, {"ms", 1000000000}, {"us", 1000000},
    {"ns", 1000},         {"ps", 1},          {"100ns", 100000}};

enum { BYTES, SECTORS, KIB, PAGES };

/* ---- Fields ------------------------------------------------------------------------------ */

static bool is_around(char c)
{
    return c == ' ' || c == '\t' || c == '"';
}

static const char *end_of_field(const char *from, char delimiter)
{
    const char *end = delimiter == ' ' ? from + strcspn(from, " \t") : strchr(from, delimiter);
    return end ? end : from + strlen(from);
}

void columns_split(const struct columns *columns, const char *line, struct column_fields *fields)
{
    bool by_blanks = columns->delimiter == ' ';
    const char *at = line;

    fields->count = 0;
    while (fields->count < COLUMNS_MOST) {
        if (by_blanks)
            at += strspn(at, " \t");
        if (by_blanks && *at == '\0')
            break;
        const char *end = end_of_field(at, columns->delimiter), *last = end;
        while (at < last && is_around(*at))
            at++;
        while (last > at && is_around(last[-1]))
            last--;
        fields->from[fields->count] = at;
        fields->bytes[fields->count++] = (unsigned)(last - at);
        if (*end == '\0')
            break;
        at = end + 1;
    }
}

bool columns_field(const struct column_fields *fields, int column, char field[COLUMNS_FIELD_BYTES])
{
    long index = column < 0 ? (long)fields->count + column : column - 1L;

    if (column == 0 || index < 0 || index >= (long)fields->count || fields->bytes[index] == 0 ||
        fields->bytes[index] >= COLUMNS_FIELD_BYTES)
        return false;
    memcpy(field, fields->from[index], fields->bytes[index]);
    field[fields->bytes[index]] = '\0';
    return true;
}

char columns_guess_delimiter(const char *line)
{
    static const char usual[] = ",;\t|";
    size_t best = 0;
    char delimiter = ',';

    for (const char *candidate = usual; *candidate; candidate++) {
        size_t count = 0;
        for (const char *at = line; (at = strchr(at, *candidate)); at++)
            count++;
        if (count > best) {
            best = count;
            delimiter = *candidate;
        }
    }
    return delimiter;
}

/* ---- Names in the first line ------------------------------------------------------------- */

/* Case, '_', '-' and ' ' do not count. `unit` is of offsets and sizes. */
static const struct {
    const char *name;
    enum column column;
    unsigned unit;
} names[] = {
    {"time", COLUMN_TIME, 0},
    {"timestamp", COLUMN_TIME, 0},
    {"ts", COLUMN_TIME, 0},
    {"clocktime", COLUMN_TIME, 0},
    {"optime", COLUMN_TIME, 0},
    {"issuetime", COLUMN_TIME, 0},
    {"arrivaltime", COLUMN_TIME, 0},
    {"starttime", COLUMN_TIME, 0},
    {"object", COLUMN_OBJECT, 0},
    {"objid", COLUMN_OBJECT, 0},
    {"objectid", COLUMN_OBJECT, 0},
    {"id", COLUMN_OBJECT, 0},
    {"key", COLUMN_OBJECT, 0},
    {"page", COLUMN_OBJECT, 0},
    {"block", COLUMN_OBJECT, 0},
    {"lba", COLUMN_OFFSET, SECTORS},
    {"lbn", COLUMN_OFFSET, SECTORS},
    {"sector", COLUMN_OFFSET, SECTORS},
    {"startsector", COLUMN_OFFSET, SECTORS},
    {"offset", COLUMN_OFFSET, BYTES},
    {"address", COLUMN_OFFSET, BYTES},
    {"addr", COLUMN_OFFSET, BYTES},
    {"size", COLUMN_SIZE, BYTES},
    {"length", COLUMN_SIZE, BYTES},
    {"len", COLUMN_SIZE, BYTES},
    {"bytes", COLUMN_SIZE, BYTES},
    {"objsize", COLUMN_SIZE, BYTES},
    {"iosize", COLUMN_SIZE, BYTES},
    {"objectsize", COLUMN_SIZE, BYTES},
    {"sectors", COLUMN_SIZE, SECTORS},
    {"nsectors", COLUMN_SIZE, SECTORS},
    {"numsectors", COLUMN_SIZE, SECTORS},
    {"reqsize", COLUMN_SIZE, BYTES},
    {"requestsize", COLUMN_SIZE, BYTES},
    {"op", COLUMN_OP, 0},
    {"operation", COLUMN_OP, 0},
    {"opcode", COLUMN_OP, 0},
    {"optype", COLUMN_OP, 0},
    {"cmd", COLUMN_OP, 0},
    {"command", COLUMN_OP, 0},
    {"iotype", COLUMN_OP, 0},
    {"type", COLUMN_OP, 0},
    {"rw", COLUMN_OP, 0},
    {"tenant", COLUMN_TENANT, 0},
    {"tenantid", COLUMN_TENANT, 0},
    {"vm", COLUMN_TENANT, 0},
    {"vmid", COLUMN_TENANT, 0},
    {"volume", COLUMN_VOLUME, 0},
    {"volumeid", COLUMN_VOLUME, 0},
    {"device", COLUMN_VOLUME, 0},
    {"deviceid", COLUMN_VOLUME, 0},
    {"disk", COLUMN_VOLUME, 0},
    {"diskid", COLUMN_VOLUME, 0},
    {"disknumber", COLUMN_VOLUME, 0},
    {"lun", COLUMN_VOLUME, 0},
    {"asu", COLUMN_VOLUME, 0},
    {"target", COLUMN_VOLUME, 0},
    {"host", COLUMN_VOLUME, 0},
    {"hostname", COLUMN_VOLUME, 0},
};

/* Units at the end of a name, as in time_ms or size_kb. */
static const struct {
    const char *text;
    enum column column;
    unsigned unit;
} endings[] = {
    {"msec", COLUMN_TIME, 1},      {"usec", COLUMN_TIME, 2},
    {"nsec", COLUMN_TIME, 3},      {"sec", COLUMN_TIME, 0},
    {"ms", COLUMN_TIME, 1},        {"us", COLUMN_TIME, 2},
    {"ns", COLUMN_TIME, 3},        {"s", COLUMN_TIME, 0},
    {"bytes", COLUMN_SIZE, BYTES}, {"sectors", COLUMN_SIZE, SECTORS},
    {"kib", COLUMN_SIZE, KIB},     {"kb", COLUMN_SIZE, KIB},
    {"pages", COLUMN_SIZE, PAGES}, {"b", COLUMN_SIZE, BYTES},
};

/* A name that is known, with its unit. */
struct named {
    enum column column;
    unsigned unit;
    bool has_unit; /* the name says it, and it is not just usual */
};

static bool find_plain(const char *plain, size_t length, struct named *named)
{
    for (unsigned i = 0; i < COUNT(names); i++) {
        if (strlen(names[i].name) == length && memcmp(plain, names[i].name, length) == 0) {
            named->column = names[i].column;
            named->unit = names[i].unit;
            named->has_unit = named->unit != BYTES || strcmp(names[i].name, "bytes") == 0;
            return true;
        }
    }
    return false;
}

static bool find_name(const char *field, struct named *named)
{
    char plain[COLUMNS_FIELD_BYTES];
    size_t length = 0;

    for (; *field; field++) {
        if (!strchr("_- ()[]", *field))
            plain[length++] = (char)tolower((unsigned char)*field);
    }
    plain[length] = '\0';
    if (find_plain(plain, length, named))
        return true;
    for (unsigned i = 0; i < COUNT(endings); i++) {
        size_t bytes = strlen(endings[i].text);
        if (length <= bytes || strcmp(plain + length - bytes, endings[i].text) != 0 ||
            !find_plain(plain, length - bytes, named) ||
            (endings[i].column == COLUMN_TIME) != (named->column == COLUMN_TIME) ||
            named->column == COLUMN_OBJECT || named->column > COLUMN_SIZE)
            continue;
        named->unit = endings[i].unit;
        named->has_unit = true;
        return true;
    }
    return false;
}

static void take_name(struct columns *columns, const struct named *named, int at)
{
    enum column column = named->column;

    if (column == COLUMN_VOLUME && columns->volume_count < COLUMNS_VOLUMES_MOST)
        columns->volumes[columns->volume_count++] = at;
    if (columns->at[column] != 0)
        return;
    columns->at[column] = at;
    if (column == COLUMN_TIME && named->has_unit) {
        columns->time_unit = &time_units[named->unit];
        columns->has_time_unit = true;
    }
    if (column == COLUMN_OFFSET)
        columns->offset_unit = &byte_units[named->unit];
    if (column == COLUMN_OFFSET && named->unit == SECTORS)
        columns->ops = TR_OPS_SCSI;
    if (column == COLUMN_SIZE) {
        columns->size_unit = &byte_units[named->unit];
        columns->guesses_size = !named->has_unit;
    }
}

bool columns_take_names(struct columns *columns, const char *line)
{
    struct column_fields fields;
    char field[COLUMNS_FIELD_BYTES];
    struct named named;

    columns_split(columns, line, &fields);
    for (int i = 1; i <= (int)fields.count; i++) {
        if (columns_field(&fields, i, field) && find_name(field, &named))
            take_name(columns, &named, i);
    }
    /* Bytes beside sectors are whole sectors; beside bytes they may be any. */
    columns->guesses_size &= columns->offset_unit->worth == 512;
    if (columns->at[COLUMN_OBJECT] != 0) /* a page or a key says more than where it lies */
        columns->at[COLUMN_OFFSET] = 0;
    return columns->at[COLUMN_OBJECT] != 0 || columns->at[COLUMN_OFFSET] != 0;
}

/* ---- Words ------------------------------------------------------------------------------- */

enum word_kind {
    WORD_COLUMN,
    WORD_TIME_UNIT,
    WORD_BYTE_UNIT,
    WORD_OPS,
    WORD_YES,
    WORD_ONLY,
    WORD_LATE,
    WORD_IDS
};

static const struct word {
    const char *name;
    enum word_kind kind;
    enum column column;
} words[] = {
    {"time-col", WORD_COLUMN, COLUMN_TIME},
    {"obj-id-col", WORD_COLUMN, COLUMN_OBJECT},
    {"offset-col", WORD_COLUMN, COLUMN_OFFSET},
    {"obj-size-col", WORD_COLUMN, COLUMN_SIZE},
    {"size-col", WORD_COLUMN, COLUMN_SIZE},
    {"op-col", WORD_COLUMN, COLUMN_OP},
    {"tenant-col", WORD_COLUMN, COLUMN_TENANT},
    {"volume-col", WORD_COLUMN, COLUMN_VOLUME},
    {"only-col", WORD_COLUMN, COLUMN_ONLY},
    {"only", WORD_ONLY, COLUMN_ONLY},
    {"has-header", WORD_YES, COLUMN_TIME},
    {"hex", WORD_YES, COLUMN_OFFSET},
    {"obj-id-is-num", WORD_IDS, COLUMN_OBJECT},
    {"time-unit", WORD_TIME_UNIT, COLUMN_TIME},
    {"offset-unit", WORD_BYTE_UNIT, COLUMN_OFFSET},
    {"size-unit", WORD_BYTE_UNIT, COLUMN_SIZE},
    {"ops", WORD_OPS, COLUMN_OP},
    {"late", WORD_LATE, COLUMN_TIME},
};

static int refuse(const char *expected, const char *found, struct sim_error *error)
{
    return sim_error_set(error, SIM_USAGE, "--csv: expected %s, found '%.80s'", expected, found);
}

static int refuse_name(const char *name, struct sim_error *error)
{
    struct sim_nearest nearest;
    char hint[SIM_HINT_BYTES], known[300] = "";
    size_t used = 0;

    sim_nearest_begin(&nearest, name);
    for (size_t i = 0; i < COUNT(words); i++) {
        sim_nearest_offer(&nearest, words[i].name);
        used += (size_t)snprintf(known + used, sizeof known - used, "%s, ", words[i].name);
    }
    sim_nearest_offer(&nearest, "delimiter");
    return sim_error_set(error, SIM_USAGE, "--csv: expected %sor delimiter, found '%s'%s", known,
                         name, sim_nearest_hint(hint, nearest.best));
}

static int take_yes(const char *value, bool *yes, struct sim_error *error)
{
    *yes =
        strcasecmp(value, "true") == 0 || strcasecmp(value, "yes") == 0 || strcmp(value, "1") == 0;
    if (*yes || strcasecmp(value, "false") == 0 || strcasecmp(value, "no") == 0 ||
        strcmp(value, "0") == 0)
        return SIM_OK;
    return refuse("true or false", value, error);
}

static int take_unit(const struct column_unit *units, size_t count, const char *expected,
                     const char *value, const struct column_unit **unit, struct sim_error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(value, units[i].name) == 0) {
            *unit = &units[i];
            return SIM_OK;
        }
    }
    return refuse(expected, value, error);
}

static int take_column(struct columns *columns, enum column column, const char *value,
                       struct sim_error *error)
{
    uint64_t number;
    bool from_end = value[0] == '-';
    const char *end = tr_digits(value + from_end, &number);

    if (!end || *end != '\0' || number == 0 || number > COLUMNS_MOST)
        return refuse("a column of 1 to 256, or of -1 to -256 from the end", value, error);
    int at = from_end ? -(int)number : (int)number;
    if (column == COLUMN_VOLUME && columns->volume_count == COLUMNS_VOLUMES_MOST)
        return refuse("at most 4 columns of volumes", value, error);
    if (column == COLUMN_VOLUME)
        columns->volumes[columns->volume_count++] = at;
    columns->at[column] = at;
    return SIM_OK;
}

static int take_ops(struct columns *columns, const char *value, struct sim_error *error)
{
    static const char *const kinds[] = {[TR_OPS_NAMES] = "names",
                                        [TR_OPS_SCSI] = "scsi",
                                        [TR_OPS_RWBS] = "rwbs",
                                        [TR_OPS_EVENT] = "event",
                                        [TR_OPS_DSRC] = "dsrc"};

    for (size_t i = 0; i < COUNT(kinds); i++) {
        if (strcmp(value, kinds[i]) == 0) {
            columns->ops = (enum tr_ops)i;
            return SIM_OK;
        }
    }
    return refuse("ops of names, scsi, rwbs, event or dsrc", value, error);
}

static int take_option(struct columns *columns, const struct word *word, const char *value,
                       struct sim_error *error)
{
    bool yes;
    int status = SIM_OK;

    switch (word->kind) {
    case WORD_COLUMN:
        return take_column(columns, word->column, value, error);
    case WORD_TIME_UNIT:
        columns->has_time_unit = true;
        return take_unit(time_units, COUNT(time_units), "a time-unit of s, ms, us, ns, ps or 100ns",
                         value, &columns->time_unit, error);
    case WORD_BYTE_UNIT:
        columns->guesses_size &= word->column != COLUMN_SIZE;
        return take_unit(
            byte_units, COUNT(byte_units), "a unit of bytes, sectors, KiB or pages", value,
            word->column == COLUMN_SIZE ? &columns->size_unit : &columns->offset_unit, error);
    case WORD_OPS:
        return take_ops(columns, value, error);
    case WORD_YES:
        return take_yes(
            value, word->column == COLUMN_OFFSET ? &columns->is_hex : &columns->has_header, error);
    case WORD_IDS:
        status = take_yes(value, &yes, error);
        columns->ids = status == SIM_OK && yes ? COLUMNS_NUMBERS : COLUMNS_TEXTS;
        return status;
    case WORD_LATE:
        return tr_digits(value, &columns->late_s) ? SIM_OK : refuse("seconds", value, error);
    case WORD_ONLY:
        snprintf(columns->only, sizeof columns->only, "%s", value);
        return SIM_OK;
    }
    return status;
}

/* Reads one `name=value` and returns what follows it; NULL on an error. */
static const char *take_word(struct columns *columns, const char *text, struct sim_error *error)
{
    char name[32], value[32];
    int used = 0;

    if (sscanf(text, "%31[a-z-]=%n", name, &used) != 1 || used == 0 || text[used] == '\0') {
        refuse("name=value, name=value", text, error);
        return NULL;
    }
    text += used;
    if (strcmp(name, "delimiter") == 0) { /* the delimiter itself may be a comma */
        bool tab = strncmp(text, "\\t", 2) == 0, blanks = strncmp(text, "space", 5) == 0;
        columns->delimiter = tab ? '\t' : *text;
        if (blanks)
            columns->delimiter = ' ';
        return text + (blanks ? 5 : 1 + tab);
    }
    size_t length = strcspn(text, ", ");
    if (length >= sizeof value)
        length = sizeof value - 1;
    memcpy(value, text, length);
    value[length] = '\0';
    for (size_t i = 0; i < COUNT(words); i++) {
        if (strcmp(name, words[i].name) == 0)
            return take_option(columns, &words[i], value, error) == SIM_OK ? text + length : NULL;
    }
    refuse_name(name, error);
    return NULL;
}

int columns_take_words(struct columns *columns, const char *text, struct sim_error *error)
{
    const char *all = text;

    while (*(text += strspn(text, ", ")) != '\0') {
        text = take_word(columns, text, error);
        if (!text)
            return SIM_USAGE;
    }
    bool has_column = columns->volume_count > 0;
    for (int i = 0; i < COLUMN_ROLES; i++)
        has_column |= columns->at[i] != 0;
    /* Words without any column go with a file that names its columns. */
    return columns->at[COLUMN_OBJECT] != 0 || columns->at[COLUMN_OFFSET] != 0 || !has_column
               ? SIM_OK
               : refuse("obj-id-col=N or offset-col=N", all, error);
}

/* ---- Times ------------------------------------------------------------------------------- */

bool columns_find_time_unit(struct columns *columns, uint64_t time)
{
    static const struct {
        const char *unit;
        uint64_t least;
    } since_1970[] = {
        {"ns", 500000000000000000},    /* 1985 */
        {"100ns", 100000000000000000}, /* since 1601 */
        {"us", 100000000000000},       /* 1973 */
        {"ms", 100000000000},
    };

    for (size_t i = 0; i < COUNT(since_1970); i++) {
        for (size_t j = 0; j < COUNT(time_units) && time >= since_1970[i].least; j++) {
            if (strcmp(time_units[j].name, since_1970[i].unit) == 0) {
                columns->time_unit = &time_units[j];
                return true;
            }
        }
    }
    return false;
}

bool columns_is_since_1601(const struct columns *columns)
{
    return columns->time_unit->worth == 100000;
}

void columns_init(struct columns *columns)
{
    *columns = (struct columns){.time_unit = &time_units[0],
                                .offset_unit = &byte_units[BYTES],
                                .size_unit = &byte_units[BYTES]};
}
