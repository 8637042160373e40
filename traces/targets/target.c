/*
 * The table of formats in which recordings are written, and what their writers share.
 *
 * The hazard is an output that holds less than the user thinks. So a recording without touches,
 * which has no requests, is refused.
 */
#include "traces/targets/target.h"

#include <stdlib.h>
#include <string.h>

#include "sim/nearest.h"
#include "traces/targets/parts.h"

static int native_write(struct tr_walk *walk, const char *path, struct sim_error *error)
{
    return tr_source_copy(walk->source, walk->until_ns, path, walk->progress, error);
}

static const struct {
    struct tr_source_about about;
    const char *ending;
    int (*write)(struct tr_walk *walk, const char *path, struct sim_error *error);
    bool of_requests;
} targets[] = {
    {{"native", "Ballast's own (.btr)"}, ".btr", native_write, false},
    {{"oracleGeneral", "libCacheSim's requests with the number of the object's next one"},
     ".oracleGeneral",
     tr_oracle_general_write,
     true},
    {{"lcs", "libCacheSim's requests with operation and tenant, version 2"},
     ".lcs",
     tr_lcs_write,
     true},
    {{"csv", "time in seconds, object, size and operation as text"}, ".csv", tr_csv_write, true},
};
enum { TARGETS = sizeof targets / sizeof *targets };

const struct tr_source_about *tr_target_formats(void)
{
    static struct tr_source_about list[TARGETS + 1];

    for (unsigned i = 0; i < TARGETS; i++)
        list[i] = targets[i].about;
    return list;
}

const char *tr_target_of_path(const char *path)
{
    size_t length = strlen(path), tail;

    if (length > 4 && strcmp(path + length - 4, ".zst") == 0)
        length -= 4;
    if (length > 4 && memcmp(path + length - 4, ".bin", 4) == 0) /* x.oracleGeneral.bin */
        length -= 4;
    for (unsigned i = 0; i < TARGETS; i++) {
        tail = strlen(targets[i].ending);
        if (length > tail && memcmp(path + length - tail, targets[i].ending, tail) == 0)
            return targets[i].about.name;
    }
    return NULL;
}

int tr_target_write(struct tr_source *source, const char *format, uint64_t until_ns,
                    const char *path, struct sim_progress *progress, struct sim_error *error)
{
    struct tr_walk walk = {.source = source, .until_ns = until_ns, .progress = progress};
    const struct tr_header *header = tr_source_header(source);
    struct sim_error unwanted;

    if (!error)
        error = &unwanted; /* the writers read its status */
    for (unsigned i = 0; i < TARGETS; i++) {
        if (strcmp(targets[i].about.name, format) != 0)
            continue;
        int status = SIM_OK;
        if (targets[i].of_requests && !(header->carries & TR_WRITES))
            status = tr_header_require(path, header, TR_TOUCHES, "an export of requests", error);
        return status == SIM_OK ? targets[i].write(&walk, path, error) : status;
    }
    char hint[SIM_HINT_BYTES];
    struct sim_nearest nearest;
    sim_nearest_begin(&nearest, format);
    for (unsigned i = 0; i < TARGETS; i++)
        sim_nearest_offer(&nearest, targets[i].about.name);
    return sim_error_set(error, SIM_USAGE,
                         "expected native, oracleGeneral, lcs or csv to write, found '%s'%s",
                         format, sim_nearest_hint(hint, nearest.best));
}

/* ---- Requests ---------------------------------------------------------------------------- */

/* Reads the next record, which may hold any number of requests. 1: done; 0: the end; -1. */
static int read_record(struct tr_walk *walk, struct sim_error *error)
{
    int more = tr_source_next(walk->source, &walk->record, error);

    if (walk->progress && walk->records % 65536 == 0)
        sim_progress_update(walk->progress, tr_source_progress(walk->source));
    walk->records++;
    if (more > 0 && walk->record.kind == TR_WINDOW)
        walk->window_ns = walk->record.at_ns;
    return more > 0 ? walk->window_ns <= walk->until_ns : more;
}

int tr_walk_next(struct tr_walk *walk, struct sim_error *error)
{
    if (walk->left > 0) {
        walk->left--;
        walk->record.ppn++;
        return 1;
    }
    for (;;) {
        int more = read_record(walk, error);
        if (more <= 0)
            return more;
        if (walk->record.kind == TR_TOUCH)
            return 1;
        if (walk->record.kind == TR_FREE) {
            walk->record.access = 0;
            walk->left = walk->record.pages - 1;
            return 1;
        }
    }
}
