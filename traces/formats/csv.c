/*
 * Requests as lines of text with columns: the user's own (columns.h says how they are described),
 * and published layouts (layouts.def).
 *
 * A request for an object touches one page; one for an offset and a size touches every page that it
 * covers. Without a column of times each request counts as one nanosecond. An object that is not a
 * number is hashed.
 *
 * The hazard is a column that is taken for another. A line that does not fit is passed over and
 * counted, since programs write headings, totals and messages between the requests; but a time that
 * is earlier than the one before is refused, and so is a number for an operation that nobody
 * explains.
 */
#include <ctype.h>
#include <inttypes.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "sim/memory.h"
#include "traces/digits.h"
#include "traces/formats/columns.h"
#include "traces/formats/requests.h"

/* Our choice: no disk serves more in one request. Larger ones discard what was never written. */
#define REQUEST_PAGES_MOST (UINT64_C(1) << 18)

#define LINES_TO_MATCH 20 /* our choice: a program's heading is shorter */

struct layout {
    const char *heading, *pattern, *columns, *codes;
    enum tr_space space;
};

struct csv {
    struct tr_requests requests;
    struct columns columns;
    const char *codes; /* what numbers for operations mean; NULL: nothing */
    unsigned page_shift;
    uint64_t window_accesses, accesses;
    uint64_t known_ops; /* operations that were understood so far */
    bool one_tenant;
    uint32_t tenant;
    bool counts_from_first, has_first; /* times */
    uint64_t first_ns;
    struct column_fields fields; /* of the present line */
};

/* ---- Numbers ----------------------------------------------------------------------------- */

/* gem5 and perf write a colon behind the time. */
static bool is_end(const char *text)
{
    return text && (*text == '\0' || (text[0] == ':' && text[1] == '\0'));
}

static bool get_number(const char *text, bool is_hex, uint64_t *number)
{
    char *end;
    bool has_mark = text[0] == '0' && (text[1] | 0x20) == 'x';

    if (!is_hex && !has_mark)
        return is_end(tr_digits(text, number));
    text += has_mark ? 2 : 0;
    *number = strtoull(text, &end, 16);
    return strspn(text, "0123456789abcdefABCDEF") == (size_t)(end - text) && end > text &&
           end - text <= 16 && is_end(end);
}

static bool get_time(char *text, const struct csv *csv, uint64_t *ns)
{
    const struct column_unit *unit = csv->columns.time_unit;
    char *comma = strchr(text, ',');

    if (comma && csv->columns.delimiter != ',')
        *comma = '.';
    if (is_end(tr_digits_date(text, ns)))
        return true;
    if (unit->worth >= 1000)
        return is_end(tr_digits_time(text, unit->worth / 1000, ns));
    bool is_number = is_end(tr_digits(text, ns));
    *ns /= 1000 / unit->worth;
    return is_number;
}

/* ---- Columns of a request ---------------------------------------------------------------- */

/* Passes over the line. Returns 0. */
static int pass_over(struct csv *csv, const char *what, int column, const char *line)
{
    tr_source_pass_over(&csv->requests.base, "expected %s in column %d, found '%.60s'", what,
                        column, line);
    return 0;
}

/* The field of this column, or an empty text. */
static bool field_of(const struct csv *csv, enum column column, char field[COLUMNS_FIELD_BYTES])
{
    return columns_field(&csv->fields, csv->columns.at[column], field);
}

/* Before the first request: a time that is too large for seconds since 1970 shows its unit. */
static void find_time_unit(struct csv *csv, const char *text)
{
    struct tr_notes *notes = &csv->requests.base.notes;
    uint64_t whole;

    if (csv->columns.has_time_unit)
        return;
    csv->columns.has_time_unit = true;
    if (tr_digits_date(text, &whole)) {
        tr_notes_add(notes, "times are dates, in UTC where they name no zone");
        return;
    }
    bool is_found = tr_digits(text, &whole) && columns_find_time_unit(&csv->columns, whole);
    tr_notes_add(notes, "times are in %s%s; --csv time-unit= says otherwise",
                 is_found ? csv->columns.time_unit->name : "seconds",
                 is_found ? ", as their size shows" : "");
    csv->counts_from_first = columns_is_since_1601(&csv->columns);
}

