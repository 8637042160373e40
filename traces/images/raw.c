/*
 * Images without a header: QEMU's `pmemsave 0 SIZE FILE`, LiME's modes `padded` and `raw`, .vmem
 * files. Byte i of the file is guest-physical address i, unless there is a range list beside the
 * file, FILE.ranges. Its lines are
 *
 *     START-END [: NAME]  memory: hexadecimal, END inclusive, as in the guest's /proc/iomem. The
 * line is ignored if it has a name other than "System RAM", or if it is indented, since it then is
 * a part of the line above base ADDRESS        the address of the first byte of the file,
 * hexadecimal (default 0) joined              the file has the ranges one after the other, without
 * the gaps between them # ...               a comment
 *
 * The hazards: nothing in the file tells its format, so it is read only if the user asks for it.
 * Below 4 GB the file also has the address ranges of devices, whose bytes are not memory. And
 * `memsave` writes files that look the same, but hold virtual memory, which is of no use here.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/file.h"
#include "sim/memory.h"
#include "traces/images/parts.h"

#define RANGES_MOST 65536u /* our choice: /proc/iomem has dozens */

struct ranges {
    char *path;          /* of the list; NULL: there is none */
    uint64_t base, next; /* base: the address of the file's first byte; next: the offset of the next
                            joined range */
    bool is_joined;
    uint64_t line, count;
};

static char *list_path(const struct tr_snapshot *snapshot)
{
    char *path;
    struct stat status;

    if (asprintf(&path, "%s.ranges", snapshot->path) < 0)
        sim_memory_short();
    if (stat(path, &status) == 0 && S_ISREG(status.st_mode))
        return path;
    free(path);
    return NULL;
}

static bool recognises(const struct tr_snapshot *snapshot,
                       const struct tr_snapshot_options *options)
{
    if (options->raw)
        return true;
    if (snapshot_refusal(snapshot) != NULL)
        return false;
    char *path = list_path(snapshot);
    free(path);
    return path != NULL;
}

static int line_is_wrong(const struct ranges *ranges, const char *expected, const char *line,
                         struct sim_error *error)
{
    return sim_error_set(error, SIM_BAD_DATA, "%s:%" PRIu64 ": expected %s, found '%.80s'",
                         ranges->path, ranges->line, expected, line);
}

static bool take_hex(const char **text, uint64_t *number)
{
    char *end;

    if (!isxdigit((unsigned char)**text))
        return false;
    errno = 0;
    *number = strtoull(*text, &end, 16);
    *text = end;
    return errno == 0;
}

/* Adds the memory of a range, once its place in the file is known. */
static int take_range(struct tr_snapshot *snapshot, struct ranges *ranges, const char *line,
                      struct sim_error *error)
{
    const char *at = line;
    uint64_t first, last;

    if (!take_hex(&at, &first) || *at++ != '-' || !take_hex(&at, &last) || last < first ||
        last == UINT64_MAX)
        return line_is_wrong(ranges, "START-END in hexadecimal, base ADDRESS or joined", line,
                             error);
    at += strspn(at, " \t");
    if (*at == ':' && strcmp(at + 1 + strspn(at + 1, " \t"), "System RAM") != 0)
        return SIM_OK;
    if (*at != ':' && *at != '\0')
        return line_is_wrong(ranges, "`: NAME` after the range", line, error);

    uint64_t bytes = last - first + 1;
    uint64_t offset = ranges->is_joined ? ranges->next : first - ranges->base;
    if ((!ranges->is_joined && first < ranges->base) || !snapshot_has(snapshot, offset, bytes))
        return line_is_wrong(ranges, "a range within the image", line, error);
    if (++ranges->count > RANGES_MOST)
        return line_is_wrong(ranges, "at most 65536 ranges", line, error);
    ranges->next = offset + bytes;
    struct snapshot_piece piece = {first, bytes, snapshot->file + offset};
    return snapshot_add_stored(snapshot, "range", ranges->count, piece, error);
}

