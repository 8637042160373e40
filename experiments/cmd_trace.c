/*
 * `ballast trace`: what is in a recorded trace, and other formats made into the native one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/command.h"
#include "experiments/json.h"
#include "traces/tr.h"

/* ---- info -------------------------------------------------------------------------------- */

static void carries_text(uint32_t carries, char *text, size_t bytes)
{
    snprintf(text, bytes, "%s%s%s", carries & TR_CONTENTS ? "contents " : "",
             carries & TR_TOUCHES ? "touches " : "", carries & TR_MARKS ? "marks " : "");
    size_t length = strlen(text);
    if (length > 0)
        text[length - 1] = '\0';
}

static void info_print(const char *path, const struct tr_summary *summary)
{
    const struct tr_header *header = &summary->header;
    char carries[40];
    carries_text(header->carries, carries, sizeof carries);
    printf("%s\n", path);
    printf("  memory    %.10g MB, %u pages of %u bytes\n",
           (double)header->pages * header->page_bytes / (1024 * 1024), header->pages,
           header->page_bytes);
    printf("  source    %s\n", header->source);
    printf("  carries   %s\n", carries);
    printf("  clock     %s\n", header->clock);
    printf("  windows   %llu, from %.10g to %.10g s\n", (unsigned long long)summary->windows,
           (double)summary->first_ns / 1e9, (double)summary->last_ns / 1e9);
    printf("  contents  %llu, of which zero pages %llu\n", (unsigned long long)summary->contents,
           (unsigned long long)summary->zero_contents);
    printf("  touches   %llu\n", (unsigned long long)summary->touches);
    printf("  marks     %llu\n", (unsigned long long)summary->marks);
    printf("  file      %llu bytes\n", (unsigned long long)summary->file_bytes);
}

static void info_json(struct json *json, const char *path, const struct tr_summary *summary)
{
    const struct tr_header *header = &summary->header;
    char carries[40], hash[20];
    carries_text(header->carries, carries, sizeof carries);
    snprintf(hash, sizeof hash, "%016llx", (unsigned long long)header->zero_hash);
    json_open_object(json, NULL);
    json_text(json, "file", path);
    json_number(json, "page_bytes", header->page_bytes);
    json_number(json, "total_pages", header->pages);
    json_text(json, "source", header->source);
    json_text(json, "carries", carries);
    json_text(json, "clock", header->clock);
    json_text(json, "zero_hash", hash);
    json_number(json, "windows", (double)summary->windows);
    json_number(json, "first_s", (double)summary->first_ns / 1e9);
    json_number(json, "last_s", (double)summary->last_ns / 1e9);
    json_number(json, "contents", (double)summary->contents);
    json_number(json, "zero_contents", (double)summary->zero_contents);
    json_number(json, "touches", (double)summary->touches);
    json_number(json, "marks", (double)summary->marks);
    json_number(json, "file_bytes", (double)summary->file_bytes);
    json_close_object(json);
}

static int info(int argc, char **argv, struct sim_error *error)
{
    static const struct option options[] = {{"json", no_argument, NULL, 1}, {0}};
    bool as_json = false;
    for (int option; (option = command_option(argc, argv, options, error)) != -1;) {
        if (option == '?')
            return SIM_USAGE;
        as_json = true;
    }
    if (optind == argc)
        return sim_error_set(error, SIM_USAGE, "trace info: expected a file, found none");

    uint32_t count = (uint32_t)(argc - optind);
    struct tr_summary *summaries = calloc(count, sizeof *summaries);
    int status = summaries == NULL ? sim_error_set(error, SIM_SYSTEM, "no memory") : SIM_OK;
    for (uint32_t i = 0; i < count && status == SIM_OK; i++)
        status = tr_summarise(argv[optind + (int)i], &summaries[i], error);

    /* Nothing is printed unless all are whole. */
    struct json json;
    json_begin(&json, stdout);
    if (status == SIM_OK && as_json)
        json_open_list(&json, NULL);
    for (uint32_t i = 0; i < count && status == SIM_OK; i++) {
        if (as_json)
            info_json(&json, argv[optind + (int)i], &summaries[i]);
        else
            info_print(argv[optind + (int)i], &summaries[i]);
    }
    if (status == SIM_OK && as_json) {
        json_close_list(&json);
        json_end(&json);
    }
    free(summaries);
    return status;
}

/* ---- convert ----------------------------------------------------------------------------- */

#define SNAPSHOTS_MOST 1000u

struct conversion {
    const char *out, *at, *source;
    uint64_t zero_hash, until_ns;
};

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