static int take_time(struct csv *csv, const char *line, struct tr_request *request)
{
    char field[COLUMNS_FIELD_BYTES];

    if (csv->columns.at[COLUMN_TIME] == 0) {
        request->at_ns = (csv->accesses / csv->window_accesses + 1) * csv->window_accesses;
        return 1;
    }
    if (!field_of(csv, COLUMN_TIME, field))
        return pass_over(csv, "a time as a number", csv->columns.at[COLUMN_TIME], line);
    find_time_unit(csv, field);
    return get_time(field, csv, &request->at_ns)
               ? 1
               : pass_over(csv, "a time as a number", csv->columns.at[COLUMN_TIME], line);
}

/* Gives the time to the request. 1 or -1. */
static int set_time(struct csv *csv, struct tr_request *request, struct sim_error *error)
{
    uint64_t at_ns = request->at_ns;

    if (csv->counts_from_first) { /* its ns since 1601 are more than 64 bits hold well */
        csv->first_ns = csv->has_first ? csv->first_ns : at_ns;
        csv->has_first = true;
        if (at_ns < csv->first_ns && csv->first_ns - at_ns <= csv->requests.late_most_ns) {
            csv->requests.late++;
            at_ns = csv->first_ns;
        }
        if (at_ns < csv->first_ns)
            return tr_source_fail(&csv->requests.base, error,
                                  "expected a time of at least that of the first request, found "
                                  "one of %.10g s before; sort the file by time",
                                  (double)(csv->first_ns - at_ns) / 1e9);
        at_ns -= csv->first_ns;
    }
    return tr_requests_set_time(&csv->requests, request, at_ns, error);
}

static int take_object(struct csv *csv, const char *line, struct tr_request *request)
{
    char field[COLUMNS_FIELD_BYTES];
    int column = csv->columns.at[COLUMN_OBJECT];

    if (!field_of(csv, COLUMN_OBJECT, field))
        return pass_over(csv, "an object", column, line);
    if (csv->columns.ids != COLUMNS_TEXTS && get_number(field, false, &request->object))
        return 1;
    if (csv->columns.ids == COLUMNS_NUMBERS)
        return pass_over(csv, "a number", column, line);
    request->object = XXH64(field, strlen(field), 0);
    return 1;
}

/* From the offset and the size to pages. */
static int take_range(struct csv *csv, const char *line, struct tr_request *request,
                      struct sim_error *error)
{
    const struct columns *columns = &csv->columns;
    char field[COLUMNS_FIELD_BYTES];
    uint64_t first, bytes = 1, unit = columns->offset_unit->worth;

    if (!field_of(csv, COLUMN_OFFSET, field) || !get_number(field, columns->is_hex, &first) ||
        first > UINT64_MAX / unit)
        return pass_over(csv, "an offset", columns->at[COLUMN_OFFSET], line);
    if (first == 0 && columns->ops >= TR_OPS_EVENT)
        return pass_over(csv, "an address that is known", columns->at[COLUMN_OFFSET], line);
    if (columns->at[COLUMN_SIZE] == 0)
        bytes = unit;
    else if (!field_of(csv, COLUMN_SIZE, field) || !get_number(field, false, &bytes) ||
             bytes == 0 || bytes > UINT64_MAX / columns->size_unit->worth)
        return pass_over(csv, "a size of 1 or more", columns->at[COLUMN_SIZE], line);
    else if (columns->guesses_size && bytes % 512 != 0)
        return tr_source_fail(
            &csv->requests.base, error,
            "expected a size in bytes of whole sectors in column %d, found %" PRIu64
            "; say --csv size-unit=sectors, pages or KiB, or bytes if it is so",
            columns->at[COLUMN_SIZE], bytes);
    else
        bytes *= columns->size_unit->worth;
    first *= unit;
    if (first > UINT64_MAX - (bytes - 1))
        return pass_over(csv, "a request that ends below 2^64", columns->at[COLUMN_SIZE], line);
    request->object = first >> csv->page_shift;
    uint64_t pages = ((first + bytes - 1) >> csv->page_shift) - request->object + 1;
    if (pages > REQUEST_PAGES_MOST)
        return pass_over(csv, "a size of at most 2^18 pages", columns->at[COLUMN_SIZE], line);
    request->pages = (uint32_t)pages;
    return 1;
}

