/*
 * Opens files without waiting for ever, and reads lines without taking memory for ever.
 */
#include "sim/file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
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

int sim_file_text(const char *path, char **text, struct sim_error *error)
{
    *text = NULL;
    const char *problem;
    FILE *file = sim_file_open_stream(path, &problem);
    if (file == NULL)
        return sim_error_set(error, SIM_USAGE, "%s: expected a readable file, found: %s", path,
                             problem);
    char *bytes = malloc(SIM_FILE_TEXT_MOST + 1);
    assert(bytes != NULL);
    size_t count = fread(bytes, 1, SIM_FILE_TEXT_MOST + 1, file);
    int status = SIM_OK;
    if (ferror(file))
        status = sim_error_set(error, SIM_USAGE, "%s: expected a readable file, found: %s", path,
                               strerror(errno));
    else if (count > SIM_FILE_TEXT_MOST)
        status = sim_error_set(error, SIM_USAGE, "%s: expected at most %u bytes, found more", path,
                               SIM_FILE_TEXT_MOST);
    else if (memchr(bytes, '\0', count) != NULL)
        status = sim_error_set(error, SIM_USAGE, "%s: expected text, found a NUL byte", path);
    fclose(file);
    if (status != SIM_OK) {
        free(bytes);
        return status;
    }
    bytes[count] = '\0';
    *text = bytes;
    return SIM_OK;
}
