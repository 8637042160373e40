/*
 * The options of `ballast trace` on how to read a recording.
 */
#include <string.h>

#include "ballast/cli/trace.h"
#include "sim/nearest.h"
#include "traces/targets/target.h"

int trace_take_format(const char *option, const struct tr_source_about *formats, const char *text,
                      const char **name, struct sim_error *error)
{
    struct sim_nearest nearest;
    char known[600] = "", hint[SIM_HINT_BYTES];
    size_t used = 0;

    sim_nearest_begin(&nearest, text);
    for (const struct tr_source_about *about = formats; about->name != NULL; about++) {
        if (strcmp(about->name, text) == 0) {
            *name = about->name;
            return SIM_OK;
        }
        sim_nearest_offer(&nearest, about->name);
        if (used < sizeof known)
            used += (size_t)snprintf(known + used, sizeof known - used, "%s%s",
                                     used > 0 ? ", " : "", about->name);
    }
    return sim_error_set(error, SIM_USAGE, "%s: expected a format (%s), found '%s'%s", option,
                         known, text, sim_nearest_hint(hint, nearest.best));
}

static int take_from(const char *text, void *field, struct sim_error *error)
{
    return trace_take_format("--from", tr_source_formats(), text, field, error);
}

static int take_page_bytes(const char *text, void *field, struct sim_error *error)
{
    uint64_t number;

    if (options_number("--page-bytes", text, TR_PAGE_BYTES_LEAST, TR_PAGE_BYTES_MOST, &number,
                       error))
        return SIM_USAGE;
    if (number & (number - 1))
        return sim_error_set(error, SIM_USAGE, "--page-bytes: expected a power of two, found '%s'",
                             text);
    *(uint32_t *)field = (uint32_t)number;
    return SIM_OK;
}

const struct option_row trace_reading_rows[TRACE_READING_ROWS] = {
    {.name = "from",
     .type = OPTION_OTHER,
     .argument = "FORMAT",
     OPTION_IN(tr_source_options, format),
     .take = take_from,
     .help = "the format, which is found by content unless given"},
    {.name = "csv",
     .type = OPTION_TEXT,
     .argument = "COLUMNS",
     OPTION_IN(tr_source_options, csv),
     .help = "the file is csv, and COLUMNS says what is where: time-col=1,obj-id-col=2 and "
             "perhaps op-col=3, tenant-col=4, volume-col=5, has-header=true, delimiter=;, "
             "obj-id-is-num=false, time-unit=ms; offset-col=2, offset-unit=sectors and size-col=6 "
             "in place of obj-id-col split requests into pages. Without columns, "
             "they are found by their names in the first line, and the units hold for them"},
    {.name = "op-codes",
     .type = OPTION_TEXT,
     .argument = "CODE=NAME,...",
     OPTION_IN(tr_source_options, op_codes),
     .help = "what a csv file's numbers for operations mean, such as 0=read,1=write"},
    {.name = "tenant",
     .type = OPTION_NUMBER,
     .argument = "N",
     OPTION_IN(tr_source_options, tenant),
     OPTION_GIVEN(tr_source_options, one_tenant),
     .most = UINT32_MAX,
     .help = "of an lcs or csv file with several tenants, only this one"},
    {.name = "samples",
     .type = OPTION_NUMBER,
     .argument = "N",
     OPTION_IN(tr_source_options, samples),
     .least = 1,
     .most = UINT32_MAX,
     .help = "of DAMON: samples in a window (aggregation / sampling interval) where the recording "
             "does not say; 20 unless given"},
    {.name = "page-bytes",
     .type = OPTION_OTHER,
     .argument = "N",
     OPTION_IN(tr_source_options, page_bytes),
     .take = take_page_bytes,
     .help = "bytes in a page; 4096 unless given"},
    {.name = "window",
     .type = OPTION_NUMBER,
     .argument = "N",
     OPTION_IN(tr_source_options, window_accesses),
     .least = 1,
     .most = UINT32_MAX,
     .help = "accesses in a window where the recording has no time; 1000 unless given"},
    {.name = "clock",
     .type = OPTION_TEXT,
     .argument = "TEXT",
     OPTION_IN(tr_source_options, clock),
     .help = "what the times are, for the header"},
    {.name = "source",
     .type = OPTION_TEXT,
     .argument = "TEXT",
     OPTION_IN(tr_source_options, source),
     .help = "where the recording is from, for the header"},
    {.name = "zero-hash",
     .type = OPTION_HEX,
     .argument = "HEX",
     OPTION_IN(tr_source_options, zero_hash),
     .least = 1,
     .help = "the hash of a page of zeroes in page hashes; the recorder's unless given"},
};

/* ---- Formats, for the help --------------------------------------------------------------- */

static void print_formats(FILE *out, const struct tr_source_about *formats)
{
    for (const struct tr_source_about *about = formats; about->name != NULL; about++)
        fprintf(out, "  %-14s %s\n", about->name, about->description);
}

void trace_print_read(FILE *out)
{
    fputs("\nFormats that are read, plain or compressed with zstd, gzip, zlib or xz:\n", out);
    print_formats(out, tr_source_formats());
    fputs("DAMON's regions are estimates: the share of a region's samples that found it accessed\n"
          "is the share of its pages that count as touched.\n",
          out);
}

void trace_print_read_and_written(FILE *out)
{
    trace_print_read(out);
    fputs("\nFormats that are written:\n", out);
    print_formats(out, tr_target_formats());
}