static int take_op(struct csv *csv, const char *line, struct tr_request *request,
                   struct sim_error *error)
{
    char field[COLUMNS_FIELD_BYTES];
    int column = csv->columns.at[COLUMN_OP];

    request->access = TR_READ;
    if (column == 0)
        return 1;
    if (!field_of(csv, COLUMN_OP, field))
        return pass_over(csv, "an operation such as read or write", column, line);
    enum tr_op_found found = tr_op_of_text(field, csv->columns.ops, csv->codes, &request->access);
    csv->known_ops += found == TR_OP_KNOWN;
    if (found == TR_OP_NUMBER && csv->known_ops == 0)
        return tr_source_fail(&csv->requests.base, error,
                              "expected an operation such as read or write in column %d, found the "
                              "number '%.20s'; say what numbers mean, as in --op-codes "
                              "0=read,1=write",
                              column, field);
    if (found == TR_OP_KNOWN)
        return 1;
    return pass_over(csv,
                     isdigit((unsigned char)field[0])
                         ? "an operation such as read or write (or --op-codes, as 0=read,1=write)"
                         : "an operation such as read or write",
                     column, line);
}

/* What the object is unique within. 1; 0: another tenant was chosen, or the line is passed over. */
static int take_volume(struct csv *csv, const char *line, struct tr_request *request)
{
    const struct columns *columns = &csv->columns;
    char field[COLUMNS_FIELD_BYTES];
    uint64_t tenant, volume = 0;

    for (unsigned i = 0; i < columns->volume_count; i++) {
        if (!columns_field(&csv->fields, columns->volumes[i], field))
            return pass_over(csv, "a volume", columns->volumes[i], line);
        volume = XXH64(field, strlen(field), volume) | 1;
    }
    if (columns->at[COLUMN_TENANT] != 0) {
        if (!field_of(csv, COLUMN_TENANT, field))
            return pass_over(csv, "a tenant", columns->at[COLUMN_TENANT], line);
        if (csv->one_tenant && !get_number(field, false, &tenant))
            return pass_over(csv, "the number of a tenant", columns->at[COLUMN_TENANT], line);
        if (csv->one_tenant && tenant != csv->tenant)
            return 0;
        volume = XXH64(field, strlen(field), volume) | 1;
    }
    request->volume = volume;
    return 1;
}

/* 1: *request is the request; 0: the line is none, or of another tenant; -1. */
static int take_line(struct csv *csv, const char *line, struct tr_request *request,
                     struct sim_error *error)
{
    const struct columns *columns = &csv->columns;
    char field[COLUMNS_FIELD_BYTES];

    *request = (struct tr_request){0};
    columns_split(columns, line, &csv->fields);
    if (columns->only[0] != '\0' &&
        (!field_of(csv, COLUMN_ONLY, field) || strcmp(field, columns->only) != 0))
        return pass_over(csv, columns->only, columns->at[COLUMN_ONLY], line);
    int taken = take_volume(csv, line, request);
    if (taken > 0)
        taken = columns->at[COLUMN_OBJECT] != 0 ? take_object(csv, line, request)
                                                : take_range(csv, line, request, error);
    if (taken > 0)
        taken = take_op(csv, line, request, error);
    if (taken > 0)
        taken = take_time(csv, line, request);
    if (taken <= 0)
        return taken;
    csv->accesses++;
    return set_time(csv, request, error);
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
        if (length > 0 && line[0] != '#')
            taken = take_line(csv, line, request, error);
    }
    return taken;
}

