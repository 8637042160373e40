/*
 * `ballast trace cat`: the records of recordings as text, one line each, for people, grep and awk.
 */
#include <inttypes.h>
#include <stdio.h>

#include "ballast/cli/trace.h"

static void print_header(const char *path, const struct tr_source *source)
{
    const struct tr_header *header = tr_source_header(source);
    char carries[TR_CARRIES_TEXT_BYTES], pages[16] = "";

    tr_carries_text(header->carries, carries);
    if (header->pages > 0)
        snprintf(pages, sizeof pages, "%" PRIu32 " ", header->pages);
    printf("# %s: %s, %s%s of %" PRIu32 " bytes, with %s; clock: %s; %s\n", path,
           tr_source_format(source), pages, tr_space_text(header->space), header->page_bytes,
           carries, header->clock, header->source);
    printf("# s record page ...\n");
}

static void print_record(const struct tr_record *record, uint64_t window_ns)
{
    uint8_t access = record->access;
    char time[TR_TIME_TEXT_BYTES];

    tr_time_text(record->kind == TR_MARK ? record->at_ns : window_ns, time);
    printf("%s ", time);
    switch (record->kind) {
    case TR_WINDOW:
        printf("window\n");
        break;
    case TR_CONTENT:
        printf("content %" PRIu32 " %016" PRIx64 "\n", record->ppn, record->content);
        break;
    case TR_TOUCH:
        printf("touch %" PRIu32 " %s%s%s\n", record->ppn, access & TR_READ ? "r" : "",
               access & TR_WRITE ? "w" : "", access & TR_EXECUTE ? "x" : "");
        break;
    case TR_MARK:
        printf("mark %s\n", record->text);
        break;
    case TR_DEVICE:
        printf("device %" PRIu32 " +%" PRIu32 " %s\n", record->ppn, record->pages,
               access == TR_READ ? "r" : "w");
        break;
    case TR_ALLOC:
        printf("alloc %" PRIu32 " +%" PRIu32 "\n", record->ppn, record->pages);
        break;
    case TR_FREE:
        printf("free %" PRIu32 " +%" PRIu32 "\n", record->ppn, record->pages);
        break;
    case TR_HOLE:
        printf("hole %" PRIu32 " +%" PRIu32 "\n", record->ppn, record->pages);
        break;
    case TR_KINDS:
        break;
    }
}

/* Ends early if standard output cannot be written. main() reports that; a pipe whose reader has
 * gone ends the program silently by SIGPIPE. */
static int print(const char *path, const struct tr_source_options *options, struct sim_error *error)
{
    struct tr_source *source;
    struct tr_record record = {.kind = TR_WINDOW};
    uint64_t window_ns = 0;
    char passed[TR_NOTE_BYTES];
    int more = 1;
    int status = tr_source_open(path, options, &source, error);

    if (status != SIM_OK)
        return status;
    print_header(path, source);
    while (!ferror(stdout) && (more = tr_source_next(source, &record, error)) == 1) {
        if (record.kind == TR_WINDOW)
            window_ns = record.at_ns;
        print_record(&record, window_ns);
    }
    tr_notes_passed_text(tr_source_notes(source), passed); /* what is assumed is for trace info */
    if (more == 0 && passed[0] != '\0')
        fprintf(stderr, "ballast: note: %s: %s\n", path, passed);
    tr_source_close(source);
    return more < 0 ? error->status : SIM_OK;
}

struct options {
    struct tr_source_options reading;
};

static int cat(void *values, const struct command_line *line, struct sim_error *error)
{
    const struct options *options = values;
    int status = SIM_OK;
    for (uint32_t i = 0; i < line->count && status == SIM_OK; i++)
        status = print(line->operands[i], &options->reading, error);
    return status;
}

static const struct option_group groups[] = {TRACE_READING_GROUP(options), {0}};

const struct command command_trace_cat = {
    .name = "trace cat",
    .operands = "FILE...",
    .least = 1,
    .most = COMMAND_OPERANDS_ANY,
    .expected = "a file",
    .summary = "Prints the records of recordings as text, one line each",
    .lists = trace_print_read,
    .examples = "  ballast trace cat traces/samples/T1.btr | head\n",
    .groups = groups,
    .bytes = sizeof(struct options),
    .run = cat,
};