static int take_line(struct tr_snapshot *snapshot, struct ranges *ranges, char *line,
                     struct sim_error *error)
{
    const char *base = line + strlen("base");

    ranges->line++;
    for (size_t length = strlen(line); length > 0 && isspace((unsigned char)line[length - 1]);)
        line[--length] = '\0';
    if (line[0] == '#' || line[0] == ' ' || line[0] == '\t' || line[0] == '\0')
        return SIM_OK;
    bool is_base = strncmp(line, "base ", 5) == 0, is_joined = strcmp(line, "joined") == 0;
    if ((is_base || is_joined) && ranges->count > 0)
        return line_is_wrong(ranges, "this line before all ranges", line, error);
    if (is_joined)
        ranges->is_joined = true;
    if (!is_base)
        return is_joined ? SIM_OK : take_range(snapshot, ranges, line, error);
    base += strspn(base, " \t");
    if (!take_hex(&base, &ranges->base) || *base != '\0')
        return line_is_wrong(ranges, "a hexadecimal address after `base`", line, error);
    return SIM_OK;
}

static int read_list(struct tr_snapshot *snapshot, struct ranges *ranges, struct sim_error *error)
{
    const char *problem;
    FILE *file = sim_file_open_stream(ranges->path, &problem);
    char *line = NULL;
    size_t room = 0, length;
    int more = 1, status = SIM_OK;

    if (file == NULL)
        return sim_error_set(error, SIM_BAD_DATA, "%s: cannot open: %s", ranges->path, problem);
    while (status == SIM_OK && (more = sim_file_line(file, &line, &room, &length, &problem)) == 1)
        status = take_line(snapshot, ranges, line, error);
    if (more < 0)
        status = sim_error_set(error, SIM_BAD_DATA, "%s: cannot read: %s", ranges->path, problem);
    if (status == SIM_OK && ranges->is_joined && ranges->next != snapshot->file_bytes)
        status =
            sim_error_set(error, SIM_BAD_DATA,
                          "%s: expected ranges of %" PRIu64 " bytes together, as the image has, "
                          "found %" PRIu64,
                          ranges->path, snapshot->file_bytes, ranges->next);
    free(line);
    fclose(file);
    return status;
}

static int take_whole(struct tr_snapshot *snapshot, struct sim_error *error)
{
    if (snapshot_refusal(snapshot) != NULL) /* no memory begins so, whatever the user said */
        return snapshot_refuse(snapshot, error);
    if (snapshot->file_bytes % TR_DUMP_PAGE_BYTES != 0)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: expected a raw image of whole pages of 4096 bytes, found %" PRIu64
                             " bytes",
                             snapshot->path, snapshot->file_bytes);
    return snapshot_add_stored(snapshot, "image", 0,
                               (struct snapshot_piece){0, snapshot->file_bytes, snapshot->file},
                               error);
}

static int open_raw(struct tr_snapshot *snapshot, const struct tr_snapshot_options *options,
                    struct sim_error *error)
{
    struct ranges ranges = {.path = list_path(snapshot)};
    int status;

    snapshot->facts.format = "raw image";
    snapshot->drops_holes = options->file_holes != TR_HOLES_ZERO;
    if (ranges.path != NULL) {
        status = read_list(snapshot, &ranges, error);
        free(ranges.path);
    } else {
        status = take_whole(snapshot, error);
    }
    if (status == SIM_OK && snapshot->piece_count == 0 && snapshot->facts.hole_pages > 0)
        return sim_error_set(
            error, SIM_BAD_DATA,
            "%s: expected stored pages, found only holes of a sparse file; --holes "
            "zero counts them as pages of zeroes",
            snapshot->path);
    if (snapshot->facts.hole_pages > 0 && options->file_holes == TR_HOLES_APART)
        tr_notes_add(&snapshot->notes,
                     "%" PRIu64
                     " pages lie in holes of the sparse file and are not counted; --holes "
                     "zero counts them as zeroes, --holes skip says that they are absent",
                     snapshot->facts.hole_pages);
    return status;
}

const struct snapshot_format snapshot_raw = {recognises, open_raw};