/* ---- Begin ------------------------------------------------------------------------------- */

/* Copies the first line of some bytes. False if it is too long or no text. */
static bool first_line(const uint8_t *bytes, size_t count, char *line, size_t room)
{
    const uint8_t *end = memchr(bytes, '\n', count);
    size_t length = end ? (size_t)(end - bytes) : count;

    if (length >= room || memchr(bytes, '\0', length))
        return false;
    memcpy(line, bytes, length);
    line[length] = '\0';
    line[strcspn(line, "\r")] = '\0';
    return true;
}

/* Finds names of columns in the first line, or in a comment before it. `*lines` is how many lines
 * there are up to the names; 0: no names. */
static void find_names(struct columns *columns, const uint8_t *bytes, size_t count, unsigned *lines)
{
    char line[1000];
    bool is_comment = true;

    for (unsigned i = 1; i <= LINES_TO_MATCH && count > 0 && is_comment; i++) {
        const uint8_t *end = memchr(bytes, '\n', count);
        size_t length = end ? (size_t)(end - bytes) + 1 : count;
        if (!first_line(bytes, length, line, sizeof line))
            break;
        is_comment = line[0] == '#' || line[0] == '\0';
        struct columns named = *columns;
        if (named.delimiter == '\0')
            named.delimiter = columns_guess_delimiter(line);
        if (columns_take_names(&named, line + strspn(line, "# "))) {
            *columns = named;
            *lines = i;
            return;
        }
        bytes += length;
        count -= length;
    }
    *lines = 0;
}

/* Looks at the first lines for names of columns, and to guess the delimiter. */
static int look_at_first_lines(struct csv *csv, bool named, struct sim_error *error)
{
    struct tr_input *input = csv->requests.base.input;
    const uint8_t *bytes;
    const char *line;
    size_t count, length;
    char first[1000];
    unsigned lines = csv->columns.has_header;
    int status = tr_input_peek(input, TR_SOURCE_PEEK_BYTES, &bytes, &count, error);

    if (status != SIM_OK)
        return status;
    if (!first_line(bytes, count, first, sizeof first))
        first[0] = '\0';
    if (!named)
        find_names(&csv->columns, bytes, count, &lines);
    if (csv->columns.delimiter == '\0')
        csv->columns.delimiter = columns_guess_delimiter(first);
    if (!named && lines == 0)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s:1: expected names of columns, among them obj_id or offset, or an "
                             "option --csv time-col=1,obj-id-col=2, found '%.60s'",
                             tr_input_path(input), first);
    for (; lines > 0; lines--) {
        if (tr_input_line(input, &line, &length, error) < 0)
            return SIM_BAD_DATA;
    }
    return SIM_OK;
}

/* A layout may take lines of one kind, or else of the next: the first one that the beginning of the
 * file has. */
static int choose_only(struct csv *csv, struct sim_error *error)
{
    struct columns *columns = &csv->columns;
    struct tr_input *input = csv->requests.base.input;
    char kinds[sizeof columns->only], field[COLUMNS_FIELD_BYTES], line[1000], *rest = NULL;
    const uint8_t *bytes;
    size_t count;

    if (!strchr(columns->only, '|'))
        return SIM_OK;
    int status = tr_input_peek(input, TR_INPUT_PEEK_MOST / 4, &bytes, &count, error);
    if (status != SIM_OK)
        return status;
    memcpy(kinds, columns->only, sizeof kinds);
    columns->only[strcspn(columns->only, "|")] = '\0';
    for (const char *kind = strtok_r(kinds, "|", &rest); kind; kind = strtok_r(NULL, "|", &rest)) {
        const uint8_t *at = bytes, *end;
        for (; (end = memchr(at, '\n', count - (size_t)(at - bytes))); at = end + 1) {
            if (!first_line(at, (size_t)(end - at) + 1, line, sizeof line))
                continue;
            columns_split(columns, line, &csv->fields);
            if (!columns_field(&csv->fields, columns->at[COLUMN_ONLY], field) ||
                strcmp(field, kind) != 0)
                continue;
            if (strcmp(columns->only, kind) != 0)
                tr_notes_add(&csv->requests.base.notes,
                             "requests are the lines with %s in column %d: none has %s", kind,
                             columns->at[COLUMN_ONLY], columns->only);
            memcpy(columns->only, kind, strlen(kind) + 1);
            return SIM_OK;
        }
    }
    return SIM_OK;
}

