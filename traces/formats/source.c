/*
 * Finds the format of a recording by its content, and makes every format keep the rules of the
 * native one.
 *
 * The hazard is a file that is taken for another format than it has. So the formats with a
 * signature come first in the table, and those that are only plausible come last.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/nearest.h"
#include "traces/formats/source_format.h"

static const struct tr_source_format *const formats[] = {
    &tr_source_native,     &tr_source_pgt,
    &tr_source_lcs,        &tr_source_damon_binary,
    &tr_source_damon_json, &tr_source_damon_text,
    &tr_source_damon_raw,  &tr_source_lackey,
#define LAYOUT(name, ...) &tr_source_##name,
#include "traces/formats/layouts.def"
#undef LAYOUT
    &tr_source_csv,        &tr_source_oracle_general,
};
enum { FORMATS = sizeof formats / sizeof *formats };

const struct tr_source_about *tr_source_formats(void)
{
    static struct tr_source_about list[FORMATS + 1];

    for (unsigned i = 0; i < FORMATS; i++)
        list[i] = formats[i]->about;
    return list;
}

/* ---- Errors ------------------------------------------------------------------------------ */

int tr_source_fail(const struct tr_source *source, struct sim_error *error, const char *format, ...)
{
    const struct tr_input *input = source->input;
    char what[600];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    if (source->is_text && tr_input_lines(input) == 0) /* it is about the whole file */
        sim_error_set(error, SIM_BAD_DATA, "%s: %s", tr_input_path(input), what);
    else if (source->is_text)
        sim_error_set(error, SIM_BAD_DATA, "%s:%" PRIu64 ": %s", tr_input_path(input),
                      tr_input_lines(input), what);
    else
        sim_error_set(error, SIM_BAD_DATA, "%s: byte %" PRIu64 ": %s", tr_input_path(input),
                      tr_input_bytes(input), what);
    return -1;
}

/* ---- Open and close ---------------------------------------------------------------------- */

void tr_source_describe(struct tr_source *source, const char *clock, const char *text)
{
    struct tr_header *header = &source->header;

    if (header->clock[0] == '\0')
        snprintf(header->clock, sizeof header->clock, "%s", clock);
    if (header->source[0] == '\0')
        snprintf(header->source, sizeof header->source, "%s", text);
}

unsigned tr_source_page_shift(const struct tr_source *source)
{
    unsigned shift = 0;

    /* The size of a page is checked after begin(): it need not be a power of two here. */
    while (shift < 31 && 1u << shift < source->header.page_bytes)
        shift++;
    return shift;
}

int tr_source_check_times(const char *const *paths, const uint64_t *at_ns, uint32_t count,
                          const char *what, struct sim_error *error)
{
    if (count == 0)
        return sim_error_set(error, SIM_USAGE, "expected at least one %s, found none", what);
    for (uint32_t i = 1; i < count; i++) {
        if (at_ns[i] <= at_ns[i - 1])
            return sim_error_set(error, SIM_USAGE, "%s: expected a time after %.9g s, found %.9g",
                                 paths[i], (double)at_ns[i - 1] / 1e9, (double)at_ns[i] / 1e9);
    }
    return SIM_OK;
}

/* Takes the input, and closes it on failure. */
static int begin(const struct tr_source_format *format, struct tr_input *input,
                 const struct tr_source_options *options, struct tr_source **out,
                 struct sim_error *error)
{
    struct tr_source *source = calloc(1, format->bytes);

    if (!source) {
        sim_error_set(error, SIM_SYSTEM, "%s: no memory", tr_input_path(input));
        tr_input_close(input);
        return SIM_SYSTEM;
    }
    struct tr_header *header = &source->header;
    source->format = format;
    source->input = input;
    header->page_bytes = options->page_bytes ? options->page_bytes : 4096;
    header->zero_hash = options->zero_hash ? options->zero_hash : TR_RECORDER_ZERO_HASH;
    snprintf(header->clock, sizeof header->clock, "%s", options->clock ? options->clock : "");
    snprintf(header->source, sizeof header->source, "%s", options->source ? options->source : "");
    int status = format->begin(source, options, error);
    if (status == SIM_OK) {
        struct tr_header known = *header;
        if (known.pages == 0)
            known.pages = TR_PAGES_MOST;
        const char *problem = tr_header_problem(&known);
        source->rules = (struct tr_rules){.pages = known.pages, .carries = known.carries};
        if (problem)
            status = sim_error_set(error, SIM_BAD_DATA, "%s: %s", tr_input_path(input), problem);
    }
    if (status == SIM_OK)
        *out = source;
    else
        tr_source_close(source);
    return status;
}

