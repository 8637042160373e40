/*
 * Opens files without waiting for ever, and reads lines without taking memory for ever.
 */
#include "sim/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* One second, for a writer that is started together with the program: our choice. */
enum { WAIT_STEPS = 20, WAIT_STEP_MS = 50 };

/* Is there a byte in the pipe, or somebody who may yet write one? tee() copies and takes nothing;
 * it says "not now" only if there is a writer. `scratch` is the end of another pipe. */
static bool has_writer(int pipe, int scratch)
{
    ssize_t copied = tee(pipe, scratch, 1, SPLICE_F_NONBLOCK);
    return copied > 0 || (copied < 0 && errno == EAGAIN);
}

static bool wait_for_writer(int pipe)
{
    int scratch[2];
    bool found = false;

    if (pipe2(scratch, O_CLOEXEC) != 0)
        return false;
    for (unsigned i = 0; !found && i < WAIT_STEPS; i++) {
        found = has_writer(pipe, scratch[1]);
        if (!found)
            poll(NULL, 0, WAIT_STEP_MS);
    }
    close(scratch[0]);
    close(scratch[1]);
    return found;
}

int sim_file_open(const char *path, const char **problem)
{
    struct stat status;
    int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

    *problem = NULL;
    if (file < 0 || fstat(file, &status) != 0)
        *problem = strerror(errno);
    else if (S_ISDIR(status.st_mode))
        *problem = strerror(EISDIR);
    else if (S_ISFIFO(status.st_mode) && !wait_for_writer(file))
        *problem = "a pipe into which nobody writes";
    else if (fcntl(file, F_SETFL, 0) != 0) /* from here on reading may wait */
        *problem = strerror(errno);
    if (*problem == NULL)
        return file;
    if (file >= 0)
        close(file);
    return -1;
}

FILE *sim_file_open_stream(const char *path, const char **problem)
{
    int file = sim_file_open(path, problem);
    FILE *stream = file >= 0 ? fdopen(file, "r") : NULL;

    if (stream == NULL && file >= 0) {
        *problem = strerror(errno);
        close(file);
    }
    return stream;
}

static const char *make_room(char **line, size_t *room)
{
    if (*room > SIM_FILE_LINE_MOST)
        return "a line of more than 64 MB";
    size_t more = 2 * *room + 256;
    char *grown = realloc(*line, more);
    if (grown == NULL)
        return "no memory for a line";
    *line = grown;
    *room = more;
    return NULL;
}

int sim_file_line(FILE *file, char **line, size_t *room, size_t *length, const char **problem)
{
    size_t used = 0;
    int byte = 0;

    *problem = NULL;
    while (byte != '\n' && (byte = getc_unlocked(file)) != EOF) {
        if (used + 1 >= *room && (*problem = make_room(line, room)) != NULL)
            return -1;
        (*line)[used++] = (char)byte;
    }
    if (byte == EOF && ferror(file)) {
        *problem = strerror(errno);
        return -1;
    }
    if (used > 0)
        (*line)[used] = '\0';
    *length = used;
    return used > 0;
}