/* Says what the file does not say itself. */
static void note_assumptions(struct csv *csv)
{
    const struct columns *columns = &csv->columns;
    struct tr_notes *notes = &csv->requests.base.notes;

    if (columns->at[COLUMN_OBJECT] != 0)
        tr_notes_add(notes, "an object is a page, whatever its size");
    else if (columns->at[COLUMN_SIZE] != 0)
        tr_notes_add(
            notes, "offsets are in %s and sizes in %s; a request touches each page that it covers",
            columns->offset_unit->worth == 512 ? "sectors of 512 bytes"
                                               : columns->offset_unit->name,
            columns->size_unit->worth == 512 ? "sectors" : columns->size_unit->name);
    else
        tr_notes_add(notes, "addresses are in %s; a request touches one page",
                     columns->offset_unit->worth == 512 ? "sectors of 512 bytes"
                                                        : columns->offset_unit->name);
    if (columns->at[COLUMN_TIME] == 0)
        tr_notes_add(notes, "there are no times: each request counts as 1 ns");
    if (csv->counts_from_first)
        tr_notes_add(notes, "times count from the first request");
    if (columns->at[COLUMN_OP] == 0)
        tr_notes_add(notes, "every request is a read: there is no column of operations");
    if (columns->volume_count > 0 || columns->at[COLUMN_TENANT] != 0)
        tr_notes_add(notes, "equal numbers of different %s are different pages",
                     columns->volume_count == 0        ? "tenants"
                     : columns->at[COLUMN_TENANT] == 0 ? "volumes"
                                                       : "tenants or volumes");
}

static int begin(struct tr_source *source, const struct tr_source_options *options,
                 const struct layout *layout, struct sim_error *error)
{
    struct csv *csv = (struct csv *)(void *)source;
    const char *words = layout ? layout->columns : options->csv;
    int status = SIM_OK;

    source->is_text = true;
    csv->requests.read = csv_read;
    csv->page_shift = tr_source_page_shift(source);
    csv->window_accesses = options->window_accesses ? options->window_accesses : 1000;
    csv->one_tenant = options->one_tenant;
    csv->tenant = options->tenant;
    csv->codes = options->op_codes ? options->op_codes : layout ? layout->codes : NULL;
    columns_init(&csv->columns);
    if (csv->codes)
        status = tr_op_check_codes(csv->codes, error);
    if (status == SIM_OK && words)
        status = columns_take_words(&csv->columns, words, error);
    bool named = csv->columns.at[COLUMN_OBJECT] != 0 || csv->columns.at[COLUMN_OFFSET] != 0;
    if (status == SIM_OK)
        status = look_at_first_lines(csv, named, error);
    if (status == SIM_OK && words && !named) /* the user's words go before those of the file */
        status = columns_take_words(&csv->columns, words, error);
    if (status == SIM_OK)
        status = choose_only(csv, error);
    if (status != SIM_OK)
        return status;
    const struct columns *columns = &csv->columns;
    if (csv->one_tenant && columns->at[COLUMN_TENANT] == 0)
        return sim_error_set(error, SIM_USAGE,
                             "%s: expected a column of tenants to choose from, found none",
                             tr_input_path(source->input));
    source->has_objects = columns->at[COLUMN_OBJECT] != 0;
    csv->counts_from_first = columns_is_since_1601(columns);
    csv->requests.late_most_ns = columns->late_s * UINT64_C(1000000000);
    source->header.carries = TR_TOUCHES | (columns->at[COLUMN_TIME] != 0 ? TR_TIME : 0) |
                             (columns->at[COLUMN_OP] != 0 ? TR_WRITES | TR_ALLOCATIONS : 0);
    note_assumptions(csv);
    tr_source_describe(source,
                       columns->at[COLUMN_TIME] != 0 ? "of the trace" : "requests, 1 ns each",
                       layout ? source->format->about.description : "requests in csv");
    status = tr_requests_begin(&csv->requests, error);
    if (layout)
        source->header.space = layout->space;
    return status;
}

