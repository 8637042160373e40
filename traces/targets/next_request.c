/*
 * Formats whose requests have the number of the object's next request: libCacheSim's oracleGeneral
 * and lcs.
 *
 * The next request is known only when one comes from the end. So there are three steps. The
 * requests are written to a temporary file, in their final form except for that number. The file is
 * read backward, block by block, with the last seen request of each distinct page in memory, and
 * the numbers are filled in. Then the file is copied to its place, compressed if the user wants
 * that. Requests count from 1, as in libCacheSim.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/array.h"
#include "traces/format.h"
#include "traces/formats/lcs.h"
#include "traces/formats/ops.h"
#include "traces/page_map.h"
#include "traces/targets/parts.h"

enum { REQUESTS_AT_ONCE = 8192, AT_OBJECT = 4, AT_SIZE = 12, ORACLE_GENERAL_BYTES = 24 };

struct job {
    struct tr_walk *walk;
    const char *path;
    bool is_lcs;
    size_t bytes; /* of a request; its last 8 are the number of the next one */
    int fd;       /* the temporary file, which has no name */
    uint64_t requests, reads, writes, deletions;
    uint64_t first_s, last_s;
    struct tr_page_map map; /* gives places to page numbers, which may lie far apart */
    uint64_t *nexts; /* of each place: the request for its page that was seen last; 0: none */
    size_t room;     /* of `nexts` */
    uint8_t block[REQUESTS_AT_ONCE * LCS_V2_BYTES];
};

static int system_error(const struct job *job, const char *what, struct sim_error *error)
{
    return sim_error_set(error, SIM_SYSTEM, "%s: cannot %s a temporary file: %s", job->path, what,
                         strerror(errno));
}

/* ---- Forward ----------------------------------------------------------------------------- */

/* Opens a file beside the output. It has no name, so it vanishes with the program. */
static int open_scratch(struct job *job, struct sim_error *error)
{
    size_t room = strlen(job->path) + sizeof ".XXXXXX";
    char *name = malloc(room);

    if (!name)
        return sim_error_set(error, SIM_SYSTEM, "%s: no memory", job->path);
    snprintf(name, room, "%s.XXXXXX", job->path);
    job->fd = mkstemp(name);
    if (job->fd < 0) { /* the folder may be /dev, if the output is a pipe */
        FILE *file = tmpfile();
        job->fd = file ? dup(fileno(file)) : -1;
        if (file)
            fclose(file);
    } else {
        unlink(name);
    }
    free(name);
    return job->fd < 0 ? system_error(job, "create", error) : SIM_OK;
}

static int write_block(struct job *job, size_t count, uint64_t at, struct sim_error *error)
{
    for (size_t done = 0; done < count;) {
        ssize_t written = pwrite(job->fd, job->block + done, count - done, (off_t)(at + done));
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return system_error(job, "write", error);
        done += (size_t)written;
    }
    return SIM_OK;
}

