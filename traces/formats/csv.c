/*
 * Requests as lines of text with columns. The user says which column is which, in the words of
 * libCacheSim; columns count from 1:
 *
 *     time-col=1, obj-id-col=2, obj-size-col=3, op-col=4, tenant-col=5, has-header=true,
 *     delimiter=;, obj-id-is-num=false, time-unit=ms
 *
 * Otherwise the first line says so, with names such as time, obj_id, op, tenant. Without a column
 * of times each request counts as one nanosecond. An object that is not a number is hashed. Sizes
 * are not used: an object is a page.
 *
 * The hazard is a column that is taken for another. So a time that is not a number, an unknown
 * operation and a missing column are refused; the message gives the line.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <xxhash.h>

#include "sim/nearest.h"
#include "traces/digits.h"
#include "traces/formats/requests.h"

enum { COLUMNS_MOST = 256, FIELD_BYTES = 256 };

enum column { TIME, OBJECT, SIZE, OP, TENANT, ROLES };

enum ids { IDS_ANY, IDS_NUMBERS, IDS_TEXTS };

struct csv {
    struct tr_requests requests;
    unsigned columns[ROLES]; /* from 1; 0: there is no such column */
    char delimiter;
    bool has_header;
    enum ids ids;
    uint64_t unit_ns;
    uint64_t window_accesses, accesses;
    bool one_tenant;
    uint32_t tenant;
};

/* ---- Fields ------------------------------------------------------------------------------ */

/* Copies column `wanted` (from 1) of the line without the spaces and quotes around it. */
static bool get_field(const char *line, char delimiter, unsigned wanted, char field[FIELD_BYTES])
{
    const char *begin = line, *end;

    for (unsigned column = 1; column < wanted; column++) {
        begin = strchr(begin, delimiter);
        if (!begin)
            return false;
        begin++;
    }
    end = strchr(begin, delimiter);
    if (!end)
        end = begin + strlen(begin);
    while (begin < end && (*begin == ' ' || *begin == '\t' || *begin == '"'))
        begin++;
    while (end > begin && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '"'))
        end--;
    if (begin == end || end - begin >= FIELD_BYTES)
        return false;
    memcpy(field, begin, (size_t)(end - begin));
    field[end - begin] = '\0';
    return true;
}

static bool get_number(const char *text, uint64_t *number)
{
    const char *end = tr_digits(text, number);

    return end && *end == '\0';
}

static bool get_time(const char *text, uint64_t unit_ns, uint64_t *ns)
{
    const char *end = tr_digits_time(text, unit_ns, ns);

    return end && *end == '\0';
}

/* ---- Which column is what ---------------------------------------------------------------- */

/* Names of columns in the first line. Case, '_', '-' and ' ' do not count. */
static const struct {
    const char *name;
    enum column column;
} names[] = {
    {"time", TIME},     {"timestamp", TIME},  {"ts", TIME},         {"clocktime", TIME},
    {"object", OBJECT}, {"objid", OBJECT},    {"objectid", OBJECT}, {"id", OBJECT},
    {"key", OBJECT},    {"page", OBJECT},     {"block", OBJECT},    {"lba", OBJECT},
    {"lbn", OBJECT},    {"address", OBJECT},  {"addr", OBJECT},     {"size", SIZE},
    {"objsize", SIZE},  {"objectsize", SIZE}, {"op", OP},           {"operation", OP},
    {"tenant", TENANT}, {"tenantid", TENANT}, {"vm", TENANT},
};

static bool find_name(const char *field, enum column *column)
{
    char plain[FIELD_BYTES];
    size_t length = 0;

    for (; *field; field++) {
        if (*field != '_' && *field != '-' && *field != ' ')
            plain[length++] = (char)tolower((unsigned char)*field);
    }
    plain[length] = '\0';
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(plain, names[i].name) == 0) {
            *column = names[i].column;
            return true;
        }
    }
    return false;
}

/* Finds columns by their names in a first line. False if no column has the object. */
static bool take_names(const char *line, char delimiter, unsigned columns[ROLES])
{
    char field[FIELD_BYTES];
    enum column column;

    memset(columns, 0, ROLES * sizeof *columns);
    for (unsigned i = 1; i <= COLUMNS_MOST; i++) {
        if (get_field(line, delimiter, i, field) && find_name(field, &column) &&
            columns[column] == 0)
            columns[column] = i;
    }
    return columns[OBJECT] > 0;
}

/* The most frequent one of the usual delimiters. */
static char guess_delimiter(const char *line)
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

static bool csv_matches(const uint8_t *bytes, size_t count)
{
    char line[1000];
    unsigned columns[ROLES];
    const uint8_t *end = memchr(bytes, '\n', count);
    size_t length = end ? (size_t)(end - bytes) : count;

    if (length == 0 || length >= sizeof line || memchr(bytes, '\0', length))
        return false;
    memcpy(line, bytes, length);
    line[length] = '\0';
    if (line[length - 1] == '\r')
        line[length - 1] = '\0';
    return take_names(line, guess_delimiter(line), columns);
}