/* ---- Columns that the file or the user names ------------------------------------------------ */

static bool csv_matches(const uint8_t *bytes, size_t count)
{
    struct columns columns;
    unsigned lines;

    columns_init(&columns);
    find_names(&columns, bytes, count, &lines);
    return lines > 0;
}

static int csv_begin(struct tr_source *source, const struct tr_source_options *options,
                     struct sim_error *error)
{
    return begin(source, options, NULL, error);
}

const struct tr_source_format tr_source_csv = {
    .about = {"csv", "requests as text in columns: time, object or offset, operation, tenant"},
    .bytes = sizeof(struct csv),
    .matches = csv_matches,
    .begin = csv_begin,
    .next = tr_requests_next,
    .touches = tr_requests_touches,
    .end = tr_requests_end,
};

/* ---- Published layouts ------------------------------------------------------------------- */

static bool fits(const char *pattern, const char *line)
{
    regex_t compiled;

    if (!pattern)
        return false;
    if (regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB | REG_ICASE))
        sim_memory_short(); /* all patterns are right */
    bool matches = regexec(&compiled, line, 0, NULL, 0) == 0;
    regfree(&compiled);
    return matches;
}

static bool layout_matches(const struct layout *layout, const uint8_t *bytes, size_t count)
{
    char line[1000];
    bool matches = false;

    /* A file's own names of columns say more than its lines look like, unless they are the
     * layout's. */
    if (count == 0 || memchr(bytes, '\0', count) ||
        (bytes[0] != '#' && csv_matches(bytes, count) &&
         !(first_line(bytes, count, line, sizeof line) && fits(layout->heading, line))))
        return false;
    for (int i = 0; i < LINES_TO_MATCH && count > 0 && !matches; i++) {
        const uint8_t *end = memchr(bytes, '\n', count);
        size_t length = end ? (size_t)(end - bytes) + 1 : count;
        matches = first_line(bytes, length, line, sizeof line) && fits(layout->pattern, line);
        bytes += length;
        count -= length;
    }
    return matches;
}

#define LAYOUT(name, format, description, heading, pattern, columns, codes, space)                 \
    static const struct layout layout_##name = {heading, pattern, columns, codes, space};          \
    static bool name##_matches(const uint8_t *bytes, size_t count)                                 \
    {                                                                                              \
        return layout_matches(&layout_##name, bytes, count);                                       \
    }                                                                                              \
    static int name##_begin(struct tr_source *source, const struct tr_source_options *options,     \
                            struct sim_error *error)                                               \
    {                                                                                              \
        return begin(source, options, &layout_##name, error);                                      \
    }                                                                                              \
    const struct tr_source_format tr_source_##name = {                                             \
        .about = {format, description},                                                            \
        .bytes = sizeof(struct csv),                                                               \
        .matches = name##_matches,                                                                 \
        .begin = name##_begin,                                                                     \
        .next = tr_requests_next,                                                                  \
        .touches = tr_requests_touches,                                                            \
        .end = tr_requests_end,                                                                    \
    };
#include "traces/formats/layouts.def"