static int read_block(struct job *job, size_t count, uint64_t at, struct sim_error *error)
{
    for (size_t done = 0; done < count;) {
        ssize_t got = pread(job->fd, job->block + done, count - done, (off_t)(at + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return system_error(job, "read", error);
        done += (size_t)got;
    }
    return SIM_OK;
}

static int put_request(struct job *job, uint8_t *to, struct sim_error *error)
{
    const struct tr_record *record = &job->walk->record;
    uint64_t s = job->walk->window_ns / 1000000000;

    if (s > UINT32_MAX)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: expected times of less than 2^32 s, found %" PRIu64, job->path,
                             s);
    tr_put_u32(to, (uint32_t)s);
    tr_put_u64(to + AT_OBJECT, record->ppn);
    tr_put_u32(to + AT_SIZE, tr_source_header(job->walk->source)->page_bytes);
    job->first_s = job->requests == 0 ? s : job->first_s;
    job->last_s = s;
    job->requests++;
    bool writes = record->access & TR_WRITE, deletes = record->access == 0;
    if (job->is_lcs)
        tr_put_u32(to + LCS_V2_AT_OP, deletes ? TR_OP_DELETE : writes ? TR_OP_WRITE : TR_OP_READ);
    job->writes += writes;
    job->deletions += deletes;
    job->reads += !writes && !deletes;
    return SIM_OK;
}

static int walk_forward(struct job *job, struct sim_error *error)
{
    size_t used = 0;
    uint64_t at = 0;
    int more, status = SIM_OK;

    while (status == SIM_OK && (more = tr_walk_next(job->walk, error)) != 0) {
        if (more < 0)
            return error->status;
        if (job->walk->record.access == 0 && !job->is_lcs)
            continue; /* oracleGeneral has no deletions */
        status = put_request(job, job->block + used, error);
        used += job->bytes;
        if (status == SIM_OK && used == REQUESTS_AT_ONCE * job->bytes) {
            status = write_block(job, used, at, error);
            at += used;
            used = 0;
        }
    }
    return status == SIM_OK ? write_block(job, used, at, error) : status;
}

/* ---- Backward ---------------------------------------------------------------------------- */

/* The entry of `nexts` for a page; NULL on an error. */
static uint64_t *next_of(struct job *job, uint64_t ppn, struct sim_error *error)
{
    uint32_t place;

    if (tr_page_map_find(&job->map, ppn, &place, error) != SIM_OK)
        return NULL;
    if (!sim_array_reserve(job->nexts, job->room, place + 1)) {
        sim_error_set(error, SIM_SYSTEM, "%s: no memory", job->path);
        return NULL;
    }
    return &job->nexts[place];
}

static int fill_in(struct job *job, uint64_t begin, uint64_t end, struct sim_error *error)
{
    for (uint64_t i = end; i > begin; i--) {
        uint8_t *request = job->block + (i - 1 - begin) * job->bytes;
        uint64_t *next = next_of(job, tr_get_u64(request + AT_OBJECT), error);
        if (!next)
            return error->status;
        tr_put_u64(request + job->bytes - 8, *next ? *next : UINT64_MAX);
        *next = i;
    }
    return SIM_OK;
}

static int walk_backward(struct job *job, struct sim_error *error)
{
    for (uint64_t end = job->requests; end > 0;) {
        uint64_t begin = (end - 1) / REQUESTS_AT_ONCE * REQUESTS_AT_ONCE;
        size_t count = (size_t)(end - begin) * job->bytes;
        int status = read_block(job, count, begin * job->bytes, error);
        if (status == SIM_OK)
            status = fill_in(job, begin, end, error);
        if (status == SIM_OK)
            status = write_block(job, count, begin * job->bytes, error);
        if (status != SIM_OK)
            return status;
        end = begin;
    }
    return SIM_OK;
}

/* ---- To its place ------------------------------------------------------------------------ */

static int put_lcs_header(const struct job *job, struct tr_packer *packer, struct sim_error *error)
{
    uint64_t page_bytes = tr_source_header(job->walk->source)->page_bytes;
    const struct {
        size_t at;
        uint64_t value;
    } fields[] = {
        {0, LCS_MAGIC},
        {LCS_AT_VERSION, 2},
        {LCS_AT_STAT_VERSION, 1},
        {LCS_AT_REQUESTS, job->requests},
        {LCS_AT_OBJECTS, job->map.pages},
        {LCS_AT_REQUEST_BYTES, job->requests * page_bytes},
        {LCS_AT_OBJECT_BYTES, job->map.pages * page_bytes},
        {LCS_AT_FIRST_S, job->first_s},
        {LCS_AT_LAST_S, job->last_s},
        {LCS_AT_READS, job->reads},
        {LCS_AT_WRITES, job->writes},
        {LCS_AT_DELETIONS, job->deletions},
        {LCS_AT_SMALLEST_BYTES, page_bytes},
        {LCS_AT_LARGEST_BYTES, page_bytes},
        {LCS_AT_END_MAGIC, LCS_MAGIC},
    };
    uint8_t head[LCS_HEADER_BYTES] = {0};

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        tr_put_u64(head + fields[i].at, fields[i].value);
    return tr_packer_write(packer, head, sizeof head, error);
}

static int copy_to_place(struct job *job, struct tr_packer *packer, struct sim_error *error)
{
    uint64_t whole = job->requests * job->bytes, at = 0;
    int status = job->is_lcs ? put_lcs_header(job, packer, error) : SIM_OK;

    while (status == SIM_OK && at < whole) {
        size_t count = sizeof job->block;
        if (count > whole - at)
            count = (size_t)(whole - at);
        status = read_block(job, count, at, error);
        if (status == SIM_OK)
            status = tr_packer_write(packer, job->block, count, error);
        at += count;
    }
    return status;
}

static int write_requests(struct tr_walk *walk, bool is_lcs, const char *path,
                          struct sim_error *error)
{
    struct job *job = calloc(1, sizeof *job);

    if (!job)
        return sim_error_set(error, SIM_SYSTEM, "%s: no memory", path);
    job->walk = walk;
    job->path = path;
    job->is_lcs = is_lcs;
    job->bytes = is_lcs ? LCS_V2_BYTES : ORACLE_GENERAL_BYTES;
    job->fd = -1;
    struct tr_packer *packer;
    int status = tr_packer_open(path, &packer, error);
    if (status == SIM_OK)
        status = tr_page_map_init(&job->map, path, error);
    if (status == SIM_OK)
        status = open_scratch(job, error);
    if (status == SIM_OK)
        status = walk_forward(job, error);
    if (status == SIM_OK)
        status = walk_backward(job, error);
    if (status == SIM_OK)
        status = copy_to_place(job, packer, error);
    if (status == SIM_OK)
        status = tr_packer_close(packer, error);
    else
        tr_packer_abandon(packer);
    if (job->fd >= 0)
        close(job->fd);
    tr_page_map_fini(&job->map);
    free(job->nexts);
    free(job);
    return status;
}

int tr_oracle_general_write(struct tr_walk *walk, const char *path, struct sim_error *error)
{
    return write_requests(walk, false, path, error);
}

int tr_lcs_write(struct tr_walk *walk, const char *path, struct sim_error *error)
{
    return write_requests(walk, true, path, error);
}
