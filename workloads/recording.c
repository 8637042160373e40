/*
 * A recording, window by window: see recording.h.
 *
 * The hazards are an order of changes that never was, and memory that grows with the recording.
 */
#include "workloads/recording.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/guest/guest.h"
#include "sim/event.h"
#include "workloads/context.h"

/* Accesses are made in batches, so that the guest sleeps once for many of them: our choice, short
 * against the seconds between two looks at a page. */
#define BATCH_NS (10 * SIM_MS)

struct recording {
    struct recording_config config;
    char *path;
    struct tr_header header;
    struct tr_reader *reader;
    struct tr_record ahead; /* read and not yet used */
    bool at_end;
    bool is_round_empty;               /* nothing to replay since the last return to loop_s */
    uint64_t base_ns, start_ns;        /* this recorded moment is at that simulated one */
    uint64_t window_began_ns;          /* simulated end of the window before */
    uint64_t end_ns;                   /* recorded */
    struct recording_access *accesses; /* of the present window, in order of time */
    uint64_t room;                     /* of these: the largest window's */
    uint64_t count, next;
    uint8_t *holes; /* a bit per page; NULL where there are none */
};

static bool loops(const struct recording_config *config)
{
    return isfinite(config->loop_s);
}

static uint64_t simulated_ns(const struct recording *recording, uint64_t recorded_ns)
{
    if (recorded_ns <= recording->base_ns)
        return recording->start_ns;
    double since_ns = (double)(recorded_ns - recording->base_ns);
    return recording->start_ns + wl_ns(since_ns / recording->config.speed);
}

/* ---- Records ----------------------------------------------------------------------------- */

/* It was read to its end before, so whatever fails now is somebody changing it under our hands. */
static void must(int status, const struct sim_error *error)
{
    if (status == SIM_OK)
        return;
    fprintf(stderr, "ballast: %s\n", error->text);
    abort();
}

static void advance(struct recording *recording)
{
    struct sim_error error;
    int got = tr_reader_next(recording->reader, &recording->ahead, &error);
    must(got < 0 ? SIM_BAD_DATA : SIM_OK, &error);
    recording->at_end = got == 0;
}

static uint64_t content_of(const struct recording *recording, uint32_t ppn, uint64_t content)
{
    if (content == 0)
        return GUEST_CONTENT_ZERO;
    uint64_t key = recording->config.private_key;
    uint64_t draw = sim_mix64(key, ppn) >> 11;
    if ((double)draw < recording->config.private_share * 0x1p53)
        content = sim_mix64(sim_mix64(content, key), ppn);
    return guest_content_plain(content);
}

static void mark_holes(struct recording *recording, const struct tr_record *record)
{
    for (uint32_t i = 0; recording->holes && i < record->pages; i++)
        recording->holes[(record->ppn + i) / 8] |= (uint8_t)(1u << ((record->ppn + i) % 8));
}

static bool is_access(enum tr_kind kind)
{
    return kind == TR_CONTENT || kind == TR_TOUCH || kind == TR_DEVICE || kind == TR_FREE;
}

/* `only_state`: what the window left behind counts, not what happened in it. */
static void take(struct recording *recording, uint64_t window_ns, bool only_state)
{
    const struct tr_record *record = &recording->ahead;
    if (record->kind == TR_HOLE)
        mark_holes(recording, record);
    if (!is_access(record->kind) || (only_state && record->kind != TR_CONTENT))
        return;

    double span_ns = (double)(window_ns - recording->window_began_ns);
    uint64_t after_ns = (uint64_t)(span_ns * sim_random_unit(recording->config.random));
    bool has_range = record->kind == TR_DEVICE || record->kind == TR_FREE;
    assert(recording->count < recording->room);
    recording->accesses[recording->count] = (struct recording_access){
        .at_ns = recording->window_began_ns + after_ns / BATCH_NS * BATCH_NS,
        .order = (uint32_t)recording->count,
        .ppn = record->ppn,
        .pages = has_range ? record->pages : 1,
        .kind = record->kind,
        .write = record->kind == TR_CONTENT || (record->access & TR_WRITE),
        .content = record->kind == TR_CONTENT ? content_of(recording, record->ppn, record->content)
                                              : GUEST_CONTENT_PRIVATE};
    recording->count++;
}

/* ---- Windows ----------------------------------------------------------------------------- */