/* The format of this name; NULL on an error. */
static const struct tr_source_format *find_by_name(const char *name, struct sim_error *error)
{
    char names[600] = "", hint[SIM_HINT_BYTES];
    size_t used = 0;
    struct sim_nearest nearest;

    sim_nearest_begin(&nearest, name);
    for (unsigned i = 0; i < FORMATS; i++) {
        if (strcmp(formats[i]->about.name, name) == 0)
            return formats[i];
        sim_nearest_offer(&nearest, formats[i]->about.name);
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", i > 0 ? ", " : "",
                                 formats[i]->about.name);
    }
    sim_error_set(error, SIM_USAGE, "expected one of the formats %s; found '%s'%s", names, name,
                  sim_nearest_hint(hint, nearest.best));
    return NULL;
}

/* Nobody knows the file. A line with several columns may be of a table that the user can explain.
 */
static void refuse(const struct tr_input *input, const uint8_t *bytes, size_t count,
                   struct sim_error *error)
{
    const char *path = tr_input_path(input);
    size_t length = 0, columns = 1, numbers = 0;

    for (; length < count && length < 200 && bytes[length] >= ' ' && bytes[length] != 0x7f;
         length++) {
        uint8_t byte = bytes[length];
        columns += byte == ',' || byte == ';' || byte == '|';
        numbers += isdigit(byte) && (length == 0 || bytes[length - 1] == ' ');
    }
    if (count == 0)
        sim_error_set(error, SIM_BAD_DATA, "%s: expected a recording, found an empty file", path);
    else if ((columns >= 3 || numbers >= 3) &&
             (length == count || bytes[length] == '\n' || bytes[length] == '\r'))
        sim_error_set(
            error, SIM_BAD_DATA,
            "%s:1: expected a recording in a known format, found '%.*s'; if the lines are "
            "requests, say which column is what, as in --csv "
            "time-col=1,obj-id-col=2,op-col=3 or --csv offset-col=2,size-col=3%s",
            path, length < 60 ? (int)length : 60, (const char *)bytes,
            columns >= 3 ? "" : ",delimiter=space");
    else
        sim_error_set(error, SIM_BAD_DATA,
                      "%s: expected a recording in a known format, found another (`ballast help "
                      "trace` lists the formats; --from names one; a memory image is for `ballast "
                      "scan`, or for `trace convert --at`)",
                      path);
}

static const struct tr_source_format *find_by_content(struct tr_input *input,
                                                      struct sim_error *error)
{
    const uint8_t *bytes;
    size_t count;

    if (tr_input_peek(input, TR_SOURCE_PEEK_BYTES, &bytes, &count, error) != SIM_OK)
        return NULL;
    for (unsigned i = 0; i < FORMATS; i++) {
        if (formats[i]->matches && formats[i]->matches(bytes, count))
            return formats[i];
    }
    const char *what = tr_source_refusal(bytes, count);
    if (what) {
        sim_error_set(error, SIM_BAD_DATA, "%s: expected a recording, found %s",
                      tr_input_path(input), what);
        return NULL;
    }
    refuse(input, bytes, count, error);
    return NULL;
}

int tr_source_open_as(const struct tr_source_format *format, const char *path,
                      const struct tr_source_options *options, struct tr_source **out,
                      struct sim_error *error)
{
    struct tr_input *input;
    int status = tr_input_open(path, &input, error);

    *out = NULL;
    return status == SIM_OK ? begin(format, input, options, out, error) : status;
}

int tr_source_open(const char *path, const struct tr_source_options *options,
                   struct tr_source **out, struct sim_error *error)
{
    const char *name = options->format ? options->format : options->csv ? "csv" : NULL;
    const struct tr_source_format *format = NULL;
    struct sim_error failure = {0};
    struct tr_input *input;
    int status = SIM_OK;

    *out = NULL;
    if (name && !(format = find_by_name(name, error)))
        return SIM_USAGE;
    if (format)
        return tr_source_open_as(format, path, options, out, error);
    status = tr_input_open(path, &input, error);
    if (status != SIM_OK)
        return status;
    format = find_by_content(input, &failure);
    if (format)
        return begin(format, input, options, out, error);
    tr_input_close(input);
    if (error)
        *error = failure;
    return failure.status;
}

void tr_source_close(struct tr_source *source)
{
    if (!source)
        return;
    if (source->format->end)
        source->format->end(source);
    tr_input_close(source->input);
    free(source);
}

/* ---- Records ----------------------------------------------------------------------------- */

const struct tr_header *tr_source_header(const struct tr_source *source)
{
    return &source->header;
}