/* ---- The option --csv -------------------------------------------------------------------- */

static int refuse(const char *expected, const char *found, struct sim_error *error)
{
    return sim_error_set(error, SIM_USAGE, "--csv: expected %s, found '%.80s'", expected, found);
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

static int refuse_name(const char *name, struct sim_error *error)
{
    static const char *const known[] = {"time-col",  "obj-id-col",    "obj-size-col",
                                        "op-col",    "tenant-col",    "has-header",
                                        "delimiter", "obj-id-is-num", "time-unit"};
    char hint[SIM_HINT_BYTES];

    sim_nearest_hint(hint, sim_nearest(name, known, sizeof known / sizeof *known));
    return sim_error_set(error, SIM_USAGE,
                         "--csv: expected time-col, obj-id-col, obj-size-col, op-col, tenant-col, "
                         "has-header, delimiter, obj-id-is-num or time-unit, found '%.80s'%s",
                         name, hint);
}

static int take_option(struct csv *csv, const char *name, const char *value,
                       struct sim_error *error)
{
    static const char *const columns[ROLES] = {"time-col", "obj-id-col", "obj-size-col", "op-col",
                                               "tenant-col"};
    static const struct {
        const char *name;
        uint64_t ns;
    } units[] = {{"s", 1000000000}, {"ms", 1000000}, {"us", 1000}, {"ns", 1}};
    uint64_t number;

    for (unsigned i = 0; i < ROLES; i++) {
        if (strcmp(name, columns[i]) != 0)
            continue;
        if (!get_number(value, &number) || number == 0 || number > COLUMNS_MOST)
            return refuse("a column of 1 to 256", value, error);
        csv->columns[i] = (unsigned)number;
        return SIM_OK;
    }
    for (unsigned i = 0; strcmp(name, "time-unit") == 0 && i < 4; i++) {
        if (strcmp(value, units[i].name) == 0) {
            csv->unit_ns = units[i].ns;
            return SIM_OK;
        }
    }
    if (strcmp(name, "time-unit") == 0)
        return refuse("a time-unit of s, ms, us or ns", value, error);
    if (strcmp(name, "has-header") == 0)
        return take_yes(value, &csv->has_header, error);
    if (strcmp(name, "obj-id-is-num") == 0) {
        bool are_numbers;
        int status = take_yes(value, &are_numbers, error);
        csv->ids = are_numbers ? IDS_NUMBERS : IDS_TEXTS;
        return status;
    }
    return refuse_name(name, error);
}

/* Reads one `name=value` and returns what follows it; NULL on an error. */
static const char *take_word(struct csv *csv, const char *text, struct sim_error *error)
{
    char name[32], value[32];
    int used = 0;

    if (sscanf(text, "%31[a-z-]=%n", name, &used) != 1 || used == 0 || text[used] == '\0') {
        refuse("name=value, name=value", text, error);
        return NULL;
    }
    text += used;
    if (strcmp(name, "delimiter") == 0) { /* the delimiter itself may be a comma */
        bool tab = strncmp(text, "\\t", 2) == 0;
        csv->delimiter = tab ? '\t' : *text;
        return text + 1 + tab;
    }
    size_t length = strcspn(text, ", ");
    if (length >= sizeof value)
        length = sizeof value - 1;
    memcpy(value, text, length);
    value[length] = '\0';
    return take_option(csv, name, value, error) == SIM_OK ? text + length : NULL;
}

static int take_words(struct csv *csv, const char *text, struct sim_error *error)
{
    const char *all = text;

    while (*(text += strspn(text, ", ")) != '\0') {
        text = take_word(csv, text, error);
        if (!text)
            return SIM_USAGE;
    }
    return csv->columns[OBJECT] > 0 ? SIM_OK : refuse("obj-id-col=N", all, error);
}

/* ---- Requests ---------------------------------------------------------------------------- */

static int expected(struct csv *csv, const char *what, enum column column, const char *line,
                    struct sim_error *error)
{
    return tr_source_fail(&csv->requests.base, error, "expected %s in column %u, found '%.60s'",
                          what, csv->columns[column], line);
}

static int take_time(struct csv *csv, const char *line, struct tr_request *request,
                     struct sim_error *error)
{
    char field[FIELD_BYTES];
    uint64_t at_ns;

    if (csv->columns[TIME] == 0)
        at_ns = (csv->accesses++ / csv->window_accesses + 1) * csv->window_accesses;
    else if (!get_field(line, csv->delimiter, csv->columns[TIME], field) ||
             !get_time(field, csv->unit_ns, &at_ns))
        return expected(csv, "a time", TIME, line, error);
    return tr_requests_set_time(&csv->requests, request, at_ns, error);
}

static int take_object(struct csv *csv, const char *line, struct tr_request *request,
                       struct sim_error *error)
{
    char field[FIELD_BYTES];

    if (!get_field(line, csv->delimiter, csv->columns[OBJECT], field))
        return expected(csv, "an object", OBJECT, line, error);
    if (csv->ids != IDS_TEXTS && get_number(field, &request->object))
        return 1;
    if (csv->ids == IDS_NUMBERS)
        return expected(csv, "a number", OBJECT, line, error);
    request->object = XXH64(field, strlen(field), 0);
    return 1;
}

static int take_op(struct csv *csv, const char *line, struct tr_request *request,
                   struct sim_error *error)
{
    char field[FIELD_BYTES];

    request->access = TR_READ;
    if (csv->columns[OP] == 0 || (get_field(line, csv->delimiter, csv->columns[OP], field) &&
                                  tr_op_access_of_text(field, &request->access)))
        return 1;
    return expected(csv, "an operation such as read or write", OP, line, error);
}

/* 1: *request is the request; 0: it is of another tenant; -1. */
static int take_line(struct csv *csv, const char *line, struct tr_request *request,
                     struct sim_error *error)
{
    char field[FIELD_BYTES];
    uint64_t tenant;

    if (csv->one_tenant) {
        if (!get_field(line, csv->delimiter, csv->columns[TENANT], field) ||
            !get_number(field, &tenant))
            return expected(csv, "the number of a tenant", TENANT, line, error);
        if (tenant != csv->tenant)
            return 0;
    }
    if (take_object(csv, line, request, error) < 0 || take_op(csv, line, request, error) < 0)
        return -1;
    return take_time(csv, line, request, error);
}

static int csv_read(struct tr_requests *requests, struct tr_request *request,
                    struct sim_error *error)
{
    struct csv *csv = (struct csv *)(void *)requests;
    int taken = 0;

    while (taken == 0) {
        const char *line;
        size_t length;
        int more = tr_input_line(requests->base.input, &line, &length, error);
        if (more <= 0)
            return more;
        if (length > 0)
            taken = take_line(csv, line, request, error);
    }
    return taken;
}

/* Looks at the first line for names of columns, and to guess the delimiter. */
static int look_at_first_line(struct csv *csv, bool named, struct sim_error *error)
{
    struct tr_input *input = csv->requests.base.input;
    const uint8_t *bytes;
    const char *line;
    size_t count, length;
    char first[1000];
    int status = tr_input_peek(input, sizeof first - 1, &bytes, &count, error);

    if (status != SIM_OK)
        return status;
    size_t room = count < sizeof first - 1 ? count : sizeof first - 1;
    memcpy(first, bytes, room);
    first[room] = '\0';
    first[strcspn(first, "\r\n")] = '\0';
    if (csv->delimiter == '\0')
        csv->delimiter = guess_delimiter(first);
    if (!named)
        csv->has_header = true;
    if (!named && !take_names(first, csv->delimiter, csv->columns))
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s:1: expected names of columns, among them obj_id, or an option "
                             "--csv time-col=1,obj-id-col=2, found '%.60s'",
                             tr_input_path(input), first);
    if (csv->has_header && tr_input_line(input, &line, &length, error) < 0)
        return SIM_BAD_DATA;
    return SIM_OK;
}

