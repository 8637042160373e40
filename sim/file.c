/*
 * Files are opened without waiting for ever, and read within limits of memory.
 */
#include "sim/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/array.h"
#include "sim/memory.h"

/* Our choice: one second, for a writer that is started together with the program. */
enum { WAIT_STEPS = 20, WAIT_STEP_MS = 50 };

/* Says whether the pipe has a byte, or a writer who may yet write one. tee() copies bytes without
 * taking them, and fails with EAGAIN only if there is a writer. `scratch` is the end of another
 * pipe. */
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
    else if (fcntl(file, F_SETFL, 0) != 0) /* from here on a read may wait */
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

    return file >= 0 ? sim_memory_need(fdopen(file, "r")) : NULL;
}

static const char *make_room(char **line, size_t *room)
{
    if (*room > SIM_FILE_LINE_MOST)
        return "a line of more than 64 MB";
    sim_array_need(*line, *room, *room + 256);
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

/* Reads up to `most` bytes and puts a NUL behind them. */
static int read_bytes(FILE *file, const char *path, size_t most, int refusal, char **bytes,
                      size_t *length, struct sim_error *error)
{
    size_t room = 0, got = 1;
    bool is_text = true; /* a NUL byte ends a device that gives bytes for ever */

    while (got > 0 && is_text && *length < most) {
        if (!sim_array_reserve(*bytes, room, *length + 4096))
            return sim_error_set(error, SIM_SYSTEM, "%s: no memory for more than %zu bytes", path,
                                 *length);
        size_t wanted = room - *length - 1;
        got = fread(*bytes + *length, 1, wanted < most - *length ? wanted : most - *length, file);
        is_text = memchr(*bytes + *length, '\0', got) == NULL;
        *length += got;
    }
    if (ferror(file))
        return sim_error_set(error, refusal, "%s: expected a readable file, found: %s", path,
                             strerror(errno));
    (*bytes)[*length] = '\0';
    return SIM_OK;
}

static int check_text(const char *path, const char *text, size_t length, int refusal,
                      struct sim_error *error)
{
    uint64_t line = 1;

    if (strlen(text) == length)
        return SIM_OK;
    for (const char *at = text; *at != '\0'; at++)
        line += *at == '\n';
    return sim_error_set(error, refusal, "%s:%" PRIu64 ": expected text, found a NUL byte", path,
                         line);
}

int sim_file_text_within(const char *path, size_t bytes_most, int refusal, char **text,
                         struct sim_error *error)
{
    const char *problem;
    FILE *file = sim_file_open_stream(path, &problem);
    char *bytes = NULL;
    size_t length = 0;

    *text = NULL;
    if (file == NULL)
        return sim_error_set(error, refusal, "%s: expected a readable file, found: %s", path,
                             problem);
    int status = read_bytes(file, path, bytes_most + 1, refusal, &bytes, &length, error);
    fclose(file);
    bool is_mb = bytes_most >= 1 << 20;
    if (status == SIM_OK && length > bytes_most)
        status = sim_error_set(error, refusal, "%s: expected at most %zu %s, found more", path,
                               bytes_most >> (is_mb ? 20 : 10), is_mb ? "MB" : "KB");
    if (status == SIM_OK)
        status = check_text(path, bytes, length, refusal, error);
    if (status == SIM_OK)
        *text = bytes;
    else
        free(bytes);
    return status;
}

int sim_file_text(const char *path, char **text, struct sim_error *error)
{
    return sim_file_text_within(path, SIM_FILE_TEXT_MOST, SIM_USAGE, text, error);
}

/* ---- Parts ------------------------------------------------------------------------------- */

/* The kernel drops the lock when the process ends, however it ends. */
static bool lock_file(int file)
{
    struct flock lock = {.l_type = F_WRLCK};
    return fcntl(file, F_OFD_SETLK, &lock) == 0;
}

/* Whether the name is still that of the file: another process may have removed it meanwhile. */
static bool is_named(int file, const char *path)
{
    struct stat named, opened;
    return lstat(path, &named) == 0 && fstat(file, &opened) == 0 && named.st_dev == opened.st_dev &&
           named.st_ino == opened.st_ino;
}

/* Removes a part whose writer has ended. */
static bool remove_stale(const char *path)
{
    struct stat status;
    if (lstat(path, &status) != 0 || !S_ISREG(status.st_mode))
        return false;
    int file = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    bool removed = file >= 0 && lock_file(file) && is_named(file, path) && unlink(path) == 0;
    if (file >= 0)
        close(file);
    return removed;
}

/* -1 with errno; EEXIST where another process has the file. A file system without locks has parts
 * that nobody removes. */
static int make_part(const char *path)
{
    const int flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC;
    int file = open(path, flags, 0666);
    if (file < 0 && errno == EEXIST) {
        file = remove_stale(path) ? open(path, flags, 0666) : -1;
        errno = EEXIST;
    }
    if (file < 0)
        return -1;
    lock_file(file);
    if (is_named(file, path))
        return file;
    close(file);
    errno = EEXIST;
    return -1;
}

int sim_file_part_open(struct sim_file_part *part, const char *target, struct sim_error *error)
{
    *part = (struct sim_file_part){.lock = -1};
    for (unsigned number = 0; part->lock < 0; number++) {
        free(part->path);
        part->path = NULL;
        if (asprintf(&part->path, "%s.%u.part", target, number) < 0)
            return sim_error_set(error, SIM_SYSTEM, "no memory");
        part->lock = make_part(part->path);
        if (part->lock < 0 && errno != EEXIST)
            break;
    }
    int file = part->lock >= 0 ? fcntl(part->lock, F_DUPFD_CLOEXEC, 0) : -1;
    part->out = file >= 0 ? fdopen(file, "w") : NULL;
    if (part->out != NULL)
        return SIM_OK;
    int status = sim_error_set(error, SIM_SYSTEM, "%s: expected a file that can be made, found: %s",
                               target, strerror(errno));
    if (file >= 0)
        close(file);
    if (part->lock >= 0) {
        unlink(part->path);
        close(part->lock);
    }
    free(part->path);
    return status;
}

int sim_file_part_close(struct sim_file_part *part, const char *target, int status,
                        struct sim_error *error)
{
    errno = 0;
    bool whole = fflush(part->out) == 0 && !ferror(part->out);
    int problem = errno;
    if (fclose(part->out) != 0 && whole) {
        problem = errno;
        whole = false;
    }
    if (status == SIM_OK && whole && (fsync(part->lock) != 0 || rename(part->path, target) != 0)) {
        problem = errno;
        whole = false;
    }
    if (status == SIM_OK && !whole)
        status = sim_error_set(error, SIM_SYSTEM, "%s: cannot be written: %s", target,
                               problem != 0 ? strerror(problem)
                                            : "a full disk, or a limit of the size of files");
    if (status != SIM_OK)
        unlink(part->path);
    close(part->lock);
    free(part->path);
    return status;
}

/* ---- Replacing --------------------------------------------------------------------------- */

/* From the beginning of `from` to its end; false with errno. */
static bool copy_bytes(int from, int to)
{
    char bytes[1 << 16];
    ssize_t count;
    while ((count = read(from, bytes, sizeof bytes)) > 0)
        for (ssize_t done = 0, now; done < count; done += now) {
            now = write(to, bytes + done, (size_t)(count - done));
            if (now < 0)
                return false;
        }
    return count == 0;
}

int sim_file_replace(const char *target, const char *source, struct sim_error *error)
{
    struct sim_file_part part;
    struct stat status;
    int from = open(source, O_RDONLY | O_CLOEXEC);
    if (from < 0)
        return sim_error_set(error, SIM_SYSTEM, "%s: expected to make it a copy of %s, found: %s",
                             target, source, strerror(errno));
    int result = sim_file_part_open(&part, target, error);
    if (result == SIM_OK) {
        bool copied = fstat(from, &status) == 0 && copy_bytes(from, part.lock) &&
                      fchmod(part.lock, status.st_mode & 0777) == 0;
        if (!copied)
            result =
                sim_error_set(error, SIM_SYSTEM, "%s: expected to make it a copy of %s, found: %s",
                              target, source, strerror(errno));
        result = sim_file_part_close(&part, target, result, error);
    }
    close(from);
    return result;
}