static int by_page(const void *a, const void *b)
{
    const struct recording_access *x = a, *y = b;
    if (x->ppn != y->ppn)
        return x->ppn < y->ppn ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

static int by_time(const void *a, const void *b)
{
    const struct recording_access *x = a, *y = b;
    if (x->at_ns != y->at_ns)
        return x->at_ns < y->at_ns ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

static void put_in_order(struct recording_access *accesses, uint64_t count)
{
    qsort(accesses, count, sizeof *accesses, by_page);
    for (uint64_t i = 1; i < count; i++) {
        if (accesses[i].ppn == accesses[i - 1].ppn && accesses[i].at_ns < accesses[i - 1].at_ns)
            accesses[i].at_ns = accesses[i - 1].at_ns;
    }
    qsort(accesses, count, sizeof *accesses, by_time);
}

/* A page that a machine's OS has freed keeps what it held, and a file's block that was dropped is
 * not seen here: only a process gives memory back. */
static bool is_replayed(const struct recording *recording, const struct recording_access *access)
{
    return access->kind != TR_FREE || recording->header.space == TR_SPACE_PROCESS;
}

static void drop_what_is_not_replayed(struct recording *recording)
{
    uint64_t kept = 0;
    for (uint64_t i = 0; i < recording->count; i++)
        if (is_replayed(recording, &recording->accesses[i]))
            recording->accesses[kept++] = recording->accesses[i];
    recording->count = kept;
}

static void load_window(struct recording *recording, bool skip)
{
    uint64_t recorded_ns = recording->ahead.at_ns;
    uint64_t window_ns = simulated_ns(recording, recorded_ns);
    recording->count = recording->next = 0;
    for (advance(recording); !recording->at_end && recording->ahead.kind != TR_WINDOW;
         advance(recording)) {
        if (!skip)
            take(recording, window_ns, recorded_ns < recording->base_ns);
    }
    recording->window_began_ns = window_ns;
    put_in_order(recording->accesses, recording->count);
    drop_what_is_not_replayed(recording);
    recording->is_round_empty &= recording->count == 0;
}

/* Goes on behind `loop_s`; memory stays as it is. */
static void loop(struct recording *recording)
{
    recording->is_round_empty = true;
    struct sim_error error;
    recording->start_ns = simulated_ns(recording, recording->end_ns);
    recording->base_ns = (uint64_t)(recording->config.loop_s * 1e9);
    tr_reader_close(recording->reader);
    recording->reader = NULL;
    must(tr_reader_open(recording->path, &recording->reader, &error), &error);
    advance(recording);
    while (!recording->at_end && recording->ahead.at_ns <= recording->base_ns)
        load_window(recording, true);
}

const struct recording_access *recording_next(struct recording *recording)
{
    while (recording->next == recording->count) {
        if (recording->at_end && loops(&recording->config)) {
            if (recording->is_round_empty) /* so are all later ones */
                return NULL;
            loop(recording);
        }
        if (recording->at_end)
            return NULL;
        load_window(recording, false);
    }
    return &recording->accesses[recording->next++];
}

bool recording_is_hole(const struct recording *recording, uint32_t ppn)
{
    return recording->holes && (recording->holes[ppn / 8] >> (ppn % 8) & 1);
}

const struct tr_header *recording_header(const struct recording *recording)
{
    return &recording->header;
}

uint64_t recording_end_ns(const struct recording *recording)
{
    return loops(&recording->config) ? SIM_NEVER : simulated_ns(recording, recording->end_ns);
}

/* ---- Open and close ---------------------------------------------------------------------- */

static int check_times(const struct recording_config *config, const struct tr_summary *summary,
                       struct sim_error *error)
{
    double last_s = (double)summary->last_ns / 1e9;
    const char *key = config->shift_s > 0 && config->shift_s >= last_s ? "shift_s"
                      : loops(config) && config->loop_s >= last_s      ? "loop_s"
                                                                       : NULL;
    if (!key)
        return SIM_OK;
    return sim_error_set(error, SIM_USAGE, "%s: expected %s before the recording's end at %.10g s",
                         config->path, key, last_s);
}

static int allocate(struct recording *recording, const struct tr_summary *summary,
                    struct sim_error *error)
{
    recording->room = summary->window_most;
    recording->path = strdup(recording->config.path);
    recording->accesses = malloc((recording->room + 1) * sizeof *recording->accesses);
    if (summary->hole_pages > 0)
        recording->holes = calloc(recording->header.pages / 8 + 1, 1);
    if (!recording->path || !recording->accesses || (summary->hole_pages > 0 && !recording->holes))
        return sim_error_set(error, SIM_SYSTEM, "%s: no memory for a window of %llu records",
                             recording->config.path, (unsigned long long)recording->room);
    return SIM_OK;
}

int recording_open(const struct recording_config *config, struct recording **out,
                   struct sim_error *error)
{
    struct recording *recording = calloc(1, sizeof *recording);
    struct tr_summary summary;
    int status = tr_summarise(config->path, &summary, error);

    *out = NULL;
    if (status == SIM_OK && !recording)
        status = sim_error_set(error, SIM_SYSTEM, "%s: no memory", config->path);
    if (status == SIM_OK)
        status = check_times(config, &summary, error);
    if (status != SIM_OK) {
        free(recording);
        return status;
    }
    uint64_t shift_ns = (uint64_t)(config->shift_s * 1e9);
    recording->config = *config;
    recording->header = summary.header;
    recording->base_ns = shift_ns > summary.first_ns ? shift_ns : summary.first_ns;
    recording->start_ns = recording->window_began_ns = config->start_ns;
    recording->end_ns = summary.last_ns;
    status = allocate(recording, &summary, error);
    if (status == SIM_OK)
        status = tr_reader_open(config->path, &recording->reader, error);
    if (status != SIM_OK) {
        recording_close(recording);
        return status;
    }
    advance(recording);
    *out = recording;
    return SIM_OK;
}

void recording_close(struct recording *recording)
{
    if (!recording)
        return;
    tr_reader_close(recording->reader);
    free(recording->holes);
    free(recording->accesses);
    free(recording->path);
    free(recording);
}
