/*
 * Makes the windows of a recording: see tracker.h.
 *
 * The hazard is a missed change of a page. A page that the processor wrote in a window is hashed at
 * the end of the window. A page that changed otherwise is found when all memory is read the next
 * time.
 */
#include "traces/record/tracker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "traces/format.h"

#define PAGE_BYTES 4096u

static const uint8_t zeroes[PAGE_BYTES];

int record_tracker_open(struct record_tracker *tracker, const struct record_tracker_config *config,
                        struct sim_error *error)
{
    struct tr_header header = {.page_bytes = PAGE_BYTES,
                               .pages = config->pages,
                               .carries = TR_CONTENTS | TR_TOUCHES | TR_WRITES | TR_MARKS | TR_TIME,
                               .space = TR_SPACE_MACHINE,
                               .zero_hash = tr_page_hash(&config->key, zeroes, PAGE_BYTES)};
    snprintf(header.clock, sizeof header.clock, "%s", config->clock);
    snprintf(header.source, sizeof header.source, "%s", config->source);
    *tracker = (struct record_tracker){
        .config = *config, .zero_hash = header.zero_hash, .window_end_ns = config->window_ns};
    tracker->access = calloc(config->pages, sizeof *tracker->access);
    tracker->hash = malloc(config->pages * sizeof *tracker->hash);
    int status = tracker->access && tracker->hash
                     ? tr_writer_open(config->path, &header, &tracker->writer, error)
                     : sim_error_set(error, SIM_SYSTEM, "%s: no memory", config->path);
    if (status != SIM_OK) {
        free(tracker->access);
        free(tracker->hash);
        return status;
    }
    for (uint32_t ppn = 0; ppn < config->pages; ppn++)
        tracker->hash[ppn] = header.zero_hash;
    return SIM_OK;
}

static int put_touch(struct record_tracker *tracker, uint32_t ppn, struct sim_error *error)
{
    if (tracker->access[ppn] == 0)
        return SIM_OK;
    tracker->touches++;
    return tr_writer_put(
        tracker->writer,
        &(struct tr_record){.kind = TR_TOUCH, .ppn = ppn, .access = tracker->access[ppn]}, error);
}

static int put_content(struct record_tracker *tracker, uint32_t ppn, struct sim_error *error)
{
    uint64_t hash =
        tr_page_hash(&tracker->config.key, tracker->ram + (uint64_t)ppn * PAGE_BYTES, PAGE_BYTES);
    if (hash == tracker->hash[ppn])
        return SIM_OK;
    tracker->hash[ppn] = hash;
    tracker->contents++;
    return tr_writer_put(
        tracker->writer,
        &(struct tr_record){.kind = TR_CONTENT,
                            .ppn = ppn,
                            .content = tr_content_of_hash(hash, tracker->zero_hash)},
        error);
}

static int end_window(struct record_tracker *tracker, uint64_t now_ns, bool sweep,
                      struct sim_error *error)
{
    if (now_ns <= tracker->last_ns) /* no time has passed, so nothing can have happened */
        now_ns = tracker->last_ns + 1;
    int status = tr_writer_put(tracker->writer,
                               &(struct tr_record){.kind = TR_WINDOW, .at_ns = now_ns}, error);
    for (uint32_t ppn = 0; ppn < tracker->config.pages && status == SIM_OK; ppn++) {
        status = put_touch(tracker, ppn, error);
        if (status == SIM_OK && tracker->ram && (sweep || (tracker->access[ppn] & TR_WRITE)))
            status = put_content(tracker, ppn, error);
    }
    memset(tracker->access, 0, tracker->config.pages);
    tracker->windows++;
    tracker->since_sweep = sweep ? 0 : tracker->since_sweep + 1;
    tracker->last_ns = now_ns;
    tracker->window_end_ns =
        now_ns - now_ns % tracker->config.window_ns + tracker->config.window_ns;
    return status;
}

int record_tracker_time(struct record_tracker *tracker, uint64_t now_ns, struct sim_error *error)
{
    uint32_t every = tracker->config.sweep_windows;
    if (now_ns < tracker->window_end_ns)
        return SIM_OK;
    return end_window(tracker, now_ns, every > 0 && tracker->since_sweep + 1 >= every, error);
}

int record_tracker_snapshot(struct record_tracker *tracker, uint64_t now_ns, const char *mark,
                            struct sim_error *error)
{
    int status = end_window(tracker, now_ns, true, error);
    struct tr_record record = {.kind = TR_MARK, .at_ns = tracker->last_ns};
    snprintf(record.text, sizeof record.text, "%s", mark);
    return status == SIM_OK ? tr_writer_put(tracker->writer, &record, error) : status;
}

int record_tracker_close(struct record_tracker *tracker, uint64_t now_ns, struct sim_error *error)
{
    int status = record_tracker_snapshot(tracker, now_ns, "end", error);
    if (status == SIM_OK)
        status = tr_writer_close(tracker->writer, error);
    else
        tr_writer_abandon(tracker->writer);
    free(tracker->access);
    free(tracker->hash);
    return status;
}
