/*
 * The native format as a source.
 *
 * The hazard: the reader of the native format opens the file itself, by its path. So it cannot read
 * from a pipe, nor a trace that was compressed once more. Both are refused, and the message says
 * what to do.
 */
#include <string.h>

#include "traces/formats/source_format.h"

struct native {
    struct tr_source base;
    struct tr_reader *reader;
};

static struct native *native_of(struct tr_source *source)
{
    return (struct native *)(void *)source;
}

static bool native_matches(const uint8_t *bytes, size_t count)
{
    return count >= TR_MAGIC_BYTES && memcmp(bytes, TR_MAGIC, TR_MAGIC_BYTES) == 0;
}

static int native_begin(struct tr_source *source, const struct tr_source_options *options,
                        struct sim_error *error)
{
    const char *path = tr_input_path(source->input);
    struct native *native = native_of(source);

    (void)options;
    if (tr_input_is_packed(source->input))
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: expected a native trace, found one that was compressed once "
                             "more; uncompress it first",
                             path);
    if (tr_input_file_bytes(source->input) == 0)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: expected a file for a native trace, found a pipe or a device",
                             path);
    int status = tr_reader_open(path, &native->reader, error);
    if (status != SIM_OK)
        return status;
    char clock[sizeof source->header.clock], text[sizeof source->header.source];
    memcpy(clock, source->header.clock, sizeof clock);
    memcpy(text, source->header.source, sizeof text);
    source->header = *tr_reader_header(native->reader);
    /* Blocks, or objects that another format had: the file does not say which. */
    source->has_objects = source->header.space == TR_SPACE_BLOCKS;
    if (clock[0] != '\0')
        memcpy(source->header.clock, clock, sizeof clock);
    if (text[0] != '\0')
        memcpy(source->header.source, text, sizeof text);
    return SIM_OK;
}

static int native_next(struct tr_source *source, struct tr_record *record, struct sim_error *error)
{
    return tr_reader_next(native_of(source)->reader, record, error);
}

static void native_end(struct tr_source *source)
{
    tr_reader_close(native_of(source)->reader);
}

static uint64_t native_file_read(const struct tr_source *source)
{
    return tr_reader_bytes(((const struct native *)(const void *)source)->reader);
}

const struct tr_source_format tr_source_native = {
    .about = {"native", "Ballast's own (.btr)"},
    .bytes = sizeof(struct native),
    .matches = native_matches,
    .begin = native_begin,
    .next = native_next,
    .keeps_rules = true,
    .end = native_end,
    .file_read = native_file_read,
};
