/*
 * `ballast trace info`: what recordings carry, in whatever format they are.
 */
#include <stdio.h>
#include <stdlib.h>

#include "ballast/cli/trace.h"
#include "sim/json.h"

/* One recording. */
struct looked {
    const char *path, *format;
    struct tr_summary summary;
    struct tr_notes notes;
};

static void print(const struct looked *looked)
{
    const struct tr_summary *summary = &looked->summary;
    const struct tr_header *header = &summary->header;
    char carries[TR_CARRIES_TEXT_BYTES];

    tr_carries_text(header->carries, carries);
    printf("%s\n", looked->path);
    printf("  format       %s\n", looked->format);
    printf("  memory       %.10g MB, %u pages of %u bytes\n",
           (double)header->pages * header->page_bytes / (1024 * 1024), header->pages,
           header->page_bytes);
    printf("  pages        %s\n", tr_space_text(header->space));
    printf("  source       %s\n", header->source);
    printf("  carries      %s\n", carries);
    printf("  clock        %s\n", header->clock);
    printf("  windows      %llu, from %.10g to %.10g s\n", (unsigned long long)summary->windows,
           (double)summary->first_ns / 1e9, (double)summary->last_ns / 1e9);
    if (header->carries & TR_CONTENTS)
        printf("  contents     %llu, of which zero pages %llu\n",
               (unsigned long long)summary->contents, (unsigned long long)summary->zero_contents);
    if (header->carries & (TR_TOUCHES | TR_WRITES))
        printf("  touches      %llu", (unsigned long long)summary->touches);
    if (header->carries & TR_WRITES)
        printf(", of which writes %llu", (unsigned long long)summary->writes);
    if (header->carries & (TR_TOUCHES | TR_WRITES))
        printf("\n");
    if (header->carries & TR_DEVICE_IO)
        printf("  device I/O   %llu pages\n", (unsigned long long)summary->device_pages);
    if (header->carries & TR_ALLOCATIONS)
        printf("  allocations  %llu pages, freed %llu\n",
               (unsigned long long)summary->allocated_pages,
               (unsigned long long)summary->freed_pages);
    if (header->carries & TR_HOLES)
        printf("  holes        %llu pages\n", (unsigned long long)summary->hole_pages);
    if (header->carries & TR_MARKS)
        printf("  marks        %llu\n", (unsigned long long)summary->marks);
    printf("  file         %llu bytes\n", (unsigned long long)summary->file_bytes);
    for (unsigned i = 0; i < looked->notes.count; i++)
        printf("  note         %s\n", looked->notes.text[i]);
}

static void print_json(struct sim_json *json, const struct looked *looked)
{
    const struct tr_summary *summary = &looked->summary;
    const struct tr_header *header = &summary->header;
    char carries[TR_CARRIES_TEXT_BYTES], hash[20];

    tr_carries_text(header->carries, carries);
    snprintf(hash, sizeof hash, "%016llx", (unsigned long long)header->zero_hash);
    sim_json_open_object(json, NULL);
    sim_json_text(json, "file", looked->path);
    sim_json_text(json, "format", looked->format);
    sim_json_number(json, "page_bytes", header->page_bytes);
    sim_json_number(json, "total_pages", header->pages);
    sim_json_text(json, "space", tr_space_text(header->space));
    sim_json_text(json, "source", header->source);
    sim_json_text(json, "carries", carries);
    sim_json_text(json, "clock", header->clock);
    sim_json_text(json, "zero_hash", hash);
    sim_json_number(json, "windows", (double)summary->windows);
    sim_json_number(json, "first_s", (double)summary->first_ns / 1e9);
    sim_json_number(json, "last_s", (double)summary->last_ns / 1e9);
    sim_json_number(json, "contents", (double)summary->contents);
    sim_json_number(json, "zero_contents", (double)summary->zero_contents);
    sim_json_number(json, "touches", (double)summary->touches);
    sim_json_number(json, "writes", (double)summary->writes);
    sim_json_number(json, "device_pages", (double)summary->device_pages);
    sim_json_number(json, "allocated_pages", (double)summary->allocated_pages);
    sim_json_number(json, "freed_pages", (double)summary->freed_pages);
    sim_json_number(json, "hole_pages", (double)summary->hole_pages);
    sim_json_number(json, "marks", (double)summary->marks);
    sim_json_number(json, "file_bytes", (double)summary->file_bytes);
    sim_json_number(json, "passed_over", (double)looked->notes.passed_over);
    sim_json_open_list(json, "notes");
    for (unsigned i = 0; i < looked->notes.count; i++)
        sim_json_text(json, NULL, looked->notes.text[i]);
    sim_json_close_list(json);
    sim_json_close_object(json);
}

static int look(struct looked *looked, const struct tr_source_options *options,
                struct sim_error *error)
{
    struct tr_source *source;
    int status = tr_source_open(looked->path, options, &source, error);

    if (status != SIM_OK)
        return status;
    looked->format = tr_source_format(source);
    status = tr_source_summarise(source, &looked->summary, error);
    looked->notes = *tr_source_notes(source);
    tr_source_close(source);
    return status;
}

static void print_all(const struct looked *looked, uint32_t count, bool as_json)
{
    struct sim_json json;

    sim_json_begin(&json, stdout);
    if (as_json)
        sim_json_open_list(&json, NULL);
    for (uint32_t i = 0; i < count; i++) {
        if (as_json)
            print_json(&json, &looked[i]);
        else
            print(&looked[i]);
    }
    if (as_json) {
        sim_json_close_list(&json);
        sim_json_end(&json);
    }
}

struct options {
    bool json;
    struct tr_source_options reading;
};

static int info(void *values, const struct command_line *line, struct sim_error *error)
{
    const struct options *options = values;
    struct looked *looked = calloc(line->count, sizeof *looked);
    int status = looked == NULL ? sim_error_set(error, SIM_SYSTEM, "no memory") : SIM_OK;
    for (uint32_t i = 0; i < line->count && status == SIM_OK; i++) {
        looked[i].path = line->operands[i];
        status = look(&looked[i], &options->reading, error);
    }
    if (status == SIM_OK) /* where one recording is damaged, nothing is printed */
        print_all(looked, line->count, options->json);
    free(looked);
    return status;
}

static const struct option_row rows[] = {
    {.name = "json", .type = OPTION_FLAG, OPTION_IN(options, json), .help = "print JSON"},
};
static const struct option_group groups[] = {
    COMMAND_GROUP("Options", rows),
    TRACE_READING_GROUP(options),
    {0},
};

const struct command command_trace_info = {
    .name = "trace info",
    .operands = "FILE...",
    .least = 1,
    .most = COMMAND_OPERANDS_ANY,
    .expected = "a file",
    .summary = "Prints the header of recordings and what they hold",
    .text = "Reads all of each recording, so that a damaged one is refused.\n",
    .lists = trace_print_read,
    .examples = "  ballast trace info traces/samples/A1.btr --json\n",
    .groups = groups,
    .bytes = sizeof(struct options),
    .run = info,
};