static int csv_begin(struct tr_source *source, const struct tr_source_options *options,
                     struct sim_error *error)
{
    struct csv *csv = (struct csv *)(void *)source;
    int status = SIM_OK;

    source->is_text = true;
    csv->requests.read = csv_read;
    csv->unit_ns = 1000000000;
    csv->window_accesses = options->window_accesses ? options->window_accesses : 1000;
    csv->one_tenant = options->one_tenant;
    csv->tenant = options->tenant;
    if (options->csv)
        status = take_words(csv, options->csv, error);
    if (status == SIM_OK)
        status = look_at_first_line(csv, options->csv != NULL, error);
    if (status != SIM_OK)
        return status;
    if (csv->one_tenant && csv->columns[TENANT] == 0)
        return sim_error_set(error, SIM_USAGE,
                             "%s: expected a column of tenants to choose from, found none",
                             tr_input_path(source->input));
    source->header.carries = TR_TOUCHES | (csv->columns[TIME] > 0 ? TR_TIME : 0) |
                             (csv->columns[OP] > 0 ? TR_WRITES | TR_ALLOCATIONS : 0);
    tr_source_describe(source, csv->columns[TIME] > 0 ? "of the trace" : "requests, 1 ns each",
                       "requests in csv: an object is a page");
    return tr_requests_begin(&csv->requests, error);
}

const struct tr_source_format tr_source_csv = {
    .about = {"csv", "requests as text in columns: time, object, perhaps operation and tenant"},
    .bytes = sizeof(struct csv),
    .matches = csv_matches,
    .begin = csv_begin,
    .next = tr_requests_next,
    .end = tr_requests_end,
};
