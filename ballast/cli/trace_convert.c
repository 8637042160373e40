/*
 * `ballast trace convert`: recordings of any format written in another.
 */
#include <stdlib.h>
#include <string.h>

#include "ballast/cli/command.h"
#include "ballast/cli/image_options.h"
#include "ballast/cli/trace.h"
#include "ballast/scan/image_guard.h"
#include "sim/progress.h"
#include "traces/images/over_time.h"
#include "traces/targets/target.h"

#define SNAPSHOTS_MOST 1000u

enum { AT = 1, UNTIL, MERGE, TO, KEY };

struct conversion {
    const char *out, *at, *to;
    struct tr_source_options options;
    struct tr_snapshot_options images;
    const char *key_text; /* for real bytes */
    struct tr_page_key key;
    uint64_t until_ns, merge_ns; /* merge_ns 0: windows as they are */
};

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

static int take_merge(const char *text, uint64_t *merge_ns, struct sim_error *error)
{
    char *end;
    double seconds = strtod(text, &end);
    if (*text == '\0' || *end != '\0' || !(seconds >= 1e-6 && seconds <= 1e6))
        return sim_error_set(error, SIM_USAGE,
                             "--merge: expected 0.000001 to 1000000 seconds, found '%s'", text);
    *merge_ns = config_ns(seconds);
    return SIM_OK;
}

static int conversion_take_option(int option, const char *value, struct conversion *conversion,
                                  struct sim_error *error)
{
    uint64_t seconds;

    switch (option) {
    case AT:
        conversion->at = value;
        return SIM_OK;
    case TO:
        conversion->to = value;
        return SIM_OK;
    case MERGE:
        return take_merge(value, &conversion->merge_ns, error);
    case UNTIL:
        if (command_number("--until", value, 1, UINT64_MAX / SIM_SECOND, &seconds, error))
            return SIM_USAGE;
        conversion->until_ns = seconds * SIM_SECOND;
        return SIM_OK;
    case KEY:
        conversion->key_text = value;
        tr_page_key_of_text(&conversion->key, value);
        return SIM_OK;
    case IMAGE_RAW:
    case IMAGE_HASHES:
    case IMAGE_PAGEMAP:
    case IMAGE_KPAGEFLAGS:
    case IMAGE_BUDDIES:
        return image_option(option, value, &conversion->images, error);
    default:
        return trace_reading_option(option, value, &conversion->options, error);
    }
}

static int conversion_take(int argc, char **argv, struct conversion *conversion,
                           struct sim_error *error)
{
    static const struct option options[] = {{"at", required_argument, NULL, AT},
                                            {"until", required_argument, NULL, UNTIL},
                                            {"merge", required_argument, NULL, MERGE},
                                            {"to", required_argument, NULL, TO},
                                            {"key", required_argument, NULL, KEY},
                                            IMAGE_OPTIONS,
                                            TRACE_READING_OPTIONS,
                                            {0}};
    *conversion = (struct conversion){.until_ns = SIM_NEVER, .images = TR_SNAPSHOT_DEFAULTS};
    for (int option; (option = command_option(argc, argv, options, error)) != -1;)
        if (conversion_take_option(option, optarg, conversion, error) != SIM_OK)
            return SIM_USAGE;
    if (argc - optind < 2)
        return sim_error_set(error, SIM_USAGE,
                             "trace convert: expected input files and an output, found %d files",
                             argc - optind);
    conversion->out = argv[argc - 1];
    if (conversion->to == NULL)
        conversion->to = tr_target_of_path(conversion->out);
    if (conversion->to == NULL)
        return sim_error_set(error, SIM_USAGE,
                             "trace convert: expected an output that ends in .btr, .oracleGeneral, "
                             ".lcs or .csv (and perhaps .zst), or --to, found '%s'",
                             conversion->out);
    return SIM_OK;
}

static bool is_page_hashes(const char *path)
{
    return ends_with(path, ".h64") || ends_with(path, ".h64.zst");
}

/* "30,90,150" in seconds, one for each snapshot. */
static int times_take(const char *text, uint32_t count, uint64_t *at_ns, struct sim_error *error)
{
    const char *at = text != NULL ? text : "";
    for (uint32_t i = 0; i < count; i++) {
        char *end;
        double seconds = strtod(at, &end);
        if (end == at || !(seconds >= 0 && seconds < 1e9) || *end != (i + 1 < count ? ',' : '\0'))
            return sim_error_set(error, SIM_USAGE,
                                 "--at: expected the times of %u snapshots in seconds, such as "
                                 "30,90,150, found '%s'",
                                 count, text != NULL ? text : "");
        at_ns[i] = config_ns(seconds);
        at = end + 1;
    }
    return SIM_OK;
}

static int images_open(struct conversion *conversion, const char *const *inputs, uint32_t count,
                       uint64_t *at_ns, struct tr_source **source, struct sim_error *error)
{
    struct tr_snapshot_options *images = &conversion->images;

    if (count > SNAPSHOTS_MOST)
        return sim_error_set(error, SIM_USAGE, "trace convert: expected at most %u snapshots",
                             SNAPSHOTS_MOST);
    int status = times_take(conversion->at, count, at_ns, error);
    if (status != SIM_OK)
        return status;
    if (is_page_hashes(inputs[0]))
        return tr_source_open_page_hashes(inputs, at_ns, count, &conversion->options, source,
                                          error);
    images->has_zero_hash = conversion->options.zero_hash != 0;
    images->zero_hash = conversion->options.zero_hash;
    return tr_source_open_images(inputs, at_ns, count, images,
                                 conversion->key_text ? &conversion->key : NULL,
                                 &conversion->options, source, error);
}

int trace_convert(int argc, char **argv, struct sim_error *error)
{
    struct conversion conversion;
    struct tr_source *source;
    struct sim_progress progress;
    uint64_t at_ns[SNAPSHOTS_MOST];

    int status = conversion_take(argc, argv, &conversion, error);
    if (status != SIM_OK)
        return status;
    const char *const *inputs = (const char *const *)argv + optind;
    uint32_t count = (uint32_t)(argc - optind - 1);
    image_guard_install();
    if (conversion.at || is_page_hashes(inputs[0]))
        status = images_open(&conversion, inputs, count, at_ns, &source, error);
    else if (count > 1)
        return sim_error_set(error, SIM_USAGE,
                             "trace convert: expected one recording, or --at and the memory "
                             "images of several moments, found %u files",
                             count);
    else
        status = tr_source_open(inputs[0], &conversion.options, &source, error);
    if (status == SIM_OK && conversion.merge_ns > 0)
        status = tr_source_merge(source, conversion.merge_ns, &source, error);
    if (status != SIM_OK)
        return status;
    sim_progress_begin(&progress, "converting", 1, false);
    status = tr_target_write(source, conversion.to, conversion.until_ns, conversion.out, &progress,
                             error);
    sim_progress_end(&progress);
    tr_source_close(source);
    return status;
}
