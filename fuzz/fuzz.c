/*
 * Files in memory and elsewhere, and the contract of readers as checks.
 */
#include "fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void fuzz_fail(const char *file, int line, const char *what)
{
    fprintf(stderr, "%s:%d: expected %s\n", file, line, what);
    abort();
}

const char *fuzz_file(unsigned slot, const void *bytes, size_t count)
{
    static int files[FUZZ_SLOTS] = {-1, -1, -1, -1};
    static char paths[FUZZ_SLOTS][40];

    FUZZ_CHECK(slot < FUZZ_SLOTS);
    if (files[slot] < 0) {
        files[slot] = memfd_create("input", MFD_CLOEXEC);
        FUZZ_CHECK(files[slot] >= 0);
        snprintf(paths[slot], sizeof paths[slot], "/proc/self/fd/%d", files[slot]);
    }
    FUZZ_CHECK(ftruncate(files[slot], 0) == 0);
    FUZZ_CHECK(pwrite(files[slot], bytes, count, 0) == (ssize_t)count);
    return paths[slot];
}

static char folder[] = "/tmp/ballast-fuzz.XXXXXX", place[60];

static void remove_folder(void)
{
    unlink(place);
    rmdir(folder);
}

const char *fuzz_place(void)
{
    if (place[0] == '\0') {
        FUZZ_CHECK(mkdtemp(folder) != NULL);
        snprintf(place, sizeof place, "%s/made", folder);
        atexit(remove_folder);
    }
    unlink(place);
    return place;
}

char *fuzz_text(const uint8_t *bytes, size_t count)
{
    char *text = malloc(count + 1);

    FUZZ_CHECK(text != NULL);
    memcpy(text, bytes, count);
    text[count] = '\0';
    return text;
}

bool fuzz_accepted(int status, const struct sim_error *error)
{
    if (status == SIM_OK)
        return true;
    FUZZ_CHECK(status == SIM_BAD_DATA || status == SIM_USAGE);
    FUZZ_CHECK(error->status == status);
    size_t length = strnlen(error->text, sizeof error->text);
    FUZZ_CHECK(length > 0 && length < sizeof error->text);
    FUZZ_CHECK(memchr(error->text, '\n', length) == NULL);
    return false;
}