/* At the end of the file the number of pages is known. */
static int finish(struct tr_source *source, struct sim_error *error)
{
    char passed[TR_NOTE_BYTES];

    source->at_end = true;
    if (source->header.pages == 0)
        source->header.pages = source->rules.seen;
    tr_notes_passed_text(&source->notes, passed);
    if (source->header.pages == 0)
        return tr_source_fail(source, error, "expected records of pages, found none%s%s",
                              passed[0] != '\0' ? "; " : "", passed);
    tr_notes_end(&source->notes);
    return 0;
}

static int next(struct tr_source *source, struct tr_record *record, struct sim_error *error)
{
    char why[160];
    int more = source->format->next(source, record, error);

    if (more == 0)
        return finish(source, error);
    if (more < 0 || source->format->keeps_rules || tr_rules_accept(&source->rules, record))
        return more;
    tr_rules_explain(&source->rules, record, why, sizeof why);
    return tr_source_fail(source, error, "%s", why);
}

int tr_source_next(struct tr_source *source, struct tr_record *record, struct sim_error *error)
{
    if (source->at_end && source->failure.status == SIM_OK)
        return 0;
    int more = source->failure.status != SIM_OK ? -1 : next(source, record, &source->failure);
    if (more < 0 && error)
        *error = source->failure;
    return more;
}

/* The touches among records that come one by one. */
static int touches_of_records(struct tr_source *source, uint32_t *ppn, size_t room, size_t *count,
                              struct tr_summary *summary, struct sim_error *error)
{
    struct tr_record record;
    int more = 1;

    while (*count < room && (more = next(source, &record, error)) > 0) {
        tr_summary_count(summary, &record);
        if (record.kind == TR_TOUCH)
            ppn[(*count)++] = record.ppn;
    }
    return more;
}

int tr_source_touches(struct tr_source *source, uint32_t *ppn, size_t room, size_t *count,
                      struct tr_summary *summary, struct sim_error *error)
{
    *count = 0;
    if (source->at_end && source->failure.status == SIM_OK)
        return 0;
    struct sim_error *failure = &source->failure;
    int more = -1;
    if (failure->status == SIM_OK && source->format->touches != NULL) {
        more = source->format->touches(source, ppn, room, count, summary, failure);
        if (more == 0)
            more = finish(source, failure);
    } else if (failure->status == SIM_OK) {
        more = touches_of_records(source, ppn, room, count, summary, failure);
    }
    if (more < 0 && error)
        *error = *failure;
    return more == 0 ? *count > 0 : more;
}

bool tr_source_has_objects(const struct tr_source *source)
{
    return source->has_objects;
}

const struct tr_notes *tr_source_notes(const struct tr_source *source)
{
    return &source->notes;
}

const char *tr_source_format(const struct tr_source *source)
{
    return source->format->about.name;
}

double tr_source_progress(const struct tr_source *source)
{
    uint64_t whole = tr_input_file_bytes(source->input);
    uint64_t read = source->format->file_read ? source->format->file_read(source)
                                              : tr_input_file_read(source->input);

    return whole == 0 ? -1 : read >= whole ? 1 : (double)read / (double)whole;
}

/* ---- Whole recordings -------------------------------------------------------------------- */

int tr_source_summarise(struct tr_source *source, struct tr_summary *summary,
                        struct sim_error *error)
{
    struct sim_error failure = {0};
    struct tr_record record;
    int more;

    *summary = (struct tr_summary){0};
    while ((more = tr_source_next(source, &record, &failure)) == 1)
        tr_summary_count(summary, &record);
    summary->header = source->header;
    summary->file_bytes = tr_input_file_bytes(source->input);
    if (more < 0 && error)
        *error = failure;
    return failure.status;
}

/* Copies records until a window ends after until_ns. */
static int copy(struct tr_source *source, uint64_t until_ns, struct tr_writer *writer,
                struct sim_progress *progress, struct sim_error *error)
{
    struct sim_error failure = {0};
    struct tr_record record;
    int status = SIM_OK, more = 1;

    for (uint64_t records = 0; status == SIM_OK; records++) {
        more = tr_source_next(source, &record, &failure);
        if (more <= 0 || (record.kind == TR_WINDOW && record.at_ns > until_ns))
            break;
        status = tr_writer_put(writer, &record, error);
        if (progress && records % 65536 == 0)
            sim_progress_update(progress, tr_source_progress(source));
    }
    if (more < 0 && error)
        *error = failure;
    return more < 0 ? failure.status : status;
}

int tr_source_copy(struct tr_source *source, uint64_t until_ns, const char *out,
                   struct sim_progress *progress, struct sim_error *error)
{
    struct tr_writer *writer;
    int status = tr_writer_open(out, &source->header, &writer, error);

    if (status != SIM_OK)
        return status;
    status = copy(source, until_ns, writer, progress, error);
    if (status == SIM_OK)
        return tr_writer_close(writer, error);
    tr_writer_abandon(writer);
    return status;
}