static int conversion_take(int argc, char **argv, struct conversion *conversion,
                           struct sim_error *error)
{
    enum { AT = 1, ZERO, SOURCE, UNTIL };
    static const struct option options[] = {{"at", required_argument, NULL, AT},
                                            {"zero-hash", required_argument, NULL, ZERO},
                                            {"source", required_argument, NULL, SOURCE},
                                            {"until", required_argument, NULL, UNTIL},
                                            {0}};
    *conversion = (struct conversion){
        .source = "", .zero_hash = TR_RECORDER_ZERO_HASH, .until_ns = SIM_NEVER};
    for (int option; (option = command_option(argc, argv, options, error)) != -1;) {
        uint64_t seconds;
        char *end;
        switch (option) {
        case UNTIL:
            if (command_number("--until", optarg, 1, 1000000000, &seconds, error))
                return SIM_USAGE;
            conversion->until_ns = seconds * SIM_SECOND;
            break;
        case AT:
            conversion->at = optarg;
            break;
        case SOURCE:
            conversion->source = optarg;
            break;
        case ZERO:
            conversion->zero_hash = strtoull(optarg, &end, 16);
            if (*optarg == '\0' || *end != '\0')
                return sim_error_set(error, SIM_USAGE,
                                     "--zero-hash: expected hexadecimal digits, found '%s'",
                                     optarg);
            break;
        default:
            return SIM_USAGE;
        }
    }
    if (argc - optind < 2)
        return sim_error_set(error, SIM_USAGE,
                             "trace convert: expected input files and an output, found %d files",
                             argc - optind);
    conversion->out = argv[argc - 1];
    return SIM_OK;
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

static int snapshots_convert(const struct conversion *conversion, const char *const *inputs,
                             uint32_t count, struct sim_error *error)
{
    uint64_t at_ns[SNAPSHOTS_MOST];
    if (count > SNAPSHOTS_MOST)
        return sim_error_set(error, SIM_USAGE, "trace convert: expected at most %u snapshots",
                             SNAPSHOTS_MOST);
    for (uint32_t i = 0; i < count; i++)
        if (!ends_with(inputs[i], ".h64") && !ends_with(inputs[i], ".h64.zst"))
            return sim_error_set(error, SIM_USAGE,
                                 "trace convert: expected .h64, .h64.zst, .pgt, .pgt.zst or .btr, "
                                 "found '%s'",
                                 inputs[i]);
    int status = times_take(conversion->at, count, at_ns, error);
    if (status != SIM_OK)
        return status;
    return tr_import_snapshots(inputs, at_ns, count, conversion->zero_hash, conversion->source,
                               conversion->out, error);
}

static int convert(int argc, char **argv, struct sim_error *error)
{
    struct conversion conversion;
    int status = conversion_take(argc, argv, &conversion, error);
    if (status != SIM_OK)
        return status;

    const char *const *inputs = (const char *const *)argv + optind;
    uint32_t count = (uint32_t)(argc - optind - 1);
    bool native = ends_with(inputs[0], ".btr");
    if (native || ends_with(inputs[0], ".pgt") || ends_with(inputs[0], ".pgt.zst")) {
        if (count != 1)
            return sim_error_set(error, SIM_USAGE, "trace convert: expected one %s, found %u",
                                 native ? ".btr" : ".pgt", count);
        return native ? tr_cut(inputs[0], conversion.until_ns, conversion.out, error)
                      : tr_import_pgt(inputs[0], conversion.source, conversion.out, error);
    }
    return snapshots_convert(&conversion, inputs, count, error);
}

static int trace(int argc, char **argv, struct sim_error *error)
{
    const char *what = argc > 1 ? argv[1] : "";
    if (strcmp(what, "info") == 0)
        return info(argc - 1, argv + 1, error);
    if (strcmp(what, "convert") == 0)
        return convert(argc - 1, argv + 1, error);
    return sim_error_set(error, SIM_USAGE, "trace: expected info or convert, found '%s'", what);
}

const struct command command_trace = {
    .name = "trace",
    .usage = "info FILE... [--json]\n"
             "       ballast trace convert [--at S,S,...] [--source TEXT] [--zero-hash HEX]\n"
             "                             [--until S] INPUT... OUTPUT",
    .summary = "Looks into recorded traces and converts other formats",
    .details =
        "  info     the header of each trace and what it holds; reads all of it, so that a\n"
        "           damaged trace is refused\n"
        "  convert  page hashes of snapshots (.h64, .h64.zst: --at tells their times in\n"
        "           seconds) or a page-touch recording (.pgt, .pgt.zst) to the native format;\n"
        "           of a native trace (.btr) what ends by --until\n\n"
        "  ballast trace info traces/samples/A1.btr --json\n"
        "  ballast trace convert --at 30,90 A1.t0.h64.zst A1.t1.h64.zst A1.btr\n",
    .run = trace,
};
