/*
 * `ballast trace convert`: recordings of any format written in another.
 */
#include <stdlib.h>
#include <string.h>

#include "ballast/cli/image_options.h"
#include "ballast/cli/reader_notes.h"
#include "ballast/cli/trace.h"
#include "ballast/config/config.h"
#include "ballast/scan/image_guard.h"
#include "sim/progress.h"
#include "traces/images/over_time.h"
#include "traces/targets/target.h"

struct options {
    const char *to, *key;
    uint64_t until_s; /* 0: not given */
    double merge_s;   /* 0: windows as they are */
    struct option_times at;
    struct tr_source_options reading;
    struct tr_snapshot_options images;
};

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

static bool is_page_hashes(const char *path)
{
    return ends_with(path, ".h64") || ends_with(path, ".h64.zst");
}

/* Opens memory images, or page hashes, of several moments. `at_ns` and `key` must live until the
 * source is closed. */
static int images_open(struct options *options, const char *const *inputs, uint32_t count,
                       uint64_t *at_ns, struct tr_page_key *key, struct tr_source **source,
                       struct sim_error *error)
{
    struct tr_snapshot_options *images = &options->images;

    if (options->at.count != count)
        return sim_error_set(error, SIM_USAGE,
                             "--at: expected the times of %u images in seconds, such as 30,90,150, "
                             "found %u",
                             count, options->at.count);
    for (uint32_t i = 0; i < count; i++)
        at_ns[i] = config_ns(options->at.at_s[i]);
    if (is_page_hashes(inputs[0]))
        return tr_source_open_page_hashes(inputs, at_ns, count, &options->reading, source, error);
    images->has_zero_hash = options->reading.zero_hash != 0;
    images->zero_hash = options->reading.zero_hash;
    if (options->key != NULL)
        tr_page_key_of_text(key, options->key);
    return tr_source_open_images(inputs, at_ns, count, images, options->key ? key : NULL,
                                 &options->reading, source, error);
}

static int source_write(struct options *options, const char *in, const char *out,
                        struct tr_source *source, struct sim_error *error)
{
    struct sim_progress progress;
    uint64_t until_ns = options->until_s > 0 ? options->until_s * SIM_SECOND : SIM_NEVER;

    sim_progress_begin(&progress, "converting", 1, false);
    int status = tr_target_write(source, options->to, until_ns, out, &progress, error);
    sim_progress_end(&progress);
    if (status == SIM_OK)
        reader_notes_print(in, tr_source_notes(source));
    tr_source_close(source);
    return status;
}

static int convert(void *values, const struct command_line *line, struct sim_error *error)
{
    struct options *options = values;
    const char *const *inputs = (const char *const *)line->operands;
    uint32_t count = line->count - 1;
    const char *out = inputs[count];
    uint64_t at_ns[OPTION_TIMES_MOST];
    struct tr_page_key key;
    struct tr_source *source;
    int status;

    options->images.at_ns = TR_SNAPSHOT_DEFAULTS.at_ns;
    if (options->to == NULL)
        options->to = tr_target_of_path(out);
    if (options->to == NULL)
        return sim_error_set(error, SIM_USAGE,
                             "trace convert: expected an output that ends in .btr, .oracleGeneral, "
                             ".lcs or .csv (and perhaps .zst), or --to, found '%s'",
                             out);
    image_guard_install();
    if (options->at.count > 0 || is_page_hashes(inputs[0]))
        status = images_open(options, inputs, count, at_ns, &key, &source, error);
    else if (count > 1)
        return sim_error_set(error, SIM_USAGE,
                             "trace convert: expected one recording, or --at and the memory images "
                             "of several moments, found %u files",
                             count);
    else
        status = tr_source_open(inputs[0], &options->reading, &source, error);
    if (status == SIM_OK && options->merge_s > 0)
        status = tr_source_merge(source, config_ns(options->merge_s), &source, error);
    return status == SIM_OK ? source_write(options, inputs[0], out, source, error) : status;
}

static int take_to(const char *text, void *field, struct sim_error *error)
{
    return trace_take_format("--to", tr_target_formats(), text, field, error);
}

static const struct option_row rows[] = {
    {.name = "to",
     .type = OPTION_OTHER,
     .argument = "FORMAT",
     OPTION_IN(options, to),
     .take = take_to,
     .help = "the format of OUTPUT; that of its ending unless given: .btr (native), "
             ".oracleGeneral, .lcs, .csv, the latter three perhaps with .zst"},
    {.name = "until",
     .type = OPTION_NUMBER,
     .argument = "S",
     OPTION_IN(options, until_s),
     .least = 1,
     .most = UINT64_MAX / SIM_SECOND,
     .help = "only what ends by this second"},
    {.name = "merge",
     .type = OPTION_SECONDS,
     .argument = "S",
     OPTION_IN(options, merge_s),
     .least_s = 1e-6,
     .most_s = 1e6,
     .help = "make one window of those that end within S seconds, and so a small recording of a "
             "large one"},
    {.name = "at",
     .type = OPTION_TIMES,
     .argument = "S,S,...",
     OPTION_IN(options, at),
     .help = "the inputs are memory images of one machine, taken at these times"},
    {.name = "key",
     .type = OPTION_TEXT,
     .argument = "TEXT",
     OPTION_IN(options, key),
     .help = "for memory images that hold real bytes: only hashes with this key are written; those "
             "with the same key can be compared"},
};
static const struct option_group groups[] = {
    COMMAND_GROUP("Options", rows),
    IMAGE_GROUP(options),
    TRACE_READING_GROUP(options),
    {0},
};

const struct command command_trace_convert = {
    .name = "trace convert",
    .operands = "INPUT... OUTPUT",
    .least = 2,
    .most = COMMAND_OPERANDS_ANY,
    .expected = "input files and an output",
    .summary = "Writes a recording, or the memory images of several moments, in another format",
    .lists = trace_print_read_and_written,
    .examples = "  ballast trace convert traces/samples/T1.btr T1.oracleGeneral.zst\n"
                "  ballast trace convert --at 30,90 A1.t0.h64.zst A1.t1.h64.zst A1.btr\n"
                "  ballast trace convert --at 0,60 --key secret web.t0.elf web.t1.elf web.btr\n",
    .groups = groups,
    .bytes = sizeof(struct options),
    .run = convert,
};
