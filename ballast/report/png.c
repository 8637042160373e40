/*
 * Puts the chunk pHYs into a PNG. Without it a program that prints the figure has to guess how
 * large a pixel is, and takes 72 or 96 to an inch.
 */
#include "ballast/report/png.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/file.h"
#include "sim/memory.h"

/* A PNG begins with a signature of 8 bytes and the chunk IHDR of 25. */
#define HEAD_BYTES 33

static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

/* Length, name, pixels per metre along x and along y (300 / 0.0254), unit (metres), CRC. */
static const uint8_t resolution[] = {0x00, 0x00, 0x00, 0x09, 'p',  'H',  'Y',
                                     's',  0x00, 0x00, 0x2e, 0x23, 0x00, 0x00,
                                     0x2e, 0x23, 0x01, 0x78, 0xa5, 0x3f, 0x76};

static int refuse(const char *path, const char *problem, struct sim_error *error)
{
    return sim_error_set(error, SIM_SYSTEM, "%s: expected a PNG, found: %s", path, problem);
}

/* Writes the file anew, with the chunk behind its head. */
static bool write_with_resolution(const char *path, const uint8_t *bytes, size_t count)
{
    FILE *out = fopen(path, "wb");
    if (out == NULL)
        return false;
    bool done = fwrite(bytes, 1, HEAD_BYTES, out) == HEAD_BYTES &&
                fwrite(resolution, 1, sizeof resolution, out) == sizeof resolution &&
                fwrite(bytes + HEAD_BYTES, 1, count - HEAD_BYTES, out) == count - HEAD_BYTES;
    return fclose(out) == 0 && done;
}

int png_resolution_set(const char *path, struct sim_error *error)
{
    const char *problem;
    uint8_t *bytes = NULL;
    size_t count = 0;
    FILE *in = sim_file_open_stream(path, &problem);
    if (in == NULL)
        return refuse(path, problem, error);
    FILE *copy = sim_memory_stream((char **)&bytes, &count);
    uint8_t part[4096];
    for (size_t got; (got = fread(part, 1, sizeof part, in)) > 0;)
        fwrite(part, 1, got, copy);
    bool whole = !ferror(in);
    fclose(in);
    fclose(copy);

    int status = SIM_OK;
    if (!whole)
        status = refuse(path, "a file that cannot be read", error);
    else if (count <= HEAD_BYTES || memcmp(bytes, signature, sizeof signature) != 0)
        status = refuse(path, "something else", error);
    else if (!write_with_resolution(path, bytes, count))
        status = sim_error_set(error, SIM_SYSTEM, "%s: %s", path, strerror(errno));
    free(bytes);
    return status;
}
