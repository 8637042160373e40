/*
 * The hazard is a file that was written in part and is taken for a complete one. So the bytes go to
 * a file beside the target, which replaces the target only when its last byte is on the disk.
 */
#include "traces/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int system_error(const struct tr_output *output, const char *what, struct sim_error *error)
{
    return sim_error_set(error, SIM_SYSTEM, "%s: cannot %s: %s", output->path, what,
                         strerror(errno));
}

int tr_output_open(struct tr_output *output, const char *path, struct sim_error *error)
{
    struct stat status;

    *output = (struct tr_output){.fd = -1};
    output->path = realpath(path, NULL); /* /dev/stdout may be a link to a plain file */
    if (!output->path)
        output->path = strdup(path);
    if (!output->path)
        return sim_error_set(error, SIM_SYSTEM, "%s: no memory", path);
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        output->fd = open(path, O_WRONLY | O_CLOEXEC);
        return output->fd < 0 ? system_error(output, "write", error) : SIM_OK;
    }
    int opened = sim_file_part_open(&output->part, output->path, error);
    output->has_part = opened == SIM_OK;
    if (output->has_part)
        output->fd = fileno(output->part.out);
    return opened;
}

int tr_output_write(struct tr_output *output, const void *bytes, size_t count,
                    struct sim_error *error)
{
    const char *at = bytes;

    while (count > 0) {
        ssize_t written = write(output->fd, at, count);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return system_error(output, "write", error);
        at += written;
        count -= (size_t)written;
    }
    return SIM_OK;
}

int tr_output_rewrite(struct tr_output *output, const void *bytes, size_t count,
                      struct sim_error *error)
{
    if (lseek(output->fd, 0, SEEK_SET) != 0)
        return system_error(output, "write", error);
    return tr_output_write(output, bytes, count, error);
}

int tr_output_close(struct tr_output *output, struct sim_error *error)
{
    int status = SIM_OK;

    if (output->has_part)
        status = sim_file_part_close(&output->part, output->path, SIM_OK, error);
    else if (output->fd >= 0 && close(output->fd) != 0)
        status = system_error(output, "write", error);
    free(output->path);
    *output = (struct tr_output){.fd = -1};
    return status;
}

void tr_output_abandon(struct tr_output *output)
{
    if (output->has_part)
        sim_file_part_close(&output->part, output->path, SIM_SYSTEM, NULL);
    else if (output->fd >= 0)
        close(output->fd);
    free(output->path);
    *output = (struct tr_output){.fd = -1};
}
