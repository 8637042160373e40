/*
 * Compressed memory images: the plain bytes go into a file without a name, which is mapped.
 *
 * The hazard is a small file that stands for a very large one. Pages of zeroes take no room on the
 * disk here, and their number is limited as that of pages which a file only claims to have.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "traces/images/parts.h"
#include "traces/input.h"

/* Our choice: memory that is nearly all zeroes shrinks to a thousandth. */
#define PLAIN_BYTES_FREE (UINT64_C(1) << 34)
#define PLAIN_FACTOR     1024u

enum { BLOCK_BYTES = 1 << 16 };

static int open_scratch(const struct tr_snapshot *snapshot, struct sim_error *error)
{
    const char *folder = getenv("TMPDIR");

    if (folder == NULL || folder[0] == '\0')
        folder = "/tmp";
    int file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file < 0)
        sim_error_set(error, SIM_SYSTEM, "%s: cannot uncompress into the folder %s (TMPDIR): %s",
                      snapshot->path, folder, strerror(errno));
    return file;
}

static bool is_zero(const uint8_t *bytes, size_t count)
{
    return bytes[0] == 0 && memcmp(bytes, bytes + 1, count - 1) == 0;
}

static int put(const struct tr_snapshot *snapshot, int file, const uint8_t *bytes, size_t count,
               uint64_t at, struct sim_error *error)
{
    for (size_t done = 0; done < count;) {
        ssize_t wrote = pwrite(file, bytes + done, count - done, (off_t)(at + done));
        if (wrote < 0 && errno != EINTR)
            return sim_error_set(error, SIM_SYSTEM, "%s: cannot uncompress: %s", snapshot->path,
                                 strerror(errno));
        done += wrote > 0 ? (size_t)wrote : 0;
    }
    return SIM_OK;
}

static int copy(const struct tr_snapshot *snapshot, struct tr_input *input, int file,
                struct sim_error *error)
{
    uint8_t *block = malloc(BLOCK_BYTES);
    uint64_t at = 0, most = PLAIN_BYTES_FREE + PLAIN_FACTOR * tr_input_file_bytes(input);
    size_t got = BLOCK_BYTES;
    int status = block == NULL ? snapshot_no_memory(snapshot, error) : SIM_OK;

    while (status == SIM_OK && got == BLOCK_BYTES) {
        status = tr_input_read(input, block, BLOCK_BYTES, &got, error);
        if (status == SIM_OK && got > 0 && !is_zero(block, got))
            status = put(snapshot, file, block, got, at, error);
        at += got;
        if (status == SIM_OK && at > most)
            status = sim_error_set(error, SIM_BAD_DATA,
                                   "%s: expected at most %" PRIu64 " bytes in a compressed file of "
                                   "%" PRIu64 ", found more",
                                   snapshot->path, most, tr_input_file_bytes(input));
    }
    free(block);
    if (status == SIM_OK && ftruncate(file, (off_t)at) != 0)
        return sim_error_set(error, SIM_SYSTEM, "%s: cannot uncompress: %s", snapshot->path,
                             strerror(errno));
    return status;
}

int snapshot_unpack(const struct tr_snapshot *snapshot, int *file, struct sim_error *error)
{
    struct tr_input *input;
    int status = tr_input_open(snapshot->path, &input, error);

    *file = -1;
    if (status != SIM_OK)
        return status;
    if (tr_input_is_packed(input)) {
        *file = open_scratch(snapshot, error);
        status = *file < 0 ? SIM_SYSTEM : copy(snapshot, input, *file, error);
    }
    if (status != SIM_OK && *file >= 0) {
        close(*file);
        *file = -1;
    }
    tr_input_close(input);
    return status;
}
